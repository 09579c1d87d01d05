import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@Suite("A PostgreSQL connection")
struct PostgresConnectionTests {
    private func open(readOnly: Bool = false, timeout: Int = 60_000) throws -> PostgresConnection {
        try PostgresConnection(
            TestCluster.shared().makeDatabase(), statementTimeoutMilliseconds: timeout,
            readOnly: readOnly)
    }

    private func error(_ body: () throws -> Void) throws -> PostgresError {
        do {
            try body()
        } catch {
            return try #require(error as? PostgresError)
        }
        Issue.record("nothing was thrown")
        throw CancellationError()
    }

    @Test("reads rows with their names, NULLs, numbers and Vietnamese text")
    func reading() throws {
        let connection = try open()
        let query = try connection.prepare(
            "SELECT 'Nguyễn Thị Thử' AS name, NULL::text AS nothing, (-9223372036854775808)::bigint "
                + "AS low, $1::bigint + 1 AS next, '' AS empty, '12x' AS odd")
        #expect(query.columnNames == ["name", "nothing", "low", "next", "empty", "odd"])
        var rows = 0
        try connection.query(query, ["9223372036854775806"]) { row in
            rows += 1
            #expect(row.text(0) == "Nguyễn Thị Thử")
            #expect(row.bytes(0).map { $0.count } == "Nguyễn Thị Thử".utf8.count)
            #expect(row.isNull(1) == true)
            #expect(row.text(1) == nil)
            #expect(row.integer(1) == nil)
            #expect(row.integer(2) == .min)
            #expect(row.integer(3) == .max)
            #expect(row.text(4) == "")
            #expect(row.integer(4) == nil)
            #expect(row.integer(5) == nil)
        }
        #expect(rows == 1)
    }

    @Test("passes parameters whole, NULL and empty ones too")
    func parameters() throws {
        let connection = try open()
        let query = try connection.prepare("SELECT $1::text, $2::text, $3::text, $4::bigint[]")
        try connection.query(query, [nil, "", "a'b\\c\"d\n", "{1,2,3}"]) { row in
            #expect(row.isNull(0) == true)
            #expect(row.text(1) == "")
            #expect(row.text(2) == "a'b\\c\"d\n")
            #expect(row.text(3) == "{1,2,3}")
        }
    }

    @Test("copies rows in with every character that COPY gives a meaning to")
    func copying() throws {
        let connection = try open()
        try connection.execute("CREATE TABLE t (id bigint, text text)")
        let odd = "tab\t line\n return\r back\\slash \\N ống"
        try connection.copyIn("COPY t (id, text) FROM STDIN") { writer in
            for id in 1...3000 { try writer.row([String(id), id == 7 ? nil : odd]) }
        }
        let query = try connection.prepare(
            "SELECT count(*), count(*) FILTER (WHERE text = $1) FROM t")
        try connection.query(query, [odd]) { row in
            #expect(row.integer(0) == 3000)
            #expect(row.integer(1) == 2999)
        }
    }

    @Test("loads nothing when a copy is given up or refused, and goes on")
    func copyGivenUp() throws {
        struct GivenUp: Error {}
        let connection = try open()
        try connection.execute("CREATE TABLE t (id bigint)")
        #expect(throws: GivenUp.self) {
            try connection.copyIn("COPY t FROM STDIN") { writer in
                try writer.row(["1"])
                throw GivenUp()
            }
        }
        let refused = try error {
            try connection.copyIn("COPY t FROM STDIN") { try $0.row(["secret-value"]) }
        }
        #expect(refused.sqlState == "22P02")
        let query = try connection.prepare("SELECT count(*) FROM t")
        try connection.query(query) { #expect($0.integer(0) == 0) }
    }

    @Test("commits what a transaction's body did, and rolls it back when the body throws")
    func transactions() throws {
        struct Interrupted: Error {}
        let connection = try open()
        try connection.execute("CREATE TABLE t (id bigint)")
        let insert = try connection.prepare("INSERT INTO t VALUES ($1::bigint)")
        let inserted = try connection.transaction { try connection.run(insert, ["1"]) }
        #expect(inserted == 1)
        #expect(throws: Interrupted.self) {
            try connection.transaction {
                try connection.run(insert, ["2"])
                throw Interrupted()
            }
        }
        let count = try connection.prepare("SELECT count(*) FROM t")
        try connection.query(count) { #expect($0.integer(0) == 1) }
    }

    @Test("names the constraint of a refused row and never its values")
    func quietErrors() throws {
        let connection = try open()
        try connection.execute(
            "CREATE TABLE person (number text CONSTRAINT person_once PRIMARY KEY)")
        let insert = try connection.prepare("INSERT INTO person VALUES ($1::text)")
        try connection.run(insert, ["000123456789"])
        let twice = try error { try connection.run(insert, ["000123456789"]) }
        #expect(twice.sqlState == "23505")
        #expect(twice.object == "person_once")
        #expect(!"\(twice)".contains("000123456789"))
        let malformed = try connection.prepare("SELECT $1::text::bigint")
        let cast = try error { try connection.query(malformed, ["000123456x"]) { _ in } }
        #expect(cast.sqlState == "22P02")
        #expect(!"\(cast)".contains("000123456x"))
    }

