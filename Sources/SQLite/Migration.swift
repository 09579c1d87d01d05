/// One numbered step of a schema. Never edited once it has shipped: a change is a new number.
package struct Migration: Sendable {
    /// From 1, without gaps.
    package var number: Int
    package var sql: String

    package init(number: Int, sql: String) {
        self.number = number
        self.sql = sql
    }
}

/// Brings a database up to the last migration, each in a transaction of its own.
///
/// The number of the last one applied is the file's `user_version`. A file that is newer than the last
/// migration is left alone; whoever opens it must look at `user_version` first.
package func migrate(_ db: Database, _ migrations: [Migration]) throws {
    for (index, migration) in migrations.enumerated() {
        precondition(migration.number == index + 1, "migrations count from 1 without gaps")
        guard try db.integer("PRAGMA user_version") ?? 0 < Int64(migration.number) else { continue }
        try db.transaction {
            // Another connection may have migrated between the look and the lock.
            guard try db.integer("PRAGMA user_version") ?? 0 < Int64(migration.number) else {
                return
            }
            try db.execute(migration.sql)
            try db.execute("PRAGMA user_version = \(migration.number)")
        }
    }
}
