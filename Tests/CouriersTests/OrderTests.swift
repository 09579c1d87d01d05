import Couriers
import Dossiers
import Operating
import Outbox
import Testing
import Wire

@Suite("A dispatcher keeps order")
struct OrderTests {
    @Test("in a lane: header, then every step, one after the other")
    func lane() throws {
        let road = try Road()
        try road.record("H21-1", steps: ["a", "b", "c"])
        try road.run()
        #expect(
            road.far.road == [
                "create H21-1", "history H21-1", "history H21-1", "history H21-1",
            ])
        #expect(road.far.sent(.history).map(\.content) == ["a", "b", "c"])
        #expect(try road.parked().isEmpty)
        #expect(try road.lane()?.acknowledged == 4)
    }

    @Test("and never has two of one lane under way")
    func oneAtATime() throws {
        let road = try Road()
        road.far.script = { $0.kind == .create ? .held : .normal }
        try road.recordMany(3, steps: ["a", "b"])
        try road.run(for: 1000)
        #expect(Set(road.far.road) == ["create H21-1", "create H21-2", "create H21-3"])
        road.far.release()
        try road.run()
        #expect(road.far.sent(.history).count == 6)
        for index in 1...3 {
            let steps = road.far.sent(.history).filter { $0.code == "H21-\(index)" }
            #expect(steps.map(\.content) == ["a", "b"])
        }
    }

    @Test("and a poisoned dossier blocks its own lane only")
    func poison() throws {
        let road = try Road()
        road.far.script = {
            $0.code == "H21-2" ? .answer(200, ScriptedPortal.rejected) : .normal
        }
        try road.recordMany(3, steps: ["a"])
        try road.run()
        #expect(road.far.holdings.keys.sorted() == ["H21-1", "H21-3"])
        let parked = try road.parked()
        #expect(parked.map(\.code) == ["H21-2"])
        #expect(parked.first?.cause == .rejected)
        #expect(parked.first?.blocked == 1)
        #expect(road.events(.deliveryParked).map(\.errorCode) == ["LT-5101"])
        #expect(road.far.holdings["H21-1"]?.steps.count == 1)
    }

    @Test("and sends nothing whose claim is not committed")
    func commitFirst() throws {
        struct Full: Error {}
        let road = try Road()
        try road.record("H21-1")
        #expect(throws: Full.self) {
            try road.store.transaction {
                try road.dispatcher.settleCompletions(now: road.now)
                try road.dispatcher.claim(now: road.now)
                throw Full()
            }
        }
        // No `submit`: nothing left, and nothing is forgotten either.
        #expect(road.far.sent.isEmpty)
        try road.run()
        #expect(road.far.road == ["create H21-1"])
        #expect(try road.isSettled())
    }

    @Test("and settles again what a failed commit left unsettled")
    func settleAgain() throws {
        struct Full: Error {}
        let road = try Road()
        try road.record("H21-1")
        // Claim, log in; then send.
        try road.turn()
        try road.turn()
        #expect(road.far.road == ["create H21-1"])
        for _ in 0..<3 {
            #expect(throws: Full.self) {
                try road.store.transaction {
                    try road.dispatcher.settleCompletions(now: road.now)
                    throw Full()
                }
            }
            #expect(try road.isSettled() == false)
        }
        try road.run()
        #expect(try road.isSettled())
        #expect(try road.lines().count { $0.settled == .acknowledged } == 1)
        #expect(road.far.road == ["create H21-1"])
    }

    @Test("and lets fresh changes pass a backlog")
    func fresh() throws {
        var policy = CourierPolicyFixture.quick
        policy.windowBounds = 1...1
        policy.windowAtStart = 1
        let road = try Road(policy)
        try road.recordMany(20, backlog: true)
        try road.run(for: 10)
        let before = road.far.road.count
        #expect(before < 15)
        try road.record("H21-fresh", key: 99)
        try road.run()
        let place = try #require(road.far.road.firstIndex(of: "create H21-fresh"))
        // What was under way, what was held in readiness, and the backlog's own share.
        #expect(place <= before + 3)
        #expect(road.far.holdings.count == 21)
    }
}
