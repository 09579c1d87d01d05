import Couriers
import Testing
import VirtualRoad

@Suite("A destination with a limit") struct LimitTests {
    @Test(
        "is used to its limit, is asked for little more, and keeps nobody fresh waiting",
        arguments: [nil, "1", "2"])
    func learnt(_ retryAfter: String?) throws {
        let scene = try Scene(
            VirtualPortal.Capacity(servers: 64, service: 95_000, network: 5_000))
        scene.portal.limit = 50
        scene.portal.overLimit.retryAfter = retryAfter
        let seconds = Thorough.size(400.0, small: 120)
        try scene.backlog(Int(50 * seconds))
        scene.stream(4, from: 10 * Scene.second, to: Int64(seconds) * Scene.second)
        // In which the limit is found out.
        try scene.run(20)
        let start = scene.now
        let before = scene.portal.tally
        try scene.run(seconds - 20)
        let tally = scene.portal.tally
        let sent = tally.requests - before.requests
        let refused = tally.rejections - before.rejections
        let accepted = Double(sent - refused) / (seconds - 20)
        try scene.run(5)
        let fresh = scene.freshDelays(from: start)
        let text =
            "accepted \(accepted)/s, refused \(Double(refused) / Double(sent)), "
            + "fresh p99 \(fresh.quantile(0.99)) max \(fresh.last ?? 0)"
        print("limit", text)
        #expect(accepted >= 47.5, "\(text)")
        #expect(Double(refused) <= 0.03 * Double(sent), "\(text)")
        // What is refused waits as long as it was told, and a quarter more.
        let asked = 1.25 * (retryAfter.flatMap(Double.init) ?? 0)
        #expect(fresh.quantile(0.99) <= 2 + asked, "\(text)")
    }
}
