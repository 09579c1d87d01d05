/// The functions behind a feed's triggers on PostgreSQL.
///
/// Nothing in them may make a statement of the office's fail or wait. So each part that could raise an error (a
/// column that is gone or of another type, a table of ours that was dropped, locked or taken away, a full disk) runs
/// where its error is caught, and what could not be noted leaves a word in `lienthongd.sign`, which the daemon
/// reads. They run as the account that installed them, whoever writes, with a fixed search path; they read none of
/// the office's tables.
///
/// Catching costs a subtransaction, and hundreds of those that write, in one transaction, slow a whole server down.
/// So only the first note of a transaction is caught: after it the table's lock is held, and nothing is left that
/// could fail for the next, unless somebody drops or renames our functions or our schema before its end.
/// `lienthongd.state`, a setting that ends with the transaction and is undone with its
/// savepoint, says how far it is: `noted`, `told` (and somebody was woken), `lost` (no further try), `own` (a
/// transaction of the daemon's, which tells it nothing).
struct FeedFunctions {
    let feed: ChangeFeed
    private let schema = FeedSQL.schema

    /// The number of the lock that the notifying transaction holds: "LTfeed" in ASCII.
    private static let wakeLock = 0x4C54_6665_6564

    static let ownState = "own"

    // A lock that is not free soon is not waited for.
    private let options = "SET search_path = pg_catalog, pg_temp SET lock_timeout = '100ms'"

    var sql: String {
        ([lost, note, truncated] + feed.tables.map(row) + feed.related.enumerated().map(related))
            .joined(separator: "\n")
    }

    /// Says that something was not noted.
    private var lost: String {
        """
        CREATE FUNCTION \(schema).lost(p_what text) RETURNS void LANGUAGE plpgsql \(options) AS $lost$
        BEGIN
            PERFORM set_config('lienthongd.state', 'lost', true);
            BEGIN
                IF NOT EXISTS (SELECT FROM \(schema).sign WHERE kind = 'lost') THEN
                    INSERT INTO \(schema).sign (kind, word) VALUES ('lost', p_what);
                END IF;
            EXCEPTION WHEN OTHERS THEN
                NULL;    -- Nothing of ours works any more, which the daemon sees as well.
            END;
        END
        $lost$;
        """
    }

    // A transaction that changes one dossier many times in a row notes it once: the last noted key is kept in a
    // setting, as the state is.
    //
    // The sign of life is new when the tables were emptied, as they are when the server comes back from a crash or
    // out of a copy, for they are not logged.
    private var note: String {
        """
        CREATE FUNCTION \(schema).note(p_table text, p_key bigint, p_kind smallint, p_related text)
        RETURNS void LANGUAGE plpgsql \(options) AS $note$
        DECLARE
            v_state text := coalesce(current_setting('lienthongd.state', true), '');
            v_noted text := coalesce(p_key::text, p_related) || '/' || p_kind;
        BEGIN
            IF v_state = 'lost' OR current_setting('lienthongd.noted', true) = v_noted THEN
                RETURN;
            END IF;
            IF v_state IN ('noted', 'told') THEN
                INSERT INTO \(schema).feed (source_key, kind, related)
                VALUES (p_key, p_kind, p_related);
            ELSE
                BEGIN
                    IF pg_relation_size('\(schema).feed') > \(FeedSQL.mostBytes) THEN
                        RAISE EXCEPTION USING ERRCODE = '54000';
                    END IF;
                    IF NOT EXISTS (SELECT FROM \(schema).sign WHERE kind = 'life') THEN
                        INSERT INTO \(schema).sign (kind, word)
                        VALUES ('life', gen_random_uuid()::text);
                    END IF;
                    INSERT INTO \(schema).feed (source_key, kind, related)
                    VALUES (p_key, p_kind, p_related);
                    v_state := 'noted';
                EXCEPTION WHEN OTHERS THEN
        \(FeedFunctions.tellingLost("p_table || ' ' || SQLSTATE"))
                    RETURN;
                END;
            END IF;
        \(wake)
            PERFORM set_config('lienthongd.noted', v_noted, true),
                set_config('lienthongd.state', v_state, true);
        END
        $note$;
        REVOKE ALL ON FUNCTION \(schema).lost(text), \(schema).note(text, bigint, smallint, text) FROM PUBLIC;
        """
    }

