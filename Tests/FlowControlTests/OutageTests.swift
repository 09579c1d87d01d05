import Couriers
import Outbox
import Testing
import VirtualRoad

/// What an outage costs the destination: what was under way when it began, what opens the breaker, and ten
/// requests a minute, so that its return is noticed within seconds.
@Suite("Load during an outage", .enabled(if: Thorough.isWanted, Thorough.how))
struct OutageTests {
    static let most = 32 + 10 + 10 * 60

    enum Work: String, CaseIterable { case stream, backlog }

    static let kinds: [VirtualPortal.Health] = [
        .refusing, .silent(acts: false), .silent(acts: true),
        .answering(VirtualPortal.Reply(status: 503)),
        .answering(VirtualPortal.Reply(status: 503, retryAfter: "1")),
        .answering(VirtualPortal.Reply(status: 429)),
        .answering(VirtualPortal.Reply(status: 502, body: "<html>")),
    ]

    @Test(
        "sends ten requests a minute at most, and nothing is parked or doubled",
        arguments: Thorough.all(kinds, few: [.refusing, .silent(acts: true)]), Work.allCases)
    func total(_ health: VirtualPortal.Health, _ work: Work) throws {
        let capacity = VirtualPortal.Capacity(servers: 8, service: 100_000, network: 20_000)
        let scene = try Scene(capacity)
        let many = Thorough.size(3_000, small: 1_200)
        try scene.backlog(work == .backlog ? many : 50, steps: ["a"])
        try scene.run(10)
        let arriving = Thorough.size(1.0, small: 0.5)
        let perSecond = work == .backlog ? capacity.perSecond : arriving
        if work == .stream {
            scene.stream(arriving, from: scene.now, to: scene.now + Scene.hour, steps: ["a"])
        }
        let start = scene.now
        scene.portal.health = health
        try scene.run(3_600)
        let sent = scene.portal.tally.requests(from: start)
        let healthy = Int(perSecond * (work == .backlog ? 1 : 2) * 3_600)
        #expect(sent <= OutageTests.most, "\(sent) requests")
        print("outage", health, work, "sent", sent, "of", healthy)
        scene.portal.health = .well
        try scene.run(400)
        let lane = try scene.lane()
        #expect(lane?.parked == 0)
        let owed = (lane?.due ?? 0) + (lane?.later ?? 0) + (lane?.uncertain ?? 0)
        #expect(owed == 0, "\(owed) still owed after 400 s")
        let dossiers = work == .backlog ? many : 50 + Int(arriving * 3_600)
        #expect(scene.portal.holdings.count == dossiers)
        #expect(scene.portal.steps.count == dossiers)
        #expect(scene.portal.steps.allSatisfy { $0.value == 1 })
    }

    @Test(
        "adds a tenth at most where many requests fail, and goes on at once when it is well",
        arguments: Thorough.all([1.0, 5, 40], few: [5]), Thorough.all([0.3, 0.5], few: [0.3]))
    func ailing(_ perSecond: Double, _ share: Double) throws {
        let scene = try Scene(
            VirtualPortal.Capacity(servers: 16, service: 100_000, network: 20_000))
        let end = Scene.hour / 4
        scene.stream(perSecond, from: 0, to: end)
        try scene.run(30)
        let start = scene.now
        scene.portal.health = .ailing(share: share, VirtualPortal.Reply(status: 500))
        try scene.run(840)
        let sent = scene.portal.tally.requests(from: start)
        let healthy = Int(perSecond * 840)
        #expect(
            Double(sent) <= Double(healthy) * 1.1 + 30, "\(sent) requests instead of \(healthy)")
        print("ailing", perSecond, share, "sent", sent, "of", healthy)
        scene.portal.health = .well
        try scene.road.run(until: end)
        try scene.run(300)
        let lane = try scene.lane()
        let owed = (lane?.due ?? 0) + (lane?.later ?? 0) + (lane?.uncertain ?? 0)
        #expect(owed == 0, "\(owed) owed 5 minutes after")
        #expect(lane?.parked == 0)
    }
}
