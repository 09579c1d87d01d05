import Contracts
import Dossiers
import Outbox
import Testing
import Wire

@testable import Couriers

@Suite("A wall clock that jumps") struct ClockTests {
    static let day: Int64 = 86_400_000

    /// What the engine does in the turn that notices the jump.
    private func jump(_ road: Road, by delta: Int64) throws {
        road.now.wall = road.now.wall.adding(milliseconds: delta)
        var isDone = false
        while !isDone {
            isDone = try road.store.transaction {
                try road.store.clockMoved(by: delta, now: road.now.wall)
            }
        }
    }

    @Test(
        "neither cuts a wait short nor makes it longer, whichever way it jumps",
        arguments: [3_600_000, -3_600_000, day, -day, 3650 * day, -3650 * day])
    func waits(_ delta: Int64) throws {
        let road = try Road()
        let start = road.now
        try road.record("H21-1")
        try road.store.transaction {
            let claimed = try road.store.claim(
                Road.portal, limit: 1, freshShare: 1, now: start.wall)
            let again = Settlement.again(
                at: start.wall.adding(milliseconds: 600_000), countsAsAttempt: true)
            try road.store.settle(
                [
                    SettledDelivery(
                        id: claimed[0].id, settlement: again,
                        outcome: .retry(afterMilliseconds: nil),
                        receipt: Receipt(kind: .decided))
                ], now: start.wall)
        }
        try road.record("H21-2", key: 2)
        try jump(road, by: delta)
        func due(at milliseconds: Int64) throws -> [String] {
            let moment = road.now.wall.adding(milliseconds: milliseconds)
            var found: [String] = []
            do {
                try road.store.transaction {
                    found = try road.store.claim(
                        Road.portal, limit: 9, freshShare: 1, now: moment
                    ).map(\.code.rawValue)
                    throw Undone()
                }
            } catch is Undone {}
            return found
        }
        #expect(try due(at: 0) == ["H21-2"])
        #expect(try due(at: 599_000) == ["H21-2"])
        #expect(try Set(due(at: 600_000)) == ["H21-1", "H21-2"])
    }

    private struct Undone: Error {}

    @Test("set back takes no more than a portion of what was due into one transaction")
    func portions() throws {
        let road = try Road()
        try road.recordMany(4100)
        let delta = -Self.day
        road.now.wall = road.now.wall.adding(milliseconds: delta)
        var calls = 0
        while try !road.store.transaction({
            try road.store.clockMoved(by: delta, now: road.now.wall)
        }) { calls += 1 }
        #expect(calls == 2)
        #expect(
            try !road.store.hasWaiting(
                for: Road.portal, since: road.now.wall.adding(milliseconds: -1)))
        #expect(try road.store.hasWaiting(for: Road.portal, since: road.now.wall))
    }

    @Test("set back between two runs stalls nothing", arguments: [3_600_000, day, 3650 * day])
    func betweenRuns(_ back: Int64) throws {
        let road = try Road()
        try road.record("H21-1")
        // Something of that time is in the ledger, as after every run that sent anything.
        road.far.script = { $0.kind == .create ? .unreachable : .normal }
        try road.run(for: 3_000)
        #expect(road.far.holdings.isEmpty)
        try road.record("H21-2", key: 2)
        road.far.script = { _ in .normal }
        road.now.wall = road.now.wall.adding(milliseconds: -back)
        try road.crash()
        // No more than the waits of the first few failures.
        try road.run(for: 60_000)
        #expect(Set(road.far.holdings.keys) == ["H21-1", "H21-2"])
    }

    @Test("makes nobody trust a key whose age nobody knows")
    func keys() throws {
        let chooser = CallChooser(
            calls: [.create, .probe], existence: .createFirst, honoursKeys: true,
            keyLifetime: Self.day)
        let road = try Road()
        try road.record("H21-1")
        let delivery = try road.store.transaction {
            try road.store.claim(Road.portal, limit: 1, freshShare: 1, now: road.now.wall)[0]
        }
        func trusts(after milliseconds: Int64) -> Bool {
            let now = Moment(
                wall: road.now.wall.adding(milliseconds: milliseconds), steady: road.now.steady)
            return chooser.trustsKey(of: delivery, now: now, firstSent: nil)
        }
        #expect(trusts(after: 60_000))
        #expect(!trusts(after: -Self.day))
        #expect(!trusts(after: Self.day))
    }
}
