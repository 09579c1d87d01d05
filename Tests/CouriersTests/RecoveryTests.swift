import Dossiers
import Operating
import Outbox
import Testing
import Wire

@testable import Couriers

/// Everything here is with a portal that ignores keys.
@Suite("A dispatcher whose store's memory is wrong") struct RecoveryTests {
    @Test(
        "asks once about a dossier of a first start, and not about the steps of one that is not there"
    )
    func firstStart() throws {
        let road = try Road(CourierPolicyFixture.quick, isTrusting: false)
        try road.record("H21-1", steps: ["a", "b"])
        #expect(try road.lane()?.unconfirmed == 1)
        try road.run()
        #expect(
            road.far.road == ["probe H21-1", "create H21-1", "history H21-1", "history H21-1"])
        #expect(try road.lane()?.unconfirmed == 0)
        try road.record("H21-1", v: "2", steps: ["a", "b", "c"])
        try road.run()
        #expect(road.far.road.suffix(2) == ["update H21-1", "history H21-1"])
    }

    @Test("appends nothing twice when the store was lost, whatever part of the steps is there")
    func lost() throws {
        for held in 0...3 {
            let road = try Road(CourierPolicyFixture.quick, isTrusting: false)
            let all = ["a", "b", "c"]
            try road.record("H21-1", steps: Array(all.prefix(held)))
            try road.run()
            try road.lose()
            try road.record("H21-1", v: "2", steps: all)
            try road.run()
            #expect(road.far.holdings["H21-1"]?.content == "2")
            #expect(road.steps("H21-1") == all, "\(held)")
            #expect(try road.isSettled() && road.parked().isEmpty)
            // Nothing is left that cannot be explained, so nothing more is asked.
            #expect(try road.lane()?.unconfirmed == 0)
            #expect(try road.store.memoryReport().cause == .lost)
        }
    }

    @Test(
        "believes a question that finds what nobody here sent, though nobody was there before, as was said",
        arguments: [CourierPolicy.ExistencePolicy.createFirst, .probeFirst])
    func trusted(existence: CourierPolicy.ExistencePolicy) throws {
        let past = try Road(CourierPolicyFixture.quick)
        try past.record("H21-1", steps: ["a", "b"])
        try past.run()
        var policy = CourierPolicyFixture.quick
        policy.existence = existence
        // The store and its witness are lost.
        let road = try Road(policy)
        road.far.adopt(past.far)
        try road.record("H21-1", v: "2", steps: ["a", "b", "c"])
        try road.run()
        #expect(road.steps("H21-1") == ["a", "b", "c"])
        #expect(try road.store.memoryReport().cause == .contradicted)
        // Nothing is left to be asked about: `status` tells of it no more.
        #expect(try road.lane()?.unconfirmed == 0)
        #expect(try road.parked().isEmpty && road.isSettled())
    }

    @Test("appends nothing twice when an older copy of the store was put back")
    func restored() throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.record("H21-1", steps: ["a"])
        try road.record("H21-3", key: 3, steps: ["q"])
        try road.run()
        let copy = try road.copy()
        try road.record("H21-1", v: "2", steps: ["a", "b"])
        try road.record("H21-2", key: 2, steps: ["x"])
        try road.run()
        road.pass(2_000)
        try road.turn()
        try road.restore(copy)
        #expect(try road.store.memoryReport().cause == .restored)
        try road.turn()
        road.pass(2_000)
        // The source is read again from where the copy was, and has gone on.
        let before = road.far.road.count
        try road.record("H21-1", v: "2", steps: ["a", "b", "c"])
        try road.record("H21-2", key: 2, steps: ["x", "y"])
        try road.record("H21-3", key: 3, v: "2", steps: ["q"])
        try road.run()
        #expect(road.steps("H21-1") == ["a", "b", "c"])
        #expect(road.steps("H21-2") == ["x", "y"])
        #expect(road.far.sent(.create).count == 3)
        #expect(try road.lane()?.unconfirmed == 0)
        // What did not change in between costs one question.
        let third = road.far.road.dropFirst(before).filter { $0.hasSuffix("H21-3") }
        #expect(third == ["probe H21-3", "update H21-3"])
    }

    @Test("follows a source that was put back with its store, and repeats no step")
    func restoredWithSource() throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.record("H21-1", steps: ["a"])
        try road.run()
        let copy = try road.copy()
        try road.record("H21-1", v: "2", steps: ["a", "b"])
        try road.run()
        road.pass(2_000)
        try road.turn()
        try road.restore(copy)
        try road.turn()
        road.pass(2_000)
        // The office does its work again, otherwise.
        try road.record("H21-1", v: "3", steps: ["a", "d"])
        try road.run()
        #expect(road.far.holdings["H21-1"]?.content == "3")
        #expect(road.steps("H21-1") == ["a", "b", "d"])
        #expect(try road.parked().isEmpty && road.isSettled())
        // A step is there that nobody here knows: the next one is asked about as well.
        #expect(try road.lane()?.unconfirmed == 1)
    }

    @Test("does not take A for sent when B went to the portal after the copy was made")
    func keys() throws {
        let road = try Road(
            CourierPolicyFixture.quick, contract: try Road.contract(honoursKeys: true))
        try road.record("H21-1", v: "1")
        try road.run()
        // Recorded in the copy and not sent yet; then sent, and replaced.
        try road.record("H21-1", v: "A")
        let copy = try road.copy()
        var answered: Set<String> = []
        let remembering: (ScriptedPortal.Sent) -> ScriptedPortal.Reply = {
            guard let key = $0.key, $0.kind == .create || $0.kind == .update else { return .normal }
            return answered.insert(key).inserted ? .normal : .answer(200, ScriptedPortal.ok)
        }
        road.far.script = remembering
        try road.run()
        try road.record("H21-1", v: "B")
        try road.run()
        road.pass(2_000)
        try road.turn()
        try road.restore(copy)
        road.pass(2_000)
        road.far.script = remembering
        try road.run()
        #expect(road.far.holdings["H21-1"]?.content == "A")
        try road.record("H21-1", v: "B")
        try road.run()
        #expect(road.far.holdings["H21-1"]?.content == "B")
    }

    @Test("leaves steps to people where the portal does not show them, and does what they say")
    func hidden() throws {
        for isThere in [true, false] {
            let road = try Road(CourierPolicyFixture.quick, isTrusting: false)
            try road.record("H21-1", steps: isThere ? ["a"] : [])
            try road.run()
            road.far.showsSteps = false
            try road.lose()
            try road.record("H21-1", steps: ["a"])
            try road.run()
            #expect(try road.parked().map(\.cause) == [.undecidable])
            let desk = try OperatorDesk(
                directory: "\(road.scratch.path)/\(road.folder)", actor: "lan")
            let filter = DeliveryFilter()
            let result =
                isThere
                ? try desk.arrived(filter, reason: "seen", now: road.now.wall)
                : try desk.sendAgain(filter, reason: "not seen", now: road.now.wall)
            #expect(result.deliveries == 1)
            try road.run()
            #expect(road.steps("H21-1") == ["a"])
            #expect(try road.parked().isEmpty && road.isSettled())
            #expect(try road.lines().contains { $0.note?.hasPrefix("lan: ") == true })
        }
    }

    @Test("parks what would come out of order")
    func outOfOrder() throws {
        let road = try Road(CourierPolicyFixture.quick, isTrusting: false)
        try road.recordSteps(["b"], perDelivery: 10, firstID: 1)
        try road.run()
        try road.lose()
        try road.recordSteps(["a", "b", "c"], perDelivery: 10)
        try road.run()
        #expect(try road.parked().map(\.cause) == [.outOfOrder])
        #expect(road.steps("H21-1") == ["b"])
    }

    @Test("sends of a joined delivery only what is missing, under a key of its own")
    func trimmed() throws {
        let road = try Road(CourierPolicyFixture.quick, isTrusting: false)
        try road.recordSteps(["a", "b"], perDelivery: 10)
        try road.run()
        try road.lose()
        try road.recordSteps(["a", "b", "c", "d"], perDelivery: 10)
        try road.run()
        #expect(road.steps("H21-1") == ["a", "b", "c", "d"])
        #expect(road.far.sent(.history).map(\.content) == ["a+b", "c+d"])
        let keys = road.far.sent(.history).map(\.key)
        #expect(Set(keys).count == 2)
        #expect(try road.lines().contains { $0.note?.hasPrefix("2 steps are there") == true })
    }

    @Test("a failed question is no answer")
    func probesFail() throws {
        let road = try Road(CourierPolicyFixture.quick, isTrusting: false)
        try road.record("H21-1", steps: ["a"])
        try road.run()
        try road.lose()
        for reply in [
            ScriptedPortal.Reply.answer(500, ""), .answer(404, "{}"), .answer(200, "<html>"),
            .answer(200, #"{"error_code":"-1","message":"Hệ thống bận"}"#), .unreachable,
        ] {
            road.far.script = { $0.kind == .probe ? reply : .normal }
            try road.record("H21-1", v: "2", steps: ["a"])
            try road.run(for: 5_000)
        }
        #expect(road.far.sent(.create).count == 1)
        #expect(road.far.sent(.update).isEmpty)
        road.far.script = { _ in .normal }
        try road.run()
        #expect(road.steps("H21-1") == ["a"])
        #expect(road.far.holdings["H21-1"]?.content == "2")
    }

    @Test("is told by the portal when it trusted a fresh start wrongly, and asks from then on")
    func contradicted() throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.recordMany(3, steps: ["a"])
        try road.run()
        // Lost with its witness, and told to trust.
        try road.forgetWitness()
        try road.lose()
        try road.recordMany(3, steps: ["a", "b"])
        try road.run()
        for number in 1...3 { #expect(road.steps("H21-\(number)") == ["a", "b"]) }
        #expect(road.events(.memoryDoubted).map(\.errorCode) == ["LT-4035"])
        #expect(try road.store.memoryReport().cause == .contradicted)
        // Nothing is left to be asked about: `status` tells of it no more.
        #expect(try road.lane()?.unconfirmed == 0)
        #expect(road.store.generation == 2)
    }

    @Test("asks about everything when an operator says so, without a restart")
    func told() throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.record("H21-1", steps: ["a"])
        try road.run()
        road.pass(2_000)
        let desk = try OperatorDesk(
            directory: "\(road.scratch.path)/\(road.folder)", actor: "lan")
        #expect(try desk.distrust(reason: "phục hồi", now: road.now.wall).generation == 2)
        try road.record("H21-1", v: "2", steps: ["a", "b"])
        try road.run()
        #expect(road.far.road.suffix(3) == ["probe H21-1", "update H21-1", "history H21-1"])
        #expect(road.events(.memoryDoubted).map(\.errorCode) == ["LT-4036"])
    }

    @Test("does not take an earlier step with the same words for one that was lost")
    func twin() throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.recordSteps(["a"], areAtOnce: true)
        try road.run()
        road.far.script = {
            $0.kind == .history ? .lostRequest : .normal
        }
        try road.recordSteps(["a", "a"], areAtOnce: true)
        try road.run(for: 10_000)
        // One is listed and one was acknowledged: nobody can know whose it is, so nobody says.
        #expect(try road.parked().map(\.cause) == [.undecidable])
        #expect(road.steps("H21-1") == ["a"])
    }

    @Test("waits for a request under way, however old its key is by then")
    func inProgress() throws {
        var policy = CourierPolicyFixture.quick
        policy.keyLifetime = 0
        let road = try Road(policy, contract: try Road.contract(honoursKeys: true))
        var isFirst = true
        road.far.script = {
            guard $0.kind == .history, isFirst else { return .normal }
            isFirst = false
            return .answer(409, "{}")
        }
        try road.record("H21-1", steps: ["a"])
        try road.run()
        #expect(
            road.far.road == ["create H21-1", "history H21-1", "probe H21-1", "history H21-1"])
    }
}

