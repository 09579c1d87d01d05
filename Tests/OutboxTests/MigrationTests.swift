import CSQLite
import Dossiers
import Glibc
import Operating
import Testing
import Wire

@testable import Outbox
@testable import SQLite

/// Stores as earlier versions left them: the tables of their schema, with the rows of one that has lived.
@Suite("A store of an earlier schema") struct MigrationTests {
    let fixture: StoreFixture

    /// Everything the first schema has a place for: acknowledged, parked, waiting, behind, in flight, held,
    /// asked and answered people, an answer to write back, a request, cursors.
    init() throws {
        fixture = try StoreFixture()
        for number in 1...5 {
            try fixture.record(
                dossier(
                    "H\(number)", key: Int64(number), state: "A",
                    steps: [(Int64(number), "một"), (Int64(number + 100), "hai")], perDelivery: 1,
                    person: "000\(number % 2)"),
                cursors: [CursorMove(name: "poll", value: "\(number)")])
        }
        let asked = try fixture.claim(from: StoreFixture.population)
        for question in asked { try fixture.acknowledge(question, verification: .matched) }
        let claimed = try fixture.claim(3)
        try #require(asked.count == 2 && claimed.count == 3)
        try fixture.acknowledge(claimed[0])
        try fixture.settle(claimed[1], .parked(.rejected), outcome: .rejected)
        try fixture.record(held("H9", key: 9, Hold(.codeMissing, field: "code")))
        _ = try fixture.desk().request(ResyncFilter(), now: fixture.now)
        fixture.close()
    }

    private var path: String { "\(fixture.directory)/state.sqlite" }

    /// Puts a store with the first `version` migrations in the place of today's, with all its rows.
    private func goBack(to version: Int) throws {
        let old = "\(fixture.scratch.path)/old.sqlite"
        do {
            let db = try Database(path: old, mode: .create)
            try db.execute(
                """
                PRAGMA page_size = 16384; PRAGMA application_id = \(StoreSchema.applicationID);
                PRAGMA journal_mode = WAL;
                """)
            try migrate(db, Array(StoreSchema.migrations.prefix(version)))
            try db.execute("ATTACH '\(path)' AS new")
            for table in try tables(db) where table != "delivery" {
                let columns = try self.columns(db, table)
                try db.execute(
                    "INSERT INTO main.\(table) (\(columns)) SELECT \(columns) FROM new.\(table)")
            }
            if version < MigrationTests.heads { try db.execute(MigrationTests.deliveries) }
            // Names that only later versions wrote.
            try db.execute(
                "DELETE FROM meta WHERE name NOT IN ('epoch', 'key_check', 'created_at')")
            try db.execute("DETACH new; PRAGMA journal_mode = DELETE")
        }
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        try #require(rename(old, path) == 0)
    }

    /// The schema since which a lane knows where it stands.
    private static let heads = 6

    /// As they were kept before that.
    private static let deliveries = """
        INSERT INTO main.delivery (id, lane, destination, operation, revision, state, backlog, due_at,
            attempts, doubt, recorded_at, cause, answer, key, digest, steps, body)
        SELECT d.id, l.id, l.destination, d.id >> 26 & 3, d.id & 67108863,
            iif(l.head = d.id, l.head_state, 1), l.backlog,
            iif(l.head = d.id, l.head_due, d.recorded_at), iif(l.head = d.id, l.attempts, 0),
            d.doubt, d.recorded_at, iif(l.head = d.id, l.cause, NULL),
            iif(l.head = d.id, l.answer, NULL), d.key, d.digest, d.steps, d.body
        FROM new.delivery d JOIN new.lane l ON l.id = d.id >> 28
        """

    private func tables(_ db: Database) throws -> [String] {
        try texts(
            db,
            """
            SELECT name FROM main.sqlite_schema
            WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name
            """)
    }

