/// A shape that dossier codes must have, as a mask: `#` is a digit, `@` a capital letter A–Z, everything
/// else stands for itself.
///
/// Seen in practice (contracts.md §12.1): `@##.##-######-####`, and since July 2025 three digits for
/// communes, `@##.###-######-####`.
package struct CodeShape: Hashable, Sendable, CustomStringConvertible {
    package let mask: String

    package init(_ mask: String) { self.mask = mask }

    package var description: String { mask }

    /// The shapes of contracts.md §12.1: Circular 01/2018/TT-VPCP Art. 19 [1S], Decision 20/2020 units
    /// and what operators' tools look for [1S].
    package static let known: [CodeShape] = [
        CodeShape("@##.##-######-####"),
        CodeShape("@##.###-######-####"),
        CodeShape("@##.##.##-######-####"),
        CodeShape("@##.##.##.##-######-####"),
        CodeShape("###.##.##.@##-######-####"),
    ]

    package func matches(_ code: String) -> Bool {
        let pattern = mask.utf8Span.span
        let bytes = code.utf8Span.span
        guard pattern.count == bytes.count else { return false }
        for index in bytes.indices {
            let byte = bytes[index]
            switch pattern[index] {
            case UInt8(ascii: "#"):
                guard byte &- UInt8(ascii: "0") < 10 else { return false }
            case UInt8(ascii: "@"):
                guard byte &- UInt8(ascii: "A") < 26 else { return false }
            case byte: continue
            default: return false
            }
        }
        return true
    }
}
