internal import Operating

/// A reading session that sees one state of the database from beginning to end.
final class OracleSession {
    let session: any OneStopSession
    private let pageSize = 300

    init(_ place: OneStopPlace) throws(Trouble) {
        session = try place.open(applicationName: "lienthong-sandbox compare")
        do {
            try session.execute(
                place.engine == .postgres
                    ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN")
        } catch { throw .oneStop(error) }
    }

    /// Lets `fetch` page through a query in the byte order of its columns `code` and `id`.
    func open(_ sql: String) throws {
        query = sql
        if session.engine == .postgres {
            try session.execute(
                """
                DECLARE listing NO SCROLL CURSOR FOR
                SELECT * FROM (\(sql)) listed ORDER BY code COLLATE "C", id
                """)
        }
    }

    private var query = ""
    private var last: (code: String, id: Int64)?

    /// The next rows. The first two columns are `code` and `id`.
    func fetch(_ row: ([String?]) throws -> Void) throws {
        if session.engine == .postgres {
            return try session.rows("FETCH \(pageSize) FROM listing", [], row)
        }
        var values: [Cell] = []
        var condition = ""
        if let last {
            condition = "WHERE (code, id) > ($1, $2)"
            values = [.text(last.code), .integer(last.id)]
        }
        try session.rows(
            "SELECT * FROM (\(query)) \(condition) ORDER BY code, id LIMIT \(pageSize)", values
        ) { found in
            last = (found[0] ?? "", found[1].flatMap { Int64($0) } ?? 0)
            try row(found)
        }
    }

    /// Rows of these dossiers; the first column is the dossier's number. `KEYS` in the SQL stands for
    /// their set.
    func rows(
        _ sql: String, of ids: [Int64], _ row: (Int64, [String?]) throws -> Void
    ) throws {
        let isPostgres = session.engine == .postgres
        let numbers = ids.map(String.init).joined(separator: ",")
        let set =
            isPostgres ? "= ANY ($1::bigint[])" : "IN (SELECT value FROM json_each($1))"
        let list = isPostgres ? "{\(numbers)}" : "[\(numbers)]"
        guard let place = sql.range(of: "KEYS") else { return }
        try session.rows(sql.replacingCharacters(in: place, with: set), [.text(list)]) { found in
            if let id = found[0].flatMap({ Int64($0) }) { try row(id, found) }
        }
    }
}

extension String {
    /// Where the first of these occurs.
    fileprivate func range(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) {
                return start..<index(start, offsetBy: needle.count)
            }
            start = index(after: start)
        }
        return nil
    }

    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}

/// Whether a database says yes, in either engine's words.
func isYes(_ text: String?) -> Bool { text == "1" || text == "t" }
