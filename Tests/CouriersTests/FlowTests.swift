import Contracts
import Couriers
import Dossiers
import Operating
import Outbox
import Testing
import Wire

@Suite("A dispatcher's flow")
struct FlowTests {
    @Test(
        "holds everything when the destination refuses us, and parks nothing",
        arguments: [403, 404])
    func refusals(_ status: Int) throws {
        let road = try Road(CourierPolicyFixture.quick)
        var isRefusing = true
        road.far.script = {
            $0.kind == .create && isRefusing ? .answer(status, "{}") : .normal
        }
        try road.recordMany(200)
        try road.run(for: 3_600_000)
        #expect(try road.parked().isEmpty)
        #expect(road.far.sent(.create).count <= 70)
        #expect(road.standing.trouble?.code == "LT-5112")
        #expect(road.events(.breakerOpened).first?.errorCode == "LT-5112")
        #expect(try road.lane()?.inFlight == 0)
        isRefusing = false
        try road.run(for: 3_600_000)
        #expect(road.far.holdings.count == 200)
        #expect(road.events(.breakerClosed).count == 1)
        let attempts = try road.reader().status(now: road.now.wall).destinations.first?.parked
        #expect(attempts == 0)
    }

    @Test("treats a storm of 401 the same: a new session, then the breaker")
    func unauthorized() throws {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.script = { $0.kind == .login ? .normal : .answer(401, "{}") }
        try road.recordMany(100)
        try road.run(for: 3_600_000)
        #expect(try road.parked().isEmpty)
        #expect(road.far.sent(.login).count <= 70)
        #expect(road.standing.trouble?.code == "LT-5111")
        road.far.script = { _ in .normal }
        try road.run(for: 3_600_000)
        #expect(road.far.holdings.count == 100)
    }

    @Test(
        "asks a destination that is away ten times a minute at most, and goes on within ten seconds",
        arguments: [true, false])
    func outage(_ hasSession: Bool) throws {
        let road = try Road()
        if hasSession {
            try road.record("H21-first", key: 10_000)
            try road.run()
        }
        var isDown = true
        road.far.script = { _ in isDown ? .unreachable : .normal }
        try road.recordMany(1_000)
        let start = road.far.sent.count
        try road.run(for: 3_600_000)
        let during = road.far.sent.count - start
        #expect(during <= 600 + 14)
        #expect(during >= 400)
        #expect(road.standing.trouble?.code == "LT-5115")
        #expect(try road.parked().isEmpty)
        // One line at the start, one for each half minute with something to say.
        #expect(road.events(.deliveryRetried).count <= 130)
        isDown = false
        let back = road.now.steady
        let before = road.far.sent.count
        try road.run()
        #expect(road.far.holdings.count == (hasSession ? 1_001 : 1_000))
        #expect(road.far.sent.count - before <= 1_000 + 1)
        #expect(road.far.sent(.probe).isEmpty)
        let first = try #require(road.far.sent(.create).first { $0.at >= back })
        #expect(first.at - back <= 10_000)
    }

    @Test("keeps repeats to their share even where no breaker helps")
    func budget() throws {
        var policy = CourierPolicyFixture.quick
        policy.breakerFailures = 100_000
        policy.breakerShare = 1
        let road = try Road(policy)
        var creates = 0
        road.far.script = {
            guard $0.kind == .create else { return .normal }
            creates += 1
            return creates % 2 == 0 ? .answer(503, "{}") : .normal
        }
        try road.recordMany(2_000)
        // As long as there are first attempts.
        var last = 0
        while road.far.holdings.count < 900, last < 10_000 {
            try road.turn()
            road.pass(1)
            last += 1
        }
        let firsts = Set(road.far.sent(.create).map(\.code)).count
        let repeats = road.far.sent(.create).count - firsts
        #expect(firsts > 1_000)
        #expect(repeats <= firsts / 10 + 10 + Int(road.now.steady - 1_000_000) / 1000 + 1)
    }

    @Test("comes back when it is asked to, in both forms of Retry-After")
    func retryAfter() throws {
        for value in ["7", "Mon, 21 Sep 2026 14:13:27 GMT"] {
            let road = try Road(CourierPolicyFixture.quick)
            // 2026-09-21T14:13:20Z
            #expect(road.now.wall.rfc3339 == "2026-09-21T21:13:20.000+07:00")
            var creates = 0
            road.far.script = {
                guard $0.kind == .create else { return .normal }
                creates += 1
                return creates == 1 ? .answer(429, "{}", retryAfter: value) : .normal
            }
            try road.record("H21-1")
            try road.run()
            let times = road.far.sent(.create).map(\.at)
            try #require(times.count == 2)
            #expect((6_990...9_000).contains(times[1] - times[0]))
            let line = try #require(try road.lines().first)
            #expect(line.outcome == "throttled")
        }
    }

    @Test("leaves the whole destination alone when it says “too many” again and again")
    func pause() throws {
        var policy = CourierPolicyFixture.quick
        policy.windowAtStart = 8
        let road = try Road(policy)
        road.far.script = {
            $0.kind == .create ? .answer(429, "{}", retryAfter: "60") : .normal
        }
        try road.recordMany(100)
        try road.run(for: 50_000)
        #expect(road.far.sent(.create).count <= 16)
        #expect(road.standing.pausedFor ?? 0 > 0)
        #expect(road.events(.throttled).count == 1)
        #expect(road.standing.breaker == .closed)
        road.far.script = { _ in .normal }
        try road.run()
        #expect(road.far.holdings.count == 100)
        #expect(try road.parked().isEmpty)
    }

