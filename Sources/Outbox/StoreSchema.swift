internal import SQLite

/// The schema of the state store, as numbered migrations. A change is a new number, never an edit.
///
/// Times are milliseconds since 1970 (``Timestamp``). Small numbers stand for the cases of the enums that
/// are named beside them. Every CHECK is a state of the world that must not exist.
enum StoreSchema {
    /// `application_id` of the file, so that another program's database is never taken for ours: "LTOB".
    static let applicationID: Int64 = 0x4C54_4F42
    static let latest = migrations.count

    static let migrations: [Migration] = [
        Migration(number: 1, sql: capture + lanes + deliveries + evidence),
        Migration(number: 2, sql: statusOrder),
        Migration(number: 3, sql: recovery),
        Migration(number: 4, sql: deletions),
        Migration(number: 5, sql: ranges),
        Migration(number: 6, sql: heads),
        Migration(number: 7, sql: words + discards + firmness),
        Migration(number: 8, sql: ownWaits),
    ]

    /// What we know of the source.
    private static let capture = """
        CREATE TABLE meta (
            name TEXT PRIMARY KEY,
            value BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE cursor (
            name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 200),
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE destination (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200)
        ) STRICT;

        -- A person is known by a keyed digest only. outcome: 1 matched, 2 mismatched, 3 not found,
        -- 4 unavailable, NULL never answered. elements: 1 identity number, 2 name, 4 birth.
        CREATE TABLE person (
            id INTEGER PRIMARY KEY,
            destination INTEGER NOT NULL REFERENCES destination (id),
            identity BLOB NOT NULL CHECK (length(identity) = 32),
            outcome INTEGER CHECK (outcome IN (1, 2, 3, 4)),
            elements INTEGER NOT NULL DEFAULT 0 CHECK (elements BETWEEN 0 AND 7),
            settled_at INTEGER,
            valid_until INTEGER,
            validity INTEGER NOT NULL CHECK (validity >= 0),
            pending INTEGER NOT NULL CHECK (pending IN (0, 1)),
            asked INTEGER NOT NULL CHECK (asked >= 0),
            CHECK ((outcome IS NULL) = (settled_at IS NULL)),
            CHECK (outcome IS 2 OR elements = 0),
            CHECK (valid_until IS NULL OR outcome IN (1, 2, 3)),
            UNIQUE (destination, identity)
        ) STRICT;

        -- A source row. It owns its code unless another row had it first or the code is unusable.
        CREATE TABLE dossier (
            source_key INTEGER PRIMARY KEY,
            code TEXT NOT NULL,
            owns_code INTEGER NOT NULL CHECK (owns_code IN (0, 1)),
            hold_rule TEXT CHECK (length(hold_rule) > 0),
            hold_field TEXT,
            unmapped TEXT,
            held_since INTEGER,
            remarks TEXT NOT NULL,
            person INTEGER REFERENCES person (id),
            -- The answer that was last queued for the source, by the time it was given.
            written_back INTEGER,
            first_seen_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            CHECK ((hold_rule IS NULL) = (held_since IS NULL)),
            CHECK ((hold_rule IS NULL) = (hold_field IS NULL)),
            CHECK (hold_rule IS NOT NULL OR unmapped IS NULL),
            CHECK (owns_code = 1 OR hold_rule IS NOT NULL),
            CHECK (owns_code = 0 OR length(code) > 0)
        ) STRICT;
        CREATE UNIQUE INDEX dossier_code ON dossier (code) WHERE owns_code = 1;
        CREATE INDEX dossier_twin ON dossier (code) WHERE owns_code = 0;
        CREATE INDEX dossier_held ON dossier (source_key) WHERE hold_rule IS NOT NULL;
        CREATE INDEX dossier_person ON dossier (person) WHERE person IS NOT NULL;

        -- An answer on its way into the source; a newer one takes an older one's place under a new id.
        CREATE TABLE write_back (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source_key INTEGER NOT NULL UNIQUE REFERENCES dossier (source_key),
            person INTEGER NOT NULL REFERENCES person (id)
        ) STRICT;

        """

    /// What each destination was given of a dossier: 16 bytes a step, 8 of its id, 8 of its digest.
    private static let lanes = """
        CREATE TABLE lane (
            id INTEGER PRIMARY KEY,
            destination INTEGER NOT NULL REFERENCES destination (id),
            code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 200),
            revision INTEGER NOT NULL CHECK (revision >= 0),
            state_revision INTEGER NOT NULL CHECK (state_revision BETWEEN 0 AND revision),
            acknowledged_revision INTEGER NOT NULL
                CHECK (acknowledged_revision BETWEEN 0 AND state_revision),
            existence INTEGER NOT NULL CHECK (existence IN (0, 1, 2)),
            last_line INTEGER NOT NULL CHECK (last_line >= 0),
            awaits INTEGER REFERENCES person (id),
            awaits_until INTEGER,
            digest BLOB CHECK (length(digest) = 32),
            steps BLOB NOT NULL CHECK (length(steps) % 16 = 0),
            CHECK ((awaits IS NULL) = (awaits_until IS NULL)),
            CHECK ((digest IS NULL) = (state_revision = 0)),
            UNIQUE (destination, code)
        ) STRICT;
        CREATE INDEX lane_awaits ON lane (awaits) WHERE awaits IS NOT NULL;
        CREATE INDEX lane_patience ON lane (destination, awaits_until)
            WHERE awaits_until IS NOT NULL;

        """

