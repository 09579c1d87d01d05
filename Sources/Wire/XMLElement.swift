internal import CExpat

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
    package func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// Follows local names; `*` matches any one child that leads on.
    package func first(_ path: [String]) -> XMLElement? {
        guard let step = path.first else { return self }
        let rest = Array(path.dropFirst())
        for child in children where step == "*" || child.name == step {
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
    /// - Parameter elementLimit: many empty elements take far more memory than their bytes.
    package init(
        parsing bytes: [UInt8], depthLimit: Int = 64, elementLimit: Int = 1_000_000
    ) throws(XMLError) {
        guard let parser = XML_ParserCreateNS("UTF-8", 0x0A) else {
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
        self = root
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
        let (namespace, local) = XMLBuilder.split(name)
        var element = XMLElement(name: local, namespace: namespace)
        var next = attributes
        while let pair = next, let name = pair[0], let value = pair[1] {
            element.attributes[XMLBuilder.split(name).local] = String(cString: value)
            next = pair + 2
        }
        stack.append(element)
    }

    private static func split(_ name: UnsafePointer<CChar>?) -> (namespace: String, local: String) {
        let full = name.map { String(cString: $0) } ?? ""
        let parts = full.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts.count == 2 ? String(parts[0]) : "", parts.last.map(String.init) ?? "")
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
