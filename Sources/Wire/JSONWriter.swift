/// Writes JSON straight into bytes: no tree, no `Any`, no formatter.
///
/// Commas are placed by the writer; the caller only opens, names and closes. Text is escaped as RFC 8259
/// asks and otherwise left as UTF-8.
package struct JSONWriter: ~Copyable {
    private var bytes: ByteBuffer
    private var needsComma = false

    package init(reserving capacity: Int = 4096) { bytes = ByteBuffer(reserving: capacity) }

    package consuming func finish() -> [UInt8] { bytes.array }

    /// Bytes so far.
    package var count: Int { bytes.count }

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
        bytes.append(quotedWithColon)
        needsComma = false
    }

    /// The same, from a stretch of a longer table of keys.
    package mutating func readyKey(_ table: [UInt8], _ stretch: Range<Int>) {
        separate()
        bytes.append(table, stretch)
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
        bytes.append(value)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func number(_ value: Int64) {
        separate()
        bytes.append(String(value))
        needsComma = true
    }

    /// A finite number; a NaN or an infinity, which JSON cannot say, becomes null.
    package mutating func number(_ value: Double) {
        separate()
        bytes.append(value.isFinite ? String(value) : "null")
        needsComma = true
    }

    package mutating func bool(_ value: Bool) {
        separate()
        bytes.append(value ? "true" : "false")
        needsComma = true
    }

    package mutating func null() {
        separate()
        bytes.append("null")
        needsComma = true
    }

    /// Appends a value that is already JSON.
    package mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(json)
        needsComma = true
    }

    /// The same, from a stretch of a longer table of values.
    package mutating func raw(_ table: [UInt8], _ stretch: Range<Int>) {
        separate()
        bytes.append(table, stretch)
        needsComma = true
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
        span.withUnsafeBufferPointer { text in
            if JSONWriter.isPlain(text) {
                bytes.append(text)
            } else {
                for byte in text { escape(byte) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether nothing has to be escaped, eight bytes at a time.
    private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = UnsafeRawBufferPointer(text)
        var place = 0
        while place + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            if mustEscapeAny(word) { return false }
            place += 8
        }
        while place < raw.count {
            if mustEscape(raw[place]) { return false }
            place += 1
        }
        return true
    }

    /// Whether one of eight bytes is a control, a quotation mark or a backslash. A byte of a letter outside of
    /// ASCII has its highest bit set and is none of them.
    private static func mustEscapeAny(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones &* 0x80
        func hasZero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }
        let controls = (word &- ones &* 0x20) & ~word & tops
        let marks = hasZero(word ^ (ones &* UInt64(UInt8(ascii: "\""))))
        let slashes = hasZero(word ^ (ones &* UInt64(UInt8(ascii: "\\"))))
        return controls | marks | slashes != 0
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append("\\\"")
        case UInt8(ascii: "\\"): bytes.append("\\\\")
        case 0x08: bytes.append("\\b")
        case 0x09: bytes.append("\\t")
        case 0x0A: bytes.append("\\n")
        case 0x0C: bytes.append("\\f")
        case 0x0D: bytes.append("\\r")
        case 0..<0x20:
            bytes.append("\\u00")
            bytes.append(Hex.encode([byte]))
        default: bytes.append(byte)
        }
    }
}
