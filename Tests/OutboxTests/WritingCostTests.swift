import SQLite
import Testing

@testable import Outbox

@Suite("Writing a row") struct WritingCostTests {
    private func operations(_ db: Database, _ sql: String) throws -> [String] {
        let plan = try db.prepare("EXPLAIN \(sql)")
        var found: [String] = []
        while try plan.step() { found.append(plan.text(1) ?? "") }
        return found
    }

    private func texts(_ db: Database, _ sql: String) throws -> [String] {
        let query = try db.prepare(sql)
        var found: [String] = []
        while try query.step() { found.append(query.text(0) ?? "") }
        return found
    }

    /// `IN` with three values or more in a CHECK is a table that SQLite makes for every row written.
    @Test("builds no table of its own, in any table of the schema")
    func noTables() throws {
        let fixture = try StoreFixture()
        let db = fixture.store.db
        let tables = try texts(
            db,
            """
            SELECT name FROM sqlite_schema
            WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
            """)
        #expect(tables.count > 10)
        for table in tables {
            let columns = try texts(db, "SELECT name FROM pragma_table_info('\(table)')")
            let values = columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
            let names = columns.joined(separator: ", ")
            let inserting = try operations(db, "INSERT INTO \(table) (\(names)) VALUES (\(values))")
            #expect(inserting.contains("Insert") || inserting.contains("IdxInsert"), "\(table)")
            #expect(!inserting.contains("OpenEphemeral"), "\(table)")
        }
    }

    @Test("touches no index when a lane's memory moves on, and those of heads when its head does")
    func laneIndices() throws {
        let fixture = try StoreFixture()
        let db = fixture.store.db
        let plain = try operations(
            db, "UPDATE lane SET \(LaneTable.memory) WHERE id = ?1")
        #expect(!plain.contains("IdxInsert") && plain.contains("Insert"))
        let standing = try operations(
            db, "UPDATE lane SET \(LaneTable.memory), \(LaneTable.standing) WHERE id = ?1")
        #expect(standing.filter { $0 == "IdxInsert" }.count == 3)
    }

    @Test("touches one table when a delivery is recorded, and when it goes")
    func deliveryIndices() throws {
        let fixture = try StoreFixture()
        let db = fixture.store.db
        for sql in [
            "INSERT INTO delivery_state VALUES (?1, 0, 0, zeroblob(32), zeroblob(32), NULL, zeroblob(99))",
            "DELETE FROM delivery_state WHERE place = ?1",
        ] {
            let found = try operations(db, sql)
            #expect(!found.contains("IdxInsert") && !found.contains("IdxDelete"), "\(sql)")
        }
    }

    @Test("refuses what the ranges leave out, as the lists of values did")
    func ranges() throws {
        let fixture = try StoreFixture()
        try fixture.record(dossier("H1", state: "A"))
        for wrong in [
            "UPDATE delivery_state SET place = 1 << 26", "UPDATE delivery_state SET place = 5",
            "UPDATE delivery_state SET doubt = 2", "UPDATE lane SET existence = 3",
            "UPDATE lane SET existence = -1", "UPDATE lane SET head_state = 4",
        ] {
            #expect(throws: SQLiteError.self, "\(wrong)") { try fixture.store.db.execute(wrong) }
        }
    }
}
