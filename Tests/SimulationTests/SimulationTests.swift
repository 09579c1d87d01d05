import Simulation
import Testing

/// A slice of the simulation that every test run takes; `simulate` runs thousands.
@Suite struct SimulationTests {
    /// Each seed once found something; it runs twice, because a run must replay itself to the last event.
    @Test(arguments: [3] as [UInt64])
    func promisesHoldAndASeedReplaysItself(seed: UInt64) throws {
        let scene = try Scene()
        let run = Run(seed: seed, scene: scene)
        #expect(run.verdict.isEmpty, "\(run.verdict.joined(separator: "\n"))")
        #expect(Run(seed: seed, scene: scene).hash == run.hash)
    }
}