    /// Without the flag that a later schema made a time of.
    private func columns(_ db: Database, _ table: String) throws -> String {
        try texts(db, "SELECT name FROM pragma_table_info('\(table)') WHERE name <> 'firm'")
            .joined(separator: ", ")
    }

    private func texts(_ db: Database, _ sql: String) throws -> [String] {
        let query = try db.prepare(sql)
        var found: [String] = []
        while try query.step() { found.append(query.text(0) ?? "") }
        return found
    }

    /// Every row of the tables, as far as these columns go.
    private func rows(_ db: Database, _ places: [String: String]) throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for (table, columns) in places {
            let row = columns.split(separator: ", ").map { "quote(\($0))" }
            let sql = "SELECT \(row.joined(separator: " || '|' || ")) FROM \(table) ORDER BY 1"
            found[table] = try texts(db, sql)
        }
        return found
    }

    /// What is owed, a line each.
    private func deliveries(
        _ db: Database, _ id: String, _ state: String, _ due: String, _ attempts: String,
        from tables: String
    ) throws -> [String] {
        try texts(
            db,
            """
            SELECT (\(id)) || ' ' || \(state) || ' ' || \(due) || ' ' || \(attempts) || ' '
                || recorded_at || quote(key) || quote(delivery.digest) || quote(delivery.steps)
                || quote(body)
            FROM \(tables) ORDER BY \(id)
            """)
    }

    private func deliveriesNow(_ db: Database) throws -> [String] {
        try deliveries(
            db, "delivery.id", "iif(head = delivery.id, head_state, 1)",
            "iif(head = delivery.id, head_due, recorded_at)",
            "iif(head = delivery.id, lane.attempts, 0)",
            from: "delivery JOIN lane ON lane.id = delivery.id >> 28")
    }

    @Test("keeps every row on its way to today's", arguments: 1..<StoreSchema.latest)
    func rowsStay(version: Int) throws {
        try goBack(to: version)
        let db = try Database(path: path, mode: .readWrite)
        var places: [String: String] = [:]
        for table in try tables(db) where table != "delivery" {
            places[table] = try columns(db, table)
        }
        let hasHeads = version >= MigrationTests.heads
        // What was under way is known to be uncertain instead.
        if !hasHeads { places["flight"] = "destination, acknowledged, attempts" }
        let before = try rows(db, places)
        let owed =
            hasHeads
            ? try deliveriesNow(db)
            : try deliveries(
                db, "(lane << 28) + (operation << 26) + revision", "state", "due_at",
                "delivery.attempts", from: "delivery")
        for table in ["lane", "dossier", "person", "ledger", "ledger_seal", "cursor"] {
            #expect(before[table]?.isEmpty == false, "nothing in \(table)")
        }
        for table in ["request", "write_back", "flight", "meta", "destination"] {
            #expect(before[table]?.isEmpty == false, "nothing in \(table)")
        }
        try migrate(db, StoreSchema.migrations)
        #expect(try rows(db, places) == before)
        let now = try deliveriesNow(db)
        #expect(now.count == owed.count && owed.count > 10)
        // The one that was under way; since lanes have heads, that is seen when the store is opened.
        #expect(Set(now).symmetricDifference(owed).count == (hasHeads ? 0 : 2))
        #expect(
            try db.integer("SELECT count(*) FROM lane WHERE head_state = 2") == (hasHeads ? 0 : 1))
        #expect(try db.integer("SELECT sum(owed) FROM lane") == Int64(owed.count))
        let counted = try texts(db, "SELECT owed || ' ' || lanes || ' ' || confirmed FROM flight")
        try db.execute("UPDATE flight SET owed = 0, lanes = 0, confirmed = 0")
        try db.execute("UPDATE flight SET \(StoreSchema.counts)")
        let recounted = "SELECT owed || ' ' || lanes || ' ' || confirmed FROM flight"
        #expect(try texts(db, recounted) == counted)
        #expect(try db.integer("PRAGMA user_version") == Int64(StoreSchema.latest))
        #expect(try db.text("PRAGMA integrity_check") == "ok")
        #expect(try texts(db, "PRAGMA foreign_key_check").isEmpty)
    }

    @Test("knows until when what was to wait in any case waits")
    func waits() throws {
        try goBack(to: 7)
        let db = try Database(path: path, mode: .readWrite)
        try db.execute(
            "UPDATE lane SET firm = 1 WHERE id = (SELECT min(id) FROM lane WHERE head_state < 3)")
        try migrate(db, StoreSchema.migrations)
        let own = "SELECT count(*) FROM lane WHERE own_until ="
        #expect(try db.integer("\(own) head_due AND head IS NOT NULL") == 1)
        #expect(try db.integer("\(own) 0") ?? 0 > 1)
    }

    @Test("has the very schema of a new one afterwards", arguments: 1..<StoreSchema.latest)
    func sameSchema(version: Int) throws {
        let schema = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema"
        let new = try texts(try Database(path: path, mode: .readOnly), schema).sorted()
        try goBack(to: version)
        let db = try Database(path: path, mode: .readWrite)
        #expect(try texts(db, schema).sorted() != new)
        try migrate(db, StoreSchema.migrations)
        #expect(try texts(db, schema).sorted() == new)
    }

    @Test("opens, verifies, goes on where it was", arguments: 1..<StoreSchema.latest)
    func goesOn(version: Int) throws {
        let head = try fixture.reader().verifyLedger()
        let lines = try fixture.lines()
        try goBack(to: version)
        try fixture.crash()
        #expect(Array(try fixture.lines().prefix(lines.count)) == lines)
        let now = try fixture.reader().verifyLedger()
        #expect(now.brokenAt == nil && now.lines >= head.lines)
        #expect(try fixture.store.cursors()["poll"] == "5")
        // What was under way when it ended may have arrived; what is known already adds nothing.
        #expect(try fixture.portal().uncertain == 1)
        let again = dossier(
            "H1", key: 1, state: "A", steps: [(1, "một"), (101, "hai")], perDelivery: 1,
            person: "0001")
        #expect(try fixture.record(again).created == 0)
        #expect(try !fixture.claim(1).isEmpty)
    }

    @Test("is left as it is by another key")
    func otherKey() throws {
        try goBack(to: 5)
        let refused = #expect(throws: Trouble.self) {
            try Store.open(
                directory: fixture.directory, key: [UInt8](repeating: 9, count: 32),
                now: fixture.now)
        }
        #expect(refused?.code == "LT-4009")
        let db = try Database(path: path, mode: .readOnly)
        #expect(try db.integer("PRAGMA user_version") == 5)
    }

    @Test("says so before it is rewritten, and how long it may take; one of today says nothing")
    func told() throws {
        try goBack(to: 5)
        let rows = try Database(path: path, mode: .readOnly).integer(
            "SELECT (SELECT count(*) FROM lane) + (SELECT count(*) FROM delivery)")
        var told: [StoreUpgrade] = []
        for _ in 0..<2 {
            _ = try Store.open(
                directory: fixture.directory, key: StoreFixture.key, now: fixture.now,
                upgrading: { told.append($0) })
        }
        let upgrade = try #require(told.first)
        #expect(told.count == 1 && upgrade.from == 5 && upgrade.to == StoreSchema.latest)
        #expect(upgrade.rows == rows && upgrade.rows > 15)
        #expect(upgrade.patience >= 60_000)
    }

    /// So many dossiers more, each with one header that waits.
    private func fill(_ db: Database, _ count: Int, version: Int) throws {
        if version >= MigrationTests.heads {
            return try db.execute(
                """
                CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL
                    SELECT i + 1 FROM n WHERE i < 1000 + \(count)) SELECT i FROM n;
                INSERT INTO dossier (source_key, code, owns_code, remarks, first_seen_at,
                        changed_at)
                    SELECT i, 'N' || i, 1, '[]', 1, 1 FROM n;
                INSERT INTO lane (id, destination, code, owed, backlog, head, head_state, head_due,
                        attempts, revision, state_revision, acknowledged_revision, existence, met,
                        confirmed, last_line, digest, steps)
                    SELECT i, 1, 'N' || i, 1, 0, (i << 28) + (1 << 26) + 1, 0, 1, 0, 1, 1, 0, 0, 1,
                        1, 0, zeroblob(32), x'' FROM n;
                INSERT INTO delivery_state (place, doubt, recorded_at, key, digest, body)
                    SELECT (i << 26) + 1, 0, 1, zeroblob(32), zeroblob(32), zeroblob(99) FROM n;
                DROP TABLE n
                """)
        }
        try db.execute(
            """
            CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS (
                SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1000 + \(count)) SELECT i FROM n;
            INSERT INTO dossier (source_key, code, owns_code, remarks, first_seen_at, changed_at)
                SELECT i, 'N' || i, 1, '[]', 1, 1 FROM n;
            INSERT INTO lane (id, destination, code, revision, state_revision,
                    acknowledged_revision, existence, last_line, digest, steps)
                SELECT i, 1, 'N' || i, 1, 1, 0, 0, 0, zeroblob(32), x'' FROM n;
            INSERT INTO delivery (lane, destination, operation, revision, state, backlog, due_at,
                    attempts, doubt, recorded_at, key, digest, body)
                SELECT i, 1, 1, 1, 0, 0, 1, 0, 0, 1, zeroblob(32), zeroblob(32), zeroblob(99)
                FROM n;
            DROP TABLE n
            """)
    }

    /// Hundreds of steps of SQLite's machine.
    private func effort(_ db: Database, _ body: () throws -> Void) rethrows -> Int {
        var count = 0
        try withUnsafeMutablePointer(to: &count) { count in
            sqlite3_progress_handler(
                db.handle, 100,
                { count in
                    count?.assumingMemoryBound(to: Int.self).pointee += 1
                    return 0
                }, count)
            defer { sqlite3_progress_handler(db.handle, 0, nil, nil) }
            try body()
        }
        return count
    }

    /// A province's store is opened while systemd waits: what grows with the square of it never ends.
    @Test(
        "takes four times the work for four times the dossiers", arguments: 1..<StoreSchema.latest)
    func growsEvenly(version: Int) throws {
        try goBack(to: version)
        let efforts = try [500, 2000].map { count in
            let copy = "\(fixture.scratch.path)/\(count).sqlite"
            let db = try Database(path: path, mode: .readWrite)
            try db.execute("VACUUM INTO '\(copy)'")
            let filled = try Database(path: copy, mode: .readWrite)
            try fill(filled, count, version: version)
            return try effort(filled) { try migrate(filled, StoreSchema.migrations) }
        }
        // Since lanes have heads, no migration touches a row.
        #expect(efforts[0] > 50 || version >= MigrationTests.heads)
        #expect(efforts[1] < efforts[0] * 6, "\(efforts)")
    }

    @Test("takes the ledger's later decisions, and no number beyond", arguments: 1..<4)
    func widened(version: Int) throws {
        try goBack(to: version)
        func insert(_ settled: Int) -> String {
            """
            INSERT INTO ledger (seq, at, previous, kind, settled)
            SELECT max(seq) + 1, 1, 0, 3, \(settled) FROM ledger
            """
        }
        do {
            let db = try Database(path: path, mode: .readWrite)
            #expect(throws: SQLiteError.self) { try db.execute(insert(16)) }
        }
        try fixture.crash()
        #expect(throws: SQLiteError.self) { try fixture.store.db.execute(insert(64)) }
        var batch = CaptureBatch()
        batch.missing = MissingKeys([SourceKey(3)], isCertain: true)
        _ = try fixture.store.transaction { try fixture.store.record(batch, now: fixture.now) }
        #expect(try fixture.lines().contains { $0.settled == .deletionHeld })
        #expect(try fixture.reader().verifyLedger().brokenAt == nil)
    }
}
