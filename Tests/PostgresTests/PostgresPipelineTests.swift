import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Statements sent ahead to PostgreSQL")
struct PostgresPipelineTests {
    private let connection: PostgresConnection
    private let database: String
    private static let mode = "ISOLATION LEVEL REPEATABLE READ READ ONLY"

    init() throws {
        database = try TestCluster.shared().makeDatabase()
        connection = try PostgresConnection(
            database, statementTimeoutMilliseconds: 500, readOnly: false)
    }

    private func numbers(_ query: PreparedQuery, _ parameters: [String?] = []) throws -> [Int64] {
        var found: [Int64] = []
        try connection.query(query, parameters) { found.append($0.integer(0) ?? -1) }
        return found
    }

    private func isInTransaction() throws -> Bool {
        // Outside one, now() moves on with the clock.
        let now = try connection.prepare("SELECT (extract(epoch FROM now()) * 1e6)::bigint")
        return try numbers(now) == numbers(now)
    }

    @Test("are answered in their order, in one state of the database")
    func order() throws {
        try connection.execute("CREATE TABLE t (n bigint); INSERT INTO t VALUES (1)")
        let count = try connection.prepare("SELECT count(*) FROM t WHERE n >= $1")
        let series = try connection.prepare("SELECT generate_series(1, $1::bigint)")
        let other = try PostgresConnection(database, readOnly: false)
        let calls = [
            PostgresCall(count, ["0"]), PostgresCall(series, ["3"]), PostgresCall(count, ["1"]),
        ]
        let found = try connection.transaction(PostgresPipelineTests.mode, ahead: calls) {
            let first = try numbers(count, ["0"])
            try other.execute("INSERT INTO t VALUES (2)")
            return [first, try numbers(series, ["3"]), try numbers(count, ["1"])]
        }
        #expect(found == [[1], [1, 2, 3], [1]])
        #expect(try numbers(count, ["0"]) == [2])
        #expect(try !isInTransaction())
    }

    @Test("see what is committed between them without a transaction around them")
    func together() throws {
        // The wait itself may be long on a busy machine.
        let connection = try PostgresConnection(
            database, statementTimeoutMilliseconds: 60_000, readOnly: false)
        func numbers(_ query: PreparedQuery) throws -> [Int64] {
            var found: [Int64] = []
            try connection.query(query) { found.append($0.integer(0) ?? -1) }
            return found
        }
        try connection.execute("CREATE TABLE t (n bigint)")
        let one = try connection.prepare("SELECT count(*) FROM t")
        // Somebody holds a lock for which the second statement waits, and commits before he lets go.
        let other = try PostgresConnection(database, readOnly: false)
        let lock = try other.prepare("SELECT pg_advisory_lock(7)")
        try other.run(lock)
        let waits = try connection.prepare(lock.sql)
        let calls = [PostgresCall(one), PostgresCall(waits), PostgresCall(one)]
        let database = database
        Thread.detachNewThread {
            // What fails here leaves the lock, and the test waits in vain.
            do {
                let writer = try PostgresConnection(database, readOnly: false)
                let waiting = try writer.prepare(
                    """
                    SELECT 1::bigint FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                    WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
                    """)
                var count = 0
                while count == 0 { try writer.query(waiting) { _ in count += 1 } }
                try writer.execute("INSERT INTO t VALUES (1)")
                try writer.execute(
                    """
                    SELECT pg_terminate_backend(l.pid) FROM pg_locks l
                    JOIN pg_database d ON d.oid = l.database
                    WHERE locktype = 'advisory' AND granted AND datname = current_database()
                    """)
            } catch {}
        }
        let found = try connection.together(calls) {
            let first = try numbers(one)
            _ = try numbers(waits)
            return [first, try numbers(one)]
        }
        #expect(found == [[0], [1]])
    }

    @Test("may run under settings that end with their transaction")
    func settings() throws {
        let mode = try connection.prepare("SHOW plan_cache_mode")
        func word() throws -> String? {
            var found: String?
            try connection.query(mode) { found = $0.text(0) }
            return found
        }
        let inside = try connection.transaction(
            PostgresPipelineTests.mode, settings: ["plan_cache_mode": "force_generic_plan"],
            ahead: [PostgresCall(mode)]
        ) { try word() }
        #expect(inside == "force_generic_plan")
        #expect(try word() == "auto")
    }

