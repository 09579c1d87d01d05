internal import Foundation

/// Text made comparable: lower case, NFC, runs of white space as one space.
///
/// Answers come composed or decomposed, in any case (contracts.md §16.3).
enum Folding {
    static func fold(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        var pendingSpace = false
        for scalar in composed(text.lowercased()).unicodeScalars {
            if scalar.properties.isWhitespace {
                pendingSpace = !folded.isEmpty
            } else {
                if pendingSpace { folded.append(" ") }
                pendingSpace = false
                folded.append(scalar)
            }
        }
        return String(folded)
    }

    /// Vietnamese letters without their marks, `đ` as `d`.
    static func withoutAccents(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.decomposedStringWithCanonicalMapping.unicodeScalars {
            switch scalar {
            case "\u{300}"..."\u{36F}": break
            case "đ": plain.append("d")
            case "Đ": plain.append("D")
            default: plain.append(scalar)
            }
        }
        return String(plain)
    }

    /// NFC. Text without combining marks is already composed as far as Vietnamese goes, which spares
    /// nearly every answer the trip through Foundation.
    private static func composed(_ text: String) -> String {
        let hasMarks = text.unicodeScalars.contains { ("\u{300}"..."\u{36F}").contains($0) }
        return hasMarks ? text.precomposedStringWithCanonicalMapping : text
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
