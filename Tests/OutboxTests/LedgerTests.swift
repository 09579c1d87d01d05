import Dossiers
import SQLite
import Testing
import Wire

@testable import Outbox

@Suite("The ledger") struct LedgerTests {
    let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        for number in 1...20 {
            try fixture.record(
                dossier("H\(number)", key: Int64(number), state: "A", steps: [(Int64(number), "x")])
            )
        }
        _ = try fixture.drain()
    }

    /// Changes the ledger as someone would who has the file, not the program.
    private func tamper(_ sql: String) throws {
        let db = try Database(path: "\(fixture.directory)/state.sqlite", mode: .readWrite)
        try db.execute(
            """
            DROP TRIGGER ledger_stays; DROP TRIGGER ledger_keeps;
            DROP TRIGGER seal_stays; DROP TRIGGER seal_keeps;
            \(sql)
            """)
    }

    @Test("is whole, across transactions, a crash and an operator's commands")
    func whole() throws {
        let before = try fixture.reader().verifyLedger()
        #expect(before.lines == 40 && before.brokenAt == nil && before.seals > 1)
        #expect(before.head.count == 64)
        try fixture.crash()
        try fixture.record(dossier("H1", state: "B"))
        try fixture.settle(try fixture.claimOne(), .parked(.rejected), outcome: .rejected)
        _ = try fixture.desk().discard(DeliveryFilter(), reason: "thử", now: fixture.now)
        try fixture.record(dossier("H1", state: "C"))
        _ = try fixture.drain()
        let after = try fixture.reader().verifyLedger()
        #expect(after.lines == 43 && after.brokenAt == nil && after.head != before.head)
    }

    @Test(
        "cannot be changed through SQL",
        arguments: [
            "UPDATE ledger SET at = 1", "DELETE FROM ledger WHERE seq = 3",
            "UPDATE ledger_seal SET hash = zeroblob(32)", "DELETE FROM ledger_seal",
        ])
    func appendOnly(sql: String) throws {
        let error = try #require(throws: SQLiteError.self) { try fixture.store.db.execute(sql) }
        #expect(error.message.contains("append-only"))
    }

    @Test(
        "tells when a line was changed, taken out or added",
        arguments: [
            "UPDATE ledger SET outcome = 8 WHERE seq = 5",
            "UPDATE ledger SET note = 'x' WHERE seq = 5",
            "UPDATE ledger SET answer = NULL WHERE seq = 5",
            "DELETE FROM ledger WHERE seq = 5",
            "DELETE FROM ledger WHERE seq = 40",
            "DELETE FROM ledger_seal WHERE seq = (SELECT min(seq) FROM ledger_seal)",
            "DELETE FROM ledger_seal WHERE seq = (SELECT max(seq) FROM ledger_seal)",
            "INSERT INTO ledger (seq, at, previous, kind, settled) VALUES (41, 1, 0, 3, 1)",
        ])
    func tampering(sql: String) throws {
        try tamper(sql)
        #expect(try fixture.reader().verifyLedger().brokenAt != nil)
    }

    @Test("cut off at a seal has another head than the one written down")
    func cutOff() throws {
        let head = try fixture.reader().verifyLedger().head
        try tamper(
            """
            DELETE FROM ledger_seal WHERE seq = (SELECT max(seq) FROM ledger_seal);
            DELETE FROM ledger WHERE seq > (SELECT max(seq) FROM ledger_seal);
            """)
        let verification = try fixture.reader().verifyLedger()
        #expect(verification.brokenAt == nil && verification.head != head)
    }

    @Test("tells one dossier's story in order without reading the others'")
    func story() throws {
        try fixture.record(dossier("H7", key: 7, state: "B"))
        _ = try fixture.drain()
        let lane = try fixture.lane("H7")
        #expect(lane.ledger.map(\.operation) == [.state, .history, .state])
        #expect(lane.ledger.map(\.revision) == [1, 2, 3])
        #expect(lane.ledger.allSatisfy { $0.code == "H7" })
        #expect(lane.ledger.allSatisfy { ($0.waitedMilliseconds ?? -1) >= 0 })
    }

    @Test("costs few bytes a line")
    func compact() throws {
        let pages = try fixture.store.db.prepare(
            "SELECT sum(payload) FROM dbstat WHERE name IN ('ledger', 'ledger_seal')")
        #expect(try pages.step())
        #expect(pages.integer(0) / 40 < 140)
    }
}
