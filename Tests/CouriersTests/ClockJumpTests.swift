import Couriers
import Outbox
import Testing
import Wire

@Suite("A dispatcher whose clock jumps before an answer is written down") struct ClockJumpTests {
    @Test("keeps the wait that it decided, whichever way", arguments: [-86_400_000, 86_400_000])
    func jump(_ delta: Int64) throws {
        let road = try Road(CourierPolicyFixture.quick)
        var isFirst = true
        road.far.script = {
            guard $0.kind == .create, isFirst else { return .normal }
            isFirst = false
            return .answer(503, "")
        }
        try road.record("H21-1")
        while road.far.sent(.create).isEmpty {
            try road.turn()
            road.pass(1)
        }
        road.far.now = road.now.steady
        for _ in 0..<100 where road.dispatcher.collect(now: road.now) == nil {
            road.pass(1)
            road.far.now = road.now.steady
        }
        #expect(road.dispatcher.collect(now: road.now) != nil)
        road.now.wall = road.now.wall.adding(milliseconds: delta)
        road.dispatcher.clockJumped(by: delta, now: road.now)
        let isDone = try road.store.transaction {
            try road.store.clockMoved(by: delta, now: road.now.wall)
        }
        #expect(isDone)
        let began = road.now.steady
        try road.run(for: 60_000)
        #expect(road.far.holdings["H21-1"] != nil)
        // It was not hurried either: the back-off of the fixture is a tenth of a second.
        #expect(road.now.steady - began >= 50)
    }
}
