import Couriers
import Testing
import VirtualRoad

@Suite("Recovery after an outage", .enabled(if: Thorough.isWanted, Thorough.how))
struct RecoveryTests {
    struct Measure {
        /// From the portal's return to the first request that it serves, in seconds.
        var noticed: Double
        /// From there to 95 % of capacity, in round trips.
        var roundTrips: Double
        var rejections: Int
        var capacity: Double
    }

    static func measure(
        roundTrip: Int64, health: VirtualPortal.Health, outage: Double = 600, queue: Int = 1_000
    ) throws -> Measure {
        var capacity = VirtualPortal.Capacity(
            servers: 24, service: roundTrip, network: max(100, roundTrip / 10), queue: queue)
        capacity.isRandom = false
        let scene = try Scene(capacity)
        let warm = max(Double(roundTrip) * 100 / 1_000_000, 0.5)
        // More than is sent in the time that is measured, whatever a round trip takes.
        let measured = warm + Double(roundTrip) * 100 / 1_000_000
        try scene.backlog(Int(capacity.perSecond * measured * 1.2) + 3_000)
        try scene.run(warm)
        let before = scene.acknowledgedPerSecond(
            from: Int64(warm * 500_000), to: Int64(warm * 1_000_000))
        scene.portal.health = health
        try scene.run(outage)
        scene.portal.health = .well
        let back = scene.now
        let rejected = scene.portal.tally.rejections
        // The launch of the first request that the portal serves again.
        let served = scene.portal.tally.served
        let portal = scene.portal
        try scene.road.run(until: back + 200 * Scene.second) { _ in portal.tally.served > served }
        let first = scene.now
        try scene.run(Double(roundTrip) * 80 / 1_000_000)
        // The first moment from which on five round trips carry 95 % of the capacity.
        let trip = roundTrip + max(100, roundTrip / 10) + scene.road.turnCost
        var reached = Double.infinity
        for tenth in 0..<700 {
            let start = first + trip * Int64(tenth) / 10
            let rate = scene.acknowledgedPerSecond(from: start, to: start + trip * 5)
            if rate >= 0.95 * before {
                reached = Double(tenth) / 10
                break
            }
        }
        return Measure(
            noticed: Double(first - back) / 1_000_000, roundTrips: reached,
            rejections: scene.portal.tally.rejections - rejected, capacity: before)
    }

    @Test(
        "reaches 95 % of capacity within thirty round trips, without a storm of rejections",
        arguments: Thorough.all([1, 10, 100, 1000], few: [10, 1000]),
        Thorough.all(
            [
                VirtualPortal.Health.refusing, .silent(acts: false),
                .answering(VirtualPortal.Reply(status: 503)),
            ], few: [.refusing]))
    func recovers(_ milliseconds: Int64, _ health: VirtualPortal.Health) throws {
        let found = try RecoveryTests.measure(roundTrip: milliseconds * 1000, health: health)
        #expect(found.roundTrips <= 30, "\(found)")
        #expect(found.noticed <= 100, "\(found)")
        #expect(found.rejections <= 5, "\(found)")
        print("recovery", milliseconds, health, found)
    }
}
