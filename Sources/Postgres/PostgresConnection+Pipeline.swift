internal import CPostgres

/// A prepared statement with the text forms of its parameters; nil is NULL.
package struct PostgresCall {
    package var query: PreparedQuery
    package var parameters: [String?]

    package init(_ query: PreparedQuery, _ parameters: [String?] = []) {
        self.query = query
        self.parameters = parameters
    }
}

extension PostgresConnection {
    /// Runs the body in a transaction whose statements are sent at once, before the first is answered, so that
    /// the road is travelled once and the server works on while rows are taken.
    ///
    /// - Parameters:
    ///   - mode: words after `BEGIN`, such as `ISOLATION LEVEL REPEATABLE READ`.
    ///   - settings: what is set for this transaction beside the connection's terms, such as `work_mem`.
    ///   - calls: what the server is to run, one after the other, until one of them fails.
    ///   - body: asks for their rows by ``query(_:_:_:)``, in the same order; it may stop early.
    package func transaction<Value>(
        _ mode: String, settings: [String: String] = [:], ahead calls: [PostgresCall],
        _ body: () throws -> Value
    ) throws -> Value {
        try enterPipeline()
        defer { leavePipeline() }
        try open(mode, settings) { () throws(PostgresError) in
            for call in calls { try send(call) }
        }
        ahead = calls.map(\.query)[...]
        let value = try body()
        while let query = ahead.popFirst() { _ = try lastResult(sql: query.sql) }
        _ = try lastResult(sql: nil)
        return value
    }

    /// The same where each statement sees what is committed when its turn comes.
    package func together<Value>(_ calls: [PostgresCall], _ body: () throws -> Value) throws
        -> Value
    {
        try transaction("ISOLATION LEVEL READ COMMITTED", ahead: calls, body)
    }

    /// One statement, with the connection's terms.
    func alone(_ call: PostgresCall) throws(PostgresError) -> PostgresResult? {
        try enterPipeline()
        defer { leavePipeline() }
        try open("") { () throws(PostgresError) in try send(call) }
        let result = try lastResult(sql: call.query.sql)
        _ = try lastResult(sql: nil)
        return result
    }

    /// Parses and describes a statement; its columns.
    func described(
        _ sql: String, _ parse: () throws(PostgresError) -> Void,
        _ describe: () throws(PostgresError) -> Void
    ) throws(PostgresError) -> PostgresColumns {
        try enterPipeline()
        defer { leavePipeline() }
        try open("") { () throws(PostgresError) in
            try parse()
            try describe()
        }
        _ = try lastResult(sql: sql)
        let columns = PostgresColumns(try lastResult(sql: sql))
        _ = try lastResult(sql: nil)
        return columns
    }

    /// Sends a whole transaction, and takes what is answered to its beginning.
    private func open(
        _ mode: String, _ settings: [String: String] = [:],
        _ sendAll: () throws(PostgresError) -> Void
    ) throws(PostgresError) {
        let opening = terms.opening(mode, settings)
        for text in opening { try send(text) }
        try sendAll()
        try send("COMMIT")
        guard PQpipelineSync(connection) == 1 else { throw lost() }
        for _ in opening { _ = try lastResult(sql: nil) }
    }

    private func enterPipeline() throws(PostgresError) {
        precondition(ahead.isEmpty, "a pipeline within another")
        // Otherwise sending could wait for a server that waits for us to read.
        guard isOpen, PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1
        else {
            throw lost()
        }
    }

    /// Takes what is left of the answers, whatever they say, and ends a transaction that failed. A connection
    /// with which that cannot be done is lost, and says so when it is used next.
    private func leavePipeline() {
        ahead = []
        do {
            try drain()
            guard PQexitPipelineMode(connection) == 1, PQsetnonblocking(connection, 0) == 0 else {
                return giveUp()
            }
            if PQtransactionStatus(connection) != PQTRANS_IDLE { rollBack() }
        } catch {
            giveUp()
        }
    }

    private func send(_ text: String) throws(PostgresError) {
        guard PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 0) == 1 else {
            throw lost()
        }
    }
}
