import Dossiers
import Outbox
import Testing
import Wire

@testable import Couriers

@Suite("Batches with records to blame anywhere")
struct BatchPropertyTests {
    /// One random world.
    private struct World {
        var random: SeededRandom
        let road: Road
        let dossiers: Int
        let size: Int
        var badHeaders: Set<Int> = []
        var badSteps: Set<Int> = []

        init(_ seed: UInt64, faults: Bool) throws {
            random = SeededRandom(seed: seed)
            dossiers = Int.random(in: 1...90, using: &random)
            size = Int.random(in: 2...50, using: &random)
            var policy = CourierPolicyFixture.quick
            policy.batchState = size
            policy.batchHistory = min(size, 10)
            // Known to be absent before it is sent, a header that is found later needs no second sending.
            policy.existence = .probeFirst
            road = try Road(policy)
            // Where all are refused nothing is sent any more: that is another test's (ComprehensionTests).
            let shares: [Double] = [0, 0.02, 0.1, 0.3, 0.5]
            let share = shares.randomElement(using: &random) ?? 0
            for key in 1...dossiers {
                if Double.random(in: 0..<1, using: &random) < share { badHeaders.insert(key) }
                if Double.random(in: 0..<1, using: &random) < share { badSteps.insert(key) }
            }
            road.far.poison = Set(badHeaders.map { "H21-\($0)" })
            if faults {
                road.far.list =
                    (ScriptedPortal.List.allCases + [nil]).randomElement(using: &random)
                    ?? nil
            }
            for key in 1...dossiers {
                let steps = badSteps.contains(key) ? ["a", "bad"] : ["a", "b"]
                try road.record("H21-\(key)", key: Int64(key), steps: steps)
            }
        }

        /// Whatever a network does, for a while.
        mutating func makeTrouble() {
            var chance = SeededRandom(seed: random.next())
            var left = 60
            road.far.script = { sent in
                guard sent.kind != .login, left > 0, Double.random(in: 0..<1, using: &chance) < 0.4
                else { return .normal }
                left -= 1
                return [
                    .lostAnswer, .lostRequest, .halfAnswer, .unreachable,
                    .answer(500, "Error"), .answer(503, "Busy", retryAfter: "1"),
                    .answer(429, ""), .answer(401, ""),
                ].randomElement(using: &chance) ?? .normal
            }
        }

        /// - Parameter isQuiet: nothing was lost or spoilt, so that nothing was sent in vain. A header
        ///   whose answer was spoilt may come again, for it replaces itself; a step never.
        func expectAllRight(_ seed: UInt64, isQuiet: Bool = false) throws {
            let parked = try road.parked()
            let expected = badHeaders.union(badSteps)
            #expect(Set(parked.map(\.code)) == Set(expected.map { "H21-\($0)" }), "\(seed)")
            #expect(parked.allSatisfy { $0.cause == .rejected }, "\(seed)")
            #expect(parked.count == expected.count, "\(seed)")
            for key in 1...dossiers {
                let held = road.far.holdings["H21-\(key)"]
                let steps = held?.steps.compactMap { $0["NoiDungXuLy"]?.text }
                let wanted: [String]? =
                    badHeaders.contains(key) ? nil : badSteps.contains(key) ? ["a"] : ["a", "b"]
                #expect(steps == wanted, "seed \(seed), dossier \(key)")
                let times = road.far.headers["H21-\(key)", default: 0]
                #expect(wanted == nil ? times == 0 : isQuiet ? times == 1 : times >= 1)
            }
            let acknowledged = try road.lines().filter { $0.settled == .acknowledged }
                .compactMap(\.delivery)
            #expect(Set(acknowledged).count == acknowledged.count, "twice, seed \(seed)")
            let bad = badHeaders.count * 3 + badSteps.subtracting(badHeaders).count
            #expect(acknowledged.count == dossiers * 3 - bad, "seed \(seed)")
            #expect(try road.isSettled(), "seed \(seed)")
        }
    }

    @Test("deliver every other record once, at the cost of two calls a halving", arguments: 1...25)
    func whole(_ seed: UInt64) throws {
        let world = try World(seed, faults: false)
        try world.road.run()
        try world.expectAllRight(seed, isQuiet: true)
        let bad = world.badHeaders.union(world.badSteps).count
        let halvings = Int.bitWidth - (world.size - 1).leadingZeroBitCount
        // Each halving is two calls in place of the one that was refused.
        let refused = Int(world.road.standing.counters.splits)
        #expect(refused <= bad * halvings, "\(refused) splits, \(bad) to blame")
        // Going again costs the innocent nothing: each was only asked about before its first sending.
        #expect(world.road.standing.counters.retried == 0)
        let failed = try world.road.lines().filter { $0.settled == .again && $0.kind == .sent }
        #expect(failed.isEmpty)
    }

    @Test("deliver every other record once when answers are lost and spoilt", arguments: 1...30)
    func troubled(_ seed: UInt64) throws {
        var world = try World(seed, faults: true)
        world.makeTrouble()
        try world.road.run(for: 86_400_000)
        try world.expectAllRight(seed)
    }

    @Test("deliver every other record once when the process dies on the way", arguments: 1...15)
    func dying(_ seed: UInt64) throws {
        var world = try World(seed &+ 1_000, faults: true)
        for _ in 0..<3 {
            world.makeTrouble()
            for _ in 0..<Int.random(in: 1...40, using: &world.random) {
                try world.road.turn()
                world.road.pass(Int64.random(in: 1...50, using: &world.random))
            }
            try world.road.crash()
        }
        world.road.far.script = { _ in .normal }
        try world.road.run(for: 86_400_000)
        try world.expectAllRight(seed)
    }
}
