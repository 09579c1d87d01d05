internal import SQLite

/// A store of an earlier schema, about to be rewritten: one transaction for each schema since.
package struct StoreUpgrade: Sendable, Equatable {
    package let from: Int
    package let to: Int
    /// Lanes and deliveries that are copied; the time goes with them.
    package let rows: Int64

    /// nil for a store that is new or as it should be.
    init?(_ db: Database) throws(SQLiteError) {
        from = Int(try db.integer("PRAGMA user_version") ?? 0)
        to = StoreSchema.latest
        guard from > 0, from < to else { return nil }
        rows =
            try db.integer("SELECT (SELECT count(*) FROM lane) + (SELECT count(*) FROM delivery)")
            ?? 0
    }

    /// How long it may take at most, in milliseconds: a minute, and 100 µs for each row, some nine times
    /// what was measured.
    package var patience: Int64 { 60_000 + rows / 10 }
}
