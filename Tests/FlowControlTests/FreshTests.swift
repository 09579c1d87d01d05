import Couriers
import Dossiers
import Foundation
import Outbox
import Testing
import VirtualRoad

@Suite("New dossiers beside a backlog", .enabled(if: Thorough.isWanted, Thorough.how))
struct FreshTests {
    /// Twelve thousand rows, or a hundred thousand; the million of the promise by
    /// `LIENTHONG_FLOW=full LIENTHONG_FLOW_BACKLOG=1000000 swift test -c release --filter FreshTests/drains`.
    static let rows =
        ProcessInfo.processInfo.environment["LIENTHONG_FLOW_BACKLOG"].flatMap(Int.init)
        ?? Thorough.size(100_000, small: 12_000)

    @Test("are acknowledged within two seconds, 99 of 100, while the backlog drains")
    func drains() throws {
        let capacity = VirtualPortal.Capacity(servers: 24, service: 100_000, network: 20_000)
        let scene = try Scene(capacity)
        let started = ContinuousClock.now
        try scene.backlog(FreshTests.rows)
        let recorded = ContinuousClock.now - started
        // Ten minutes show it: what is behind them differs only in its length.
        let seconds = min(600, Double(FreshTests.rows) / capacity.perSecond * 0.8)
        let end = Int64(seconds * 1_000_000)
        scene.stream(20, from: 0, to: end)
        // And changes of dossiers that still wait in the backlog.
        for number in 0..<Int(seconds) {
            scene.change(
                "B\(FreshTests.rows - 1 - number * 7)", at: Int64(number) * 1_000_000, v: 2,
                steps: ["a"])
        }
        try scene.road.run(until: end)
        let left = try scene.lane()?.backlog ?? 0
        try scene.run(5)
        let fresh = scene.freshDelays()
        let laned = scene.freshDelays(prefix: "B")
        let share = scene.acknowledgedPerSecond(from: 0, to: end) / capacity.perSecond
        let text =
            "\(FreshTests.rows) rows, \(left) left after \(seconds) s at \(share) of capacity: "
            + "fresh p50 \(fresh.quantile(0.5)) p99 \(fresh.quantile(0.99)) max \(fresh.last ?? 0), "
            + "behind backlog p99 \(laned.quantile(0.99)) max \(laned.last ?? 0) s; "
            + "recording took \(recorded)"
        print(text)
        #expect(left > 0, "\(text)")
        #expect(fresh.quantile(0.99) < 2, "\(text)")
        #expect(laned.quantile(0.99) < 2, "\(text)")
        #expect(share > 0.9, "\(text)")
    }

    @Test("are not held up by what an outage held up")
    func afterOutage() throws {
        let servers = Thorough.size(16, small: 2)
        let capacity = VirtualPortal.Capacity(servers: servers, service: 100_000, network: 20_000)
        let scene = try Scene(capacity)
        try scene.backlog(1_250 * servers)
        let end = 1_500 * Scene.second
        scene.stream(2.5 * Double(servers), from: 0, to: end)
        try scene.run(20)
        scene.portal.health = .refusing
        try scene.run(600)
        scene.portal.health = .well
        let back = scene.now
        try scene.road.run(until: end)
        try scene.run(60)
        // The breaker may need a pause to notice.
        let after = scene.freshDelays(from: back + 70 * Scene.second)
        let held = scene.freshDelays(from: 0, to: back)
        let text =
            "after: p99 \(after.quantile(0.99)) max \(after.last ?? 0), held up: max \(held.last ?? 0)"
        print(text)
        #expect(after.quantile(0.99) < 2, "\(text)")
        #expect(held.last ?? .infinity < 1_300, "\(text)")
    }
}
