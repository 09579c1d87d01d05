import Foundation
import Postgres
import TestSupport
import Testing

/// A pooler gives our transactions and the office's the same session of the server in turn.
@Suite("Behind a pooler", .serialized)
struct PoolerTests {
    private let cluster: TestCluster
    private let database: String

    init() throws {
        cluster = try TestCluster.shared()
        let conninfo = try cluster.makeDatabase()
        database = String(try #require(conninfo.split(separator: "=").last))
    }

    private func texts(_ connection: PostgresConnection, _ sql: String) throws -> [String] {
        var found: [String] = []
        try connection.query(try connection.prepare(sql)) { found.append($0.text(0) ?? "NULL") }
        return found
    }

    /// Everything of a session that somebody may have left there.
    private static let traces = """
        SELECT name || '=' || coalesce(setting, '') FROM pg_settings
        WHERE name NOT IN ('transaction_isolation', 'transaction_read_only')
        UNION ALL SELECT 'statement ' || name FROM pg_prepared_statements
        UNION ALL SELECT 'channel ' || c FROM pg_listening_channels() AS c
        UNION ALL SELECT 'lock ' || objid FROM pg_locks
            WHERE locktype = 'advisory' AND pid = pg_backend_pid()
        UNION ALL SELECT 'table ' || relname FROM pg_class WHERE relpersistence = 't'
        ORDER BY 1
        """

    @Test("nothing of a session of ours is left", arguments: ["transaction", "session"])
    func traceless(_ mode: String) throws {
        let pooler = try cluster.makePooler(mode: mode)
        func office() throws -> PostgresConnection {
            try PostgresConnection(
                pooler.conninfo(database), readOnly: false, applicationName: "office")
        }
        func look() throws -> [String] {
            let connection = try office()
            // A script, so that none of our own terms are in the picture.
            try connection.execute(
                "CREATE TABLE IF NOT EXISTS traces (t text); DELETE FROM traces; "
                    + "INSERT INTO traces \(PoolerTests.traces)")
            return try texts(connection, "SELECT t FROM traces ORDER BY 1")
        }
        let before = try look()
        for isReadOnly in [true, false] {
            let ours = try PostgresConnection(
                pooler.conninfo(database), statementTimeoutMilliseconds: 5000,
                lockTimeoutMilliseconds: 100, readOnly: isReadOnly)
            #expect(ours.isShared)
            let query = try ours.prepare("SELECT $1::bigint")
            try ours.query(query, ["1"]) { _ in }
            try ours.transaction("ISOLATION LEVEL REPEATABLE READ") {
                try ours.query(query, ["2"]) { _ in }
            }
            let calls = [PostgresCall(query, ["3"]), PostgresCall(query, ["4"])]
            try ours.transaction("", settings: ["work_mem": "8MB"], ahead: calls) {}
            try ours.together(calls) {}
            // What fails leaves nothing either.
            let divided = try ours.prepare("SELECT 1 / $1::bigint")
            #expect(throws: PostgresError.self) { try ours.query(divided, ["0"]) { _ in } }
            #expect(throws: PostgresError.self) {
                try ours.transaction { try ours.query(divided, ["0"]) { _ in } }
            }
        }
        #expect(try look() == before)
    }

    @Test("statements of two clients do not meet, and each gets its own answers")
    func interleaved() throws {
        let pooler = try cluster.makePooler(mode: "transaction")
        let both = try (0..<2).map { _ in
            try PostgresConnection(pooler.conninfo(database), readOnly: true)
        }
        let queries = try both.enumerated().map { number, connection in
            try connection.prepare("SELECT \(number)::bigint * 10 + $1::bigint AS c\(number)")
        }
        #expect(queries.map(\.columnNames) == [["c0"], ["c1"]])
        for round in 0..<5 {
            for (number, connection) in both.enumerated() {
                var found: Int64?
                try connection.query(queries[number], [String(round)]) { found = $0.integer(0) }
                #expect(found == Int64(number * 10 + round))
            }
        }
        #expect(try both[0].waitForNotification(milliseconds: 1) == false)
    }

    @Test("a time-out and read-only hold as they do without one")
    func terms() throws {
        let pooler = try cluster.makePooler(mode: "transaction")
        let reader = try PostgresConnection(
            pooler.conninfo(database), statementTimeoutMilliseconds: 50, readOnly: true)
        let slow = try reader.prepare("SELECT pg_sleep(600)")
        do {
            try reader.query(slow) { _ in }
            Issue.record("nothing was thrown")
        } catch let error as PostgresError {
            #expect(error.isTimeout)
        }
        do {
            try reader.execute("CREATE TABLE t (id bigint)")
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.isReadOnly)
        }
        #expect(try texts(reader, "SELECT 'on'") == ["on"])
    }

    @Test("a session of one's own is known for one")
    func direct() throws {
        let connection = try PostgresConnection(cluster.conninfo(database), readOnly: true)
        #expect(!connection.isShared)
        let query = try connection.prepare("SELECT 1")
        _ = query
        #expect(try texts(connection, "SELECT name FROM pg_prepared_statements").contains("q1"))
    }
}
