import Couriers
import Operating
import Outbox
import Testing
import VirtualRoad

@Suite("A login that fails softly") struct LoginTests {
    static let kinds: [(name: String, health: VirtualPortal.Health, code: String)] = [
        ("a page", .answeringLogins(.init(status: 200, body: "<html>Bảo trì</html>")), "LT-5119"),
        ("nothing", .answeringLogins(.init(status: 200, body: "")), "LT-5119"),
        ("no session", .answeringLogins(.init(status: 200, body: #"{"error_code":0}"#)), "LT-5119"),
        ("503", .answeringLogins(.init(status: 503, body: "<html>")), "LT-5117"),
        ("404", .answeringLogins(.init(status: 404, body: "<html>")), "LT-5118"),
        ("401", .answeringLogins(.init(status: 401, body: "{}")), "LT-5110"),
        ("hangs", .silent(acts: false), "LT-5116"),
        ("a wrong password", .lockingOut, "LT-5110"),
    ]

    @Test(
        "is told within seconds as what it is, and nothing counts as under way",
        arguments: kinds.indices)
    func told(_ kind: Int) throws {
        let (name, health, code) = LoginTests.kinds[kind]
        let scene = try Scene(
            VirtualPortal.Capacity(servers: 8, service: 50_000, network: 10_000))
        scene.portal.health = health
        try scene.backlog(50)
        try scene.run(8)
        let standing = scene.road.standing()
        #expect(standing.trouble?.code == code, "\(name)")
        #expect(try scene.lane()?.inFlight == 0, "\(name)")
        #expect(!scene.road.book.times(.breakerOpened).isEmpty, "\(name)")
        try scene.run(300)
        #expect(try scene.lane()?.parked == 0)
        let isRefused = code == "LT-5110"
        scene.portal.health = .well
        if isRefused { try scene.reload() }
        try scene.run(isRefused || code != "LT-5118" ? 20 : 70)
        #expect(scene.portal.holdings.count == 50, "\(name)")
        #expect(scene.road.standing().trouble == nil, "\(name)")
    }
}
