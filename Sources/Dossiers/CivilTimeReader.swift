package import Wire

/// Reads the times that databases print: `2026-01-05`, `2026-01-05 08:00:00[.ffffff][+07[:00]|Z]`, with
/// a `T` in place of the space.
///
/// By hand, because a formatter costs more than a whole dossier and guesses.
package struct CivilTimeReader {
    /// What a text says.
    package enum Reading: Hashable, Sendable {
        /// Nothing: empty, or a database's infinity.
        case nothing
        /// A time as written, perhaps an impossible one. The offset from UTC is in minutes and nil for a
        /// naive time; fractions finer than a millisecond are cut off.
        case time(CivilTime, offsetMinutes: Int?, isDayAlone: Bool)
        case unreadable
    }

    package static func read(_ text: String) -> Reading { read(text.utf8Span.span) }

    package static func read(_ bytes: Span<UInt8>) -> Reading {
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] <= 0x20 { start += 1 }
        while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
        if start == end { return .nothing }
        let written = bytes.extracting(start..<end)
        guard let day = day(written) else {
            return isInfinity(written) ? .nothing : .unreadable
        }
        if written.count == 10 { return .time(day, offsetMinutes: nil, isDayAlone: true) }
        return time(written, day)
    }

    /// `infinity` or `-infinity`.
    private static func isInfinity(_ bytes: Span<UInt8>) -> Bool {
        var rest = bytes.count
        for byte in "infinity".utf8.reversed() {
            guard rest > 0, bytes[rest - 1] == byte else { return false }
            rest -= 1
        }
        return rest == 0 || rest == 1 && bytes[0] == UInt8(ascii: "-")
    }

    private static func day(_ bytes: Span<UInt8>) -> CivilTime? {
        guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = bytes.decimal(at: 0, count: 4), let month = bytes.decimal(at: 5, count: 2),
            let day = bytes.decimal(at: 8, count: 2)
        else { return nil }
        return CivilTime(year: year, month: month, day: day)
    }

    private static func time(_ bytes: Span<UInt8>, _ day: CivilTime) -> Reading {
        guard bytes[10] == UInt8(ascii: " ") || bytes[10] == UInt8(ascii: "T"),
            let hour = bytes.decimal(at: 11, count: 2), bytes.count >= 16,
            bytes[13] == UInt8(ascii: ":"), let minute = bytes.decimal(at: 14, count: 2)
        else { return .unreadable }
        var time = day
        time.hour = hour
        time.minute = minute
        var index = 16
        if index < bytes.count, bytes[index] == UInt8(ascii: ":") {
            guard let second = bytes.decimal(at: 17, count: 2) else { return .unreadable }
            time.second = second
            index = 19
            guard fraction(bytes, &index, &time) else { return .unreadable }
        }
        guard index < bytes.count else {
            return .time(time, offsetMinutes: nil, isDayAlone: false)
        }
        guard let offset = offset(bytes, index) else { return .unreadable }
        return .time(time, offsetMinutes: offset, isDayAlone: false)
    }

    private static func fraction(
        _ bytes: Span<UInt8>, _ index: inout Int, _ time: inout CivilTime
    ) -> Bool {
        guard index < bytes.count,
            bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ",")
        else { return true }
        index += 1
        var unit = 100
        let first = index
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 {
            time.millisecond += Int(bytes[index] - UInt8(ascii: "0")) * unit
            unit /= 10
            index += 1
        }
        return index > first
    }

    /// `Z`, `+07`, `+07:00`, `+0700`, in minutes.
    private static func offset(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
        let length = bytes.count - start
        if bytes[start] == UInt8(ascii: "Z") { return length == 1 ? 0 : nil }
        let isWest = bytes[start] == UInt8(ascii: "-")
        guard isWest || bytes[start] == UInt8(ascii: "+"),
            let hours = bytes.decimal(at: start + 1, count: 2), hours <= 15
        else { return nil }
        let minutes: Int?
        switch length {
        case 3: minutes = 0
        case 5: minutes = bytes.decimal(at: start + 3, count: 2)
        case 6 where bytes[start + 3] == UInt8(ascii: ":"):
            minutes = bytes.decimal(at: start + 4, count: 2)
        default: minutes = nil
        }
        guard let minutes, minutes < 60 else { return nil }
        return (isWest ? -1 : 1) * (hours * 60 + minutes)
    }
}
