import Glibc
import Outbox
import TestSupport
import Testing
import Wire

@Suite("A destination that honours keys for a while", .inTurns) struct KeyTests {
    /// A further step for some dossiers, now.
    ///
    /// No corrections: a header that was asked about is replaced under its key all the same, which a portal
    /// that still knows the key counts as a repetition.
    private func work(_ road: Road, _ keys: ClosedRange<Int>) throws {
        for key in keys {
            try road.change(
                """
                INSERT INTO step (dossier_id, officer, content, status, performed_at, modified_at)
                SELECT dossier_id, officer, 'Bước thêm', status,
                    strftime('%Y-%m-%d %H:%M:%S', performed_at, '+1 minutes'),
                    strftime('%Y-%m-%d %H:%M:%f', 'now', '+7 hours')
                FROM step WHERE dossier_id = \(key) ORDER BY performed_at DESC, id DESC LIMIT 1
                """)
        }
    }

    @Test(
        "gets what is in doubt again while it knows the key, and is asked when it has forgotten it")
    func expiring() async throws {
        let road = try await Road()
        try await road.startPortal("keys=expiring", "key_seconds=3600", "faults_apply_to=portal")
        func configure(_ lifetime: String) throws {
            try road.configure {
                $0.replacing(
                    "delivery: {",
                    with: "delivery: { honoursKeys: true, keyLifetime: \"\(lifetime)\",",
                    maxReplacements: 1)
            }
        }
        try configure("50m")
        let daemon = try await road.startDaemon()
        try await road.settle()
        // Sent before, on the steady clock of this process: the key is known there, and nobody has to ask.
        try await road.portal?.set(#"{"drop_after":0.6}"#)
        let asked = try await road.portal?.counter("probes")
        try work(road, 1...12)
        try await eventually("answers are lost") {
            try await road.portal?.counter("faults", "drop_after") ?? 0 >= 6
        }
        try await road.portal?.set(#"{"drop_after":0}"#)
        try await road.settle()
        #expect(try await road.portal?.counter("replayed") ?? 0 > 0)
        #expect(try await road.portal?.counter("probes") == asked)
        try await road.expectEqualEnds()

        // Now it forgets within a second. We trust it for less than any wait before a second try, so that
        // none of them may count on the key, however fresh its doubt is.
        try configure("1ms")
        daemon.signal(SIGHUP)
        try await eventually("the configuration is taken") {
            daemon.errors.contains("event=configurationReloaded")
        }
        try await road.portal?.set(#"{"key_seconds":1,"drop_after":0.6}"#)
        try work(road, 13...24)
        try await eventually("what was taken is in doubt") {
            try road.count(\.uncertain, of: "portal") > 0
        }
        let forgotten = ContinuousClock.now + .milliseconds(1_500)
        try await eventually("the keys are forgotten") { ContinuousClock.now > forgotten }
        let replayed = try await road.portal?.counter("replayed")
        try await road.portal?.set(#"{"drop_after":0}"#)
        try await road.settle()
        #expect(try await road.portal?.counter("probes") ?? 0 > asked ?? 0)
        #expect(try await road.portal?.counter("replayed") == replayed)
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }
}
