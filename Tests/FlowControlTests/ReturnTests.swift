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
        try scene.road.run(until: back + 120 * Scene.second) { $0.book.acknowledgedCount == 2_000 }
        let took = Double(scene.now - back) / 1_000_000
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
