/// Writes JSON straight into bytes: no tree, no `Any`, no formatter.
///
/// Commas are placed by the writer; the caller only opens, names and closes. Text is escaped as RFC 8259
/// asks and otherwise left as UTF-8.
package struct JSONWriter: ~Copyable {
    private var bytes: [UInt8] = []
    private var needsComma = false

    package init(reserving capacity: Int = 4096) { bytes.reserveCapacity(capacity) }

    package consuming func finish() -> [UInt8] { bytes }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    package mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Appends a key that was rendered beforehand as `"name":`.
    package mutating func readyKey(_ quotedWithColon: [UInt8]) {
        separate()
        bytes.append(contentsOf: quotedWithColon)
        needsComma = false
    }

    /// The same, from a stretch of a longer table of keys.
    package mutating func readyKey(_ table: [UInt8], _ stretch: Range<Int>) {
        separate()
        append(table, stretch)
        needsComma = false
    }

    package mutating func string(_ value: String) {
        separate()
        quote(value)
        needsComma = true
    }

    /// Appends ASCII bytes that need no escape as a string.
    package mutating func asciiString(_ value: [UInt8]) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: value)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func number(_ value: Int64) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
        needsComma = true
    }

    /// A finite number; a NaN or an infinity, which JSON cannot say, becomes null.
    package mutating func number(_ value: Double) {
        separate()
        bytes.append(contentsOf: (value.isFinite ? String(value) : "null").utf8)
        needsComma = true
    }

    package mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
        needsComma = true
    }

    package mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    /// Appends a value that is already JSON.
    package mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// The same, from a stretch of a longer table of values.
    package mutating func raw(_ table: [UInt8], _ stretch: Range<Int>) {
        separate()
        append(table, stretch)
        needsComma = true
    }

    private mutating func append(_ table: [UInt8], _ stretch: Range<Int>) {
        table.withUnsafeBufferPointer {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0[stretch]))
        }
    }

    package mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    package mutating func member(_ name: String, _ value: Int64) {
        key(name)
        number(value)
    }

    package mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// `"name":` as bytes, for ``readyKey(_:)``.
    package static func render(key name: String) -> [UInt8] {
        var writer = JSONWriter(reserving: name.utf8.count + 3)
        writer.quote(name)
        writer.bytes.append(UInt8(ascii: ":"))
        return writer.finish()
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let span = text.utf8Span.span
        var clean = true
        for index in span.indices where JSONWriter.mustEscape(span[index]) {
            clean = false
            break
        }
        if clean {
            bytes.append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 { escape(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
        case 0x08: bytes.append(contentsOf: "\\b".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0C: bytes.append(contentsOf: "\\f".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case 0..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(contentsOf: Hex.encode([byte]).utf8)
        default: bytes.append(byte)
        }
    }
}