    @Test("may be many bytes in both directions")
    func muchToSay() throws {
        let long = try connection.prepare("SELECT repeat($1, 4) FROM generate_series(1, 20)")
        let text = String(repeating: "ống ", count: 5_000)
        let calls = (0..<20).map { _ in PostgresCall(long, [text]) }
        var bytes = 0
        try connection.transaction("", ahead: calls) {
            for call in calls {
                try connection.query(call.query, call.parameters) {
                    bytes += $0.bytes(0)?.count ?? 0
                }
            }
        }
        #expect(bytes == 20 * 20 * 4 * text.utf8.count)
    }

    @Test("end with the first error, which names what is wrong; the connection goes on")
    func failing() throws {
        try connection.execute("CREATE TABLE gone (n bigint)")
        let one = try connection.prepare("SELECT 1::bigint")
        let missing = try connection.prepare("SELECT n FROM gone")
        let divided = try connection.prepare("SELECT 1::bigint / $1::bigint")
        try connection.execute("DROP TABLE gone")
        for (bad, state) in [(missing, "42P01"), (divided, "22012")] {
            var taken: [Int64] = []
            let parameters = bad === divided ? ["0"] : []
            do {
                let calls = [one, bad, one].map {
                    PostgresCall($0, $0 === bad ? parameters : [])
                }
                try connection.transaction(PostgresPipelineTests.mode, ahead: calls) {
                    taken += try numbers(one)
                    taken += try numbers(bad, parameters)
                    taken += try numbers(one)
                }
                Issue.record("nothing was thrown")
            } catch let error as PostgresError {
                #expect(error.sqlState == state)
            }
            #expect(taken == [1] && connection.isOpen)
            #expect(try numbers(one) == [1])
            #expect(try !isInTransaction())
        }
    }

    @Test("that take too long are ended by the server")
    func slow() throws {
        let slow = try connection.prepare("SELECT 1 FROM pg_sleep(60)")
        do {
            try connection.transaction("", ahead: [PostgresCall(slow)]) { _ = try numbers(slow) }
            Issue.record("nothing was thrown")
        } catch let error as PostgresError {
            #expect(error.isTimeout)
        }
        #expect(try !isInTransaction())
    }

    @Test("need not all be asked for, nor any")
    func stopping() throws {
        struct Enough: Error {}
        let one = try connection.prepare("SELECT 1::bigint")
        let calls = Array(repeating: PostgresCall(one), count: 5)
        try connection.transaction("", ahead: calls) {}
        try connection.transaction("", ahead: []) {}
        #expect(try connection.transaction("", ahead: calls) { try numbers(one) } == [1])
        #expect(throws: Enough.self) {
            try connection.transaction("", ahead: calls) {
                _ = try numbers(one)
                throw Enough()
            }
        }
        #expect(try numbers(one) == [1])
        #expect(try !isInTransaction())
    }

    @Test("are waited for once when the server is silent", .timeLimit(.minutes(1)))
    func silent() throws {
        let pid = try connection.prepare("SELECT pg_backend_pid()::bigint")
        let backend = pid_t(try #require(try numbers(pid).first))
        #expect(kill(backend, SIGSTOP) == 0)
        defer { kill(backend, SIGCONT) }
        // The statement's own limit, and ten seconds more.
        do {
            try connection.transaction("", ahead: [PostgresCall(pid)]) { _ = try numbers(pid) }
            Issue.record("nothing was thrown")
        } catch let error as PostgresError {
            #expect(error.isConnectionLoss)
        }
        #expect(!connection.isOpen)
        // Nobody waits again.
        #expect(throws: PostgresError.self) { try numbers(pid) }
        #expect(throws: PostgresError.self) { try connection.execute("SELECT 1") }
        #expect(throws: PostgresError.self) { try connection.transaction("", ahead: []) {} }
        #expect(throws: PostgresError.self) {
            _ = try connection.waitForNotification(milliseconds: 1)
        }
    }

    @Test("are lost with their connection")
    func lost() throws {
        let pid = try connection.prepare("SELECT pg_backend_pid()::bigint")
        let end = try connection.prepare("SELECT pg_terminate_backend(pg_backend_pid())")
        do {
            try connection.transaction("", ahead: [PostgresCall(end), PostgresCall(pid)]) {
                _ = try numbers(end)
                _ = try numbers(pid)
            }
            Issue.record("nothing was thrown")
        } catch let error as PostgresError {
            #expect(error.isConnectionLoss)
        }
        #expect(!connection.isOpen)
        #expect(throws: PostgresError.self) { try numbers(pid) }
    }
}
