import Testing
import Wire

@testable import Couriers

@Suite("A maintenance window")
struct MaintenanceWindowTests {
    private func at(_ hour: Int, _ minute: Int, _ second: Int = 0) -> Timestamp {
        Timestamp(
            vietnam: CivilTime(
                year: 2026, month: 1, day: 5, hour: hour, minute: minute, second: second))
    }

    @Test("is a local time of day: it holds from its start to just before its end")
    func day() throws {
        let window = try #require(MaintenanceWindow("12:00-13:30"))
        #expect(window.remaining(at: at(11, 59, 59)) == nil)
        #expect(window.remaining(at: at(12, 0)) == Int64(90 * 60_000))
        #expect(window.remaining(at: at(13, 29, 59)) == 1_000)
        #expect(window.remaining(at: at(13, 30)) == nil)
    }

    @Test("may pass midnight")
    func night() throws {
        let window = try #require(MaintenanceWindow("22:00 - 04:30"))
        #expect(window.remaining(at: at(21, 59)) == nil)
        #expect(window.remaining(at: at(22, 0)) == Int64(390 * 60_000))
        #expect(window.remaining(at: at(0, 0)) == Int64(270 * 60_000))
        #expect(window.remaining(at: at(4, 30)) == nil)
    }

    @Test("may end at midnight")
    func midnight() throws {
        let window = try #require(MaintenanceWindow("23:00-24:00"))
        #expect(window.remaining(at: at(23, 59)) == 60_000)
        #expect(window.remaining(at: at(0, 0)) == nil)
    }

    @Test(
        "is refused when it is none",
        arguments: ["", "22:00", "22-04", "22:00-22:00", "24:00-01:00", "22:60-23:00", "a:bb-c:dd"])
    func refused(_ text: String) {
        #expect(MaintenanceWindow(text) == nil)
    }
}
