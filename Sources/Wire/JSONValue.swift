/// A parsed JSON value, for answers and reports; never on the row path. Texts are the same when their bytes are.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number as it was written, so that nothing is rounded.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// Members in the order of the text; the first of a repeated name wins.
    case object([(name: String, value: JSONValue)])

    package static func == (a: JSONValue, b: JSONValue) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let x), .bool(let y)): x == y
        case (.number(let x), .number(let y)): ForeignText.isSame(x, y)
        case (.string(let x), .string(let y)): ForeignText.isSame(x, y)
        case (.array(let x), .array(let y)): x == y
        case (.object(let x), .object(let y)):
            x.count == y.count
                && zip(x, y).allSatisfy {
                    ForeignText.isSame($0.name, $1.name) && $0.value == $1.value
                }
        default: false
        }
    }

    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { ForeignText.isSame($0.name, name) }?.value
    }

    package subscript(index: Int) -> JSONValue? {
        guard case .array(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }

    /// Follows a dotted path such as `result.0.MaHoSo`; an empty path is the value itself.
    package func at(_ path: [String]) -> JSONValue? {
        var value = self
        for step in path {
            let next: JSONValue? =
                if case .array = value, let index = Int(step) { value[index] } else { value[step] }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    /// The text of a string or of a number, which destinations use interchangeably (contracts.md §2.3).
    package var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }

    package var items: [JSONValue]? {
        if case .array(let items) = self { items } else { nil }
    }
}

/// Why bytes are not JSON: the byte offset and what was expected. Never the text itself.
package struct JSONError: Error, Equatable {
    package var offset: Int
    package var expected: String
}

extension JSONValue {
    /// Parses one JSON value that fills the bytes.
    ///
    /// - Parameter depthLimit: how deep arrays and objects may nest, so that a hostile answer cannot
    ///   exhaust the stack.
    package init(parsing bytes: [UInt8], depthLimit: Int = 64) throws(JSONError) {
        var parser = JSONParser(bytes: bytes, depthLimit: depthLimit)
        self = try parser.document()
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    let depthLimit: Int
    var offset = 0

    init(bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try self.value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw fail("the end") }
        return value
    }

    private func fail(_ expected: String) -> JSONError {
        JSONError(offset: offset, expected: expected)
    }

    private mutating func skipSpace() {
        while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < depthLimit else { throw fail("less nesting") }
        skipSpace()
        guard offset < bytes.count else { throw fail("a value") }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[offset...].starts(with: text.utf8) else { throw fail(text) }
        offset += text.utf8.count
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        let whole = offset
        guard digits() > 0 else { throw fail("a value") }
        // RFC 8259: no zero in front of other digits.
        guard bytes[whole] != UInt8(ascii: "0") || offset == whole + 1 else {
            throw fail("a number without leading zeros")
        }
        if take(UInt8(ascii: ".")), digits() == 0 { throw fail("a digit") }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw fail("an exponent") }
        }
        return .number(String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = offset
        while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset])
        {
            offset += 1
        }
        return offset - start
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        offset += 1
        var items: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(items) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw fail("',' or ']'") }
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        offset += 1
        var members: [(name: String, value: JSONValue)] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
                throw fail("a name")
            }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fail("':'") }
            members.append((name, try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw fail("',' or '}'") }
        }
    }

    private mutating func string() throws(JSONError) -> String {
        offset += 1
        let start = offset
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\""),
            bytes[offset] != UInt8(ascii: "\\")
        {
            guard bytes[offset] >= 0x20 else { throw fail("no control character in a string") }
            offset += 1
        }
        if take(UInt8(ascii: "\"")) {
            return String(decoding: bytes[start..<(offset - 1)], as: UTF8.self)
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var out = Array(bytes[start..<offset])
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &out)
            case 0..<0x20: throw fail("no control character in a string")
            default: out.append(byte)
            }
        }
        throw fail("'\"'")
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONError) {
        guard offset < bytes.count else { throw fail("an escape") }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try escapedScalar()
            out.append(contentsOf: String(Character(scalar)).utf8)
        default: throw fail("a known escape")
        }
    }

    /// What follows `\u`, a surrogate pair as one scalar. A lone half is no character and is refused.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        var code = try fourHexDigits()
        if (0xD800..<0xDC00).contains(code) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
                throw fail("the second half of a surrogate pair")
            }
            let low = try fourHexDigits()
            guard (0xDC00..<0xE000).contains(low) else {
                throw fail("the second half of a surrogate pair")
            }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else {
            throw fail("the first half of a surrogate pair")
        }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        guard offset + 4 <= bytes.count else { throw fail("four hexadecimal digits") }
        var code: UInt32 = 0
        for byte in bytes[offset..<(offset + 4)] {
            guard let digit = Hex.value(of: byte) else { throw fail("four hexadecimal digits") }
            code = code << 4 | UInt32(digit)
        }
        offset += 4
        return code
    }
}
