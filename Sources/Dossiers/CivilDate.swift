/// A day of the calendar without a zone: the day on which a code ends, a sentinel, a birth.
package struct CivilDate: Hashable, Comparable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int

    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `yyyy-MM-dd` and nothing else; the day need not exist (`0000-00-00` is a sentinel too).
    package init?(_ text: String) {
        let bytes = text.utf8Span.span
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = bytes.decimal(at: 0, count: 4), let month = bytes.decimal(at: 5, count: 2),
            let day = bytes.decimal(at: 8, count: 2)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package static func < (a: CivilDate, b: CivilDate) -> Bool {
        (a.year, a.month, a.day) < (b.year, b.month, b.day)
    }
}

extension Span<UInt8> {
    /// The number that `count` ASCII digits at `start` write; nil when they are not there.
    func decimal(at start: Int, count length: Int) -> Int? {
        guard start + length <= count else { return nil }
        var value = 0
        for index in start..<(start + length) {
            let digit = self[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
