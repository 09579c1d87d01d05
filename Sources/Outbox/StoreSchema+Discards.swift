extension StoreSchema {
    /// Deliveries that an operator has given up: what their destinations never get, until a later one brings it
    /// or an operator says that it need not. operation: 1 header, 2 steps. told: whether the log has it.
    ///
    /// Those of earlier versions are in the ledger.
    static let discards = """
        CREATE TABLE discard (
            id INTEGER PRIMARY KEY,
            lane INTEGER NOT NULL REFERENCES lane (id),
            delivery INTEGER NOT NULL,
            operation INTEGER NOT NULL CHECK (operation BETWEEN 1 AND 2),
            revision INTEGER NOT NULL,
            at INTEGER NOT NULL,
            note TEXT CHECK (length(note) <= 300),
            forgotten_at INTEGER,
            told INTEGER NOT NULL CHECK (told BETWEEN 0 AND 1)
        ) STRICT;
        CREATE INDEX discard_untold ON discard (id) WHERE told = 0;
        CREATE INDEX discard_open ON discard (lane) WHERE forgotten_at IS NULL;
        INSERT INTO discard (lane, delivery, operation, revision, at, note, told)
            SELECT lane, coalesce(delivery, 0), operation, coalesce(revision, 0), at, note, 1
            FROM ledger
            WHERE settled = 10 AND operation BETWEEN 1 AND 2
                AND lane IN (SELECT id FROM lane)
            ORDER BY seq;

        """
}
