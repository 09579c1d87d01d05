internal import Foundation
internal import Wire

/// Text made comparable: lower case, NFC, runs of white space as one space.
///
/// Answers come composed or decomposed, in any case (contracts.md §16.3).
enum Folding {
    /// Bytes that are looked at: more than any sentence, and far less than an answer may have.
    private static let longest = 4096

    static func fold(_ text: String) -> String {
        let lower = ForeignText.streamSafe(ForeignText.prefix(text, bytes: longest)).lowercased()
        if isFolded(lower) { return lower }
        var folded = String.UnicodeScalarView()
        var pendingSpace = false
        for scalar in lower.precomposedStringWithCanonicalMapping.unicodeScalars {
            if isSpace(scalar) {
                pendingSpace = !folded.isEmpty
            } else {
                if pendingSpace { folded.append(" ") }
                pendingSpace = false
                folded.append(scalar)
            }
        }
        return String(folded)
    }

    /// True for lower-case text that needs nothing more, as nearly every answer is. Text without
    /// combining marks is composed already, as far as Vietnamese goes.
    private static func isFolded(_ lower: String) -> Bool {
        var afterSpace = true
        for scalar in lower.unicodeScalars {
            if scalar == " " {
                if afterSpace { return false }
                afterSpace = true
            } else {
                if isSpace(scalar) || isMark(scalar) { return false }
                afterSpace = false
            }
        }
        return !afterSpace || lower.isEmpty
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
            0x3000:
            true
        default: false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        (0x300...0x36F).contains(scalar.value)
    }

    /// What two texts that are the same to a reader have in common, to be compared by its bytes.
    static func comparable(_ text: String) -> [UInt8] {
        let safe = ForeignText.streamSafe(text)
        if safe.unicodeScalars.allSatisfy({ $0.value < 0x300 }) { return Array(safe.utf8) }
        return Array(safe.precomposedStringWithCanonicalMapping.utf8)
    }

    /// Vietnamese letters without their marks, `đ` as `d`.
    static func withoutAccents(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in ForeignText.streamSafe(text).decomposedStringWithCanonicalMapping
            .unicodeScalars
        {
            switch scalar {
            case _ where isMark(scalar): break
            case "đ": plain.append("d")
            case "Đ": plain.append("D")
            default: plain.append(scalar)
            }
        }
        return String(plain)
    }
}

/// A phrase of an answer rule: parts that must appear in this order, with anything between them.
///
/// Written `thủ tục*không tồn tại`; both sides are folded.
struct Phrase: Sendable {
    private let parts: [[UInt8]]

    /// nil when there is nothing to look for.
    init?(_ pattern: String) {
        parts = pattern.split(separator: "*").map { Array(Folding.fold(String($0)).utf8) }
            .filter { !$0.isEmpty }
        if parts.isEmpty { return nil }
    }

    func occurs(inFolded message: [UInt8]) -> Bool {
        var start = 0
        for part in parts {
            guard let end = Phrase.end(of: part, in: message, from: start) else { return false }
            start = end
        }
        return true
    }

    private static func end(of part: [UInt8], in message: [UInt8], from start: Int) -> Int? {
        var start = start
        while start + part.count <= message.count {
            if message[start] == part[0], message[start..<start + part.count].elementsEqual(part) {
                return start + part.count
            }
            start += 1
        }
        return nil
    }
}
