/// Escaping for XML 1.0 text and attribute values.
package enum XMLText {
    /// Appends text with `& < > " '` escaped; characters that XML 1.0 cannot carry are left out.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": bytes.append(contentsOf: "&amp;".utf8)
            case "<": bytes.append(contentsOf: "&lt;".utf8)
            case ">": bytes.append(contentsOf: "&gt;".utf8)
            case "\"": bytes.append(contentsOf: "&quot;".utf8)
            case "'": bytes.append(contentsOf: "&apos;".utf8)
            // A parser turns a bare carriage return into a line feed.
            case "\r": bytes.append(contentsOf: "&#13;".utf8)
            case "\t", "\n": bytes.append(UInt8(scalar.value))
            case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": break
            default: bytes.append(contentsOf: Array(String(scalar).utf8))
            }
        }
    }
}