extension Road {
    /// The texts of the steps that the portal holds, in its order.
    fileprivate func steps(_ code: String) -> [String] {
        (far.holdings[code]?.steps ?? []).compactMap { $0["NoiDungXuLy"]?.text }
    }

    /// Steps of H21-1, several to a delivery, or all of the same second.
    func recordSteps(
        _ texts: [String], perDelivery: Int = 1, areAtOnce: Bool = false, firstID: Int64 = 0
    ) throws {
        var one = Road.dossier("H21-1", key: 1, v: "1", steps: [])
        guard case .deliverable(var lanes) = one.content else { return }
        lanes[0].stepsPerDelivery = perDelivery
        lanes[0].steps = texts.enumerated().map { index, text in
            let id = firstID + Int64(index)
            let time = 20_260_105_080_000 + (areAtOnce ? 0 : id)
            return StepPayload(
                id: SourceKey(1000 + id),
                payload: Road.payload(
                    #"{"MaHoSo":"H21-1","ThoiDiemXuLy":"\#(time)","TrangThai":"4","#
                        + #""NoiDungXuLy":"\#(text)"}"#))
        }
        one.content = .deliverable(lanes)
        let batch = CaptureBatch(dossiers: [one])
        _ = try store.transaction { try store.record(batch, now: now.wall) }
    }
}
