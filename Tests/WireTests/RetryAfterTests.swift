import Testing
import Wire

@Suite("Retry-After") struct RetryAfterTests {
    /// 1994-11-06 08:49:30 GMT.
    private let now = Timestamp(milliseconds: 784_111_770_000)

    @Test(
        "is read as seconds or as any form of an HTTP date",
        arguments: [
            ("0", 0), ("120", 120_000), (" 7 ", 7000), ("000", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 7000),
            ("Sun,  06 Nov 1994  08:49:37 GMT", 7000),
            ("Sun, 06 Nov 1994 08:49:30 GMT", 0),
            ("Sat, 05 Nov 1994 08:49:37 GMT", 0),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 7000),
            ("Sun Nov  6 08:49:37 1994", 7000),
            ("Mon, 07 Nov 1994 08:49:30 GMT", 86_400_000),
        ] as [(String, Int64)])
    func read(value: String, milliseconds: Int64) {
        #expect(RetryAfter.milliseconds(value, now: now) == milliseconds)
    }

    @Test("reads a year of two digits as the nearest, at most fifty years ahead")
    func century() {
        let today = Timestamp(vietnam: CivilTime(year: 2026, month: 1, day: 5, hour: 7))
        #expect(
            RetryAfter.milliseconds("Tuesday, 06-Jan-26 00:00:00 GMT", now: today) == 86_400_000)
        #expect(RetryAfter.milliseconds("Sunday, 06-Nov-94 08:49:37 GMT", now: today) == 0)
    }

    @Test("beyond all counting waits as long as can be said")
    func enormous() {
        #expect(RetryAfter.milliseconds("9223372036854775807", now: now) == .max)
    }

    @Test(
        "that is neither is none",
        arguments: [
            "", " ", "-1", "+5", "1.5", "1e3", "soon", "5s", "99999999999999999999999",
            "Sun, 06 Nov 1994 08:49:37 ICT", "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 08:xx:49:37 GMT", "Sun, 06 nov 1994 08:49:37",
            "Sun, +6 Nov 1994 08:49:37 GMT", "06 Nov 1994 08:49:37 GMT",
        ])
    func refused(value: String) {
        #expect(RetryAfter.milliseconds(value, now: now) == nil)
    }
}