    // Whoever notifies holds a lock of the whole server until his commit is on disk, so that notifying commits go
    // one after another. Only one transaction at a time does it, the others' changes are met by the look that it
    // causes or by the next poll. A transaction that has notified cannot be prepared for a commit in two phases, and
    // one that finds no room for its word in the queue cannot commit: there nobody is woken.
    private var wake: String {
        guard let channel = feed.channel else { return "" }
        return """
                IF v_state <> 'told' AND current_setting('max_prepared_transactions') = '0'
                    AND pg_notification_queue_usage() < 0.5 THEN
                    BEGIN
                        IF pg_try_advisory_xact_lock(\(FeedFunctions.wakeLock)) THEN
                            PERFORM pg_notify('\(channel)', '');
                            v_state := 'told';
                        END IF;
                    EXCEPTION WHEN OTHERS THEN
                        NULL;    -- The next poll finds it.
                    END;
                END IF;
            """
    }

    private func row(_ table: ChangeFeed.Table) -> String {
        let column = ChangeFeed.quoted(table.column)
        let name = table.name.lowercased()
        return trigger(
            FeedSQL.function(table.name), "v_old bigint; v_new bigint;", column, of: name,
            """
                IF v_old IS NOT NULL AND v_old IS DISTINCT FROM v_new THEN
                    PERFORM \(schema).note('\(name)', v_old, \(table.isHeader ? 2 : 1)::smallint, NULL);
                END IF;
                IF v_new IS NOT NULL THEN
                    PERFORM \(schema).note('\(name)', v_new, 1::smallint, NULL);
                END IF;
            """)
    }

    /// What the row holds is noted, and which dossiers hold the same is asked by whoever reads it: the office does
    /// not search for them.
    private func related(_ number: Int, _ table: ChangeFeed.Related) -> String {
        let name = table.name.lowercased()
        func note(_ value: String) -> String {
            "PERFORM \(schema).note('\(name)', NULL, \(FeedSQL.relatedKind + number)::smallint, \(value));"
        }
        return trigger(
            FeedSQL.function(table.name), "v_old text; v_new text;",
            ChangeFeed.quoted(table.column), of: name,
            """
                IF btrim(v_old) <> '' AND v_old IS DISTINCT FROM v_new THEN
                    \(note("v_old"))
                END IF;
                IF btrim(v_new) <> '' THEN
                    \(note("v_new"))
                END IF;
            """)
    }

    private func trigger(
        _ name: String, _ variables: String, _ column: String, of table: String, _ body: String
    ) -> String {
        """
        CREATE FUNCTION \(schema).\(name)() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp AS $trigger$
        DECLARE \(variables) v_first boolean;
        BEGIN
            IF current_setting('lienthongd.state', true) IN ('lost', '\(FeedFunctions.ownState)') THEN
                RETURN NULL;
            END IF;
            BEGIN
                IF TG_OP <> 'INSERT' THEN v_old := OLD.\(column); END IF;
                IF TG_OP <> 'DELETE' THEN v_new := NEW.\(column); END IF;
                v_first := coalesce(current_setting('lienthongd.state', true), '') = '';
                IF v_first THEN
        \(body)
                END IF;
            EXCEPTION WHEN OTHERS THEN
        \(FeedFunctions.tellingLost("'\(table) ' || SQLSTATE"))
                RETURN NULL;
            END;
            IF NOT v_first THEN
        \(body)
            END IF;
            RETURN NULL;
        END
        $trigger$;
        """
    }

    /// Where an error was caught. A function that another one calls can be dropped, or its schema renamed, without
    /// a word from the server: whoever calls one of ours does not count on it.
    private static func tellingLost(_ what: String) -> String {
        """
                DECLARE v_what text := \(what);
                BEGIN
                    PERFORM \(FeedSQL.schema).lost(v_what);
                EXCEPTION WHEN OTHERS THEN
                    PERFORM set_config('lienthongd.state', 'lost', true);
                END;
        """
    }

    /// A table was emptied, which names no row: as if notes had been lost.
    private var truncated: String {
        """
        CREATE FUNCTION \(schema).note_truncate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        \(options) AS $truncate$
        BEGIN
            INSERT INTO \(schema).sign (kind, word) VALUES ('life', gen_random_uuid()::text);
            RETURN NULL;
        EXCEPTION WHEN OTHERS THEN
        \(FeedFunctions.tellingLost("lower(TG_TABLE_NAME) || ' ' || SQLSTATE"))
            RETURN NULL;
        END
        $truncate$;
        """
    }
}
