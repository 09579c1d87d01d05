/// A JSON text read strictly (RFC 8259) into a flat list of nodes that point back into its bytes.
///
/// The sandbox reads requests with this and not with the client's own reader, so that a mistake of one
/// is not hidden by the other. Repeated names, types and content are the checker's business.
struct JSONTape: Sendable {
    enum Kind: UInt8, Sendable { case object, array, string, number, bool, null }

    struct Node: Sendable {
        var kind: Kind
        /// A string whose text differs from its bytes.
        var isEscaped = false
        /// The bytes of the value, a string's without its quotes.
        var start: Int32
        var end: Int32
        /// The node behind this value and all that is in it.
        var next: Int32 = 0
    }

    let bytes: [UInt8]
    private(set) var nodes: [Node] = []

    /// nil when the bytes are not one JSON value in valid UTF-8 of bounded depth.
    init?(_ bytes: [UInt8], depthLimit: Int = 16) {
        guard bytes.count < Int32.max, (try? UTF8Span(validating: bytes.span)) != nil else {
            return nil
        }
        self.bytes = bytes
        nodes.reserveCapacity(bytes.count / 16)
        var scanner = JSONScanner(bytes: bytes, depthLimit: depthLimit)
        guard scanner.document() else { return nil }
        nodes = scanner.nodes
    }

    var root: Int { 0 }

    func kind(_ node: Int) -> Kind { nodes[node].kind }

    /// The bytes of a value as they stand in the text.
    func raw(_ node: Int) -> ArraySlice<UInt8> {
        bytes[Int(nodes[node].start)..<Int(nodes[node].end)]
    }

    /// The content of a string, its escapes resolved.
    func content(_ node: Int) -> ArraySlice<UInt8> {
        nodes[node].isEscaped ? JSONScanner.unescaped(raw(node))[...] : raw(node)
    }

    func text(_ node: Int) -> String { String(decoding: content(node), as: UTF8.self) }

    /// The text of a string; nil for anything else.
    func string(_ node: Int?) -> String? {
        guard let node, kind(node) == .string else { return nil }
        return text(node)
    }

    /// Calls for each member of an object, in order.
    func members(_ object: Int, _ body: (_ name: ArraySlice<UInt8>, _ value: Int) -> Void) {
        var node = object + 1
        let end = Int(nodes[object].next)
        while node < end {
            body(content(node), node + 1)
            node = Int(nodes[node + 1].next)
        }
    }

    /// The items of an array.
    func items(_ array: Int) -> [Int] {
        var items: [Int] = []
        var node = array + 1
        let end = Int(nodes[array].next)
        while node < end {
            items.append(node)
            node = Int(nodes[node].next)
        }
        return items
    }

    /// The value of the first member of that name.
    func member(_ object: Int, _ name: String) -> Int? {
        guard kind(object) == .object else { return nil }
        var found: Int?
        members(object) { if found == nil, $0.elementsEqual(name.utf8) { found = $1 } }
        return found
    }
}
