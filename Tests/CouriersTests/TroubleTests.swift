import Dossiers
import Operating
import Outbox
import Testing

@testable import Couriers

@Suite("The troubles of couriers")
struct TroubleTests {
    @Test("have a code of their own each", arguments: [0])
    func codes(_: Int) {
        let codes =
            ParkCause.allCases.map(\.troubleCode) + BreakerCause.allCases.map(\.troubleCode)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.hasPrefix("LT-51") })
    }

    @Test("name the dossier and the command that frees it", arguments: ParkCause.allCases)
    func parked(_ cause: ParkCause) {
        let trouble = Trouble.parked(
            cause, destination: DestinationID("portal"), code: DossierCode("H21-1"),
            answerCode: "-1")
        #expect(trouble.code == cause.troubleCode)
        #expect(trouble.english.contains("H21-1") && trouble.vietnamese.contains("H21-1"))
        #expect(trouble.english.hasSuffix("[-1]"))
        #expect(
            trouble.fix.contains("lienthongd ") && trouble.fixVietnamese.contains("lienthongd "))
        #expect(trouble.vietnamese != trouble.english)
    }

    @Test("say what holds a destination and how it goes on", arguments: BreakerCause.allCases)
    func holds(_ cause: BreakerCause) {
        let trouble = Trouble.destination(DestinationID("portal"), holds: cause)
        #expect(trouble.english.contains("portal") && trouble.vietnamese.contains("portal"))
        #expect(!trouble.fix.isEmpty && !trouble.fixVietnamese.isEmpty)
    }
}
