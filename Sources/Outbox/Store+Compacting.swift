internal import SQLite

// A backlog's pages stay in the file when it is delivered. Most are used again by the next deliveries; what a
// day like no other has left is given back to the file system, a portion at a time and only between other work:
// SQLite moves rows from the end of the file into free pages and cuts it off, each portion a transaction of its
// own that a crash undoes whole.
extension Store {
    /// Pages given back by one portion: some 20 ms at most.
    private static let portion = 256
    /// So many pages of 16 KiB may always be free.
    private static let spare: Int64 = 16

    /// Gives free pages back, a portion; true when there is more to give. Outside of a transaction.
    ///
    /// Begins when an eighth of the file is free and then goes on until next to nothing is, so that a
    /// steady flow does not make the file breathe. Does nothing for a file that was made without page
    /// maps (``adoptPageMaps(_:)``).
    package func compact() throws -> Bool {
        precondition(!db.isInTransaction, "a portion is a transaction of its own")
        guard keepsPageMaps else { return false }
        try demandPlace()
        return try reading {
            let free = try freePages.first()
            if !isCompacting {
                let all = try allPages.first()
                guard free > 4 * Store.spare, free > all / 8 else { return false }
                isCompacting = true
            }
            guard free > Store.spare else {
                isCompacting = false
                // Only then does the file itself become shorter.
                try db.execute("PRAGMA wal_checkpoint(PASSIVE)")
                return false
            }
            try db.execute(
                "PRAGMA incremental_vacuum(\(min(Int64(Store.portion), free - Store.spare)))")
            return true
        }
    }

    /// Gives back the memory of what was read and written last. For when nothing is to be done.
    package func rest() { db.giveMemoryBack() }

    /// Has a store of an earlier version keep page maps, which only a copy of the whole file can: done when
    /// that takes a second, else never. Nothing but the size of the file depends on it.
    static func adoptPageMaps(_ db: Database) throws(SQLiteError) -> Bool {
        if try keepsPageMaps(db) { return true }
        guard try db.integer("PRAGMA page_count") ?? 0 <= 4096 else { return false }
        do throws(SQLiteError) {
            try db.execute("PRAGMA auto_vacuum = INCREMENTAL; VACUUM")
        } catch {
            // A full disk, a reader: nothing was changed, and no delivery needs it.
            return false
        }
        return try keepsPageMaps(db)
    }

    private static func keepsPageMaps(_ db: Database) throws(SQLiteError) -> Bool {
        try db.integer("PRAGMA auto_vacuum") == 2
    }
}

extension Statement {
    /// The first column of the first row; 0 when there is none.
    func first() throws(SQLiteError) -> Int64 {
        defer { reset() }
        return try step() ? integer(0) : 0
    }
}
