extension FeedSQL {
    /// Names of everything that a feed has in an SQLite file.
    static let sqliteTable = "lienthongd_feed"

    // A row a change: without a transaction's number nothing else can tell a change that was read from one that
    // was not. Nothing here may ever fail an office's write, and SQLite's triggers cannot catch an error: no
    // constraint, no type, no key without a value, no table but the own one, and nothing that is ever dropped apart
    // from its triggers. A key that is no whole number is kept out by whoever reads.
    static func sqlite(_ feed: ChangeFeed, generation: String) -> FeedSQL {
        let triggers =
            feed.tables.flatMap(sqliteTriggers)
            + feed.related.enumerated().flatMap { sqliteTriggers($1, kind: relatedKind + $0) }
        let names = triggers.map { "('\($0.name)', '\($0.table.lowercased())')" }
        // Both are the ends of an index; together in one SELECT they would be a scan.
        let most = "(SELECT max(id) FROM \(sqliteTable)) - (SELECT min(id) FROM \(sqliteTable))"
        return FeedSQL(
            make: """
                CREATE TABLE \(sqliteTable) (
                    /* \(remark(feed, generation)) */
                    id INTEGER PRIMARY KEY,
                    source_key,
                    kind,    -- 1 changed, 2 deleted, from \(relatedKind) on: what a related table holds has changed
                    related
                );
                """,
            attach: triggers.map(\.sql).joined(separator: "\n"),
            uninstall: "DROP TABLE IF EXISTS \(sqliteTable);",
            state: """
                SELECT (SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '\(sqliteTable)'),
                    (SELECT count(*) FROM sqlite_schema
                     WHERE type = 'trigger' AND (lower(name), lower(tbl_name)) IN (
                        VALUES \(names.joined(separator: ", ")))) = \(triggers.count),
                    EXISTS (\(sqliteTriggerNames))
                """,
            position: """
                SELECT coalesce((SELECT max(id) FROM \(sqliteTable)), 0),
                    CASE WHEN \(most) >= \(mostRows) THEN '\(sqliteTable) > \(mostRows)' END
                """,
            keys: """
                SELECT DISTINCT source_key FROM (
                    SELECT source_key FROM \(sqliteTable)
                    WHERE id > ?1 AND typeof(source_key) = 'integer'
                    \(feed.related.enumerated().map { sqliteKeys($0, $1, feed) }.joined())
                ) WHERE source_key > ?2 ORDER BY source_key LIMIT ?3
                """,
            // The last row stays, so that numbers are never given out again.
            trim: """
                DELETE FROM \(sqliteTable) WHERE id IN (
                    SELECT id FROM \(sqliteTable)
                    WHERE id <= ?1 AND id < (SELECT max(id) FROM \(sqliteTable))
                    ORDER BY id LIMIT ?2)
                """,
            size: "SELECT coalesce(max(id) - min(id) + 1, 0) FROM \(sqliteTable)")
    }

    private static func sqliteKeys(
        _ number: Int, _ table: ChangeFeed.Related, _ feed: ChangeFeed
    ) -> String {
        """
        UNION ALL
        SELECT h.\(ChangeFeed.quoted(feed.header.column)) FROM \(sqliteTable) f
        JOIN \(ChangeFeed.quoted(feed.header.name)) h
            ON h.\(ChangeFeed.quoted(table.headerColumn)) = f.related
        WHERE f.id > ?1 AND f.kind = \(relatedKind + number)
        """
    }

    private typealias Trigger = (name: String, table: String, sql: String)

    private static func sqliteTriggers(_ table: ChangeFeed.Table) -> [Trigger] {
        let column = ChangeFeed.quoted(table.column)
        func note(_ row: String, _ kind: Int, when condition: String = "") -> String {
            sqliteNote(
                "\(row).\(column), \(kind), NULL", "\(row).\(column) IS NOT NULL\(condition)")
        }
        let gone = table.isHeader ? 2 : 1
        return sqliteTriggers(
            table.name, insert: note("NEW", 1),
            update: note("NEW", 1) + " "
                + note("OLD", gone, when: " AND OLD.\(column) IS NOT NEW.\(column)"),
            delete: note("OLD", gone))
    }

    /// Which dossiers hold the same is asked by whoever reads: a trigger that names a second table would fail
    /// whatever is done to that one.
    private static func sqliteTriggers(_ table: ChangeFeed.Related, kind: Int) -> [Trigger] {
        let column = ChangeFeed.quoted(table.column)
        func note(_ row: String, when condition: String = "") -> String {
            sqliteNote(
                "NULL, \(kind), \(row).\(column)", "trim(\(row).\(column)) <> ''\(condition)")
        }
        return sqliteTriggers(
            table.name, insert: note("NEW"),
            update: note("NEW") + " "
                + note("OLD", when: " AND OLD.\(column) IS NOT NEW.\(column)"),
            delete: note("OLD"))
    }

    /// As long as somebody reads them: otherwise the triggers stop, and the size tells it.
    private static func sqliteNote(_ values: String, _ condition: String) -> String {
        """
        INSERT INTO \(sqliteTable) (source_key, kind, related) SELECT \(values) \
        WHERE \(condition) AND coalesce((SELECT max(id) FROM \(sqliteTable)) \
        - (SELECT min(id) FROM \(sqliteTable)), 0) < \(mostRows);
        """
    }

    private static func sqliteTriggers(
        _ table: String, insert: String, update: String, delete: String
    ) -> [Trigger] {
        [("insert", insert), ("update", update), ("delete", delete)].map { event, body in
            let name = "lienthongd_\(ChangeFeed.word(table).lowercased())_\(event)"
            return (
                name, table,
                """
                CREATE TRIGGER \(name) AFTER \(event.uppercased()) \
                ON \(ChangeFeed.quoted(table)) BEGIN \(body) END;
                """
            )
        }
    }

    /// Triggers of an earlier profile too, whatever tables they are on.
    static let sqliteTriggerNames = """
        SELECT name FROM sqlite_schema
        WHERE type = 'trigger' AND name LIKE 'lienthongd!_%' ESCAPE '!'
        """
}
