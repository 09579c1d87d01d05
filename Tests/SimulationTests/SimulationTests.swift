import Simulation
import Testing

/// A slice of the simulation that every test run takes; `simulate` runs thousands.
@Suite struct SimulationTests {
    static let scene = Result { try Scene() }

    @Test(arguments: [3, 4, 5] as [UInt64])
    func promisesHold(seed: UInt64) throws {
        let run = Run(seed: seed, scene: try Self.scene.get())
        #expect(run.verdict.isEmpty, "\(run.verdict.joined(separator: "\n"))")
    }

    @Test(arguments: [3] as [UInt64])
    func aSeedReplaysItself(seed: UInt64) throws {
        let scene = try Self.scene.get()
        #expect(Run(seed: seed, scene: scene).hash == Run(seed: seed, scene: scene).hash)
    }
}
