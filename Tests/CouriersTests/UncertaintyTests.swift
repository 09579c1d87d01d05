import Couriers
import Dossiers
import Operating
import Outbox
import Testing
import Wire

@Suite("A dispatcher whose answer was lost")
struct UncertaintyTests {
    /// Loses the first answer to each kind of call.
    private func losing(
        _ kind: ScriptedPortal.Sent.Kind, _ reply: ScriptedPortal.Reply, in road: Road
    ) {
        var isFirst = true
        road.far.script = {
            guard $0.kind == kind, isFirst else { return .normal }
            isFirst = false
            return reply
        }
    }

    @Test("of a header that arrived, finds it there and replaces it by itself")
    func headerArrived() throws {
        let road = try Road(CourierPolicyFixture.quick)
        losing(.create, .lostAnswer, in: road)
        try road.record("H21-1", v: "7", steps: ["a"])
        try road.run()
        #expect(
            road.far.road == ["create H21-1", "probe H21-1", "update H21-1", "history H21-1"])
        #expect(road.far.holdings["H21-1"] != nil)
        #expect(road.far.holdings["H21-1"]?.content == "7")
    }

    @Test("of a header that was new, is content when it is there")
    func newHeaderArrived() throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.record("H21-1", v: "1")
        try road.run()
        // In the first moments a request of an earlier process might still arrive.
        road.pass(1_000)
        road.far.forget("H21-1")
        losing(.create, .lostAnswer, in: road)
        // The update misses the dossier, so that it is known to be absent when it is created.
        try road.record("H21-1", v: "2")
        try road.run()
        #expect(
            road.far.road == ["create H21-1", "update H21-1", "create H21-1", "probe H21-1"])
        #expect(road.far.holdings["H21-1"]?.content == "2")
    }

    @Test("of a header that did not arrive, sends it again")
    func headerLost() throws {
        let road = try Road(CourierPolicyFixture.quick)
        losing(.create, .lostRequest, in: road)
        try road.record("H21-1")
        try road.run()
        #expect(road.far.road == ["create H21-1", "probe H21-1", "create H21-1"])
        let attempts = road.far.sent(.create)
        #expect(attempts[0].key == attempts[1].key)
        #expect(attempts[0].key != nil)
    }

    @Test("waits for the dust to settle before it asks")
    func quiet() throws {
        let road = try Road(CourierPolicyFixture.quick)
        losing(.create, .lostRequest, in: road)
        try road.record("H21-1")
        try road.run()
        let create = try #require(road.far.sent(.create).first)
        let probe = try #require(road.far.sent(.probe).first)
        #expect(probe.at - create.at >= 1_000)
    }

    @Test("of steps that arrived, does not append them twice")
    func stepsArrived() throws {
        let road = try Road(CourierPolicyFixture.quick)
        losing(.history, .lostAnswer, in: road)
        try road.record("H21-1", steps: ["a", "b", "c"])
        try road.run()
        #expect(road.far.sent(.history).map(\.content) == ["a", "b", "c"])
        #expect(road.far.holdings["H21-1"]?.steps.count == 3)
        #expect(road.far.sent(.probe).count == 1)
        #expect(try road.isSettled())
    }

    @Test("of steps that did not arrive, sends them again")
    func stepsLost() throws {
        let road = try Road(CourierPolicyFixture.quick)
        losing(.history, .lostRequest, in: road)
        try road.record("H21-1", steps: ["a", "b"])
        try road.run()
        #expect(road.far.sent(.history).map(\.content) == ["a", "a", "b"])
        #expect(road.far.holdings["H21-1"]?.steps.count == 2)
    }

    @Test("of steps at a destination that does not show them, leaves it to people")
    func stepsHidden() throws {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.showsSteps = false
        losing(.history, .lostAnswer, in: road)
        try road.record("H21-1", steps: ["a", "b"])
        try road.recordMany(2)
        try road.run()
        let parked = try road.parked()
        #expect(parked.map(\.cause) == [.undecidable])
        #expect(parked.first?.blocked == 1)
        #expect(road.far.holdings["H21-1"]?.steps.count == 1)
    }

    @Test("does not believe garbage after a 200")
    func garbage() throws {
        let road = try Road(CourierPolicyFixture.quick)
        losing(.history, .answer(200, "<html>proxy</html>"), in: road)
        try road.record("H21-1", steps: ["a"])
        try road.run()
        #expect(
            road.far.road == [
                "create H21-1", "history H21-1", "probe H21-1", "history H21-1",
            ])
        #expect(road.far.holdings["H21-1"]?.steps.count == 1)
    }

    @Test("keeps asking when its question fails, ever more rarely, and sends nothing meanwhile")
    func probesFail() throws {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.script = {
            switch $0.kind {
            case .create: .lostAnswer
            case .probe: .answer(500, "")
            default: .normal
            }
        }
        try road.record("H21-1")
        try road.run(for: 600_000)
        #expect(road.far.sent(.create).count == 1)
        let probes = road.far.sent(.probe).count
        #expect((5...200).contains(probes))
        #expect(try road.lane()?.uncertain == 1)
        road.far.script = { _ in .normal }
        try road.run()
        #expect(try road.isSettled())
        #expect(road.far.sent(.create).count == 1)
    }

    @Test("sends again under the same key where keys are honoured, without asking")
    func keys() throws {
        let road = try Road(
            CourierPolicyFixture.quick, contract: try Road.contract(honoursKeys: true))
        var seen: [String: Int] = [:]
        road.far.script = { [far = road.far] request in
            guard request.kind == .history, let key = request.key else { return .normal }
            seen[key, default: 0] += 1
            // A destination that honours keys answers from its memory.
            if seen[key] == 1 { return .lostAnswer }
            #expect(far.holdings["H21-1"]?.steps.isEmpty == false)
            return .answer(200, ScriptedPortal.ok)
        }
        try road.record("H21-1", steps: ["a", "b"])
        try road.run()
        #expect(road.far.sent(.probe).isEmpty)
        #expect(road.far.sent(.history).map(\.content) == ["a", "a", "b", "b"])
        #expect(road.far.holdings["H21-1"]?.steps.count == 2)
        #expect(Set(seen.values) == [2])
    }

    @Test("waits on 409 and parks on 422 where keys are honoured")
    func keyAnswers() throws {
        let road = try Road(
            CourierPolicyFixture.quick, contract: try Road.contract(honoursKeys: true))
        var creates = 0
        road.far.script = {
            guard $0.kind == .create else { return .normal }
            if $0.code == "H21-2" { return .answer(422, "{}") }
            creates += 1
            return creates <= 3 ? .answer(409, "{}") : .normal
        }
        try road.recordMany(2)
        try road.run()
        #expect(creates == 4)
        #expect(road.far.holdings["H21-1"] != nil)
        #expect(try road.parked().map(\.cause) == [.keyConflict])
        #expect(road.standing.breaker == .closed)
    }

    @Test("because the process died, asks before it sends anything again")
    func crash() throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.record("H21-1", v: "1", steps: ["a"])
        try road.record("H21-2", key: 2, v: "1")
        road.far.script = {
            // The first arrives, the second does not; neither is answered before the crash.
            $0.kind == .create ? ($0.code == "H21-1" ? .lostAnswer : .lostRequest) : .normal
        }
        try road.turn()
        road.pass(1)
        try road.turn()
        #expect(road.far.sent(.create).count == 2)
        road.far.script = { _ in .normal }
        try road.crash()
        #expect(try road.lane()?.uncertain == 2)
        let restart = road.now.steady
        try road.run()
        // A request of the process that died may still have been at work.
        let asked = try #require(road.far.sent(.probe).first)
        #expect((1_000...2_000).contains(asked.at - restart))
        let first = road.far.sent.filter { $0.code == "H21-1" }.map(\.kind)
        #expect(first == [.create, .probe, .update, .history])
        let second = road.far.sent.filter { $0.code == "H21-2" }.map(\.kind)
        #expect(second == [.create, .probe, .create])
        #expect(try road.isSettled())
    }
}
