internal import CPostgres
internal import Glibc

/// One session with a PostgreSQL server, confined to the thread that uses it.
///
/// Nothing that it asks of the server outlives a transaction: time-outs, read-only and the like are set with
/// each (``PostgresTerms``), never for the session, because behind a pooler the server's session is somebody
/// else's a moment later. What only a session of one's own can have (prepared statements with names, `LISTEN`) is
/// done without where the session is shared; see ``isShared``.
///
/// Waits are bounded on both ends: the server ends a statement after its `statement_timeout`, and a
/// server that says nothing at all is given up shortly after that.
package final class PostgresConnection {
    let connection: OpaquePointer
    let terms: PostgresTerms
    /// Between us and the server stands a pooler, which may give each transaction another session of the server.
    package private(set) var isShared = false
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
    ///   - statementTimeoutMilliseconds: for each statement in a transaction; 0 for none.
    ///   - lockTimeoutMilliseconds: for each wait for a lock; 0 for none.
    ///   - readOnly: every transaction is read-only, and a script is run in one.
    ///   - refusesHiddenRows: a statement that row-level security would leave without some of its rows fails.
    package init(
        _ conninfo: String, connectTimeoutSeconds: Int = 10,
        statementTimeoutMilliseconds: Int = 60_000, lockTimeoutMilliseconds: Int = 0,
        readOnly: Bool, refusesHiddenRows: Bool = false, applicationName: String = "lienthongd"
    ) throws(PostgresError) {
        try PostgresConnection.validate(conninfo)
        // Later keywords win over the string's, which `dbname` carries and `expand_dbname` unfolds. No
        // `options`: poolers refuse them. Those that are sent every pooler keeps apart for each client.
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
        func reported(_ name: String) -> String {
            PQparameterStatus(connection, name).map { String(cString: $0) } ?? ""
        }
        terms = PostgresTerms(
            statementTimeoutMilliseconds: max(0, statementTimeoutMilliseconds),
            lockTimeoutMilliseconds: max(0, lockTimeoutMilliseconds), isReadOnly: readOnly,
            // Servers before 9.5 have no such policies, and no such setting.
            refusesHiddenRows: refusesHiddenRows && PQserverVersion(connection) >= 90_500,
            dateStyle: reported("DateStyle"),
            hasStandardStrings: reported("standard_conforming_strings") == "on")
        guard PQstatus(connection) == CONNECTION_OK else {
            throw .connection(PostgresConnection.words(of: connection), sqlState: "08001")
        }
        // By default libpq prints notices to standard error, and a notice may quote a row.
        _ = PQsetNoticeProcessor(connection, { _, _ in }, nil)
        isShared = try backend() != PQbackendPID(connection)
    }

    /// The process that answers. A pooler hands out numbers of its own when a client connects, for it does not
    /// know yet which of the server's sessions will work for it, nor for how long.
    private func backend() throws(PostgresError) -> Int32? {
        let sql = "SELECT pg_backend_pid()"
        guard PQsendQuery(connection, sql) == 1 else { throw lost() }
        guard let result = try lastResult(sql: sql), result.rowCount == 1,
            let text = PQgetvalue(result.pointer, 0, 0)
        else { return nil }
        return Int32(String(cString: text))
    }

    deinit { PQfinish(connection) }

    /// True while neither side has closed the connection, as far as anybody has noticed.
    package var isOpen: Bool { !isGivenUp && PQstatus(connection) == CONNECTION_OK }

    /// Such as 150005 for 15.5.
    package var serverVersion: Int { Int(PQserverVersion(connection)) }

    /// Runs statements separated by semicolons, and ignores what they return.
    ///
    /// Several statements without `BEGIN` are one transaction. The script is the caller's own text, run as it is
    /// (a reading connection runs it in a transaction of its own, within its terms): an error names nothing out of
    /// it.
    package func execute(_ script: String) throws(PostgresError) {
        guard terms.isReadOnly, isIdle else { return try send(script: script) }
        try begin("")
        do throws(PostgresError) {
            try send(script: script)
        } catch {
            rollBack()
            throw error
        }
        try send(script: "COMMIT")
    }

    private func send(script: String) throws(PostgresError) {
        guard !isGivenUp, PQsendQuery(connection, script) == 1 else { throw lost() }
        _ = try lastResult(sql: nil)
    }

    /// No transaction is under way, neither here nor in a pipeline.
    var isIdle: Bool {
        PQpipelineStatus(connection) == PQ_PIPELINE_OFF
            && PQtransactionStatus(connection) == PQTRANS_IDLE
    }

    /// Lets the server parse a statement with parameters `$1`, `$2`… once, or, in a shared session, each time.
    ///
    /// The corresponding C functions are `PQprepare` and `PQdescribePrepared`.
    package func prepare(_ sql: String) throws(PostgresError) -> PreparedQuery {
        preparedCount += 1
        // A name would stay in the server's session, for others to meet.
        let name = isShared ? "" : "q\(preparedCount)"
        let parse = { () throws(PostgresError) in
            guard PQsendPrepare(self.connection, name, sql, 0, nil) == 1 else { throw self.lost() }
        }
        let describe = { () throws(PostgresError) in
            guard PQsendDescribePrepared(self.connection, name) == 1 else { throw self.lost() }
        }
        let columns: PostgresColumns
        if isIdle {
            columns = try described(sql, parse, describe)
        } else {
            try parse()
            _ = try lastResult(sql: sql)
            try describe()
            columns = PostgresColumns(try lastResult(sql: sql))
        }
        return PreparedQuery(
            sql: sql, columnNames: columns.names, columnTypes: columns.types, name: name,
            owner: ObjectIdentifier(self))
    }

    /// Runs a prepared statement and hands over its rows one by one.
    ///
    /// - Parameter parameters: text forms; nil is NULL. None may contain a NUL character.
    package func query(
        _ query: PreparedQuery, _ parameters: [String?] = [],
        _ row: (borrowing PostgresRow) throws -> Void
    ) throws {
        guard let result = try answer(to: query, parameters) else { return }
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
        let result = try answer(to: query, parameters)
        guard let result, let count = PQcmdTuples(result.pointer) else { return 0 }
        return Int(String(cString: count)) ?? 0
    }

    /// Runs the body in a transaction, which commits when the body returns and rolls back when it throws.
    ///
    /// - Parameter mode: words after `BEGIN`, such as `ISOLATION LEVEL REPEATABLE READ READ ONLY`.
    package func transaction<Value>(_ mode: String = "", _ body: () throws -> Value) throws -> Value
    {
        try begin(mode)
        let value: Value
        do {
            value = try body()
        } catch {
            rollBack()
            throw error
        }
        try send(script: "COMMIT")
        return value
    }

    private func begin(_ mode: String) throws(PostgresError) {
        try send(script: terms.opening(mode).joined(separator: ";"))
    }

    /// The error that led here matters; a connection that cannot even roll back is lost, and the server rolls back
    /// what a lost connection had begun.
    func rollBack() {
        do { try send(script: "ROLLBACK") } catch { giveUp() }
    }

    /// A statement on its own is a transaction with the connection's terms.
    private func answer(to query: PreparedQuery, _ parameters: [String?])
        throws(PostgresError) -> PostgresResult?
    {
        guard ahead.isEmpty, isIdle else { return try run(query, parameters) }
        return try alone(PostgresCall(query, parameters))
    }

    func run(_ query: PreparedQuery, _ parameters: [String?])
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
        let count = Int32(parameters.count)
        let sent = PostgresConnection.withTexts(parameters) { texts in
            query.name.isEmpty
                ? PQsendQueryParams(connection, query.sql, count, nil, texts, nil, nil, 0)
                : PQsendQueryPrepared(connection, query.name, count, texts, nil, nil, 0)
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
        let limit = terms.statementTimeoutMilliseconds
        guard limit > 0 else { return nil }
        return PostgresConnection.steadyMilliseconds() + Int64(limit)
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
