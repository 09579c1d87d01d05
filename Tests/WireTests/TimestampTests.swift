import Glibc
import Testing
import Wire

@Suite("A timestamp") struct TimestampTests {
    /// The civil time that the C library sees.
    private func civil(_ milliseconds: Int64) -> CivilTime {
        var seconds = time_t(milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return CivilTime(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
            millisecond: Int(milliseconds - Int64(seconds) * 1000))
    }

    @Test("agrees with the C library at random instants of ten thousand years, there and back")
    func random() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<10_000 {
            // 0001-01-01 to 9999-12-31.
            let instant = Int64.random(
                in: -62_135_596_800_000...253_402_300_799_999, using: &generator)
            let time = CivilTime(millisecondsAsUTC: instant)
            #expect(time == civil(instant))
            #expect(time.millisecondsAsUTC == instant)
            #expect(time.isPossible)
        }
    }

    @Test(
        "agrees with the C library at edges",
        arguments: [
            Int64(-1), 0, 1, 999, 1000, -999, -1000, -1001, 951_782_399_999, 951_782_400_000,
            951_868_800_000, 4_107_542_399_999, 4_107_542_400_000, -2_203_891_200_001,
            -62_135_596_800_000, 253_402_300_799_999, 2_147_483_647_000, 2_147_483_648_000,
        ])
    func edges(instant: Int64) {
        #expect(CivilTime(millisecondsAsUTC: instant) == civil(instant))
        #expect(civil(instant).millisecondsAsUTC == instant)
    }

    @Test("prints the portal's and the log's form at +07:00")
    func forms() {
        let instant = Timestamp(milliseconds: 1_767_574_800_005)
        #expect(instant.compact == "20260105080000")
        #expect(instant.compactBytes == Array("20260105080000".utf8))
        #expect(instant.rfc3339 == "2026-01-05T08:00:00.005+07:00")
        #expect(Timestamp(milliseconds: 0).compact == "19700101070000")
        #expect(Timestamp(milliseconds: -25_200_001).rfc3339 == "1969-12-31T23:59:59.999+07:00")
        #expect(
            Timestamp(vietnam: CivilTime(year: 2024, month: 2, day: 29, hour: 6, minute: 59))
                .rfc3339 == "2024-02-29T06:59:00.000+07:00")
    }

    @Test("prints what parses back to the same instant")
    func formsAreExact() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            let instant = Timestamp(
                milliseconds: Int64.random(
                    in: -2_000_000_000_000...4_000_000_000_000, using: &generator))
            let digits = Array(instant.rfc3339.utf8.filter { (48...57).contains($0) })
            func number(_ range: Range<Int>) -> Int {
                digits[range].reduce(0) { $0 * 10 + Int($1) - 48 }
            }
            let time = CivilTime(
                year: number(0..<4), month: number(4..<6), day: number(6..<8), hour: number(8..<10),
                minute: number(10..<12), second: number(12..<14), millisecond: number(14..<17))
            #expect(Timestamp(vietnam: time) == instant)
            #expect(instant.vietnam == time)
            #expect(Array(instant.compact.utf8) == Array(digits[..<14]))
        }
    }

    @Test(
        "that no calendar has still prints, as the nearest that four digits can say",
        arguments: [
            (Int64.min, "00010101000000"), (-62_135_622_000_001, "00010101000000"),
            (253_402_275_600_000, "99991231235959"), (Int64.max, "99991231235959"),
        ])
    func beyond(milliseconds: Int64, printed: String) {
        let instant = Timestamp(milliseconds: milliseconds)
        #expect(instant.compact == printed)
        #expect(instant.rfc3339.utf8.count == 29)
    }

    @Test("stops at the ends of time instead of overflowing")
    func saturation() {
        #expect(Timestamp(milliseconds: .max).adding(milliseconds: 1).milliseconds == .max)
        #expect(Timestamp(milliseconds: .min).adding(milliseconds: -1).milliseconds == .min)
        #expect(Timestamp(milliseconds: 5).adding(milliseconds: -7).milliseconds == -2)
        #expect(Timestamp(milliseconds: 1) < Timestamp(milliseconds: 2))
    }
}

@Suite("A civil time") struct CivilTimeTests {
    @Test(
        "is possible when calendar and clock have it",
        arguments: [
            CivilTime(year: 1, month: 1, day: 1), CivilTime(year: 9999, month: 12, day: 31),
            CivilTime(year: 2000, month: 2, day: 29), CivilTime(year: 2024, month: 2, day: 29),
            CivilTime(
                year: 2026, month: 6, day: 30, hour: 23, minute: 59, second: 59, millisecond: 999),
        ])
    func possible(time: CivilTime) { #expect(time.isPossible) }

    @Test(
        "is impossible otherwise",
        arguments: [
            CivilTime(year: 0, month: 1, day: 1), CivilTime(year: 10_000, month: 1, day: 1),
            CivilTime(year: -5, month: 1, day: 1), CivilTime(year: 2026, month: 0, day: 1),
            CivilTime(year: 2026, month: 13, day: 1), CivilTime(year: 2026, month: 1, day: 0),
            CivilTime(year: 2026, month: 4, day: 31), CivilTime(year: 2026, month: 2, day: 29),
            CivilTime(year: 1900, month: 2, day: 29), CivilTime(year: 2100, month: 2, day: 29),
            CivilTime(year: 2026, month: 1, day: 1, hour: 24),
            CivilTime(year: 2026, month: 1, day: 1, minute: 60),
            CivilTime(year: 2026, month: 1, day: 1, second: 60),
            CivilTime(year: 2026, month: 1, day: 1, second: -1),
            CivilTime(year: 2026, month: 1, day: 1, millisecond: 1000),
            CivilTime(year: .max, month: .max, day: .max, hour: .max),
        ])
    func impossible(time: CivilTime) { #expect(!time.isPossible) }
}

@Suite("A moment") struct MomentTests {
    @Test("moves on both clocks")
    func adding() {
        let moment = Moment(wall: Timestamp(milliseconds: 10), steady: 3).adding(milliseconds: 5)
        #expect(moment == Moment(wall: Timestamp(milliseconds: 15), steady: 8))
    }

    @Test("of the machine never goes back on the steady clock, and knows what year it is")
    func system() {
        let first = WallClock.system.now()
        let second = WallClock.system.now()
        #expect(second.steady >= first.steady)
        #expect((2025...9999).contains(first.wall.vietnam.year))
    }
}
