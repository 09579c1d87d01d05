@testable import Capture

/// The feed as the first version of the daemon made it, before its triggers caught anything: what an office has that
/// installs a newer package.
enum FirstFeed {
    static func script(_ feed: ChangeFeed, _ dialect: SourceProfile.Dialect) -> String {
        dialect == .sqlite ? sqlite(feed) : postgres(feed)
    }

    private static let remark = "lienthongd feed 0011223344556677 8899aabbccddeeff"

    private static func sqlite(_ feed: ChangeFeed) -> String {
        func triggers(_ table: ChangeFeed.Table) -> String {
            func note(_ row: String, _ kind: Int, _ condition: String = "") -> String {
                "INSERT INTO lienthongd_feed (source_key, kind) SELECT \(row).\(table.column), \(kind)"
                    + " WHERE \(row).\(table.column) IS NOT NULL\(condition);"
            }
            let gone = table.isHeader ? 2 : 1
            let moved = " AND OLD.\(table.column) IS NOT NEW.\(table.column)"
            return [
                ("insert", note("NEW", 1)),
                ("update", note("NEW", 1) + " " + note("OLD", gone, moved)),
                ("delete", note("OLD", gone)),
            ].map { event, body in
                "CREATE TRIGGER lienthongd_\(table.name)_\(event) AFTER \(event.uppercased()) "
                    + "ON \"\(table.name)\" BEGIN \(body) END;"
            }.joined(separator: "\n")
        }
        return """
            CREATE TABLE IF NOT EXISTS lienthongd_feed (
                /* \(remark) */
                id INTEGER PRIMARY KEY,
                source_key INTEGER,
                kind INTEGER    -- 1 changed, 2 deleted
            );
            \(feed.tables.map(triggers).joined(separator: "\n"))
            """
    }

    private static func postgres(_ feed: ChangeFeed) -> String {
        func note(_ row: String, _ table: ChangeFeed.Table, _ kind: Int) -> String {
            let key = "\(row).\"\(table.column)\""
            return """
                IF \(key) IS NOT NULL AND current_setting('lienthongd.noted', true)
                    IS DISTINCT FROM \(key)::text || '/\(kind)' THEN
                    PERFORM set_config('lienthongd.noted', \(key)::text || '/\(kind)', true);
                    INSERT INTO lienthongd.feed (source_key, kind) VALUES (\(key), \(kind));
                END IF;
                """
        }
        let triggers = feed.tables.map { table in
            """
            CREATE FUNCTION lienthongd.note_\(table.name)() RETURNS trigger LANGUAGE plpgsql AS $note$
            BEGIN
                IF TG_OP <> 'INSERT' THEN
                    IF TG_OP = 'DELETE' OR OLD."\(table.column)" IS DISTINCT FROM NEW."\(table.column)" THEN
                        \(note("OLD", table, table.isHeader ? 2 : 1))
                        IF TG_OP = 'DELETE' THEN RETURN NULL; END IF;
                    END IF;
                END IF;
                \(note("NEW", table, 1))
                RETURN NULL;
            END
            $note$;
            CREATE TRIGGER lienthongd_\(table.name) AFTER INSERT OR UPDATE OR DELETE ON "\(table.name)"
                FOR EACH ROW EXECUTE FUNCTION lienthongd.note_\(table.name)();
            """
        }
        return """
            CREATE SCHEMA lienthongd;
            GRANT USAGE ON SCHEMA lienthongd TO PUBLIC;
            CREATE TABLE lienthongd.feed (
                xid xid8 DEFAULT pg_current_xact_id(),
                source_key bigint,
                kind smallint    -- 1 changed, 2 deleted
            );
            COMMENT ON TABLE lienthongd.feed IS '\(remark)';
            CREATE INDEX feed_xid ON lienthongd.feed (xid);
            GRANT INSERT ON lienthongd.feed TO PUBLIC;
            \(triggers.joined(separator: "\n"))
            """
    }
}
