import Dossiers
import Testing
import Wire

@testable import Outbox

@Suite("A store whose clock was set back while it was closed") struct ClockSetBackTests {
    @Test("has due what was recorded and never touched, although the ledger has no line of it")
    func recordedOnly() throws {
        let fixture = try StoreFixture()
        let hours: Int64 = 8 * 3_600_000
        fixture.now = fixture.now.adding(milliseconds: hours)
        try fixture.record(dossier("H21-1", state: "r1"))
        #expect(try fixture.reader().status(now: fixture.now).ledgerLines == 0)
        fixture.now = fixture.now.adding(milliseconds: -hours)
        try fixture.crash()
        fixture.now = fixture.now.adding(milliseconds: 1)
        #expect(try fixture.claimOne().code == DossierCode("H21-1"))
    }
}
