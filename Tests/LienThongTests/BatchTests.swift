import Glibc
import Outbox
import TestSupport
import Testing
import Wire

@Suite("A daemon that sends several dossiers in one call", .inTurns) struct BatchTests {
    private func configure(_ road: Road, state: Int, history: Int) throws {
        try road.configure {
            $0.replacing(
                "delivery: { timeout:",
                with: "delivery: { batch: { state: \(state), history: \(history) }, timeout:",
                maxReplacements: 1)
        }
    }

    @Test(
        "delivers what is good of every batch and parks what is bad, whatever the list looks like")
    func partial() async throws {
        let road = try await Road(dossiers: 80)
        try await road.startPortal(
            "partial_batch=1", "batch_list=mixed", "unknown_procedure=0.3", "drop_after=0.1",
            "truncate=0.05", "steps=append")
        try configure(road, state: 50, history: 10)
        let daemon = try await road.startDaemon()
        try await road.settle(within: 60)
        #expect(try await road.portal?.counter("batches") ?? 0 > 1)
        #expect(try await road.portal?.counter("partial_batches") ?? 0 > 0)
        let parked = try road.count(\.parked, of: "portal")
        #expect((1..<80).contains(parked))
        // What was parked needs a mapping, nothing else: none of the good ones was dragged along.
        let queue = try await road.json("queue", "list")
        let causes = Set(
            (queue["parked"]?.items ?? []).compactMap {
                $0.at(["delivery", "cause"])?.text
            })
        #expect(causes == ["needsMapping"], "\(causes)")

        // The portal learns the procedures, and an operator sends again what was parked.
        try await road.portal?.set(#"{"unknown_procedure":0,"drop_after":0,"truncate":0}"#)
        let retried = try await road.run("queue", "retry", "--all")
        #expect(retried.status == 0, "\(retried.errors)")
        try await eventually("nothing is parked") {
            try road.count(\.parked, of: "portal") == 0
        }
        try await road.settle(within: 60)
        try await road.expectEqualEnds()
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("finds the bad ones in batches that are refused as a whole, and takes a limit for a hint")
    func whole() async throws {
        let road = try await Road(dossiers: 60)
        try await road.startPortal("unknown_procedure=0.1", "batch_limit=20")
        try configure(road, state: 50, history: 10)
        let daemon = try await road.startDaemon()
        try await road.settle(within: 60)
        #expect(try await road.portal?.counter("oversized_batches") ?? 0 > 0)
        try await road.portal?.set(#"{"unknown_procedure":0}"#)
        let retried = try await road.run("queue", "retry", "--all")
        #expect([0, 1].contains(retried.status), "\(retried.errors)")
        try await eventually("nothing is parked") {
            try road.count(\.parked, of: "portal") == 0
        }
        try await road.settle(within: 60)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("sends everything once although it is killed with batches under way")
    func killed() async throws {
        let road = try await Road(dossiers: 60)
        try await road.startPortal("delay=0.5", "delay_ms=150", "drop_after=0.05", "keys=ignored")
        try configure(road, state: 20, history: 10)
        for round in 1...3 {
            let daemon = try await road.startDaemon()
            try await eventually("something is delivered") {
                try await road.portal?.counter("steps") ?? 0 >= round * 15
            }
            daemon.stop(SIGKILL)
        }
        try await road.portal?.set(#"{"delay":0,"drop_after":0}"#)
        let daemon = try await road.startDaemon()
        try await road.settle(within: 60)
        try await road.expectEqualEnds()
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        #expect(try road.count(\.parked, of: "portal") == 0)
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("is refused a batch beyond what the contract allows, with the bound")
    func bound() async throws {
        let road = try await Road(dossiers: 1)
        try configure(road, state: 101, history: 1)
        expectTrouble(
            try await road.run("run", "--once"), "LT-1005", exit: 78,
            saying: ["batch.state", "100"])
    }
}
