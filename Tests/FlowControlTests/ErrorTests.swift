import Couriers
import Testing
import VirtualRoad

/// Errors that have nothing to do with how much is sent.
@Suite("Errors that come whatever we do", .enabled(if: Thorough.isWanted, Thorough.how))
struct ErrorTests {
    enum Kind: String, CaseIterable { case errors, drops, throttles }

    private func rate(_ milliseconds: Int64, _ health: VirtualPortal.Health) throws -> Double {
        let capacity = VirtualPortal.Capacity(
            servers: 64, service: milliseconds * 1000, network: 1_000)
        let scene = try Scene(capacity)
        let ideal = 32_000 / Double(milliseconds + 2)
        let seconds = min(40, 12_000 / ideal)
        try scene.backlog(Int(ideal * (seconds + 10) * 1.1) + 500)
        scene.portal.health = health
        try scene.run(seconds / 4)
        let start = scene.now
        try scene.run(seconds * 3 / 4)
        return scene.acknowledgedPerSecond(from: start, to: scene.now)
    }

    @Test(
        "cost their share and at most a fifth of the rest",
        arguments: Thorough.all([2, 100, 300], few: [100]), Kind.allCases)
    func unrelated(_ milliseconds: Int64, _ kind: Kind) throws {
        let well = try rate(milliseconds, .well)
        for share in Thorough.all([0.01, 0.02, 0.05, 0.1], few: [0.05]) {
            let health: VirtualPortal.Health =
                switch kind {
                case .errors: .ailing(share: share, VirtualPortal.Reply(status: 500))
                case .drops: .dropping(share: share)
                case .throttles: .ailing(share: share, VirtualPortal.Reply(status: 429))
                }
            let found = try rate(milliseconds, health)
            let part = found / (well * (1 - share))
            print("errors", kind, share, "at", milliseconds, "ms:", found, "of", well, "=", part)
            #expect(part >= 0.8, "\(kind) \(share) at \(milliseconds) ms: \(found) of \(well)")
        }
    }
}
