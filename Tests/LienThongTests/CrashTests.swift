import Glibc
import Outbox
import TestSupport
import Testing
import Wire

@Suite("A daemon that is killed", .inTurns) struct CrashTests {
    @Test("sends everything once, however often it is killed on the way", arguments: [1, 2])
    func killed(_ round: Int) async throws {
        let road = try await Road(dossiers: 40)
        // Answers are lost and late, so that each killing finds deliveries under way.
        try await road.startPortal("delay=0.4", "delay_ms=150", "drop_after=0.03")
        var held = 0
        for _ in 0..<4 {
            let daemon = try await road.startDaemon()
            let goal = held + 12 * round
            try await eventually("some more is delivered") {
                held = try await road.portal?.counter("acked") ?? 0
                return held >= goal || held >= 70
            }
            daemon.stop(SIGKILL)
        }
        try await road.portal?.set(#"{"delay":0,"drop_after":0}"#)
        let daemon = try await road.startDaemon()
        try await road.settle(within: 40)
        try await road.expectEqualEnds()
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        #expect(try road.count(\.parked, of: "portal") == 0)
        #expect(try await daemon.terminate().status == 0)
    }
}
