import Dossiers
import Testing
import Wire

@Suite("A dossier's header") struct HeaderRuleTests {
    @Test("is a dossier when every rule is met, with nothing to remark")
    func good() throws {
        let made = Made(Sample.row())
        let dossier = try #require(made.dossier)
        #expect(made.remarks.isEmpty)
        #expect(dossier.code.rawValue == "H21.129-250812-0035")
        #expect(dossier.status == .processing)
        #expect(dossier.acceptedAt?.compact == "20250812080000")
        #expect(dossier.identities == [Identity(kind: .personal, number: "000090000001")])
        #expect(dossier.person?.birth == .date(year: 1990, month: 1, day: 1))
    }
}
