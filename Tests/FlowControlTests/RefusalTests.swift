import Couriers
import Operating
import Outbox
import Testing
import VirtualRoad

@Suite("A destination that refuses us", .enabled(if: Thorough.isWanted, Thorough.how))
struct RefusalTests {
    private let capacity = VirtualPortal.Capacity(servers: 8, service: 50_000, network: 10_000)

    static let kinds: [(name: String, health: VirtualPortal.Health, code: String)] = [
        ("401", .answering(VirtualPortal.Reply(status: 401)), "LT-5110"),
        ("403", .answering(VirtualPortal.Reply(status: 403)), "LT-5112"),
        ("404", .answering(VirtualPortal.Reply(status: 404, body: "<html>")), "LT-5112"),
        ("TLS", .insecure, "LT-5113"),
        ("password", .lockingOut, "LT-5110"),
    ]

    @Test(
        "holds everything: nothing is parked, dropped or counted, and all is delivered afterwards",
        arguments: Thorough.all(Array(kinds.indices), few: [0, 1]),
        Thorough.all([true, false], few: [true]))
    func storm(_ kind: Int, _ byReload: Bool) throws {
        let (name, health, _) = RefusalTests.kinds[kind]
        let scene = try Scene(capacity)
        try scene.backlog(300, steps: ["a", "b"])
        scene.stream(0.1, from: 0, to: 4 * Scene.hour, steps: ["a"])
        try scene.run(1)
        scene.portal.health = health
        // A session that is over is asked for anew, and refused.
        scene.portal.expireSessions()
        let start = scene.now
        try scene.run(4 * 3_600)
        let tally = scene.portal.tally
        let sent = tally.requests(from: start)
        let logins = tally.loginTimes.filter { $0 >= start + Scene.second }
        // What was under way, then one trial (and its login) a pause.
        let isLocking = scene.road.standing().trouble?.code == "LT-5110"
        let most = isLocking ? 60 + 2 * (5 + 24) : 60 + 2 * 245
        #expect(sent <= most, "\(name): \(sent) requests in four hours")
        for one in logins where isLocking {
            let quarter = logins.count { $0 >= one && $0 < one + 900 * Scene.second }
            #expect(quarter <= 5, "\(name): \(quarter) logins in a quarter of an hour")
        }
        let standing = scene.road.standing()
        #expect(standing.trouble != nil, "\(name)")
        #expect(standing.inFlight == 0)
        #expect(try scene.lane()?.parked == 0)
        print("refusal", name, "sent", sent, "logins", logins.count, standing.trouble?.code ?? "")
        scene.portal.health = .well
        if byReload {
            try scene.reload()
            try scene.run(120)
        } else {
            try scene.run(3_900)
        }
        let lane = try scene.lane()
        let owed = (lane?.due ?? 0) + (lane?.later ?? 0) + (lane?.uncertain ?? 0)
        #expect(owed == 0, "\(name): \(owed) owed")
        #expect(lane?.parked == 0)
        #expect(scene.portal.holdings.count == 300 + 1_440)
        #expect(scene.portal.steps.count == 600 + 1_440)
        #expect(scene.portal.steps.allSatisfy { $0.value == 1 })
    }

    @Test("that refuses one dossier only is not held for it", arguments: [403, 404])
    func single(_ status: Int) throws {
        let scene = try Scene(capacity)
        scene.portal.exception = {
            $0.code == "F7" ? VirtualPortal.Reply(status: status) : nil
        }
        // Busy, then with nothing but the refused one for hours, then busy again.
        scene.stream(5, from: 0, to: 60 * Scene.second)
        scene.stream(
            5, from: 2 * Scene.hour, to: 2 * Scene.hour + 60 * Scene.second, prefix: "G")
        try scene.road.run(until: 2 * Scene.hour + 120 * Scene.second)
        let first = scene.freshDelays(prefix: "F").filter(\.isFinite)
        let later = scene.freshDelays(prefix: "G")
        #expect(first.count == 299)
        #expect(later.quantile(0.99) < 2, "p99 \(later.quantile(0.99))")
        #expect(scene.road.book.times(.breakerOpened).isEmpty)
        // An outage must not end in a trial that this one dossier fails for all.
        scene.portal.health = .refusing
        scene.stream(5, from: scene.now, to: scene.now + 300 * Scene.second, prefix: "H")
        try scene.run(240)
        scene.portal.health = .well
        try scene.run(300)
        #expect(scene.freshDelays(prefix: "H").allSatisfy { $0.isFinite })
    }
}
