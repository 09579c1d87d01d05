extension FeedSQL {
    /// Names of everything that a feed has in an SQLite file.
    static let sqliteTable = "lienthongd_feed"

    // A row a change: without a transaction's number nothing else can tell a change that was read from one that
    // was not. Nothing here may ever fail an office's write: no constraint, no type, no key without a value.
    static func sqlite(_ feed: ChangeFeed, generation: String) -> FeedSQL {
        let triggers =
            feed.tables.flatMap(sqliteTriggers)
            + feed.related.flatMap {
                sqliteTriggers($0, header: feed.header)
            }
        let table = """
            CREATE TABLE IF NOT EXISTS \(sqliteTable) (
                /* \(remark(feed, generation)) */
                id INTEGER PRIMARY KEY,
                source_key INTEGER,
                kind INTEGER    -- 1 changed, 2 deleted
            );
            """
        let drop = "DROP TABLE IF EXISTS \(sqliteTable);"
        return FeedSQL(
            install: ([drop, table] + triggers).joined(separator: "\n"),
            uninstall: drop,
            state: """
                SELECT (SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '\(sqliteTable)'),
                    (SELECT count(*) FROM sqlite_schema
                     WHERE type = 'trigger' AND name LIKE 'lienthongd!_%' ESCAPE '!') = \(triggers.count),
                    1
                """,
            position: "SELECT coalesce(max(id), 0) FROM \(sqliteTable)",
            keys: """
                SELECT DISTINCT source_key FROM \(sqliteTable)
                WHERE id > ?1 AND source_key > ?2 ORDER BY source_key LIMIT ?3
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

    private static func sqliteTriggers(_ table: ChangeFeed.Table) -> [String] {
        let column = ChangeFeed.quoted(table.column)
        func note(_ row: String, _ kind: Int, when condition: String = "") -> String {
            "INSERT INTO \(sqliteTable) (source_key, kind) SELECT \(row).\(column), \(kind)"
                + " WHERE \(row).\(column) IS NOT NULL\(condition);"
        }
        let gone = table.isHeader ? 2 : 1
        return sqliteTriggers(
            table.name, insert: note("NEW", 1),
            update: note("NEW", 1) + " "
                + note("OLD", gone, when: " AND OLD.\(column) IS NOT NEW.\(column)"),
            delete: note("OLD", gone))
    }

    private static func sqliteTriggers(
        _ table: ChangeFeed.Related, header: ChangeFeed.Table
    ) -> [String] {
        let column = ChangeFeed.quoted(table.column)
        let headerColumn = ChangeFeed.quoted(table.headerColumn)
        func note(_ row: String) -> String {
            """
            INSERT INTO \(sqliteTable) (source_key, kind) \
            SELECT h.\(ChangeFeed.quoted(header.column)), 1 FROM \(ChangeFeed.quoted(header.name)) h \
            WHERE h.\(headerColumn) = \(row).\(column) AND \(row).\(column) <> '';
            """
        }
        return sqliteTriggers(
            table.name, insert: note("NEW"), update: note("NEW") + " " + note("OLD"),
            delete: note("OLD"))
    }

    private static func sqliteTriggers(
        _ table: String, insert: String, update: String, delete: String
    ) -> [String] {
        [("insert", insert), ("update", update), ("delete", delete)].flatMap { event, body in
            let name = "lienthongd_\(ChangeFeed.word(table))_\(event)"
            return [
                """
                DROP TRIGGER IF EXISTS \(name); CREATE TRIGGER \(name) AFTER \(event.uppercased()) \
                ON \(ChangeFeed.quoted(table)) BEGIN \(body) END;
                """
            ]
        }
    }

    /// Removes triggers of an earlier profile, whatever tables they were on.
    static let sqliteTriggerNames = """
        SELECT name FROM sqlite_schema
        WHERE type = 'trigger' AND name LIKE 'lienthongd!_%' ESCAPE '!'
        """
}
