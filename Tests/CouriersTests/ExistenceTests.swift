import Couriers
import Dossiers
import Operating
import Outbox
import Testing
import Wire

@Suite("A dispatcher and what a destination holds")
struct ExistenceTests {
    @Test("updates what it has created")
    func update() throws {
        let road = try Road()
        try road.record("H21-1", v: "1")
        try road.run()
        try road.record("H21-1", v: "2")
        try road.run()
        #expect(road.far.road == ["create H21-1", "update H21-1"])
        #expect(road.far.holdings["H21-1"]?.content == "2")
    }

    @Test("updates at once what turns out to be there, at the cost of no attempt")
    func exists() throws {
        let road = try Road()
        road.far.hold("H21-1", "old")
        try road.record("H21-1", v: "2")
        let passed = try road.run()
        #expect(passed < 1_000)
        #expect(road.far.road == ["create H21-1", "update H21-1"])
        #expect(road.far.holdings["H21-1"]?.content == "2")
        // Nobody here had sent it, so the memory is in doubt from then on.
        #expect(
            try road.lines().map(\.settled) == [.again, .uncertain, .uncertain, .acknowledged])
    }

    @Test("creates again what has gone, at the cost of no attempt")
    func missing() throws {
        let road = try Road()
        try road.record("H21-1", v: "1")
        try road.run()
        road.far.forget("H21-1")
        try road.record("H21-1", v: "2")
        try road.run()
        #expect(road.far.road == ["create H21-1", "update H21-1", "create H21-1"])
        #expect(road.far.holdings["H21-1"]?.content == "2")
    }

    @Test("does not flip for ever between two answers")
    func endless() throws {
        var policy = CourierPolicyFixture.quick
        policy.attempts = 5
        let road = try Road(policy)
        road.far.script = {
            switch $0.kind {
            case .create: .answer(200, ScriptedPortal.exists)
            case .update: .answer(200, ScriptedPortal.missing)
            default: .normal
            }
        }
        try road.record("H21-1")
        try road.run()
        #expect(road.far.road.count == 3 + 5)
        #expect(try road.parked().map(\.cause) == [.exhausted])
    }

    @Test("asks first where the policy says so, once for a dossier")
    func probeFirst() throws {
        var policy = CourierPolicyFixture.quick
        policy.existence = .probeFirst
        let road = try Road(policy, isTrusting: false)
        road.far.hold("H21-2", "old")
        try road.record("H21-1")
        try road.record("H21-2", key: 2)
        try road.run()
        try road.record("H21-1", v: "2")
        try road.run()
        let first = road.far.sent.filter { $0.code == "H21-1" }.map(\.kind)
        #expect(first == [.probe, .create, .update])
        let second = road.far.sent.filter { $0.code == "H21-2" }.map(\.kind)
        #expect(second == [.probe, .update])
    }

    @Test("does not take a failed question for “not there”")
    func failedProbe() throws {
        var policy = CourierPolicyFixture.quick
        policy.existence = .probeFirst
        let road = try Road(policy)
        road.far.hold("H21-1", "old")
        var probes = 0
        road.far.script = {
            guard $0.kind == .probe else { return .normal }
            probes += 1
            return probes <= 4 ? .answer(500, "<html>") : .normal
        }
        try road.record("H21-1")
        try road.run()
        #expect(road.far.sent(.create).isEmpty)
        #expect(road.far.sent(.update).count == 1)
        #expect(probes == 5)
    }

    @Test("has the header recorded again when steps find no dossier, and sends them after it")
    func historyWithoutHeader() throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.record("H21-1", steps: ["a"])
        try road.run()
        road.far.forget("H21-1")
        try road.record("H21-1", steps: ["a", "b"])
        try road.run()
        #expect(try road.parked().map(\.cause) == [.headerMissing])
        let request = try #require(try road.store.openRequests().first)
        #expect(request.filter.codes == ["H21-1"])
        #expect(request.filter.destinations == [Road.portal])
        // What capture does with the request.
        try road.record("H21-1", steps: ["a", "b"], forced: true)
        try road.run()
        #expect(try road.parked().isEmpty)
        #expect(road.far.road.suffix(3) == ["history H21-1", "create H21-1", "history H21-1"])
        #expect(road.far.holdings["H21-1"]?.steps.count == 1)
        #expect(road.far.sent(.history).map(\.content) == ["a", "b", "b"])
    }

    @Test("asks for a header once, however many steps miss it")
    func oneRequest() throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.recordMany(5, steps: ["a"])
        try road.run()
        for index in 1...5 {
            road.far.forget("H21-\(index)")
            try road.record("H21-\(index)", key: Int64(index), steps: ["a", "b"])
        }
        try road.run()
        let codes = try road.store.openRequests().flatMap(\.filter.codes)
        #expect(codes.sorted() == ["H21-1", "H21-2", "H21-3", "H21-4", "H21-5"])
        #expect(try road.parked().count == 5)
    }
}
