internal import Foundation

/// Makes text fit to be sent and compared: Unicode NFC, no white space at its ends, no control or
/// invisible characters inside.
///
/// Nearly all text is fit already, so one pass over the bytes decides that and returns the same string.
/// Composition is Foundation's, whose Unicode tables may be older than the marks of a few newly
/// encoded scripts; those stay as they are.
package enum TextCleaner {
    /// A fit text and what was done to it beyond trimming.
    package struct Result: Hashable, Sendable {
        package var text: String
        /// A control or invisible character was removed, or became a space.
        package var removedControls = false
        /// Decomposed characters were composed.
        package var composed = false
        /// The replacement character U+FFFD stands in it, the office's own or made of bytes that are no text.
        package var hasReplacements = false
    }

    /// The text as one line.
    package static func line(_ text: String) -> String { clean(text, keepsLines: false).text }

    /// The fit form of a text; with `keepsLines` line ends stay, as a single `\n` each.
    package static func clean(_ text: String, keepsLines: Bool) -> Result {
        if isPlain(text) { return Result(text: text) }
        var result = strip(text, keepsLines: keepsLines)
        var span = result.text.utf8Span
        if !span.checkForNFC(quickCheck: false) {
            let composed = result.text.precomposedStringWithCanonicalMapping
            result.composed = !composed.utf8.elementsEqual(result.text.utf8)
            result.text = composed
        }
        return result
    }

    /// True when nothing needs to be done; false when a closer look is needed.
    ///
    /// Everything below U+0300, the Vietnamese letters U+1E00…U+1EFF, and dashes, quotes and dots
    /// U+2010…U+2027 are NFC by themselves and neither control nor white space, but for the few
    /// named here.
    private static func isPlain(_ text: String) -> Bool {
        let bytes = text.utf8Span.span
        let count = bytes.count
        if count == 0 { return true }
        if bytes[0] == 0x20 || bytes[count - 1] == 0x20 { return false }
        var index = 0
        while index < count {
            let byte = bytes[index]
            if byte < 0x80 {
                if byte < 0x20 || byte == 0x7F { return false }
                index += 1
            } else if byte < 0xCC {
                // C2 80…9F are controls, C2 A0 is the no-break space, C2 AD the soft hyphen.
                if byte == 0xC2, bytes[index + 1] <= 0xA0 || bytes[index + 1] == 0xAD {
                    return false
                }
                index += 2
            } else if byte == 0xE1, bytes[index + 1] >= 0xB8, bytes[index + 1] <= 0xBB {
                index += 3
            } else if byte == 0xE2, bytes[index + 1] == 0x80, bytes[index + 2] >= 0x90,
                bytes[index + 2] <= 0xA7
            {
                index += 3
            } else {
                return false
            }
        }
        return true
    }

    /// How many marks a letter may carry (Unicode's stream-safe text format has the same limit). More say
    /// nothing in any language, and putting a run of them in order takes the square of its length.
    private static let marksPerLetter = 30

    /// A scalar that is put in order with its neighbours when a text is composed.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x300 else { return false }
        switch scalar.value {
        // Starters themselves, but made of marks only.
        case 0xF73, 0xF75, 0xF81: return true
        default: return scalar.properties.canonicalCombiningClass != .notReordered
        }
    }

    /// What a scalar is to us.
    private enum Role { case visible, space, tab, lineEnd, joiner, removed }

    private static func role(of scalar: Unicode.Scalar) -> Role {
        switch scalar.value {
        case 0x20: .space
        case 0x09: .tab
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: .lineEnd
        case 0x00...0x1F, 0x7F...0x9F: .removed
        // Joiners have a meaning between letters and none at the ends of a text.
        case 0x200C, 0x200D: .joiner
        // Soft hyphen, zero-width space, direction marks, byte-order mark, annotation and tag
        // characters, and what is no character at all (XML forbids some of these).
        case 0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xFDD0...0xFDEF, 0xFFFE, 0xFFFF, 0xE0000...0xE007F:
            .removed
        case 0x1_0000... where scalar.value & 0xFFFE == 0xFFFE: .removed
        default: scalar.properties.isWhitespace ? .space : .visible
        }
    }

    private static func strip(_ text: String, keepsLines: Bool) -> Result {
        var kept = String.UnicodeScalarView()
        var removed = false
        // A control that became a space counts only when the text goes on after it.
        var replaced = false
        var afterReturn = false
        var marks = 0
        var hasReplacements = false
        for scalar in text.unicodeScalars {
            let role = role(of: scalar)
            let isSecondHalf = afterReturn && scalar.value == 0x0A
            afterReturn = scalar.value == 0x0D
            if isSecondHalf { continue }
            switch role {
            case .visible:
                marks = isMark(scalar) ? marks + 1 : 0
                guard marks <= marksPerLetter else {
                    removed = true
                    continue
                }
                if scalar.value == 0xFFFD { hasReplacements = true }
                kept.append(scalar)
                removed = removed || replaced
            case .joiner: if !kept.isEmpty { kept.append(scalar) }
            case .removed: removed = true
            case .space: if !kept.isEmpty { kept.append(" ") }
            case .tab, .lineEnd:
                guard !kept.isEmpty else { continue }
                let staysLine = keepsLines && role == .lineEnd
                kept.append(staysLine ? "\n" : " ")
                replaced = replaced || !staysLine
            }
        }
        while let last = kept.last, last == " " || last == "\n" || role(of: last) == .joiner {
            kept.removeLast()
        }
        return Result(
            text: String(kept), removedControls: removed, hasReplacements: hasReplacements)
    }
}
