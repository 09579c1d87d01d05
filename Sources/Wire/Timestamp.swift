/// A point in wall-clock time: milliseconds since 1970-01-01T00:00:00Z.
///
/// Printed forms are rendered by hand and always at +07:00 (Asia/Ho_Chi_Minh has had no other offset
/// since 1975), because a formatter costs more than a whole dossier.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

    package func adding(milliseconds delta: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(delta)
        return Timestamp(milliseconds: overflow ? (delta > 0 ? .max : .min) : sum)
    }
}

/// A civil date and time without a zone, as naive columns and printed forms carry it.
package struct CivilTime: Hashable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var millisecond: Int

    package init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
        millisecond: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.millisecond = millisecond
    }

    /// Whether the calendar and the clock have such a date and time.
    package var isPossible: Bool {
        (1...9999).contains(year) && (1...12).contains(month)
            && day >= 1 && day <= CivilTime.days(inMonth: month, ofYear: year)
            && (0...23).contains(hour) && (0...59).contains(minute) && (0...59).contains(second)
            && (0...999).contains(millisecond)
    }

    package static func days(inMonth month: Int, ofYear year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Milliseconds since 1970-01-01 as if this time were in UTC.
    package var millisecondsAsUTC: Int64 {
        let days = CivilTime.daysSince1970(year: year, month: month, day: day)
        let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        return seconds * 1000 + Int64(millisecond)
    }

    /// The inverse of ``millisecondsAsUTC``.
    package init(millisecondsAsUTC total: Int64) {
        let dayLength: Int64 = 86_400_000
        var days = total / dayLength
        var rest = total % dayLength
        if rest < 0 {
            days -= 1
            rest += dayLength
        }
        // Civil-from-days over 400-year eras that begin on 1 March of year 0.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = Int(monthIndex < 10 ? monthIndex + 3 : monthIndex - 9)
        self.init(
            year: Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month: month,
            day: Int(dayOfYear - (153 * monthIndex + 2) / 5 + 1),
            hour: Int(rest / 3_600_000), minute: Int(rest / 60_000 % 60),
            second: Int(rest / 1000 % 60), millisecond: Int(rest % 1000))
    }

    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Timestamp {
    /// The offset of Asia/Ho_Chi_Minh.
    package static let vietnamOffsetMilliseconds: Int64 = 7 * 3_600_000

    /// The civil time in Asia/Ho_Chi_Minh.
    package var vietnam: CivilTime {
        CivilTime(
            millisecondsAsUTC: adding(milliseconds: Timestamp.vietnamOffsetMilliseconds)
                .milliseconds)
    }

    /// The civil time to print: the nearest one with a year of four digits. "As long as can be said" is an
    /// instant too, and must not end the process that prints it.
    private var printable: CivilTime {
        let first: Int64 = -62_135_596_800_000
        let last: Int64 = 253_402_300_799_999
        let shifted = adding(milliseconds: Timestamp.vietnamOffsetMilliseconds).milliseconds
        return CivilTime(millisecondsAsUTC: min(max(shifted, first), last))
    }

    /// The instant of a civil time in Asia/Ho_Chi_Minh.
    package init(vietnam time: CivilTime) {
        self.init(milliseconds: time.millisecondsAsUTC - Timestamp.vietnamOffsetMilliseconds)
    }

    /// `yyyyMMddHHmmss` in Asia/Ho_Chi_Minh, the portal's form (contracts.md §12.5).
    package var compact: String {
        String(decoding: compactBytes, as: UTF8.self)
    }

    /// ``compact`` as ASCII bytes, for the row path.
    package var compactBytes: [UInt8] {
        let t = printable
        var bytes: [UInt8] = []
        bytes.reserveCapacity(14)
        bytes.append(decimal: t.year, width: 4)
        for part in [t.month, t.day, t.hour, t.minute, t.second] {
            bytes.append(decimal: part, width: 2)
        }
        return bytes
    }

    /// RFC 3339 with the offset spelled out, for logs and reports: `2026-01-05T08:00:00.000+07:00`.
    package var rfc3339: String {
        let t = printable
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        bytes.append(decimal: t.year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: t.month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: t.day, width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(decimal: t.hour, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: t.minute, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: t.second, width: 2)
        bytes.append(UInt8(ascii: "."))
        bytes.append(decimal: t.millisecond, width: 3)
        bytes.append(contentsOf: "+07:00".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Appends the last `width` decimal digits of a non-negative number, zero-padded.
    package mutating func append(decimal value: Int, width: Int) {
        // What dates are made of: by constants, for a division by a variable takes ten times as long.
        switch width {
        case 2: return appendPair(value % 100)
        case 4:
            appendPair(value / 100 % 100)
            return appendPair(value % 100)
        default: break
        }
        var divisor = 1
        for _ in 1..<Swift.max(width, 1) { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }

    private mutating func appendPair(_ value: Int) {
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}
