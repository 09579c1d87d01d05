internal import CSQLite

/// One compiled statement, kept and used again. Parameters count from 1, columns from 0.
///
/// Bound values stay bound after ``reset()``. Confined to its database's thread.
package final class Statement {
    /// Kept so that the connection outlives the statement.
    private let database: Database
    private let handle: OpaquePointer
    /// The names of the result's columns, as the SQL spells them.
    package let columnNames: [String]

    init(database: Database, handle: OpaquePointer) {
        self.database = database
        self.handle = handle
        columnNames = (0..<sqlite3_column_count(handle)).map { column in
            // NULL only when memory is exhausted.
            sqlite3_column_name(handle, column).map { String(cString: $0) } ?? ""
        }
    }

    deinit { sqlite3_finalize(handle) }

    // MARK: - Running

    /// Steps to the next row; false at the end. After the end, or an error, the statement is reset.
    ///
    /// The corresponding C function is `sqlite3_step`.
    package func step() throws(SQLiteError) -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        default:
            // The error is taken before the reset, which repeats the code but may change the text.
            let error = database.lastError(code)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// How many times the statement was compiled anew because the schema had changed.
    ///
    /// The corresponding C function is `sqlite3_stmt_status` with `SQLITE_STMTSTATUS_REPREPARE`.
    package var recompilations: Int32 {
        sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, 0)
    }

    /// Whether the result still has the columns that it had: a `*` means what the tables have now.
    package var hasItsColumns: Bool {
        Int(sqlite3_column_count(handle)) == columnNames.count
            && columnNames.indices.allSatisfy { index in
                sqlite3_column_name(handle, Int32(index)).map { String(cString: $0) }
                    == columnNames[index]
            }
    }

    /// Steps to the end, throws rows away, and resets.
    package func run() throws(SQLiteError) {
        while try step() {}
    }

    /// Runs with one blob bound without a copy: the bytes are borrowed for this run only.
    package func run(borrowing bytes: [UInt8], at index: Int32) throws(SQLiteError) {
        guard !bytes.isEmpty else {
            bind(index, bytes)
            return try run()
        }
        let result = bytes.withUnsafeBytes { buffer -> Result<Void, SQLiteError> in
            demand(
                shim_bind_blob_static(handle, index, buffer.baseAddress, Int32(buffer.count)),
                index)
            defer { sqlite3_bind_null(handle, index) }
            do throws(SQLiteError) {
                return .success(try run())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Ends a run before its last row. The corresponding C function is `sqlite3_reset`; its code repeats
    /// the last step's, which has been thrown already.
    package func reset() { sqlite3_reset(handle) }

    // MARK: - Binding

    /// Binds an integer, or NULL.
    package func bind(_ index: Int32, _ value: Int64?) {
        guard let value else { return bindNull(index) }
        demand(sqlite3_bind_int64(handle, index, value), index)
    }

    /// Binds an integer; for literals and counts.
    package func bind(_ index: Int32, _ value: Int) { bind(index, Int64(value)) }

    /// Binds a text, or NULL.
    package func bind(_ index: Int32, _ value: String?) {
        guard var value else { return bindNull(index) }
        value.withUTF8 { buffer in
            // A NULL pointer would bind NULL, which an empty text is not.
            let code =
                buffer.isEmpty
                ? shim_bind_text_copy(handle, index, "", 0)
                : buffer.withMemoryRebound(to: CChar.self) {
                    shim_bind_text_copy(handle, index, $0.baseAddress, Int32($0.count))
                }
            demand(code, index)
        }
    }

    /// Binds a blob, or NULL.
    package func bind(_ index: Int32, _ value: [UInt8]?) {
        guard let value else { return bindNull(index) }
        value.withUnsafeBytes { buffer in
            let code =
                buffer.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : shim_bind_blob_copy(handle, index, buffer.baseAddress, Int32(buffer.count))
            demand(code, index)
        }
    }

    /// Binds a blob that SQLite copies, never NULL.
    package func bind(_ index: Int32, copying bytes: UnsafeRawBufferPointer) {
        let code =
            bytes.isEmpty
            ? sqlite3_bind_zeroblob(handle, index, 0)
            : shim_bind_blob_copy(handle, index, bytes.baseAddress, Int32(bytes.count))
        demand(code, index)
    }

    /// Binds a floating-point number, or NULL.
    package func bind(_ index: Int32, _ value: Double?) {
        guard let value else { return bindNull(index) }
        demand(sqlite3_bind_double(handle, index, value), index)
    }

    package func bindNull(_ index: Int32) { demand(sqlite3_bind_null(handle, index), index) }

    /// The index of a named parameter, such as `":after"`; nil when the statement has none of that name.
    package func bindingIndex(_ name: String) -> Int32? {
        let index = sqlite3_bind_parameter_index(handle, name)
        return index == 0 ? nil : index
    }

    /// Binding fails only for an index that the SQL has not got, a statement that is not reset, or a value
    /// beyond SQLite's limit of 1 GB: each is a mistake in this program, not a state of the world.
    private func demand(_ code: Int32, _ index: Int32) {
        precondition(code == SQLITE_OK, "binding parameter \(index) failed with \(code)")
    }

    // MARK: - Reading the row at hand

    package func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    /// 0 for NULL.
    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// nil for NULL.
    package func optionalInteger(_ column: Int32) -> Int64? {
        isNull(column) ? nil : integer(column)
    }

    /// 0 for NULL.
    package func double(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

    /// nil for NULL. A number is read as its text; bytes that are not UTF-8 are repaired.
    package func text(_ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// A text where it lies, until the next step or the next look at the column; nil for NULL.
    package func utf8(_ column: Int32) -> UnsafeRawBufferPointer? {
        guard let bytes = sqlite3_column_text(handle, column) else { return nil }
        return UnsafeRawBufferPointer(
            start: bytes, count: Int(sqlite3_column_bytes(handle, column)))
    }

    /// nil for NULL.
    package func blob(_ column: Int32) -> [UInt8]? {
        guard !isNull(column) else { return nil }
        return withBlob(column) { [UInt8]($0) }
    }

    /// Lends a blob where it lies, until the next step; an empty one for NULL.
    package func withBlob<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows
        -> R
    {
        // In this order: the first call may turn a value into the form that the second one measures.
        let bytes = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        return try body(UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count))
    }
}

// Statements belong to their connection's thread.
@available(*, unavailable)
extension Statement: Sendable {}
