import Couriers
import Outbox
import Testing
import VirtualRoad

@Suite("The window and a changing capacity", .enabled(if: Thorough.isWanted, Thorough.how))
struct CapacityTests {
    struct Phase: CustomStringConvertible {
        var utilization: Double
        var window: Double
        var rejectedShare: Double
        /// Mean time in the portal's queue, in milliseconds.
        var waited: Double

        var description: String {
            "utilization \(utilization), window \(window), rejected \(rejectedShare), "
                + "waited \(waited) ms"
        }
    }

    /// Lets the portal settle, then looks at it for a while; both in round trips.
    private func phase(_ scene: Scene, settle: Double = 300, look: Double = 300) throws -> Phase {
        let trip = Double(scene.portal.capacity.roundTrip) / 1_000_000
        try scene.run(settle * trip)
        let start = scene.now
        let before = scene.portal.tally
        var windows: [Int] = []
        scene.road.observe = { windows.append($0.standing().window) }
        try scene.run(look * trip)
        scene.road.observe = { _ in }
        let tally = scene.portal.tally
        let served = tally.waiting.count - before.waiting.count
        return Phase(
            utilization: scene.acknowledgedPerSecond(from: start, to: scene.now)
                / scene.portal.capacity.perSecond,
            window: Double(windows.reduce(0, +)) / Double(max(1, windows.count)),
            rejectedShare: Double(tally.rejections(from: start))
                / Double(max(1, tally.requests(from: start))),
            waited: Double(tally.waiting.sum - before.waiting.sum) / Double(max(1, served)) / 1000)
    }

    private func policy() -> CourierPolicy {
        var policy = CourierPolicy()
        policy.windowBounds = 1...256
        return policy
    }

    @Test(
        "follows a capacity down to a tenth and up again, without filling the portal's queue",
        arguments: Thorough.all([10, 100], few: [100]), Thorough.all([false, true], few: [false]))
    func follows(_ milliseconds: Int64, _ isRandom: Bool) throws {
        let most = Thorough.size(40, small: 20)
        var capacity = VirtualPortal.Capacity(
            servers: most, service: milliseconds * 1000, network: milliseconds * 100)
        capacity.isRandom = isRandom
        let scene = try Scene(capacity, policy: policy())
        let (settle, look) = Thorough.size((300.0, 300.0), small: (150, 100))
        try scene.backlog(Int(Double(most) * (settle * 3 + look * 2) * 1.2))
        let well = try phase(scene, settle: settle, look: look)
        scene.portal.capacity.servers = most / 10
        let ill = try phase(scene)
        scene.portal.capacity.servers = most
        let again = try phase(scene, settle: settle * 2, look: look)
        print("capacity", milliseconds, isRandom, well, "|", ill, "|", again)
        for (servers, found) in [
            (Double(most), well), (Double(most / 10), ill), (Double(most), again),
        ] {
            // A window of half as much again as fits, and a standing queue of five milliseconds.
            let fits = servers * 1.1
            // Random service times queue at any window that keeps all servers at work.
            let slack = isRandom ? 2.5 : 1.6
            let widest = fits * slack + 5 / Double(milliseconds) * servers + 2
            #expect(found.window <= widest, "\(servers) servers: \(found)")
            #expect(found.utilization >= 0.85, "\(servers) servers: \(found)")
            #expect(
                found.waited <= Double(milliseconds) * (slack - 0.9) + 5,
                "\(servers) servers: \(found)")
        }
    }

    @Test(
        "finds what a portal takes that refuses what is too much",
        arguments: Thorough.all([429, 503], few: [429]))
    func refusing(_ status: Int) throws {
        var capacity = VirtualPortal.Capacity(
            servers: 20, service: 50_000, network: 10_000, queue: 10)
        capacity.overload = VirtualPortal.Reply(status: status)
        let scene = try Scene(capacity, policy: policy())
        let (settle, look) = Thorough.size((300.0, 300.0), small: (150, 100))
        try scene.backlog(Int(20 * (settle * 3 + look * 2) * 1.4))
        let well = try phase(scene, settle: settle, look: look)
        scene.portal.capacity.servers = 2
        scene.portal.capacity.queue = 2
        let ill = try phase(scene, settle: 600)
        scene.portal.capacity.servers = 20
        scene.portal.capacity.queue = 10
        let again = try phase(scene, settle: settle * 2, look: look)
        print("refusing", status, well, "|", ill, "|", again)
        for found in [well, ill, again] {
            #expect(found.rejectedShare <= 0.1, "\(found)")
            #expect(found.utilization >= 0.7, "\(found)")
        }
        #expect(try scene.lane()?.parked == 0)
    }
}
