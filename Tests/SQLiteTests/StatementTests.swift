import SQLite
import Testing

@Suite("A statement") struct StatementTests {
    let db: Database

    init() throws {
        db = try Database(path: ":memory:", mode: .create)
        try db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, i INTEGER, t TEXT, b BLOB, d REAL)")
    }

    @Test("gives back what was bound, NULL and emptiness apart")
    func values() throws {
        let insert = try db.prepare("INSERT INTO t (i, t, b, d) VALUES (?1, ?2, ?3, ?4)")
        insert.bind(1, Int64.min)
        insert.bind(2, "Hồ sơ số 1 \u{0}đuôi")
        insert.bind(3, [0, 255, 7] as [UInt8])
        insert.bind(4, 1.5)
        try insert.run()
        insert.bind(1, nil as Int64?)
        insert.bind(2, "")
        insert.bind(3, [] as [UInt8])
        insert.bind(4, nil as Double?)
        try insert.run()
        insert.bind(2, nil as String?)
        insert.bind(3, nil as [UInt8]?)
        try insert.run()

        let select = try db.prepare("SELECT i, t, b, d FROM t ORDER BY id")
        #expect(select.columnNames == ["i", "t", "b", "d"])
        #expect(try select.step())
        #expect(select.integer(0) == .min)
        #expect(select.text(1) == "Hồ sơ số 1 \u{0}đuôi")
        #expect(select.blob(2) == [0, 255, 7])
        #expect(select.double(3) == 1.5)
        #expect(try select.step())
        #expect(select.isNull(0) && select.optionalInteger(0) == nil)
        #expect(select.text(1) == "" && !select.isNull(1))
        #expect(select.blob(2) == [] && !select.isNull(2))
        #expect(try select.step())
        #expect(select.text(1) == nil && select.blob(2) == nil)
        #expect(try !select.step())
    }

    @Test("lends a blob for one run, and forgets it", arguments: [0, 1, 100_000])
    func borrowing(count: Int) throws {
        let insert = try db.prepare("INSERT INTO t (b) VALUES (?1)")
        try insert.run(borrowing: [UInt8](repeating: 9, count: count), at: 1)
        #expect(try db.integer("SELECT length(b) FROM t") == Int64(count))
        insert.bind(1, nil as [UInt8]?)
        try insert.run()
        #expect(try db.integer("SELECT count(*) FROM t WHERE b IS NULL") == 1)
    }

    @Test("runs again after an error and after a row left behind")
    func again() throws {
        let insert = try db.prepare("INSERT INTO t (id) VALUES (?1)")
        insert.bind(1, 1)
        try insert.run()
        #expect(throws: SQLiteError.self) { try insert.run() }
        insert.bind(1, 2)
        try insert.run()
        #expect(db.changes == 1 && db.lastInsertedRow == 2)
        let select = try db.prepare("SELECT id FROM t ORDER BY id")
        #expect(try select.step())
        select.reset()
        #expect(try select.step())
        #expect(select.integer(0) == 1)
    }

    @Test("finds its parameters by name")
    func names() throws {
        let select = try db.prepare("SELECT :after + :limit")
        let after = try #require(select.bindingIndex(":after"))
        let limit = try #require(select.bindingIndex(":limit"))
        #expect(select.bindingIndex(":none") == nil)
        select.bind(after, 40)
        select.bind(limit, 2)
        #expect(try select.step())
        #expect(select.integer(0) == 42)
    }

    @Test("needs SQL")
    func empty() {
        #expect(throws: SQLiteError.self) { try db.prepare("  -- nothing") }
    }
}

@Suite("Migrations") struct MigrationTests {
    let steps = [
        Migration(number: 1, sql: "CREATE TABLE a (x)"),
        Migration(number: 2, sql: "CREATE TABLE b (x); INSERT INTO b VALUES (1)"),
    ]

    @Test("are applied once each, from where the file stands")
    func order() throws {
        let db = try Database(path: ":memory:", mode: .create)
        try migrate(db, [steps[0]])
        #expect(try db.integer("PRAGMA user_version") == 1)
        try migrate(db, steps)
        try migrate(db, steps)
        #expect(try db.integer("PRAGMA user_version") == 2)
        #expect(try db.integer("SELECT count(*) FROM b") == 1)
    }

    @Test("leave nothing behind when one fails")
    func failure() throws {
        let db = try Database(path: ":memory:", mode: .create)
        let broken = Migration(number: 2, sql: "CREATE TABLE b (x); CREATE TABLE a (x)")
        #expect(throws: SQLiteError.self) { try migrate(db, [steps[0], broken]) }
        #expect(try db.integer("PRAGMA user_version") == 1)
        #expect(try db.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'b'") == 0)
        try migrate(db, steps)
        #expect(try db.integer("PRAGMA user_version") == 2)
    }
}
