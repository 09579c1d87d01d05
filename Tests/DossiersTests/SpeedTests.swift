import Dossiers
import Testing

@Suite("The speed of normalization") struct SpeedTests {
    /// A figure to read, in a release build; a noisy machine must not fail it.
    @Test("is printed")
    func figure() {
        let normalizer = Normalizer(NormalizationRules(tables: Sample.tables))
        let source = Sample.row()
        let count = 20_000
        var dossiers = 0
        let elapsed = ContinuousClock().measure {
            for _ in 0..<count {
                if case .dossier = normalizer.normalize(source) { dossiers += 1 }
            }
        }
        #expect(dossiers == count)
        let seconds =
            Double(elapsed.components.attoseconds) / 1e18 + Double(elapsed.components.seconds)
        print("normalization: \(Int(Double(count) / seconds)) headers/s")
    }
}
