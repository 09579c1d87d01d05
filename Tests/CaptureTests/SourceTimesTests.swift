import Dossiers
import Testing
import Wire

@testable import Capture

@Suite("The times of a sample") struct SourceTimesTests {
    private let now = Timestamp(
        vietnam: CivilTime(year: 2026, month: 11, day: 30, hour: 15, minute: 0))

    /// Steps at these hours of the day before, several at each.
    private func times(_ hours: [Int], each count: Int = 5, minute: Int = 30) -> SourceTimes {
        var times = SourceTimes(zone: .vietnam)
        for hour in hours {
            for second in 0..<count {
                times.add(
                    CivilTime(
                        year: 2026, month: 11, day: 29, hour: hour, minute: minute, second: second))
            }
        }
        return times
    }

    @Test("of an office at its hours say nothing")
    func plain() {
        #expect(times(Array(7...17)).findings(now: now).isEmpty)
        // A citizen at night, and dates without a time.
        var some = times(Array(7...17))
        some.add(CivilTime(year: 2026, month: 11, day: 29, hour: 2, minute: 10))
        for day in 1...28 { some.add(CivilTime(year: 2026, month: 10, day: day)) }
        #expect(some.findings(now: now).isEmpty)
    }

    @Test("of an office that works at night were written in another zone")
    func night() {
        // 07:30 to 16:30 in Vietnam, written as UTC.
        let found = times(Array(0...9)).findings(now: now)
        guard case .night(let percent)? = found.first else {
            Issue.record("\(found)")
            return
        }
        #expect(percent == 50)
        // Too few to tell.
        #expect(times([1, 2, 3], each: 6).findings(now: now).isEmpty)
    }

    @Test("that are still to come are told, with how far")
    func future() {
        var some = times([9])
        some.add(CivilTime(year: 2026, month: 11, day: 30, hour: 15, minute: 4))
        #expect(some.findings(now: now).isEmpty)
        some.add(CivilTime(year: 2026, month: 11, day: 30, hour: 22))
        #expect(
            some.findings(now: now) == [.ahead(milliseconds: 7 * 3_600_000, steps: 1)])
    }

    @Test("that end exactly seven hours ago in an office's day are told")
    func behind() {
        var some = SourceTimes(zone: .vietnam)
        for minute in 10...59 {
            some.add(CivilTime(year: 2026, month: 11, day: 30, hour: 7, minute: minute))
        }
        #expect(some.findings(now: now) == [.sevenHoursBehind])
        // In the evening it is the office's end.
        let evening = Timestamp(
            vietnam: CivilTime(year: 2026, month: 11, day: 30, hour: 23, minute: 55))
        var day = SourceTimes(zone: .vietnam)
        for minute in 10...59 {
            day.add(CivilTime(year: 2026, month: 11, day: 30, hour: 16, minute: minute))
        }
        #expect(day.findings(now: evening).isEmpty)
    }
}
