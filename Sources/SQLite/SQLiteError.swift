internal import CSQLite

/// Why SQLite refused or failed.
///
/// The message is SQLite's own: it names tables, columns and files, never a bound value, so it may be logged.
package struct SQLiteError: Error, Hashable, CustomStringConvertible {
    /// SQLite's extended result code.
    package var code: Int32
    package var message: String

    package init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    /// A file whose content SQLite accepts but its owner cannot: as damaged as SQLite's own finding.
    package static func damaged(_ message: String) -> SQLiteError {
        SQLiteError(code: SQLITE_CORRUPT, message: message)
    }

    /// The result code without its extension.
    package var primaryCode: Int32 { code & 0xFF }

    /// Another connection holds the lock. The C results are `SQLITE_BUSY` and `SQLITE_LOCKED`.
    package var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// No room on the disk, or the database is at its page limit. The C result is `SQLITE_FULL`.
    package var isFull: Bool { primaryCode == SQLITE_FULL }

    /// The file, its directory or the connection cannot be written. The C result is `SQLITE_READONLY`.
    package var isReadOnly: Bool { primaryCode == SQLITE_READONLY }

    /// The file is damaged or no database. The C results are `SQLITE_CORRUPT` and `SQLITE_NOTADB`.
    package var isCorrupt: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }

    /// The operating system failed to read or write. The C result is `SQLITE_IOERR`.
    package var isIO: Bool { primaryCode == SQLITE_IOERR }

    /// The file or its companions cannot be opened. The C results are `SQLITE_CANTOPEN`, `SQLITE_PERM`.
    package var isCannotOpen: Bool {
        primaryCode == SQLITE_CANTOPEN || primaryCode == SQLITE_PERM
    }

    /// A text, a blob or a row is longer than the connection allows. The C result is `SQLITE_TOOBIG`.
    package var isTooBig: Bool { primaryCode == SQLITE_TOOBIG }

    /// The tables are not what they were when the statement was compiled. The C results are `SQLITE_SCHEMA` and,
    /// when compiling anew fails, `SQLITE_ERROR` with these words.
    package var isSchemaChange: Bool {
        primaryCode == SQLITE_SCHEMA
            || (primaryCode == SQLITE_ERROR && message.hasPrefix("no such "))
    }

    /// A running statement met a value that it cannot work with: malformed JSON, an integer that overflows, a
    /// value of another type. The C results are `SQLITE_ERROR` and `SQLITE_MISMATCH`.
    package var isAboutValue: Bool {
        primaryCode == SQLITE_MISMATCH || (primaryCode == SQLITE_ERROR && !isSchemaChange)
    }

    /// The schema refused a row. The C result is `SQLITE_CONSTRAINT`.
    package var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }

    package var description: String { "SQLite \(code): \(message)" }
}
