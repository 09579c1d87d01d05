internal import Operating
internal import Postgres

/// What is looked at before a feed is put into a PostgreSQL database: whatever would make a trigger fail, or the
/// feed blind, is a reason not to.
struct FeedPreflight {
    let feed: ChangeFeed

    /// xid8, pg_current_xact_id and gen_random_uuid.
    static let oldestServer = 130_000

    func check(_ connection: PostgresConnection) throws {
        guard connection.serverVersion >= FeedPreflight.oldestServer else {
            throw Trouble.feedUnsuited("PostgreSQL \(connection.serverVersion / 10_000) < 13")
        }
        try connection.query(
            try connection.prepare(
                """
                SELECT pg_is_in_recovery(), current_database(),
                    has_database_privilege(current_database(), 'CREATE')
                """)
        ) { row in
            if row.text(0) == "t" { throw Trouble.feedUnfit(.standby) }
            if row.text(2) != "t" {
                throw Trouble.feedDenied("CREATE ON DATABASE \(row.text(1) ?? "")")
            }
        }
        for table in feed.tables { try check(table.name, table.column, .wholeNumber, connection) }
        for table in feed.related {
            try check(table.name, table.column, .text, connection)
            try check(feed.header.name, table.headerColumn, .text, connection)
        }
    }

    private enum Kind: String {
        case wholeNumber = "smallint, integer, bigint"
        case text = "text, varchar, char"

        /// By the numbers that PostgreSQL gives its own types.
        var types: [Int64] {
            switch self {
            case .wholeNumber: [21, 23, 20]
            case .text: [25, 1043, 1042]
            }
        }
    }

    private static let facts = """
        SELECT c.relkind IN ('r', 'p') AND c.relpersistence <> 't', pg_has_role(c.relowner, 'USAGE'),
            coalesce(nullif(t.typbasetype, 0), t.oid)::bigint, format_type(a.atttypid, NULL)
        FROM pg_class c
        LEFT JOIN pg_attribute a
            ON a.attrelid = c.oid AND a.attname = $2::text AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_type t ON t.oid = a.atttypid
        WHERE c.oid = to_regclass($1::text)
        """

    private func check(
        _ table: String, _ column: String, _ kind: Kind, _ connection: PostgresConnection
    ) throws {
        var isThere = false
        try connection.query(
            try connection.prepare(FeedPreflight.facts), [ChangeFeed.quoted(table), column]
        ) { row in
            isThere = true
            guard row.text(0) == "t" else {
                throw Trouble.feedUnsuited("\(table): view, foreign or temporary table")
            }
            guard row.text(1) == "t" else { throw Trouble.feedDenied(table) }
            guard let type = row.integer(2) else {
                throw Trouble.sourceNameUnknown(file: "profile.json5", object: "\(table).\(column)")
            }
            guard kind.types.contains(type) else {
                throw Trouble.feedUnsuited(
                    "\(table).\(column): \(row.text(3) ?? "?"), not \(kind.rawValue)")
            }
        }
        guard isThere else {
            throw Trouble.sourceNameUnknown(file: "profile.json5", object: table)
        }
    }
}
