internal import CPostgres
internal import Glibc

/// One session with a PostgreSQL server, confined to the thread that uses it.
///
/// Waits are bounded on both ends: the server ends a statement after its `statement_timeout`, and a
/// server that says nothing at all is given up shortly after that.
package final class PostgresConnection {
    let connection: OpaquePointer
    private let statementTimeoutMilliseconds: Int
    private var preparedCount = 0
    /// Statements that were sent before somebody asked for their rows.
    var ahead: ArraySlice<PreparedQuery> = []
    /// The server is silent, or what it says cannot be told apart any more: everything fails at once, and nobody
    /// waits for it a second time.
    private(set) var isGivenUp = false

    /// How much longer than the server's own limit the client waits for its answer.
    private static let graceMilliseconds: Int64 = 10_000

    /// Opens a session.
    ///
    /// - Parameters:
    ///   - conninfo: keywords and values, or a URI, as libpq takes them.
    ///   - connectTimeoutSeconds: at least 2, libpq's own minimum.
    ///   - statementTimeoutMilliseconds: 0 for none.
    ///   - readOnly: every transaction of the session is read-only unless it says otherwise.
    package init(
        _ conninfo: String, connectTimeoutSeconds: Int = 10,
        statementTimeoutMilliseconds: Int = 60_000, readOnly: Bool,
        applicationName: String = "lienthongd"
    ) throws(PostgresError) {
        try PostgresConnection.validate(conninfo)
        // Later keywords win over the string's, which `dbname` carries and `expand_dbname` unfolds.
        let options: [(String, String)] = [
            ("dbname", conninfo),
            ("application_name", applicationName),
            ("client_encoding", "UTF8"),
            ("connect_timeout", String(max(2, connectTimeoutSeconds))),
            ("keepalives", "1"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "60000"),
        ]
        guard let connection = PostgresConnection.connect(options) else {
            throw .connection("out of memory", sqlState: "08001")
        }
        self.connection = connection
        self.statementTimeoutMilliseconds = max(0, statementTimeoutMilliseconds)
        guard PQstatus(connection) == CONNECTION_OK else {
            throw .connection(PostgresConnection.words(of: connection), sqlState: "08001")
        }
        // By default libpq prints notices to standard error, and a notice may quote a row.
        _ = PQsetNoticeProcessor(connection, { _, _ in }, nil)
        try execute(
            """
            SET statement_timeout = \(self.statementTimeoutMilliseconds);
            SET default_transaction_read_only = \(readOnly ? "on" : "off");
            SET datestyle = 'ISO, YMD';
            SET standard_conforming_strings = on
            """)
    }

    deinit { PQfinish(connection) }

    /// True while neither side has closed the connection, as far as anybody has noticed.
    package var isOpen: Bool { !isGivenUp && PQstatus(connection) == CONNECTION_OK }

    /// Such as 150005 for 15.5.
    package var serverVersion: Int { Int(PQserverVersion(connection)) }

    /// Runs statements separated by semicolons, and ignores what they return.
    ///
    /// Several statements without `BEGIN` are one transaction. The script is the caller's own text: an
    /// error names nothing out of it.
    package func execute(_ script: String) throws(PostgresError) {
        guard !isGivenUp, PQsendQuery(connection, script) == 1 else { throw lost() }
        _ = try lastResult(sql: nil)
    }

    /// Lets the server parse a statement with parameters `$1`, `$2`… once.
    ///
    /// The corresponding C functions are `PQprepare` and `PQdescribePrepared`.
    package func prepare(_ sql: String) throws(PostgresError) -> PreparedQuery {
        preparedCount += 1
        let name = "q\(preparedCount)"
        guard PQsendPrepare(connection, name, sql, 0, nil) == 1 else { throw lost() }
        _ = try lastResult(sql: sql)
        guard PQsendDescribePrepared(connection, name) == 1 else { throw lost() }
        let names = try lastResult(sql: sql)?.columnNames ?? []
        return PreparedQuery(
            sql: sql, columnNames: names, name: name, owner: ObjectIdentifier(self))
    }

    /// Runs a prepared statement and hands over its rows one by one.
    ///
    /// - Parameter parameters: text forms; nil is NULL. None may contain a NUL character.
    package func query(
        _ query: PreparedQuery, _ parameters: [String?] = [],
        _ row: (borrowing PostgresRow) throws -> Void
    ) throws {
        guard let result = try run(query, parameters) else { return }
        for index in 0..<result.rowCount {
            try row(PostgresRow(result: result.pointer, index: index))
        }
    }

    /// Runs a prepared statement whose rows do not matter.
    ///
    /// - Returns: how many rows it changed.
    @discardableResult
    package func run(_ query: PreparedQuery, _ parameters: [String?] = [])
        throws(PostgresError) -> Int
    {
        let result: PostgresResult? = try run(query, parameters)
        guard let result, let count = PQcmdTuples(result.pointer) else { return 0 }
        return Int(String(cString: count)) ?? 0
    }

    /// Runs the body in a transaction, which commits when the body returns and rolls back when it throws.
    ///
    /// - Parameter mode: words after `BEGIN`, such as `ISOLATION LEVEL REPEATABLE READ READ ONLY`.
    package func transaction<Value>(_ mode: String = "", _ body: () throws -> Value) throws -> Value
    {
        try execute("BEGIN \(mode)")
        let value: Value
        do {
            value = try body()
        } catch {
            // The body's own error matters; a connection that cannot even roll back is lost, and the
            // server rolls back what a lost connection had begun.
            do { try execute("ROLLBACK") } catch {}
            throw error
        }
        try execute("COMMIT")
        return value
    }

    private func run(_ query: PreparedQuery, _ parameters: [String?])
        throws(PostgresError) -> PostgresResult?
    {
        if let next = ahead.popFirst() {
            precondition(next === query, "a statement out of the order in which they were sent")
        } else {
            try send(PostgresCall(query, parameters))
        }
        return try lastResult(sql: query.sql)
    }

    func send(_ call: PostgresCall) throws(PostgresError) {
        let (query, parameters) = (call.query, call.parameters)
        precondition(query.owner == ObjectIdentifier(self), "a statement of another connection")
        guard !isGivenUp else { throw lost() }
        let sent = PostgresConnection.withTexts(parameters) { texts in
            PQsendQueryPrepared(
                connection, query.name, Int32(parameters.count), texts, nil, nil, 0)
        }
        guard sent == 1 else { throw lost() }
    }

    func giveUp() { isGivenUp = true }

    /// Takes all answers up to the end of a pipeline.
    func drain() throws(PostgresError) {
        let deadline = deadline()
        // Each statement's answers end with nothing; two nothings in a row come from a connection that is lost.
        var nothings = 0
        while nothings < 2 {
            try awaitAnswer(until: deadline)
            guard let pointer = PQgetResult(connection) else {
                nothings += 1
                continue
            }
            nothings = 0
            if PostgresResult(pointer).status == PGRES_PIPELINE_SYNC { return }
        }
        throw lost()
    }

    /// Waits for everything that the server answers to what was sent, and keeps the last result.
    func lastResult(sql: String?) throws(PostgresError) -> PostgresResult? {
        var last: PostgresResult?
        var failure: PostgresError?
        let deadline = deadline()
        while true {
            try awaitAnswer(until: deadline)
            guard let pointer = PQgetResult(connection) else { break }
            let result = PostgresResult(pointer)
            if result.isError, failure == nil { failure = result.error(in: sql) }
            last = result
            // A COPY waits for its data; there is no further result before it ends.
            if result.status == PGRES_COPY_IN { break }
        }
        if let failure {
            if PQstatus(connection) == CONNECTION_BAD, !failure.isConnectionLoss { throw lost() }
            throw failure
        }
        return last
    }

    private func deadline() -> Int64? {
        guard statementTimeoutMilliseconds > 0 else { return nil }
        return PostgresConnection.steadyMilliseconds() + Int64(statementTimeoutMilliseconds)
            + PostgresConnection.graceMilliseconds
    }

    /// Returns when `PQgetResult` would not block.
    private func awaitAnswer(until deadline: Int64?) throws(PostgresError) {
        while PQisBusy(connection) == 1 {
            guard !isGivenUp else { throw lost() }
            let unsent = PQflush(connection)
            guard unsent >= 0 else { throw lost() }
            let left = deadline.map { $0 - PostgresConnection.steadyMilliseconds() }
            if let left, left <= 0 {
                giveUp()
                throw .connection("the server does not answer")
            }
            var events = Int16(POLLIN)
            if unsent == 1 { events |= Int16(POLLOUT) }
            var descriptors = [pollfd(fd: PQsocket(connection), events: events, revents: 0)]
            let ready = poll(&descriptors, 1, left.map { Int32(clamping: $0) } ?? -1)
            if ready < 0, errno != EINTR { throw lost() }
            if ready > 0, PQconsumeInput(connection) == 0 { throw lost() }
        }
    }

    /// The connection is gone, in libpq's words unless they are about a statement.
    func lost() -> PostgresError {
        if PQstatus(connection) == CONNECTION_OK {
            return .connection("the request could not be sent")
        }
        return .connection("the server closed the connection")
    }
}

