internal import Foundation

/// Text as the portal should have it, by the words: NFC, trimmed, without control characters.
enum OracleText {
    /// One line: line ends and tabs inside become blanks.
    static func line(_ text: String?) -> String { cleaned(text, breaks: false).text }

    /// A note: line ends inside stay, as `\n`.
    static func lines(_ text: String?) -> String { cleaned(text, breaks: true).text }

    /// True when a code has something inside that nobody can see or type.
    static func hasInvisible(_ text: String?) -> Bool {
        cleaned(text, breaks: false).lostControls
    }

    private static func cleaned(
        _ text: String?, breaks: Bool
    ) -> (text: String, lostControls: Bool) {
        guard let text, !text.isEmpty else { return ("", false) }
        if isOrdinary(text) { return (text, false) }
        var scalars: [Unicode.Scalar] = []
        var lostControls = false
        var pendingReturn = false
        for scalar in text.unicodeScalars {
            if pendingReturn, scalar == "\n" {
                pendingReturn = false
                continue
            }
            pendingReturn = scalar == "\r"
            if isBreak(scalar) {
                scalars.append(breaks ? "\n" : " ")
                if !breaks { lostControls = true }
            } else if scalar == "\t" {
                scalars.append(" ")
                lostControls = true
            } else if scalar.value == 0x200C || scalar.value == 0x200D {
                scalars.append(scalar)
            } else if isRemoved(scalar) {
                lostControls = true
            } else {
                scalars.append(scalar.properties.isWhitespace ? " " : scalar)
            }
        }
        let kept = scalars[...].trimming {
            $0 == " " || $0 == "\n" || $0.value == 0x200C || $0.value == 0x200D
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: kept)
        return (String(view).precomposedStringWithCanonicalMapping, lostControls)
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    private static func isRemoved(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format: true
        default: scalar.properties.isNoncharacterCodePoint
        }
    }

    /// Whether every letter is one that Vietnamese keyboards type, composed, and the ends are no blanks.
    private static func isOrdinary(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last,
            first != " ", last != " "
        else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x20...0x7E, 0xC0...0x24F, 0x1E00...0x1EFF, 0x2013, 0x2014, 0x2026: true
            default: false
            }
        }
    }
}

extension ArraySlice {
    /// Without the elements at both ends for which the predicate holds.
    func trimming(_ isBlank: (Element) -> Bool) -> ArraySlice<Element> {
        guard let first = firstIndex(where: { !isBlank($0) }),
            let last = lastIndex(where: { !isBlank($0) })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }
}

/// The contract's limits, in UTF-16 units, which for Vietnamese text are letters.
enum OracleLimit {
    static func isLonger(_ text: String, than limit: Int) -> Bool {
        text.utf8.count > limit && text.utf16.count > limit
    }

    /// As many whole letters as fit.
    static func start(_ text: String, _ limit: Int) -> String {
        var start = ""
        var count = 0
        for letter in text {
            count += letter.utf16.count
            if count > limit { break }
            start.append(letter)
        }
        return start
    }

    static func cut(_ text: String, _ limit: Int) -> String {
        isLonger(text, than: limit) ? start(text, limit) : text
    }

    /// contracts.md §2.7: at most 50, else 46 and an ellipsis; "Chuyên viên" when nobody is named.
    static func officer(_ name: String) -> String {
        if name.isEmpty { return "Chuyên viên" }
        return isLonger(name, than: 50) ? start(name, 46) + "…" : name
    }
}
