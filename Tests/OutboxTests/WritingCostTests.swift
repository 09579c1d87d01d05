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

    @Test("touches no index when a lane's memory moves on")
    func laneIndices() throws {
        let fixture = try StoreFixture()
        let db = fixture.store.db
        let plain = try operations(
            db, "UPDATE lane SET revision = ?2, last_line = ?3, met = ?4 WHERE id = ?1")
        #expect(!plain.contains("IdxInsert") && plain.contains("Insert"))
    }

    @Test("refuses what the ranges leave out, as the lists of values did")
    func ranges() throws {
        let fixture = try StoreFixture()
        try fixture.record(dossier("H1", state: "A"))
        for wrong in [
            "UPDATE delivery SET operation = 4", "UPDATE delivery SET state = 4",
            "UPDATE delivery SET operation = 0", "UPDATE lane SET existence = 3",
            "UPDATE lane SET existence = -1",
        ] {
            #expect(throws: SQLiteError.self, "\(wrong)") { try fixture.store.db.execute(wrong) }
        }
    }
}
