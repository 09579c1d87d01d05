/// How much of a source is read at once, whatever stands in it.
///
/// A row is measured where it lies: PostgreSQL knows a text's length without fetching it, and yields nulls and a
/// flag in place of a row that is too large. A page is counted while its rows are copied.
enum SizeGuard {
    /// Of one row: some hundred times what the longest note of a clerk has.
    static let rowBytes = 1 << 20
    /// Of a page, all its rows together.
    static let pageBytes = 16 << 20

    /// The column that tells of a row that it is not too large; behind the statement's own.
    static let flag = "lienthongd_fits"

    /// The statement with its rows measured; nil when none of its columns can be long.
    ///
    /// Rows are measured in a query of their own (`OFFSET 0` keeps it one), so that each is measured once.
    static func postgres(_ sql: String, names: [String], types: [UInt32]) -> String? {
        let columns = zip(names, types).map { (name: quoted($0), isLong: !short.contains($1)) }
        let long = columns.filter(\.isLong)
        guard !long.isEmpty, Set(names).count == names.count else { return nil }
        let size = long.map { "coalesce(octet_length(\($0.name)::text), 0)" }
            .joined(separator: " + ")
        let list = columns.map { column in
            column.isLong
                ? "CASE WHEN \(flag) THEN \(column.name) END AS \(column.name)" : column.name
        }
        return """
            SELECT \(list.joined(separator: ", ")), \(flag)
            FROM (SELECT *, \(size) <= \(rowBytes) AS \(flag)
                FROM (
            \(trimmed(sql))
                ) AS rows OFFSET 0) AS measured
            """
    }

    /// How many bytes each column has in all rows; the column's text is empty where there are none.
    static func postgresSizes(_ sql: String, names: [String]) -> String {
        let sums = names.map { "coalesce(sum(octet_length(\(quoted($0))::text)), 0)::bigint" }
        return "SELECT \(sums.joined(separator: ", ")) FROM (\n\(trimmed(sql))\n) AS rows"
    }

    /// One column of a statement: databases do not work out those that nobody asks for.
    static func only(_ name: String, of sql: String) -> String {
        "SELECT \(quoted(name)) FROM (\n\(trimmed(sql))\n) AS rows"
    }

    /// A statement within another may not end as one of its own does.
    private static func trimmed(_ sql: String) -> String {
        String(sql.reversed().drop { $0.isWhitespace || $0 == ";" }.reversed())
    }

    private static func quoted(_ name: String) -> String {
        "\"\(name.replacing("\"", with: "\"\""))\""
    }

    /// Types whose values are short by nature: numbers, times, truths and names (`pg_type.oid`).
    private static let short: Set<UInt32> = [
        16, 18, 19, 20, 21, 23, 26, 28, 700, 701, 1082, 1083, 1114, 1184, 1186, 1266, 1700, 2950,
        5069,
    ]
}
