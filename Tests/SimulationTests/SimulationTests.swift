import Foundation
import Simulation
import Testing

/// A slice of the simulation that every test run takes; `simulate` runs thousands.
///
/// It keeps a core busy and would starve tests beside it that wait for a real daemon, so it has a run of its own,
/// which CI takes: `LIENTHONG_SIMULATION=1 swift test --filter SimulationTests`.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["LIENTHONG_SIMULATION"] != nil,
        "run it with: LIENTHONG_SIMULATION=1 swift test --filter SimulationTests"))
struct SimulationTests {
    /// Each seed once found something; it runs twice, because a run must replay itself to the last event.
    @Test(arguments: [3] as [UInt64])
    func promisesHoldAndASeedReplaysItself(seed: UInt64) throws {
        let scene = try Scene()
        let run = Run(seed: seed, scene: scene)
        #expect(run.verdict.isEmpty, "\(run.verdict.joined(separator: "\n"))")
        #expect(Run(seed: seed, scene: scene).hash == run.hash)
    }

    /// A clock that is set back during a long look; a held dossier that a resync for one destination meets.
    @Test(arguments: [145, 187, 985, 1993] as [UInt64])
    func promisesHoldInSharpWorlds(seed: UInt64) throws {
        let run = Run(seed: seed, size: .sharp, scene: try Scene())
        #expect(run.verdict.isEmpty, "\(run.verdict.joined(separator: "\n"))")
    }

    /// A row that is held as deleted comes back just as it was.
    @Test(arguments: [23] as [UInt64])
    func promisesHoldInMixedWorlds(seed: UInt64) throws {
        let run = Run(seed: seed, size: .mixed, scene: try Scene())
        #expect(run.verdict.isEmpty, "\(run.verdict.joined(separator: "\n"))")
    }

    /// Stores lost and put back, portals that cannot say what they hold, rows that vanish.
    @Test(arguments: [13, 16, 235, 240] as [UInt64])
    func promisesHoldInTinyWorlds(seed: UInt64) throws {
        let run = Run(seed: seed, size: .tiny, scene: try Scene())
        #expect(run.verdict.isEmpty, "\(run.verdict.joined(separator: "\n"))")
    }
}