    @Test("names the table or column that a statement asks for in vain")
    func unknownNames() throws {
        let connection = try open()
        let table = try error { _ = try connection.prepare("SELECT a FROM hồ_sơ.\"x\", nowhere") }
        #expect(table.isUnknownName)
        let plain = try error { _ = try connection.prepare("SELECT 'ố', a FROM nowhere n") }
        #expect(plain.isUnknownName)
        #expect(plain.object == "nowhere")
        try connection.execute("CREATE TABLE t (id bigint)")
        let column = try error { _ = try connection.prepare("SELECT t.id, t.missing FROM t") }
        #expect(column.isUnknownName)
        #expect(column.object == "t.missing")
    }

    @Test("refuses to write through a reading connection")
    func readOnly() throws {
        let connection = try open(readOnly: true)
        let refused = try error { try connection.execute("CREATE TABLE t (id bigint)") }
        #expect(refused.isReadOnly)
        #expect(!refused.isConnectionLoss)
    }

    @Test("ends a statement that takes too long, and goes on")
    func statementTimeout() throws {
        let connection = try open(timeout: 50)
        let slow = try connection.prepare("SELECT pg_sleep(600)")
        let late = try error { try connection.query(slow) { _ in } }
        #expect(late.isTimeout)
        let quick = try connection.prepare("SELECT 1")
        try connection.query(quick) { #expect($0.integer(0) == 1) }
    }

    @Test("says what is wrong with a connection and never repeats its string")
    func unreachable() throws {
        let nowhere = try error {
            _ = try PostgresConnection(
                "host=/nonexistent password=very-secret dbname=x", readOnly: true)
        }
        #expect(nowhere.isConnectionLoss)
        #expect(nowhere.summary.contains("/nonexistent"))
        let malformed = try error {
            _ = try PostgresConnection("host=x very-secret", readOnly: true)
        }
        for each in [nowhere, malformed] { #expect(!"\(each)".contains("very-secret")) }
        let unknown = try error {
            _ = try PostgresConnection(
                TestCluster.shared().conninfo("no_such_database"), readOnly: true)
        }
        #expect(unknown.summary.contains("no_such_database"))
    }

    @Test("knows that the server ended its session")
    func sessionEnded() throws {
        let conninfo = try TestCluster.shared().makeDatabase()
        let connection = try PostgresConnection(conninfo, readOnly: false)
        let other = try PostgresConnection(conninfo, readOnly: false)
        try other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                + "WHERE pid <> pg_backend_pid() AND datname = current_database()")
        let lost = try error { try connection.execute("SELECT 1") }
        #expect(lost.isConnectionLoss)
        #expect(!connection.isOpen)
    }

    @Test("takes a name for a channel whatever its characters")
    func notified() throws {
        let conninfo = try TestCluster.shared().makeDatabase()
        let listener = try PostgresConnection(conninfo, readOnly: true)
        try listener.listen("Kênh \"một\"")
        #expect(try !listener.waitForNotification(milliseconds: 0))
        let other = try PostgresConnection(conninfo, readOnly: false)
        try other.execute("NOTIFY \"Kênh \"\"một\"\"\", 'payload'")
        #expect(try listener.waitForNotification(milliseconds: 60_000))
        #expect(try !listener.waitForNotification(milliseconds: 0))
    }

    @Test("keeps a notification that came while it was busy")
    func notifiedMeanwhile() throws {
        let conninfo = try TestCluster.shared().makeDatabase()
        let listener = try PostgresConnection(conninfo, readOnly: true)
        try listener.listen("lienthongd")
        let other = try PostgresConnection(conninfo, readOnly: false)
        try other.execute("NOTIFY lienthongd")
        try listener.execute("SELECT 1")
        #expect(try listener.waitForNotification(milliseconds: 60_000))
    }

    @Test("wakes from a wait when its descriptor becomes readable")
    func interrupted() throws {
        let listener = try open(readOnly: true)
        try listener.listen("lienthongd")
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        try #require(write(ends[1], "x", 1) == 1)
        #expect(try !listener.waitForNotification(milliseconds: 600_000, interruptedBy: ends[0]))
    }

    @Test("says so when the server goes away during a wait")
    func lostWhileWaiting() throws {
        let conninfo = try TestCluster.shared().makeDatabase()
        let listener = try PostgresConnection(conninfo, readOnly: true)
        try listener.listen("lienthongd")
        let other = try PostgresConnection(conninfo, readOnly: false)
        try other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                + "WHERE pid <> pg_backend_pid() AND datname = current_database()")
        let lost = try error { _ = try listener.waitForNotification(milliseconds: 600_000) }
        #expect(lost.isConnectionLoss)
    }
}
