import Couriers
import Dossiers
import Outbox
import Testing
import VirtualRoad

@Suite("What a destination's operators ask of us")
struct AgreementTests {
    private let capacity = VirtualPortal.Capacity(servers: 8, service: 50_000, network: 10_000)

    @Test(
        "absurd values of Retry-After are bounded, and none stops the road for good",
        arguments: [
            ("315360000", 3_600.0), ("99999999999999999999999", 0), ("-5", 0), ("soon", 0),
            ("", 0), ("Fri, 31 Dec 2100 23:59:59 GMT", 3_600),
            ("Mon, 21 Sep 1970 14:13:27 GMT", 0), ("7", 7), ("Mon, 21 Sep 2026 14:13:30 GMT", 10),
        ])
    func retryAfter(_ value: String, _ asked: Double) throws {
        let scene = try Scene(capacity)
        var isFirst = true
        scene.portal.exception = { request in
            guard request.kind == .create, isFirst else { return nil }
            isFirst = false
            return VirtualPortal.Reply(status: 429, retryAfter: value)
        }
        scene.change("F1", at: 0)
        try scene.run(6_000)
        let delay = scene.freshDelays().first ?? .infinity
        // What cannot be read leaves it to the contract, which says five seconds.
        #expect(delay <= max(asked * 1.25, asked + 8), "\(value): \(delay) s")
        #expect(delay >= asked - 1, "\(value): \(delay) s")
    }

    @Test("nothing is sent in a maintenance window, what is claimed is given back, and all resumes")
    func maintenance() throws {
        var policy = CourierPolicy()
        // The road begins at 21:13:20 in Vietnam.
        policy.maintenance = [try #require(MaintenanceWindow("21:14-22:00"))]
        let small = VirtualPortal.Capacity(servers: 4, service: 50_000, network: 10_000)
        let scene = try Scene(small, policy: policy)
        try scene.backlog(4_500)
        try scene.road.run(until: 45 * Scene.second)
        let inside = scene.portal.tally.requests(
            from: 40 * Scene.second + 1000 * 5, to: 50 * Scene.second)
        #expect(inside == 0)
        #expect(scene.road.standing().queued == 0)
        #expect(try scene.lane()?.inFlight == 0)
        let end = (46 * 60 + 40) * Scene.second
        try scene.road.run(until: end)
        #expect(scene.portal.tally.requests(from: 41 * Scene.second, to: end) == 0)
        let before = scene.portal.tally.requests(from: 30 * Scene.second, to: 35 * Scene.second)
        try scene.run(5)
        let after = scene.portal.tally.requests(from: end)
        #expect(Double(after) >= 0.95 * Double(before), "\(after) instead of \(before) in 5 s")
    }

    @Test("a rate limit holds over any window, with logins, and across reloads")
    func rate() throws {
        var policy = CourierPolicy()
        policy.ratePerSecond = 7
        policy.rateBurst = 3
        policy.sessionLifetime = 5_000
        let scene = try Scene(capacity, policy: policy)
        try scene.backlog(3_000)
        for _ in 0..<20 {
            try scene.run(3.3)
            try scene.reload()
        }
        let times = scene.portal.tally.times
        // 67 s at 7 a second.
        #expect(times.count >= 440, "\(times.count) requests")
        for window in [100, 300, 1_000, 10_000, 60_000] {
            let most = 3 + Int((Double(window) / 1000 * 7).rounded(.up))
            var first = 0
            var worst = 0
            for (last, time) in times.enumerated() {
                // What goes out before a commit and what goes out after it differ by the commit.
                while times[first] <= time - Int64(window) * 1000 + scene.road.turnCost {
                    first += 1
                }
                worst = max(worst, last - first + 1)
            }
            #expect(worst <= most, "\(worst) requests within \(window) ms")
        }
    }

    @Test("one dead destination does not slow the others")
    func independent() throws {
        let scene = try Scene(capacity, capacity, capacity)
        try scene.backlog(3_000)
        scene.portals[1].health = .silent(acts: false)
        scene.portals[2].health = .answering(VirtualPortal.Reply(status: 403))
        try scene.run(15)
        let name = scene.names[0].rawValue
        let rate = scene.acknowledgedPerSecond(
            from: 5 * Scene.second, to: scene.now, by: name)
        #expect(rate >= 0.9 * capacity.perSecond, "\(rate) of \(capacity.perSecond) a second")
        #expect(scene.portals[1].tally.requests <= 60)
        #expect(scene.portals[2].tally.requests <= 60)
    }

    @Test(
        "a trial does least, a login where there is one, and one whose answer is lost doubles nothing"
    )
    func trial() throws {
        let scene = try Scene(capacity)
        try scene.backlog(100, steps: ["a", "b"])
        try scene.run(1)
        scene.portal.health = .silent(acts: true)
        let start = scene.now
        // In which it is found out.
        try scene.run(60)
        var kinds: [VirtualPortal.Request.Kind: Int] = [:]
        scene.portal.heard = { kinds[$0.kind, default: 0] += 1 }
        try scene.run(840)
        #expect(scene.portal.tally.requests(from: start) <= 15 * 10 + 10)
        #expect(kinds.count == 1 && kinds[.login, default: 0] >= 100, "\(kinds)")
        scene.portal.health = .well
        try scene.run(300)
        #expect(scene.portal.holdings.count == 100)
        #expect(scene.portal.order.count == 100)
        #expect(scene.portal.order.allSatisfy { $0.value == ["a", "b"] })
        #expect(try scene.lane()?.parked == 0)
    }
}
