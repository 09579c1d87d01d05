extension FeedSQL {
    static let schema = "lienthongd"

    /// The name of a table's trigger function; PostgreSQL's names have 63 bytes.
    static func function(_ table: String) -> String {
        String("note_\(ChangeFeed.word(table).lowercased())".prefix(63))
    }

    private static func trigger(_ table: String, _ ending: String = "") -> String {
        String("lienthongd_\(ChangeFeed.word(table).lowercased())".prefix(63 - ending.count))
            + ending
    }

    // Triggers for each row: an office writes row by row, and there triggers with transition tables measured
    // dearer (the page "Capture" has the figures). They fire for rows that replication brings as well.
    //
    // Tables of ours are not logged. So no publication has them, be it one FOR ALL TABLES, and no subscriber meets
    // them; a note costs the office less; and a crash empties them, which the sign of life tells.
    static func postgres(_ feed: ChangeFeed, generation: String) -> FeedSQL {
        FeedSQL(
            make: [objects(feed, generation), FeedFunctions(feed: feed).sql, trial(feed)]
                .joined(separator: "\n"),
            attach: attach(feed),
            uninstall: detachAll + "\n" + dropObjects,
            state: state(feed),
            // In one statement: what was lost before this position is told with it.
            position: """
                SELECT pg_snapshot_xmin(pg_current_snapshot())::text,
                    (SELECT left(md5(string_agg(word, ',' ORDER BY word)), 8)
                     FROM \(schema).sign WHERE kind = 'life'),
                    (SELECT word FROM \(schema).sign WHERE kind = 'lost' LIMIT 1)
                """,
            keys: """
                SELECT source_key FROM (
                    SELECT source_key FROM \(schema).feed
                    WHERE xid >= $1::text::xid8 AND source_key > $2::bigint
                    \(feed.related.enumerated().map { keys($0, $1, feed) }.joined())
                ) AS noted
                GROUP BY source_key ORDER BY source_key LIMIT $3::bigint
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

    private static func keys(
        _ number: Int, _ table: ChangeFeed.Related, _ feed: ChangeFeed
    ) -> String {
        let key = "h.\(ChangeFeed.quoted(feed.header.column))"
        return """
            UNION ALL
            SELECT \(key) FROM \(schema).feed f
            JOIN \(ChangeFeed.quoted(feed.header.name)) h
                ON h.\(ChangeFeed.quoted(table.headerColumn)) = f.related
            WHERE f.xid >= $1::text::xid8 AND f.kind = \(relatedKind + number) AND \(key) > $2::bigint
            """
    }

    private static func names(_ feed: ChangeFeed) -> [String] {
        feed.tables.map(\.name) + feed.related.map(\.name)
    }

    /// Which server and which database this is: a dump that is loaded elsewhere brings the remark along.
    static let origin = """
        (SELECT system_identifier FROM pg_control_system())::text || '-'
            || (SELECT oid FROM pg_database WHERE datname = current_database())
        """

    // Everybody may read what is in it, keys and nothing else: whoever dumps the database reads it too.
    private static func objects(_ feed: ChangeFeed, _ generation: String) -> String {
        """
        CREATE SCHEMA \(schema);
        CREATE UNLOGGED TABLE \(schema).feed (
            xid xid8 DEFAULT pg_current_xact_id(),
            source_key bigint,
            kind smallint,    -- 1 changed, 2 deleted, from \(relatedKind) on: what a related table holds has changed
            related text
        );
        CREATE UNLOGGED TABLE \(schema).sign (
            kind text,    -- life: another word when notes were lost; lost: what could not be noted
            word text
        );
        INSERT INTO \(schema).sign (kind, word) VALUES ('life', gen_random_uuid()::text);
        CREATE INDEX feed_xid ON \(schema).feed (xid);
        ALTER TABLE \(schema).feed SET (
            autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
        DO $remark$ BEGIN
            EXECUTE format('COMMENT ON TABLE \(schema).feed IS %L', '\(remark(feed, generation)) ' || \(origin));
        END $remark$;
        GRANT USAGE ON SCHEMA \(schema) TO PUBLIC;
        GRANT SELECT ON \(schema).feed, \(schema).sign TO PUBLIC;
        """
    }

    // Each function runs once on a table with the very column that it reads, and everything that this did is undone.
    private static func trial(_ feed: ChangeFeed) -> String {
        let tables =
            feed.tables.map { trial($0.name, $0.column, "1", "2") }
            + feed.related.map { trial($0.name, $0.column, "'1'", "'2'") }
        return """
            DO $trial$
            DECLARE v_lost text; v_notes bigint := 0;
            BEGIN
                BEGIN
            \(tables.joined(separator: "\n"))
                    SELECT word INTO v_lost FROM \(schema).sign WHERE kind = 'lost';
                    SELECT count(*) INTO v_notes FROM \(schema).feed;
                    RAISE EXCEPTION USING ERRCODE = 'LT000';
                EXCEPTION WHEN SQLSTATE 'LT000' THEN
                    NULL;
                END;
                IF v_lost IS NOT NULL OR v_notes < \(2 * tables.count) THEN
                    RAISE EXCEPTION USING ERRCODE = '\(trialFailed)', TABLE = coalesce(v_lost, 'feed');
                END IF;
            END $trial$;
            """
    }

    /// The state code of a trial that did not note what it should.
    static let trialFailed = "LT001"

    private static func trial(
        _ table: String, _ column: String, _ first: String, _ second: String
    ) -> String {
        let column = ChangeFeed.quoted(column)
        return """
                    CREATE UNLOGGED TABLE \(schema).trial AS
                        SELECT \(column) FROM \(ChangeFeed.quoted(table)) WITH NO DATA;
                    CREATE TRIGGER trial AFTER INSERT OR UPDATE OR DELETE ON \(schema).trial
                        FOR EACH ROW EXECUTE FUNCTION \(schema).\(function(table))();
                    INSERT INTO \(schema).trial VALUES (\(first));
                    UPDATE \(schema).trial SET \(column) = \(second);
                    DELETE FROM \(schema).trial;
                    DROP TABLE \(schema).trial;
            """
    }

    // One statement, so that one time-out bounds the wait for all locks and how long they are held.
    private static func attach(_ feed: ChangeFeed) -> String {
        let names = names(feed)
        let triggers = names.map { name in
            let table = ChangeFeed.quoted(name)
            return """
                    CREATE TRIGGER \(trigger(name)) AFTER INSERT OR UPDATE OR DELETE ON \(table)
                        FOR EACH ROW EXECUTE FUNCTION \(schema).\(function(name))();
                    CREATE TRIGGER \(trigger(name, "_all")) AFTER TRUNCATE ON \(table)
                        FOR EACH STATEMENT EXECUTE FUNCTION \(schema).note_truncate();
                    ALTER TABLE \(table) ENABLE ALWAYS TRIGGER \(trigger(name)),
                        ENABLE ALWAYS TRIGGER \(trigger(name, "_all"));
                """
        }
        return """
            DO $attach$ BEGIN
                LOCK TABLE \(names.map(ChangeFeed.quoted).joined(separator: ", ")) IN SHARE ROW EXCLUSIVE MODE;
            \(triggers.joined(separator: "\n"))
            END $attach$;
            """
    }

    // By names through indices, without a right that a reader may lack. The remark is read from its table, because
    // the server plans the inside of `obj_description` anew with every call.
    private static func state(_ feed: ChangeFeed) -> String {
        let pairs = names(feed).map {
            "('\(function($0))'::name, to_regclass('\(ChangeFeed.quoted($0))'))"
        }
        return """
            SELECT d.description,
                (SELECT count(*) FROM (VALUES \(pairs.joined(separator: ", "))) AS wanted (function, relation)
                 JOIN pg_proc p ON p.proname = wanted.function AND p.pronamespace = n.oid
                 WHERE EXISTS (
                    SELECT FROM pg_trigger t
                    WHERE t.tgrelid = wanted.relation AND t.tgfoid = p.oid AND t.tgenabled IN ('O', 'A')))
                    = \(pairs.count)
                    AND EXISTS (SELECT FROM pg_class s WHERE s.relname = 'sign' AND s.relnamespace = n.oid)
                    AND (SELECT count(*) FROM pg_proc f
                         WHERE f.proname IN ('note', 'lost') AND f.pronamespace = n.oid) = 2,
                has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE'),
                pg_is_in_recovery() AND c.relpersistence = 'u',
                \(origin),
                CASE WHEN d.description IS NULL THEN EXISTS (
                    SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                    WHERE p.pronamespace = n.oid) END
            FROM pg_namespace n
            LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'feed'
            LEFT JOIN pg_description d
                ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
            WHERE n.nspname = '\(schema)'
            """
    }

    /// The tables that carry a trigger of ours, whatever they are called now.
    static let carriers = """
        SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t
        JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = '\(schema)' AND t.tgparentid = 0 ORDER BY 1
        """

    /// Takes the triggers off one table: the only part of a removal that locks the office's tables.
    static func detach(_ table: String) -> String {
        detaching("AND t.tgrelid = \(literal(table))::regclass")
    }

    private static let detachAll = detaching("")

    private static func detaching(_ which: String) -> String {
        """
        DO $detach$
        DECLARE v record;
        BEGIN
            FOR v IN SELECT DISTINCT t.tgrelid::regclass AS relation FROM pg_trigger t
                JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE n.nspname = '\(schema)' AND t.tgparentid = 0 \(which)
            LOOP
                EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', v.relation);
            END LOOP;
            FOR v IN SELECT t.tgname AS name, t.tgrelid::regclass AS relation FROM pg_trigger t
                JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE n.nspname = '\(schema)' AND t.tgparentid = 0 \(which)
            LOOP
                EXECUTE format('DROP TRIGGER %I ON %s', v.name, v.relation);
            END LOOP;
        END $detach$;
        """
    }

    // Nothing that is not ours goes with it: what others have put there, or made from it, is for them to remove.
    static let dropObjects = """
        DO $drop$
        DECLARE v record;
        BEGIN
            FOR v IN SELECT p.oid::regprocedure AS name FROM pg_proc p
                JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE n.nspname = '\(schema)'
                    AND (p.proname LIKE 'note\\_%' OR p.proname IN ('note', 'lost'))
            LOOP
                EXECUTE format('DROP FUNCTION %s', v.name);
            END LOOP;
            DROP TABLE IF EXISTS \(schema).feed, \(schema).sign;
            DROP SCHEMA IF EXISTS \(schema);
        END $drop$;
        """

    /// What keeps ``dropObjects`` from its work: objects of others in our schema or made from ours.
    static let foreigners = """
        SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend d
        JOIN pg_namespace n ON n.nspname = '\(schema)'
        LEFT JOIN pg_class c ON c.oid = d.objid AND d.classid = 'pg_class'::regclass
        LEFT JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
        WHERE d.deptype = 'n'
            AND ((d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid)
                OR (d.refclassid = 'pg_class'::regclass AND d.refobjid IN (
                    SELECT oid FROM pg_class WHERE relnamespace = n.oid AND relname IN ('feed', 'sign'))))
            AND coalesce(c.relname, '') NOT IN ('feed', 'sign')
            AND coalesce(p.proname, '') NOT LIKE 'note%' AND coalesce(p.proname, '') <> 'lost'
            AND d.classid <> 'pg_trigger'::regclass
        ORDER BY 1 LIMIT 5
        """

    static func literal(_ text: String) -> String {
        "'\(text.replacing("'", with: "''"))'"
    }

    /// What the daemon's account needs of it beside reading: to remove what was recorded.
    static func grant(to role: String) -> String {
        let name = "\"\(role.replacing("\"", with: "\"\""))\""
        return "GRANT SELECT, DELETE ON \(schema).feed TO \(name);"
    }
}