    @Test("keeps to a rate limit")
    func rate() throws {
        var policy = CourierPolicyFixture.quick
        policy.ratePerSecond = 5
        policy.rateBurst = 2
        let road = try Road(policy)
        try road.recordMany(51)
        let passed = try road.run()
        #expect(road.far.holdings.count == 51)
        #expect((9_000...12_000).contains(passed))
    }

    @Test("sends nothing in a maintenance window, and goes on when it ends")
    func maintenance() throws {
        var policy = CourierPolicyFixture.quick
        policy.maintenance = [try #require(MaintenanceWindow("21:00-22:00"))]
        let road = try Road(policy)
        try road.recordMany(3)
        try road.run(for: 1_800_000)
        #expect(road.far.sent.isEmpty)
        #expect(try road.lane()?.inFlight == 0)
        #expect(road.standing.maintenanceEndsIn ?? 0 > 0)
        try road.run()
        #expect(road.far.holdings.count == 3)
        let first = try #require(road.far.sent.first)
        #expect(first.at - 1_000_000 >= 46 * 60_000)
    }

    @Test("never has more under way than its window")
    func window() throws {
        var policy = CourierPolicyFixture.quick
        policy.windowBounds = 1...6
        let road = try Road(policy)
        try road.recordMany(100, steps: ["a"])
        try road.run()
        #expect(road.far.mostInFlight <= 6)
        #expect(road.far.mostInFlight >= 5)
        #expect(road.standing.window == 6)
    }

    @Test("backs off one failing dossier without holding up the others")
    func oneFails() throws {
        var policy = CourierPolicyFixture.quick
        policy.attempts = 6
        let road = try Road(policy)
        road.far.script = {
            $0.code == "H21-7" && $0.kind == .create ? .answer(500, "{}") : .normal
        }
        try road.recordMany(40)
        try road.run()
        #expect(road.far.holdings.count == 39)
        #expect(road.far.sent(.create).count { $0.code == "H21-7" } == 6)
        let parked = try road.parked()
        #expect(parked.map(\.cause) == [.exhausted])
        #expect(parked.first?.attempts == 6)
        #expect(road.standing.breaker == .closed)
    }

    @Test("holds when a request cannot be built, and says which setting is wrong")
    func unsendable() throws {
        let road = try Road(CourierPolicyFixture.quick)
        var account = Road.account
        account.settings["dstcode"] = "a\r\nX-Other: b"
        try road.reload(account: account)
        try road.record("H21-1")
        try road.run(for: 10_000)
        #expect(road.far.sent.isEmpty)
        #expect(road.standing.trouble?.code.hasPrefix("LT-11") == true)
        #expect(try road.parked().isEmpty)
        #expect(try road.lane()?.inFlight == 0)
    }

    @Test("stops cleanly: what is not sent is given back, what is under way may still be answered")
    func drain() throws {
        var policy = CourierPolicyFixture.quick
        policy.windowBounds = 1...2
        policy.windowAtStart = 2
        let road = try Road(policy)
        road.far.script = { $0.kind == .create ? .held : .normal }
        try road.recordMany(30)
        try road.run(for: 20)
        #expect(road.far.sent(.create).count == 2)
        #expect(road.standing.queued > 0)
        road.dispatcher.drain()
        try road.turn()
        #expect(try road.lane()?.inFlight == 2)
        #expect(!road.dispatcher.isDrained)
        #expect(road.standing.queued == 0)
        road.far.release()
        try road.turn()
        try road.turn()
        #expect(road.dispatcher.isDrained)
        #expect(try road.lane()?.inFlight == 0)
        #expect(try road.lane()?.due == 28)
        #expect(road.far.sent(.create).count == 2)
    }

    @Test("leaves what is still under way at the deadline to be asked about after the restart")
    func deadline() throws {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.script = { $0.kind == .create ? .held : .normal }
        try road.recordMany(3)
        try road.run(for: 20)
        road.dispatcher.drain()
        try road.turn()
        #expect(!road.dispatcher.isDrained)
        road.far.script = { _ in .normal }
        try road.crash()
        #expect(try road.lane()?.uncertain == 3)
        try road.run()
        #expect(road.far.holdings.count == 3)
        #expect(road.far.sent(.probe).count == 3)
    }

    @Test("lets answers wait for one another, never for longer than a commit, and never for nobody")
    func grouping() throws {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.script = { $0.kind == .create && $0.code.hasSuffix("-1") ? .held : .normal }
        try road.recordMany(4)
        for _ in 0..<10 where road.far.sent(.create).isEmpty {
            try road.turn()
            road.pass(1)
        }
        road.far.now = road.now.steady
        try #require(road.far.sent(.create).count == 4)
        // One is under way, so the others wait for it.
        let wait = try #require(road.dispatcher.collect(now: road.now))
        #expect((1...10).contains(wait))
        #expect(try road.lane()?.acknowledged == 0)
        road.pass(wait)
        #expect(road.dispatcher.collect(now: road.now) == 0)
        try road.turn()
        #expect(try road.lane()?.acknowledged == 3)
        #expect(road.dispatcher.collect(now: road.now) == nil)
        // Nobody else is under way: nothing to wait for.
        road.far.release()
        #expect(road.dispatcher.collect(now: road.now) == 0)
        try road.turn()
        #expect(try road.lane()?.acknowledged == 4)
    }
}
