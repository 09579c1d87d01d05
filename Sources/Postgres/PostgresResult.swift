internal import CPostgres

/// The columns of a statement's result: their names, and their types as numbers of `pg_type`.
struct PostgresColumns {
    var names: [String]
    var types: [UInt32]

    init(_ result: PostgresResult?) {
        names = result?.columnNames ?? []
        types = result?.columnTypes ?? []
    }
}

/// A `PGresult`, freed with its owner.
final class PostgresResult {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    var rowCount: Int32 { PQntuples(pointer) }

    var columnNames: [String] {
        (0..<PQnfields(pointer)).map { column in
            PQfname(pointer, column).map { String(cString: $0) } ?? ""
        }
    }

    /// The columns' types by their numbers in `pg_type`. The C function is `PQftype`.
    var columnTypes: [UInt32] { (0..<PQnfields(pointer)).map { PQftype(pointer, $0) } }

    var status: ExecStatusType { PQresultStatus(pointer) }

    var isError: Bool {
        status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_EMPTY_QUERY
            || status == PGRES_PIPELINE_ABORTED
    }

    /// What went wrong, without the server's words.
    ///
    /// - Parameter sql: the statement, from which the name at the error's position is read; nil when it
    ///   may carry values.
    func error(in sql: String?) -> PostgresError {
        if status == PGRES_EMPTY_QUERY {
            return PostgresError(sqlState: "42601", summary: "the statement is empty")
        }
        guard let state = field("C"), !state.isEmpty else {
            return .connection("the server closed the connection or does not answer")
        }
        var error = PostgresError(
            sqlState: state, severity: field("V") ?? "ERROR", object: object(sqlState: state, sql),
            summary: PostgresError.meaning(of: state))
        // The server's own function is the same in every language.
        if state == "42501", field("R") == "check_enable_rls" {
            error.isAboutHiddenRows = true
            error.object = quotedName
        }
        return error
    }

    /// The first name in quotes of the message; empty when there is none.
    private var quotedName: String {
        let parts = (field("M") ?? "").split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].utf8.allSatisfy(PostgresResult.isNameByte) else {
            return ""
        }
        return String(parts[1])
    }

    private func object(sqlState: String, _ sql: String?) -> String {
        if let constraint = field("n") { return constraint }
        if let table = field("t") {
            return field("c").map { "\(table).\($0)" } ?? table
        }
        // "permission denied for table dossier": in every language the name comes last.
        if sqlState == "42501", let words = field("M")?.split(separator: " "),
            let word = words.last, word.utf8.allSatisfy(PostgresResult.isNameByte)
        {
            // A right on a schema is another one than on what is in it.
            return words.dropLast().last == "schema" ? "schema \(word)" : String(word)
        }
        if let sql, let position = field("P").flatMap({ Int($0) }) {
            return PostgresResult.name(in: sql, at: position)
        }
        return ""
    }

    /// The name that begins at a character position, counted from one.
    static func name(in sql: String, at position: Int) -> String {
        guard position > 0 else { return "" }
        let rest = sql.unicodeScalars.dropFirst(position - 1)
        let name = rest.prefix { scalar in
            scalar.isASCII && isNameByte(UInt8(truncatingIfNeeded: scalar.value))
                || scalar == "\"" || scalar == "."
        }
        return String(String.UnicodeScalarView(name.filter { $0 != "\"" }))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// A diagnostic field by its letter in the protocol (PostgreSQL manual, section 55.8).
    private func field(_ letter: Unicode.Scalar) -> String? {
        PQresultErrorField(pointer, Int32(letter.value)).map { String(cString: $0) }
    }
}
