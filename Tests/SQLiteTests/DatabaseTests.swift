import Glibc
import SQLite
import Testing

@Suite("A database") struct DatabaseTests {
    let scratch = Scratch()
    var path: String { "\(scratch.path)/test.sqlite" }

    @Test("is made only when asked to")
    func create() throws {
        let error = try #require(throws: SQLiteError.self) {
            _ = try Database(path: path, mode: .readWrite)
        }
        #expect(error.isCannotOpen)
        _ = try Database(path: path, mode: .create).execute("CREATE TABLE t (a)")
        let reader = try Database(path: path, mode: .readOnly)
        #expect(try reader.integer("SELECT count(*) FROM t") == 0)
        let refused = try #require(throws: SQLiteError.self) {
            try reader.execute("INSERT INTO t VALUES (1)")
        }
        #expect(refused.isReadOnly)
    }

    @Test("commits what the body did, and nothing of a body that throws")
    func transactions() throws {
        struct Stop: Error {}
        let db = try Database(path: path, mode: .create)
        try db.execute("CREATE TABLE t (a INTEGER) STRICT")
        let answer = try db.transaction {
            try db.execute("INSERT INTO t VALUES (1)")
            return 42
        }
        #expect(answer == 42)
        #expect(throws: Stop.self) {
            try db.transaction {
                try db.execute("INSERT INTO t VALUES (2)")
                throw Stop()
            }
        }
        #expect(!db.isInTransaction)
        #expect(try db.integer("SELECT count(*) FROM t") == 1)
    }

    @Test("says that another connection holds the lock")
    func busy() throws {
        let one = try Database(path: path, mode: .create)
        try one.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a)")
        let other = try Database(path: path, mode: .readWrite, busyTimeoutMilliseconds: 1)
        try one.transaction {
            let error = try #require(throws: SQLiteError.self) {
                try other.transaction { try other.execute("INSERT INTO t VALUES (1)") }
            }
            #expect(error.isBusy)
            #expect(try other.integer("SELECT count(*) FROM t") == 0)
        }
    }

    @Test("says that there is no room, and takes the transaction back")
    func full() throws {
        let db = try Database(path: path, mode: .create)
        try db.execute("CREATE TABLE t (a BLOB); PRAGMA max_page_count = 8")
        let error = try #require(throws: SQLiteError.self) {
            try db.transaction {
                try db.execute("INSERT INTO t VALUES (zeroblob(100)), (zeroblob(200000))")
            }
        }
        #expect(error.isFull)
        #expect(!db.isInTransaction)
        #expect(try db.integer("SELECT count(*) FROM t") == 0)
    }

    @Test("knows a file that is none of SQLite's")
    func foreign() throws {
        let file = try #require(fopen(path, "w"))
        fputs(String(repeating: "this is no database. ", count: 100), file)
        fclose(file)
        let error = try #require(throws: SQLiteError.self) {
            let db = try Database(path: path, mode: .readWrite)
            try db.execute("SELECT * FROM sqlite_schema")
        }
        #expect(error.isCorrupt)
    }

    @Test("takes a misspelt column for an error, not for a text")
    func doubleQuotes() throws {
        let db = try Database(path: path, mode: .create)
        try db.execute("CREATE TABLE t (a TEXT) STRICT")
        #expect(throws: SQLiteError.self) { try db.execute(#"SELECT "b" FROM t"#) }
    }

    @Test("never repeats a bound value in an error")
    func silence() throws {
        let db = try Database(path: path, mode: .create)
        try db.execute(
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE CHECK (length(b) < 20)) STRICT")
        let insert = try db.prepare("INSERT INTO t (a, b) VALUES (?1, ?2)")
        for (a, b): (Int64, String) in [
            (1, "000000000001"), (2, "000000000001"), (1, "000000000002"),
            (3, "000000000003 and much too long"),
        ] {
            insert.bind(1, a)
            insert.bind(2, b)
            do {
                try insert.run()
                #expect(a == 1 && b == "000000000001")
            } catch {
                #expect(error.isConstraint)
                #expect(!"\(error)".contains("0000"))
            }
        }
    }

    @Test("may be let go before its statements")
    func lifetime() throws {
        let statement = try Database(path: path, mode: .create).prepare("SELECT 7")
        #expect(try statement.step())
        #expect(statement.integer(0) == 7)
    }
}
