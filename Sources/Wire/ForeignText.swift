/// What is done with text that others wrote, in time that grows with its length and no faster.
///
/// Swift's `String` compares and hashes by canonical equivalence: a run of combining marks is sorted each time, in
/// the square of its length, and no `Character` limit bounds it, for a run of any length is one character. So
/// lengths are counted in bytes before anything else is done, names are compared by their bytes, and runs of marks
/// are cut where Unicode itself cuts them (UAX #15, stream-safe text).
package enum ForeignText {
    /// Unicode's bound for a run of marks.
    private static let marksInRow = 30

    /// The beginning of a text: at most so many bytes of UTF-8, cut between two scalars.
    package static func prefix(_ text: String, bytes limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: limit)
        // No scalar has more than four bytes.
        while end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return String(text.unicodeScalars[..<end])
    }

    /// The text without what exceeds thirty combining marks in a row.
    package static func streamSafe(_ text: String) -> String {
        var run = 0
        var isSafe = true
        for scalar in text.unicodeScalars {
            run = isMark(scalar) ? run + 1 : 0
            if run > marksInRow {
                isSafe = false
                break
            }
        }
        if isSafe { return text }
        var safe = String.UnicodeScalarView()
        run = 0
        for scalar in text.unicodeScalars {
            run = isMark(scalar) ? run + 1 : 0
            if run <= marksInRow { safe.append(scalar) }
        }
        return String(safe)
    }

    /// Equal byte for byte, which is what names in a protocol are.
    package static func isSame(_ a: String, _ b: String) -> Bool {
        a.utf8.count == b.utf8.count && a.utf8.elementsEqual(b.utf8)
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
    }
}
