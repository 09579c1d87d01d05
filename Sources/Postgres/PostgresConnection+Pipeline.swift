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
    ///   - mode: words after `BEGIN`, such as `ISOLATION LEVEL REPEATABLE READ READ ONLY`.
    ///   - settings: what `SET LOCAL` is to set for this transaction, such as `work_mem = '8MB'`.
    ///   - calls: what the server is to run, one after the other, until one of them fails.
    ///   - body: asks for their rows by ``query(_:_:_:)``, in the same order; it may stop early.
    package func transaction<Value>(
        _ mode: String, settings: [String] = [], ahead calls: [PostgresCall],
        _ body: () throws -> Value
    ) throws -> Value {
        let opening = ["BEGIN \(mode)"] + settings.map { "SET LOCAL \($0)" }
        return try pipeline(calls, after: opening, closing: ["COMMIT"], body)
    }

    /// The same without saying `BEGIN`: at the isolation level that is usual, each statement sees what is committed
    /// when its turn comes.
    package func together<Value>(_ calls: [PostgresCall], _ body: () throws -> Value) throws
        -> Value
    {
        try pipeline(calls, after: [], closing: [], body)
    }

    private func pipeline<Value>(
        _ calls: [PostgresCall], after opening: [String], closing: [String],
        _ body: () throws -> Value
    ) throws -> Value {
        try enterPipeline()
        defer { leavePipeline() }
        for text in opening { try send(text) }
        for call in calls { try send(call) }
        for text in closing { try send(text) }
        guard PQpipelineSync(connection) == 1 else { throw lost() }
        for _ in opening { _ = try lastResult(sql: nil) }
        ahead = calls.map(\.query)[...]
        let value = try body()
        while let query = ahead.popFirst() { _ = try lastResult(sql: query.sql) }
        for _ in closing { _ = try lastResult(sql: nil) }
        return value
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
            if PQtransactionStatus(connection) != PQTRANS_IDLE { try execute("ROLLBACK") }
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
