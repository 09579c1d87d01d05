internal import CExpat

/// A parsed XML element: local name, text, children. Namespaces are dropped, for national systems
/// differ in prefixes and agree in local names (contracts.md §4.3).
package struct XMLElement: Equatable, Sendable {
    package var name: String
    /// The namespace URI, empty when there is none.
    package var namespace: String
    /// The element's own text, children's excluded.
    package var text: String
    package var children: [XMLElement]

    package init(
        name: String, namespace: String = "", text: String = "", children: [XMLElement] = []
    ) {
        self.name = name
        self.namespace = namespace
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
    package init(parsing bytes: [UInt8], depthLimit: Int = 64) throws(XMLError) {
        guard let parser = XML_ParserCreateNS("UTF-8", 0x0A) else {
            throw XMLError(line: 0, reason: "out of memory")
        }
        defer { XML_ParserFree(parser) }
        let builder = XMLBuilder(parser: parser, depthLimit: depthLimit)
        XML_SetUserData(parser, Unmanaged.passUnretained(builder).toOpaque())
        XML_SetElementHandler(
            parser,
            { data, name, _ in XMLBuilder.of(data)?.open(name) },
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
    var stack: [XMLElement] = []
    var root: XMLElement?
    var stopped: String?

    init(parser: XML_Parser, depthLimit: Int) {
        self.parser = parser
        self.depthLimit = depthLimit
    }

    static func of(_ data: UnsafeMutableRawPointer?) -> XMLBuilder? {
        data.map { Unmanaged<XMLBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    func open(_ name: UnsafePointer<CChar>?) {
        guard stack.count < depthLimit else { return stop("nested too deep") }
        let full = name.map { String(cString: $0) } ?? ""
        let parts = full.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let local = parts.last.map(String.init) ?? ""
        stack.append(
            XMLElement(name: local, namespace: parts.count == 2 ? String(parts[0]) : ""))
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
