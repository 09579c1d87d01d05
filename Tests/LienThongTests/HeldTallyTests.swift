import Dossiers
import Operating
import Testing

@testable import LienThong

@Suite("Dossiers that are held, in the log") struct HeldTallyTests {
    private let word = HeldTally.Cause(
        Hold(.statusUnmapped, field: "local_status", unmapped: "TRA_KQ"))
    private let date = HeldTally.Cause(Hold(.dateImpossible, field: "accepted_at"))

    @Test("are told once for each cause, with the word, and then counted")
    func causes() throws {
        var tally = HeldTally()
        let told = tally.add(word, dossier: "H1", now: 0)
        let first = try #require(told)
        #expect(first.dossier == "H1" && first.errorCode == "LT-2004")
        #expect(first.detail == "statusUnmapped local_status “TRA_KQ”")
        for number in 2...300 {
            #expect(tally.add(word, dossier: "H\(number)", now: 10) == nil)
        }
        #expect(tally.add(date, dossier: "H301", now: 20)?.errorCode == "LT-2008")
        #expect(tally.due(now: HeldTally.period - 1).isEmpty)
        let due = tally.due(now: HeldTally.period + 20)
        #expect(due.count == 1)
        #expect(due.first?.numbers.first == .init("more_dossiers", 299))
        #expect(due.first?.detail == first.detail && due.first?.dossier == nil)
        // The next one is told at once again.
        #expect(tally.add(word, dossier: "H400", now: HeldTally.period + 21) != nil)
    }

    @Test("of two destinations are two causes")
    func destinations() {
        var tally = HeldTally()
        for name in ["portal", "groups"] {
            let cause = HeldTally.Cause(
                code: "LT-2031", words: "missing 4 ← 7", destination: name)
            #expect(tally.add(cause, dossier: "H1", now: 0)?.destination == name)
        }
    }
}
