/// A failure of the server, of the connection or of libpq.
///
/// PostgreSQL's own messages may quote row values (`Key (identity_number)=(…) already exists`), so none
/// of them is kept: only the state code, the severity and the name of what is concerned.
package struct PostgresError: Error, Hashable, Sendable {
    /// Five characters, such as `42P01`; `08xxx` for what libpq itself found wrong.
    package var sqlState: String
    /// `ERROR`, `FATAL` or `PANIC`.
    package var severity: String
    /// `table.column`, a constraint, or the name in the statement that the server does not know; empty
    /// when there is none.
    package var object: String
    /// What the state code means, or libpq's words about the connection, which name hosts, ports, users
    /// and databases only.
    package var summary: String
    /// True when row-level security would have hidden rows, and the connection wants none hidden.
    package var isAboutHiddenRows = false

    package init(sqlState: String, severity: String = "ERROR", object: String = "", summary: String)
    {
        self.sqlState = sqlState
        self.severity = severity
        self.object = object
        self.summary = summary
    }

    /// True when the connection is gone: a new one must be opened.
    package var isConnectionLoss: Bool {
        sqlState.hasPrefix("08") || sqlState.hasPrefix("57P") || sqlState == "25P03"
    }

    /// True when something was to be written through a reading connection or on a standby server.
    package var isReadOnly: Bool { sqlState == "25006" }

    /// True when the statement or its wait for a lock took longer than allowed.
    package var isTimeout: Bool { sqlState == "57014" || sqlState == "55P03" }

    /// True when the transaction met another and may simply be tried again.
    package var isConflict: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// True when the statement names a table, column, function or schema that the database has not got.
    package var isUnknownName: Bool {
        ["42P01", "42703", "42883", "3F000", "42704"].contains(sqlState)
    }

    /// True when one value of one row is to blame: it does not fit its type or the encoding, is damaged, or
    /// is more than the server can work with.
    package var isAboutValue: Bool {
        ["22", "21", "54"].contains(sqlState.prefix(2)) || sqlState == "XX001"
            || sqlState == "XX002"
    }

    /// True when a statement that was good when it was prepared is not any more: a table, a column, a type
    /// or a function was changed, or the server has forgotten the statement. A new session knows better.
    package var isAboutSession: Bool {
        ["0A000", "26000", "3F000", "XX000"].contains(sqlState)
            || (sqlState.hasPrefix("42") && !isDenied)
    }

    /// True when the user may not do this.
    package var isDenied: Bool { sqlState == "42501" }
}

extension PostgresError {
    /// What libpq found wrong before or between statements.
    static func connection(_ summary: String, sqlState: String = "08006") -> PostgresError {
        PostgresError(sqlState: sqlState, severity: "FATAL", summary: summary)
    }

    /// The meaning of a state code (PostgreSQL manual, appendix A), most precise first.
    static func meaning(of sqlState: String) -> String {
        if let exact = exactMeanings[sqlState] { return exact }
        return classMeanings[String(sqlState.prefix(2))] ?? "server error"
    }

    private static let exactMeanings: [String: String] = [
        "23502": "a required column is empty",
        "23503": "a referenced row is missing",
        "23505": "a unique key exists already",
        "23514": "a check constraint refuses the row",
        "25006": "the transaction is read-only",
        "25P03": "the transaction idled too long and the server ended the session",
        "28000": "the server does not admit this user",
        "28P01": "the password is wrong",
        "3D000": "the database does not exist",
        "3F000": "the schema does not exist",
        "40001": "the transaction met another and must be tried again",
        "40P01": "the transaction was caught in a deadlock",
        "42501": "permission denied",
        "42601": "syntax error",
        "42703": "the column does not exist",
        "42704": "the object does not exist",
        "42883": "the function or operator does not exist",
        "42P01": "the table does not exist",
        "42P08": "a parameter's type is ambiguous",
        "53100": "the server's disk is full",
        "53200": "the server is out of memory",
        "53300": "the server has too many connections",
        "55P03": "a lock was not granted in time",
        "57014": "the statement was cancelled or took too long",
        "57P01": "the server is shutting down",
        "57P02": "the server crashed and restarts",
        "57P03": "the server is starting up",
    ]

    private static let classMeanings: [String: String] = [
        "08": "the connection failed",
        "0A": "the server does not support this",
        "22": "a value does not fit its type",
        "23": "a constraint refuses the row",
        "25": "the transaction is in a wrong state",
        "28": "the server does not admit this user",
        "40": "the transaction was rolled back",
        "42": "the statement does not fit the database",
        "53": "the server lacks resources",
        "54": "a limit of the server is exceeded",
        "55": "the object is not in the needed state",
        "57": "an operator intervened",
        "58": "the server's system failed",
        "XX": "the server reports damage",
    ]
}
