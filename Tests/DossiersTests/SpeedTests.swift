import Dossiers
import Testing

@Suite("The speed of normalization") struct SpeedTests {
    /// Figures to read, in a release build; a noisy machine must not fail them.
    @Test("is printed")
    func figures() {
        var decomposed = Sample.row()
        decomposed.header[.ownerName] = "Nguye\u{302}\u{303}n Va\u{306}n Thu\u{31B}\u{309}"
        decomposed.header[.summary] = "Ho\u{302}\u{300} so\u{31B} thu\u{31B}\u{309}"
        print("normalization: \(rate(Sample.row())) headers/s, fit as they are")
        print("normalization: \(rate(decomposed)) headers/s, two texts decomposed")
    }

    private func rate(_ source: SourceDossier) -> Int {
        let normalizer = Normalizer(NormalizationRules(tables: Sample.tables))
        let count = 20_000
        var dossiers = 0
        let elapsed = ContinuousClock().measure {
            for _ in 0..<count {
                if case .dossier = normalizer.normalize(source) { dossiers += 1 }
            }
        }
        #expect(dossiers == count)
        return Int(Double(count) / (elapsed / .seconds(1)))
    }
}