    /// What is owed. state: 0 ready, 1 behind, 2 uncertain, 3 parked. operation: 1 state, 2 history,
    /// 3 verify; the order of a lane is (operation, revision), so that a header precedes progress.
    /// steps: 20 bytes a step, its mark as in `lane` and the length of its bytes in the body.
    private static let deliveries = """
        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            lane INTEGER NOT NULL REFERENCES lane (id),
            destination INTEGER NOT NULL REFERENCES destination (id),
            operation INTEGER NOT NULL CHECK (operation IN (1, 2, 3)),
            revision INTEGER NOT NULL CHECK (revision > 0),
            state INTEGER NOT NULL CHECK (state IN (0, 1, 2, 3)),
            backlog INTEGER NOT NULL CHECK (backlog IN (0, 1)),
            due_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL CHECK (attempts >= 0),
            -- 1 while it may have arrived: it is probed before it is sent.
            doubt INTEGER NOT NULL CHECK (doubt IN (0, 1)),
            recorded_at INTEGER NOT NULL,
            cause TEXT CHECK (length(cause) > 0),
            answer TEXT,
            key BLOB NOT NULL CHECK (length(key) = 32),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            steps BLOB CHECK (length(steps) > 0 AND length(steps) % 20 = 0),
            body BLOB NOT NULL CHECK (length(body) >= 28),
            CHECK ((state = 3) = (cause IS NOT NULL)),
            CHECK (state <> 0 OR doubt = 0),
            CHECK (state <> 2 OR doubt = 1),
            CHECK ((operation = 2) = (steps IS NOT NULL)),
            UNIQUE (lane, operation, revision)
        ) STRICT;
        -- Only the head of a lane is ready, uncertain or parked.
        CREATE UNIQUE INDEX delivery_head ON delivery (lane) WHERE state <> 1;
        -- `state` stands in front so that SQLite answers from the index alone: without it every
        -- entry costs a look at the row, whose page is full of bodies.
        CREATE INDEX delivery_ready ON delivery (state, destination, backlog, due_at, id)
            WHERE state = 0;
        CREATE INDEX delivery_behind ON delivery (state, destination) WHERE state = 1;
        CREATE INDEX delivery_uncertain ON delivery (state, destination, due_at, id)
            WHERE state = 2;
        CREATE INDEX delivery_parked ON delivery (state, destination, cause, id)
            WHERE state = 3;

        -- What may be under way: 8 bytes a delivery, rewritten with the transaction that changes it.
        CREATE TABLE flight (
            destination INTEGER PRIMARY KEY REFERENCES destination (id),
            deliveries BLOB NOT NULL CHECK (length(deliveries) % 8 = 0),
            acknowledged INTEGER NOT NULL CHECK (acknowledged >= 0),
            attempts INTEGER NOT NULL CHECK (attempts >= 0)
        ) STRICT;

        """

    /// What happened, and what was asked for. The lines of one transaction are sealed together: a seal's
    /// hash covers the seal before it and every line since.
    private static let evidence = """
        CREATE TABLE ledger (
            seq INTEGER PRIMARY KEY CHECK (seq > 0),
            at INTEGER NOT NULL,
            lane INTEGER,
            -- The line before this one of the same lane; 0 for none.
            previous INTEGER NOT NULL CHECK (previous >= 0 AND previous < seq),
            delivery INTEGER,
            revision INTEGER,
            operation INTEGER CHECK (operation IN (1, 2, 3)),
            kind INTEGER NOT NULL CHECK (kind IN (1, 2, 3)),
            outcome INTEGER CHECK (outcome BETWEEN 1 AND 10),
            settled INTEGER NOT NULL CHECK (settled BETWEEN 1 AND 15),
            status INTEGER,
            elapsed INTEGER,
            waited INTEGER,
            request BLOB CHECK (length(request) = 16),
            response BLOB CHECK (length(response) = 16),
            answer TEXT CHECK (length(answer) <= 32),
            note TEXT CHECK (length(note) <= 300)
        ) STRICT;
        CREATE TABLE ledger_seal (
            seq INTEGER PRIMARY KEY,
            hash BLOB NOT NULL CHECK (length(hash) = 32)
        ) STRICT;
        CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER ledger_keeps BEFORE DELETE ON ledger
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER seal_stays BEFORE UPDATE ON ledger_seal
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER seal_keeps BEFORE DELETE ON ledger_seal
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

        -- state: 0 open, 1 paused, 2 done, 3 cancelled.
        CREATE TABLE request (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            filter TEXT NOT NULL CHECK (json_valid(filter)),
            state INTEGER NOT NULL CHECK (state IN (0, 1, 2, 3)),
            requested_by TEXT NOT NULL CHECK (length(requested_by) BETWEEN 1 AND 100),
            requested_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            cursor TEXT,
            read INTEGER NOT NULL DEFAULT 0 CHECK (read >= 0),
            recorded INTEGER NOT NULL DEFAULT 0 CHECK (recorded >= 0),
            unchanged INTEGER NOT NULL DEFAULT 0 CHECK (unchanged >= 0),
            held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
            missing INTEGER NOT NULL DEFAULT 0 CHECK (missing >= 0)
        ) STRICT;
        CREATE INDEX request_open ON request (id) WHERE state = 0;

        """
}
