extension StoreSchema {
    /// Rows that the source does not have any more. state: 0 suspected (missed once, looked for again at
    /// `due_at`), 1 held for an operator, 2 acknowledged by one. What is confirmed counts for no alarm.
    ///
    /// The ledger's numbers of decisions end at 63 now. Widening a CHECK changes nothing that is on disk;
    /// SQLite's manual (lang_altertable.html, 7) says how that is done.
    static let deletions = """
        CREATE TABLE deletion (
            source_key INTEGER PRIMARY KEY REFERENCES dossier (source_key),
            state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
            missed_at INTEGER NOT NULL,
            due_at INTEGER,
            decided_at INTEGER,
            confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
            CHECK ((state = 0) = (due_at IS NOT NULL)),
            CHECK ((state = 0) = (decided_at IS NULL)),
            CHECK (state <> 0 OR confirmed = 0)
        ) STRICT;
        CREATE INDEX deletion_due ON deletion (due_at) WHERE state = 0;
        CREATE INDEX deletion_fresh ON deletion (decided_at) WHERE state = 1 AND confirmed = 0;

        -- One row while more has disappeared at once than an office deletes; then nothing is held.
        CREATE TABLE deletion_alarm (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            since INTEGER NOT NULL,
            missing INTEGER NOT NULL CHECK (missing > 0),
            known INTEGER NOT NULL CHECK (known >= 0)
        ) STRICT;

        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql,
            'settled INTEGER NOT NULL CHECK (settled BETWEEN 1 AND 15)',
            'settled INTEGER NOT NULL CHECK (settled BETWEEN 1 AND 63)')
        WHERE type = 'table' AND name = 'ledger';
        PRAGMA writable_schema = RESET;
        """
}
