internal import Operating
internal import Postgres

/// What a PostgreSQL server says of rows that our account may not see, and of its own history.
struct PostgresDoubts {
    /// The tables and views that the profile's statements name.
    private let tables: [String]
    /// The one in which each dossier has a row.
    private let header: String

    /// Fewer rows than these are no ground for a doubt.
    private static let fewest: Int64 = 20

    init(_ profile: SourceProfile) {
        var names: [String] = []
        for query in SourceQuery.allCases {
            for name in SourceTables.named(in: profile.statements[query]?.text ?? "")
            where !names.contains(name) { names.append(name) }
        }
        tables = names
        let listed = SourceTables.named(in: profile.statements[.all]?.text ?? "")
        header = profile.feed.map { ChangeFeed.quoted($0.header.name) } ?? listed.first ?? ""
    }

    func ask(_ connection: PostgresConnection, found: Int64?) throws -> [Trouble] {
        var doubts: [Trouble] = []
        let array = "{" + tables.map { "\"\(escaped($0))\"" }.joined(separator: ",") + "}"
        var hidden: [String] = []
        try connection.query(try connection.prepare(PostgresDoubts.hidden), [array]) {
            if let name = $0.text(0) { hidden.append(name) }
        }
        if !hidden.isEmpty { doubts.append(.sourceRowsHidden(hidden)) }
        try connection.query(try connection.prepare(PostgresDoubts.sizes), [header]) { row in
            guard let table = row.text(0), let rows = row.integer(1) else { return }
            if let found, rows >= PostgresDoubts.fewest, found * 2 < rows {
                doubts.append(.sourceRowsFew(table: table, found: found, rows: rows))
            }
            if let other = row.text(2) {
                doubts.append(.sourceOtherSchema(table: table, other: other))
            }
        }
        return doubts
    }

    private func escaped(_ name: String) -> String {
        name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    /// The server and its timeline. Before PostgreSQL 10, or where it is not granted, this is refused.
    static let lineage = """
        SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' ||
            CASE WHEN pg_is_in_recovery()
                THEN (SELECT timeline_id FROM pg_control_checkpoint())::text
                ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer::text
            END
        """

    // A view reads with its owner's rights, unless it is told to go by its reader's (PostgreSQL 15). A materialized
    // view was filled long before.
    /// Tables with policies that hold for whoever they are read as, those behind views among them.
    private static let hidden = """
        WITH RECURSIVE named AS (
            SELECT to_regclass(name)::oid AS id, u.oid AS reader
            FROM unnest($1::text[]) AS name, pg_roles u WHERE u.rolname = current_user
            UNION
            SELECT d.refobjid, CASE WHEN EXISTS (
                    SELECT FROM pg_options_to_table(v.reloptions)
                    WHERE option_name = 'security_invoker' AND option_value::boolean)
                THEN n.reader ELSE v.relowner END
            FROM named n
            JOIN pg_class v ON v.oid = n.id AND v.relkind = 'v'
            JOIN pg_rewrite r ON r.ev_class = n.id
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> n.id
        )
        SELECT DISTINCT c.oid::regclass::text
        FROM named n JOIN pg_class c ON c.oid = n.id JOIN pg_roles u ON u.oid = n.reader
        WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity
            AND NOT (u.rolsuper OR u.rolbypassrls OR (
                NOT c.relforcerowsecurity AND pg_has_role(u.oid, c.relowner, 'USAGE')))
        ORDER BY 1
        """

    /// About how many rows the table has, and a larger one of the same name.
    private static let sizes = """
        SELECT c.oid::regclass::text,
            greatest(c.reltuples::bigint, pg_stat_get_live_tuples(c.oid)),
            (SELECT o.oid::regclass::text FROM pg_class o
             WHERE o.relname = c.relname AND o.oid <> c.oid AND o.relkind IN ('r', 'p')
                AND o.relpersistence <> 't'
                AND greatest(o.reltuples::bigint, pg_stat_get_live_tuples(o.oid))
                    > 2 * greatest(c.reltuples::bigint, pg_stat_get_live_tuples(c.oid), 10)
             ORDER BY o.reltuples DESC LIMIT 1)
        FROM pg_class c
        WHERE c.oid = to_regclass($1::text) AND c.relkind IN ('r', 'p')
        """
}

/// Names of tables in SQL text, as far as whoever looks them up can do with a name too many.
enum SourceTables {
    /// What follows FROM and JOIN, in order, comments left out.
    static func named(in sql: String) -> [String] {
        var names: [String] = []
        var expectsName = false
        for line in sql.split(whereSeparator: \.isNewline) {
            let code = line.firstRange(of: "--").map { line[..<$0.lowerBound] } ?? line
            for word in code.split(whereSeparator: { $0.isWhitespace || "(),;".contains($0) }) {
                let lower = word.lowercased()
                if lower == "from" || lower == "join" {
                    expectsName = true
                } else if expectsName {
                    expectsName = false
                    let isKeyword = ["select", "lateral", "unnest", "values"].contains(lower)
                    if !isKeyword, !names.contains(String(word)) { names.append(String(word)) }
                }
            }
        }
        return names
    }
}