// A session belongs to one thread.
@available(*, unavailable)
extension PostgresConnection: Sendable {}

extension PostgresConnection {
    static func steadyMilliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// libpq's complaint about a malformed string quotes it, and a password may stand there.
    private static func validate(_ conninfo: String) throws(PostgresError) {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(conninfo, &message) else {
            PQfreemem(message)
            throw .connection("the connection string is malformed", sqlState: "08001")
        }
        PQconninfoFree(options)
    }

    private static func connect(_ options: [(String, String)]) -> OpaquePointer? {
        withTexts(options.map { $0.0 }) { keywords in
            withTexts(options.map { $0.1 }) { values in
                PQconnectdbParams(keywords, values, 1)
            }
        }
    }

    /// libpq's words about a failed connection on one line.
    private static func words(of connection: OpaquePointer) -> String {
        guard let message = PQerrorMessage(connection) else { return "the connection failed" }
        return String(cString: message).split(whereSeparator: \.isNewline)
            .map { $0.drop { $0 == " " || $0 == "\t" } }.joined(separator: "; ")
    }

    /// Hands over C strings in an array that ends with a null pointer, valid during the call.
    static func withTexts<Value>(
        _ texts: [String?], _ body: ([UnsafePointer<CChar>?]) -> Value
    ) -> Value {
        var bytes: [CChar] = []
        var offsets: [Int?] = []
        offsets.reserveCapacity(texts.count)
        for text in texts {
            guard let text else {
                offsets.append(nil)
                continue
            }
            offsets.append(bytes.count)
            bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
        return bytes.withUnsafeBufferPointer { buffer in
            var pointers: [UnsafePointer<CChar>?] = offsets.map { offset in
                offset.flatMap { offset in buffer.baseAddress.map { $0 + offset } }
            }
            pointers.append(nil)
            return body(pointers)
        }
    }
}
