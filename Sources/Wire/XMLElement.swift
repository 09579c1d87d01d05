internal import CExpat
internal import Glibc

/// A parsed XML element: local name, text, children. Namespaces are dropped, for national systems
/// differ in prefixes and agree in local names (contracts.md §4.3).
package struct XMLElement: Equatable, Sendable {
    package var name: String
    /// The namespace URI, empty when there is none.
    package var namespace: String
    /// By local name; declarations of namespaces are not among them.
    package var attributes: [String: String]
    /// The element's own text, children's excluded.
    package var text: String
    package var children: [XMLElement]

    package init(
        name: String, namespace: String = "", attributes: [String: String] = [:],
        text: String = "", children: [XMLElement] = []
    ) {
        self.name = name
        self.namespace = namespace
        self.attributes = attributes
        self.text = text
        self.children = children
    }

    /// The first child of that local name.
    package func child(_ name: String) -> XMLElement? {
        children.first { ForeignText.isSame($0.name, name) }
    }

    /// Follows local names; `*` matches any one child that leads on.
    package func first(_ path: [String]) -> XMLElement? {
        guard let step = path.first else { return self }
        let rest = Array(path.dropFirst())
        for child in children where step == "*" || ForeignText.isSame(child.name, step) {
            if let found = child.first(rest) { return found }
        }
        return nil
    }
}

/// Why bytes are not an acceptable XML document: where and the parser's words, never the text.
package struct XMLError: Error, Equatable {
    package var line: Int
    package var reason: String
}

extension XMLElement {
    /// Parses a document with Expat.
    ///
    /// A document type declaration is refused: no national system sends one, and entities are how
    /// an answer becomes a bomb.
    ///
    /// It is read as UTF-8, whatever it says of itself: some services declare UTF-16 and send UTF-8. What is no
    /// UTF-8 is read in the encoding that it names, or that its first two bytes show.
    ///
    /// - Parameter elementLimit: many empty elements take far more memory than their bytes.
    package init(
        parsing bytes: [UInt8], depthLimit: Int = 64, elementLimit: Int = 1_000_000
    ) throws(XMLError) {
        do throws(XMLError) {
            self = try XMLElement.parse(bytes, encoding: "UTF-8", depthLimit, elementLimit)
        } catch {
            guard String(validating: bytes, as: UTF8.self) == nil else { throw error }
            self = try XMLElement.parse(bytes, encoding: nil, depthLimit, elementLimit)
        }
    }

    private static func parse(
        _ bytes: [UInt8], encoding: String?, _ depthLimit: Int, _ elementLimit: Int
    ) throws(XMLError) -> XMLElement {
        guard let parser = XML_ParserCreateNS(encoding, 0x0A) else {
            throw XMLError(line: 0, reason: "out of memory")
        }
        defer { XML_ParserFree(parser) }
        let builder = XMLBuilder(
            parser: parser, depthLimit: depthLimit, elementLimit: elementLimit)
        XML_SetUserData(parser, Unmanaged.passUnretained(builder).toOpaque())
        XML_SetElementHandler(
            parser,
            { data, name, attributes in XMLBuilder.of(data)?.open(name, attributes) },
            { data, _ in XMLBuilder.of(data)?.close() })
        XML_SetCharacterDataHandler(
            parser, { data, text, count in XMLBuilder.of(data)?.characters(text, count) })
        XML_SetDoctypeDeclHandler(
            parser,
            { data, _, _, _, _ in XMLBuilder.of(data)?.stop("a document type declaration") },
            { _ in })
        XML_SetStartNamespaceDeclHandler(
            parser, { data, _, uri in XMLBuilder.of(data)?.declare(uri) })
        let status = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                XML_Parse(parser, $0.baseAddress, Int32($0.count), 1)
            }
        }
        guard status == XML_STATUS_OK, let root = builder.root else {
            let words =
                builder.stopped ?? String(cString: XML_ErrorString(XML_GetErrorCode(parser)))
            throw XMLError(line: Int(XML_GetCurrentLineNumber(parser)), reason: words)
        }
        return root
    }
}

/// Collects elements while Expat calls; lives for one parse on one thread.
private final class XMLBuilder {
    let parser: XML_Parser
    let depthLimit: Int
    var elementsLeft: Int
    var stack: [XMLElement] = []
    var root: XMLElement?
    var stopped: String?
    /// The last element's, which the next one's most likely is as well: a document has few.
    private var namespace = ""
    /// Bytes of a namespace's name, which Expat writes in front of each of its elements and attributes.
    private static let longestNamespace = 1024
    /// Bytes of an element's or an attribute's own name.
    private static let longestName = 256

    init(parser: XML_Parser, depthLimit: Int, elementLimit: Int) {
        self.parser = parser
        self.depthLimit = depthLimit
        elementsLeft = elementLimit
    }

    static func of(_ data: UnsafeMutableRawPointer?) -> XMLBuilder? {
        data.map { Unmanaged<XMLBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    /// - Parameter attributes: names and values in turn, a null at the end.
    func open(
        _ name: UnsafePointer<CChar>?,
        _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        guard stack.count < depthLimit else { return stop("nested too deep") }
        elementsLeft -= 1
        guard elementsLeft >= 0 else { return stop("too many elements") }
        guard let local = local(of: name) else { return stop("a name that is too long") }
        var element = XMLElement(name: local, namespace: namespace)
        var next = attributes
        while let pair = next, let name = pair[0], let value = pair[1] {
            guard let end = XMLBuilder.end(ofNamespace: name),
                strlen(end) <= XMLBuilder.longestName
            else { return stop("a name that is too long") }
            element.attributes[String(cString: end)] = String(cString: value)
            next = pair + 2
        }
        stack.append(element)
    }

    func declare(_ uri: UnsafePointer<CChar>?) {
        if let uri, strlen(uri) > XMLBuilder.longestNamespace {
            stop("a namespace of too many bytes")
        }
    }

    /// An element's own name; its namespace is remembered. nil when it is too long.
    private func local(of name: UnsafePointer<CChar>?) -> String? {
        guard let name, let end = XMLBuilder.end(ofNamespace: name),
            strlen(end) <= XMLBuilder.longestName
        else { return nil }
        let length = max(0, end - name - 1)
        let bytes = UnsafeRawBufferPointer(start: name, count: length)
        if !namespace.utf8.elementsEqual(bytes) {
            namespace = String(decoding: bytes, as: UTF8.self)
        }
        return String(cString: end)
    }

    /// Where a name's own part begins, behind the line break that Expat puts there.
    private static func end(ofNamespace name: UnsafePointer<CChar>) -> UnsafePointer<CChar>? {
        guard let separator = strrchr(name, 0x0A) else { return name }
        return UnsafePointer(separator + 1)
    }

    func close() {
        guard let done = stack.popLast() else { return }
        if stack.isEmpty { root = done } else { stack[stack.count - 1].children.append(done) }
    }

    func characters(_ text: UnsafePointer<CChar>?, _ count: Int32) {
        guard let text, !stack.isEmpty else { return }
        let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
        stack[stack.count - 1].text += String(decoding: bytes, as: UTF8.self)
    }

    func stop(_ reason: String) {
        stopped = stopped ?? reason
        XML_StopParser(parser, XML_Bool(0))
    }
}
