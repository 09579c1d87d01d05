extension FeedSQL {
    static let schema = "lienthongd"

    // Triggers for each row: an office writes row by row, and there triggers with transition tables measured
    // dearer (the page "Capture" has the figures). A transaction that changes one dossier many times in a
    // row notes it once: the last noted key is kept in a setting that ends with the transaction and is undone
    // with its savepoint, as the noted row is.
    //
    // Whoever notifies holds a lock of the whole server until his commit is on disk, so that notifying commits
    // go one after another. Only one transaction at a time does it, the others' changes are met by the look that
    // it causes or by the next poll.
    static func postgres(_ feed: ChangeFeed, generation: String) -> FeedSQL {
        let tables = feed.tables.map { postgresTrigger($0, feed) }
        let related = feed.related.map { postgresTrigger($0, feed) }
        let make = """
            CREATE SCHEMA \(schema);
            GRANT USAGE ON SCHEMA \(schema) TO PUBLIC;
            CREATE TABLE \(schema).feed (
                xid xid8 DEFAULT pg_current_xact_id(),
                source_key bigint,
                kind smallint    -- 1 changed, 2 deleted
            );
            COMMENT ON TABLE \(schema).feed IS '\(remark(feed, generation))';
            CREATE INDEX feed_xid ON \(schema).feed (xid);
            ALTER TABLE \(schema).feed SET (
                autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
            GRANT INSERT ON \(schema).feed TO PUBLIC;
            """
        let words = (feed.tables.map(\.name) + feed.related.map(\.name)).map(ChangeFeed.word)
        // Found by their names, through an index, and once: by their schema, all functions of the server are gone
        // through with every look. The remark is read from its table, because the server plans the inside of
        // `obj_description` anew with every call.
        let functions = words.map { "to_regproc('\(schema).note_\($0)')" }.joined(separator: ", ")
        let count = words.count
        return FeedSQL(
            install: ([uninstallPostgres, make] + tables + related).joined(separator: "\n"),
            uninstall: uninstallPostgres,
            state: """
                SELECT (SELECT description FROM pg_description
                     WHERE objoid = to_regclass('\(schema).feed') AND objsubid = 0
                        AND classoid = 'pg_class'::regclass),
                    (SELECT count(*) FROM pg_trigger t
                     WHERE t.tgfoid = ANY ((SELECT ARRAY[\(functions)])::oid[])
                        AND t.tgenabled IN ('O', 'A') AND t.tgparentid = 0) = \(count),
                    has_table_privilege(to_regclass('\(schema).feed'), 'SELECT')
                        AND has_schema_privilege(to_regnamespace('\(schema)'), 'USAGE')
                """,
            position: "SELECT pg_snapshot_xmin(pg_current_snapshot())::text",
            keys: """
                SELECT DISTINCT source_key FROM \(schema).feed
                WHERE xid >= $1::text::xid8 AND source_key > $2::bigint
                ORDER BY source_key LIMIT $3::bigint
                """,
            trim: """
                DELETE FROM \(schema).feed WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM \(schema).feed WHERE xid < $1::text::xid8
                    ORDER BY xid LIMIT $2::bigint))
                """,
            size: """
                SELECT count(*) FROM (SELECT 1 FROM \(schema).feed LIMIT \(FeedReport.countLimit + 1)) AS rows
                """)
    }

    /// Everything lies in one schema: the triggers go with their functions.
    private static let uninstallPostgres = "DROP SCHEMA IF EXISTS \(schema) CASCADE;"

    private static func note(_ key: String, _ kind: Int, _ feed: ChangeFeed) -> String {
        let wake =
            feed.channel.map {
                """
                    IF pg_try_advisory_xact_lock(\(wakeLock)) THEN
                        PERFORM pg_notify('\($0)', '');
                    END IF;
                """
            } ?? ""
        return """
                PERFORM set_config('lienthongd.noted', \(key)::text || '/\(kind)', true);
                INSERT INTO \(schema).feed (source_key, kind) VALUES (\(key), \(kind));
            \(wake)
            """
    }

    /// The number of the lock that the notifying transaction holds: "LTfeed" in ASCII.
    private static let wakeLock = 0x4C54_6665_6564

    private static func postgresTrigger(_ table: ChangeFeed.Table, _ feed: ChangeFeed) -> String {
        let gone = table.isHeader ? 2 : 1
        let column = ChangeFeed.quoted(table.column)
        let body = """
                IF TG_OP <> 'INSERT' THEN
                    IF TG_OP = 'DELETE' OR OLD.\(column) IS DISTINCT FROM NEW.\(column) THEN
                        IF OLD.\(column) IS NOT NULL
                            AND current_setting('lienthongd.noted', true)
                                IS DISTINCT FROM OLD.\(column)::text || '/\(gone)' THEN
                            \(note("OLD.\(column)", gone, feed))
                        END IF;
                        IF TG_OP = 'DELETE' THEN RETURN NULL; END IF;
                    END IF;
                END IF;
                IF NEW.\(column) IS NOT NULL
                    AND current_setting('lienthongd.noted', true)
                        IS DISTINCT FROM NEW.\(column)::text || '/1' THEN
                    \(note("NEW.\(column)", 1, feed))
                END IF;
                RETURN NULL;
            """
        return trigger(on: table.name, body)
    }

    private static func postgresTrigger(_ table: ChangeFeed.Related, _ feed: ChangeFeed) -> String {
        let key = ChangeFeed.quoted(feed.header.column)
        let header = ChangeFeed.quoted(feed.header.name)
        func each(_ row: String) -> String {
            let value = "\(row).\(ChangeFeed.quoted(table.column))"
            return """
                    INSERT INTO \(schema).feed (source_key, kind)
                    SELECT h.\(key), 1 FROM \(header) h
                    WHERE h.\(ChangeFeed.quoted(table.headerColumn)) = \(value) AND \(value) <> '';
                """
        }
        let body = """
                IF TG_OP <> 'DELETE' THEN \(each("NEW")) END IF;
                IF TG_OP <> 'INSERT' THEN \(each("OLD")) END IF;
                RETURN NULL;
            """
        // It names a table of the office's: found where it was found when this was installed.
        return trigger(on: table.name, body, "SET search_path FROM CURRENT")
    }

    private static func trigger(on table: String, _ body: String, _ option: String = "") -> String {
        let word = ChangeFeed.word(table)
        return """
            CREATE FUNCTION \(schema).note_\(word)() RETURNS trigger LANGUAGE plpgsql \(option) AS $note$
            BEGIN
            \(body)
            END
            $note$;
            CREATE TRIGGER lienthongd_\(word) AFTER INSERT OR UPDATE OR DELETE ON \(ChangeFeed.quoted(table))
                FOR EACH ROW EXECUTE FUNCTION \(schema).note_\(word)();
            """
    }

    /// What the daemon's account needs of it: to read, and to remove what was recorded.
    static func grant(to role: String) -> String {
        let name = "\"\(role.replacing("\"", with: "\"\""))\""
        return "GRANT SELECT, DELETE ON \(schema).feed TO \(name);"
    }
}
