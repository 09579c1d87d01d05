import Wire

/// A naive time on the office's clock, in milliseconds since 1970-01-01 of that clock.
///
/// One-stop databases keep local time without a zone; nothing here converts.
struct OfficeTime: Hashable, Comparable, Sendable {
    var milliseconds: Int64

    init(milliseconds: Int64) { self.milliseconds = milliseconds }

    init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        milliseconds =
            CivilTime(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second
            ).millisecondsAsUTC
    }

    /// The office's clock at an instant.
    init(_ instant: Timestamp) { milliseconds = instant.vietnam.millisecondsAsUTC }

    /// Midnight of `YYYY-MM-DD`; nil when that is no date.
    init?(day text: String) {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        let time = CivilTime(year: parts[0], month: parts[1], day: parts[2])
        guard time.isPossible else { return nil }
        milliseconds = time.millisecondsAsUTC
    }

    static func < (a: OfficeTime, b: OfficeTime) -> Bool { a.milliseconds < b.milliseconds }

    func adding(seconds: Int) -> OfficeTime {
        OfficeTime(milliseconds: milliseconds + Int64(seconds) * 1000)
    }

    func adding(milliseconds delta: Int64) -> OfficeTime {
        OfficeTime(milliseconds: milliseconds + delta)
    }

    /// `YYYY-MM-DD HH:MM:SS.mmm`, which both databases read and write.
    var text: String {
        let t = CivilTime(millisecondsAsUTC: milliseconds)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(23)
        bytes.append(decimal: t.year, width: 4)
        for (mark, part) in [("-", t.month), ("-", t.day), (" ", t.hour), (":", t.minute)] {
            bytes.append(contentsOf: mark.utf8)
            bytes.append(decimal: part, width: 2)
        }
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: t.second, width: 2)
        bytes.append(UInt8(ascii: "."))
        bytes.append(decimal: t.millisecond, width: 3)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `yyMMdd`, as dossier codes carry it.
    var shortDay: String {
        let t = CivilTime(millisecondsAsUTC: milliseconds)
        var bytes: [UInt8] = []
        for part in [t.year % 100, t.month, t.day] { bytes.append(decimal: part, width: 2) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The minutes in which the office works: Monday to Friday, 07:30–11:30 and 13:30–17:00, counted from
/// 1970-01-01, so that "three working hours later" is an addition.
enum WorkingMinute {
    static let perDay = 450

    /// The number of the working minute at this time, or of the next one when the office is closed.
    static func at(_ time: OfficeTime) -> Int {
        let minutes = Int(time.milliseconds / 60_000)
        let sinceMonday = minutes / 1440 + 3  // 1970-01-01 was a Thursday.
        let weekday = sinceMonday % 7
        let workdays = sinceMonday / 7 * 5 + min(weekday, 5)
        guard weekday < 5 else { return workdays * perDay }
        let minute = minutes % 1440
        let worked: Int =
            switch minute {
            case ..<450: 0
            case 450..<690: minute - 450
            case 690..<810: 240
            case 810..<1020: minute - 810 + 240
            default: perDay
            }
        return workdays * perDay + worked
    }

    /// When a working minute begins.
    static func time(_ number: Int) -> OfficeTime {
        let workday = number / perDay
        let worked = number % perDay
        let day = workday / 5 * 7 + workday % 5 - 3
        let minute = worked < 240 ? 450 + worked : 810 + worked - 240
        return OfficeTime(milliseconds: Int64(day * 1440 + minute) * 60_000)
    }

    /// 17:00 of the working day that is `days` after the one of this minute.
    static func closing(_ number: Int, after days: Int) -> OfficeTime {
        time((number / perDay + days) * perDay + perDay - 1).adding(seconds: 60)
    }
}
