internal import CSQLite

/// One connection to one SQLite file.
///
/// Confined to one thread at a time: it is opened in SQLite's multi-thread mode (`SQLITE_OPEN_NOMUTEX`),
/// which is safe "so long as no single database connection is used simultaneously in two threads".
/// Closed when it and all its statements are gone; `sqlite3_close_v2` makes their order not matter.
package final class Database {
    package enum Mode: Sendable { case readOnly, readWrite, create }

    let handle: OpaquePointer

    /// Set once, before the first connection; a later call would be refused and change nothing.
    private static let configured = shim_keep_no_memory_statistics()

    /// Opens the file.
    ///
    /// - Parameters:
    ///   - busyTimeoutMilliseconds: how long a call waits for another connection's lock before it fails
    ///     with an error whose ``SQLiteError/isBusy`` is true.
    ///   - vfs: the name of a registered VFS; nil is the operating system's own.
    ///
    /// The corresponding C function is `sqlite3_open_v2`.
    package init(
        path: String, mode: Mode, busyTimeoutMilliseconds: Int32 = 5000, vfs: String? = nil
    ) throws(SQLiteError) {
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE
        switch mode {
        case .readOnly: flags |= SQLITE_OPEN_READONLY
        case .readWrite: flags |= SQLITE_OPEN_READWRITE
        case .create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        }
        _ = Database.configured
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags, vfs)
        guard let opened else {
            throw SQLiteError(code: code, message: "no memory for a connection")
        }
        guard code == SQLITE_OK else {
            let error = SQLiteError(code: code, message: String(cString: sqlite3_errmsg(opened)))
            sqlite3_close_v2(opened)
            throw error
        }
        // Neither can fail: the connection is new and idle.
        sqlite3_busy_timeout(opened, busyTimeoutMilliseconds)
        _ = shim_refuse_double_quoted_strings(opened)
        handle = opened
    }

    /// Compiled when they are first needed: a writer says them some hundred times a second.
    private var beginning = Bracket("BEGIN IMMEDIATE")
    private var beginningDeferred = Bracket("BEGIN DEFERRED")
    private var committing = Bracket("COMMIT")

    private struct Bracket {
        let sql: String
        var compiled: OpaquePointer?

        init(_ sql: String) { self.sql = sql }
    }

    deinit {
        for bracket in [beginning, beginningDeferred, committing] {
            sqlite3_finalize(bracket.compiled)
        }
        sqlite3_close_v2(handle)
    }

    private func run(_ bracket: inout Bracket) throws(SQLiteError) {
        if bracket.compiled == nil { bracket.compiled = try compile(bracket.sql) }
        let code = sqlite3_step(bracket.compiled)
        // The error is taken before the reset, which may change its text.
        let error = code == SQLITE_DONE ? nil : lastError(code)
        sqlite3_reset(bracket.compiled)
        if let error { throw error }
    }

    /// Runs statements separated by semicolons; rows are thrown away.
    ///
    /// The corresponding C function is `sqlite3_exec`.
    package func execute(_ script: String) throws(SQLiteError) {
        try check(sqlite3_exec(handle, script, nil, nil, nil))
    }

    /// Compiles one statement, to be kept and used again.
    ///
    /// The corresponding C function is `sqlite3_prepare_v3` with `SQLITE_PREPARE_PERSISTENT`.
    package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        Statement(database: self, handle: try compile(sql))
    }

    private func compile(_ sql: String) throws(SQLiteError) -> OpaquePointer {
        var compiled: OpaquePointer?
        try check(
            sqlite3_prepare_v3(
                handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil))
        guard let compiled else {
            throw SQLiteError(code: SQLITE_MISUSE, message: "no statement in the SQL text")
        }
        return compiled
    }

    /// Runs the body inside a transaction: commits when it returns, rolls back when it throws.
    ///
    /// - Parameter immediate: takes the write lock at once, so that the body cannot fail half-way because
    ///   another connection writes.
    package func transaction<R>(immediate: Bool = true, _ body: () throws -> R) throws -> R {
        if immediate { try run(&beginning) } else { try run(&beginningDeferred) }
        do {
            let result = try body()
            try run(&committing)
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Rolls back unless SQLite has done so already, as it does on a full disk or a failed write.
    private func rollBack() {
        guard isInTransaction else { return }
        // A failed ROLLBACK leaves nothing to do: the journal is rolled back by whoever opens next.
        _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    }

    /// The corresponding C function is `sqlite3_get_autocommit`.
    package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Rows that the last INSERT, UPDATE or DELETE touched. The C function is `sqlite3_changes64`.
    package var changes: Int { Int(sqlite3_changes64(handle)) }

    /// The corresponding C function is `sqlite3_last_insert_rowid`.
    package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// The first column of the first row; nil when there is no row or it is NULL.
    package func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return statement.integer(0)
    }

    /// The first column of the first row as text; nil when there is no row or it is NULL.
    package func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try prepare(sql)
        guard try statement.step() else { return nil }
        return statement.text(0)
    }

    /// Leaves the write-ahead log's file alone when this connection closes.
    ///
    /// The corresponding C function is `sqlite3_file_control` with `SQLITE_FCNTL_PERSIST_WAL`.
    package func keepLogWhenClosing() {
        var on: Int32 = 1
        // Refused only for a database without a file.
        _ = sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL, &on)
    }

    /// Refuses to read a text, a blob or a row that is longer, with an error whose ``SQLiteError/isTooBig`` is true.
    ///
    /// The corresponding C function is `sqlite3_limit` with `SQLITE_LIMIT_LENGTH`.
    package func limitValues(to bytes: Int32) {
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, bytes)
    }

    /// Copies everything in the write-ahead log into the database file; true when nothing was left out.
    ///
    /// The corresponding pragma is `wal_checkpoint(TRUNCATE)`.
    package func carryLogOver() throws(SQLiteError) -> Bool {
        try integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0
    }

    /// Gives the memory of pages that nobody holds back to the system; they are read again when needed.
    ///
    /// The corresponding C function is `sqlite3_db_release_memory`, with glibc's `malloc_trim` after it.
    package func giveMemoryBack() { shim_give_memory_back(handle) }

    func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw lastError(code) }
    }

    /// The error of the last failed call. The corresponding C function is `sqlite3_errmsg`.
    func lastError(_ code: Int32) -> SQLiteError {
        SQLiteError(
            code: sqlite3_extended_errcode(handle) & 0xFF == code & 0xFF
                ? sqlite3_extended_errcode(handle) : code,
            message: String(cString: sqlite3_errmsg(handle)))
    }
}

// A connection is confined to the thread that uses it.
@available(*, unavailable)
extension Database: Sendable {}
