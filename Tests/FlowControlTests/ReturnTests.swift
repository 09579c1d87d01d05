import Couriers
import Outbox
import Testing
import VirtualRoad

@Suite("A destination's return") struct ReturnTests {
    private let capacity = VirtualPortal.Capacity(servers: 32, service: 100_000, network: 5_000)

    static let kinds: [VirtualPortal.Health] = [
        .refusing, .silent(acts: false), .answering(VirtualPortal.Reply(status: 503)),
    ]

    @Test(
        "is followed by all that is owed within ten seconds beyond what its rate needs",
        arguments: Thorough.all([40.0, 180, 3_600], few: [40, 180]), kinds.indices)
    func isNoticed(_ outage: Double, _ kind: Int) throws {
        let scene = try Scene(capacity)
        try scene.backlog(2_000)
        try scene.run(3)
        scene.portal.health = ReturnTests.kinds[kind]
        let start = scene.now
        try scene.run(outage)
        let back = scene.now
        // In every minute but the first, in which it is found out.
        for minute in stride(from: 60.0, to: outage - 60, by: 60) {
            let from = start + Int64(minute) * Scene.second
            let sent = scene.portal.tally.requests(from: from, to: from + 60 * Scene.second)
            #expect(sent <= 10, "\(sent) requests in minute \(minute / 60)")
        }
        scene.portal.health = .well
        // Writes that were left unanswered just before wait for as long as they may be at work: 35 s.
        let atWork = kind == 1 ? 10 : 0
        try scene.road.run(until: back + 120 * Scene.second) {
            $0.book.acknowledgedCount >= 2_000 - atWork
        }
        let took = Double(scene.now - back) / 1_000_000
        try scene.road.run(until: back + 40 * Scene.second) { $0.book.acknowledgedCount == 2_000 }
        #expect(scene.road.book.acknowledgedCount == 2_000)
        let needed = Double(2_000 - scene.road.book.acknowledged(from: 0, to: back)) / 300
        print("return", outage, ReturnTests.kinds[kind], "took", took, "of which", needed)
        #expect(took <= needed + 10, "\(took) s, its rate needs \(needed) s")
    }

    @Test("needs no traffic to be noticed where errors were few", arguments: [false, true])
    func isNoticedAtRest(_ byRestart: Bool) throws {
        let scene = try Scene(capacity)
        try scene.backlog(400)
        scene.portal.health = .ailing(share: 0.3, VirtualPortal.Reply(status: 500))
        try scene.run(60)
        if byRestart { try scene.crash() }
        scene.portal.health = .well
        let back = scene.now
        try scene.road.run(until: back + 300 * Scene.second) { $0.book.acknowledgedCount == 400 }
        let took = Double(scene.now - back) / 1_000_000
        print("rest", byRestart, "took", took)
        #expect(took <= 60, "the last one \(took) s after")
        #expect(try scene.lane()?.parked == 0)
    }

    @Test("waits for what was asked for, and for nothing beyond", arguments: [2, 30])
    func asked(_ seconds: Int64) throws {
        let scene = try Scene(capacity)
        try scene.backlog(1_000)
        var failed: [String: Int64] = [:]
        var isHasty = false
        scene.portal.heard = { [unowned scene] request in
            guard let last = failed[request.code] else { return }
            isHasty = isHasty || scene.now - last < seconds * Scene.second
        }
        let reply = VirtualPortal.Reply(status: 503, retryAfter: "\(seconds)")
        var random = SystemRandomNumberGenerator()
        scene.portal.exception = { [unowned scene] request in
            guard request.kind != .login, UInt8.random(in: 0..<10, using: &random) < 3 else {
                return nil
            }
            failed[request.code] = scene.now
            return reply
        }
        try scene.run(60)
        scene.portal.exception = { _ in nil }
        let back = scene.now
        #expect(failed.count > 5)
        try scene.road.run(until: back + 300 * Scene.second) { $0.book.acknowledgedCount == 1_000 }
        let took = Double(scene.now - back) / 1_000_000
        print("asked", seconds, "took", took)
        // A quarter of our own on top, so that not all come back in one second.
        #expect(took <= 1.25 * Double(seconds) + 15)
        #expect(!isHasty)
    }

    static let refusals: [VirtualPortal.Reply] = [
        .init(status: 302, body: ""), .init(status: 401),
        .init(status: 200, body: #"{"error_code":"401","message":"Unauthorized"}"#),
        .init(status: 200, body: "<html>Đăng nhập</html>"),
    ]

    @Test(
        "is noticed soon when it had opened sessions and then refused them",
        arguments: refusals.indices)
    func isNoticedBehindSessions(_ kind: Int) throws {
        let scene = try Scene(capacity)
        scene.stream(2, from: 0, to: 200 * Scene.second)
        try scene.run(10)
        scene.portal.exception = { $0.kind == .login ? nil : ReturnTests.refusals[kind] }
        try scene.run(120)
        let sent = scene.portal.tally.requests(from: scene.now - 60 * Scene.second)
        #expect(sent <= 10, "\(sent) requests in a minute")
        scene.portal.exception = { _ in nil }
        // It is asked once a minute by now.
        try scene.run(70)
        let delays = scene.freshDelays(to: scene.now - 2 * Scene.second)
        #expect(delays.last ?? 0 < .infinity, "\(delays.suffix(5))")
        #expect(try scene.lane()?.parked == 0)
    }

    @Test(
        "does not ask about what may still be at work, though its time-out was short",
        arguments: [false, true])
    func arrivesLate(_ byRestart: Bool) throws {
        let scene = try Scene(capacity)
        scene.change("F1", at: 0)
        try scene.run(1)
        scene.portal.health = .silent(acts: true)
        scene.change("F2", at: scene.now)
        // As long as such a request may take; after that the next one gets little time.
        try scene.run(31)
        var sent: [(kind: VirtualPortal.Request.Kind, at: Int64)] = []
        scene.portal.heard = { [unowned scene] request in
            if request.code == "F3" { sent.append((request.kind, scene.now)) }
        }
        scene.change("F3", at: scene.now)
        try scene.run(7)
        #expect(sent.map(\.kind) == [.create])
        if byRestart { try scene.crash() }
        scene.portal.health = .well
        try scene.road.run(until: scene.now + 90 * Scene.second) { $0.book.acknowledgedCount == 3 }
        #expect(scene.road.book.acknowledgedCount == 3)
        let asked = try #require(sent.dropFirst().first)
        #expect(asked.kind == .probe)
        #expect(asked.at - sent[0].at >= 35 * Scene.second)
    }

    @Test("after a long outage finds one delivery that waits all alone")
    func isNoticedByOne() throws {
        let scene = try Scene(capacity)
        scene.portal.health = .answering(VirtualPortal.Reply(status: 503))
        scene.change("F1", at: 0)
        try scene.run(1_800)
        scene.portal.health = .well
        let back = scene.now
        try scene.road.run(until: back + 300 * Scene.second) { $0.book.acknowledgedCount == 1 }
        #expect(scene.now - back <= 10 * Scene.second)
        // What failed for the portal's sake is no attempt of the dossier's own.
        #expect(scene.portal.holdings.count == 1)
    }
}
