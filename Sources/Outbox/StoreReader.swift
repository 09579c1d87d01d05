internal import Dossiers
internal import Glibc
package import Operating
internal import SQLite
package import Wire

/// Looks into a state store beside a daemon that runs, or after one that stopped; changes nothing.
///
/// Each answer is one consistent snapshot: SQLite's write-ahead log lets readers and the writer alone.
package final class StoreReader {
    let files: StoreFiles
    let db: Database
    private let key: StateKey?

    /// - Parameters:
    ///   - key: when given, compared with the one that the store was made with. Without it what destinations said
    ///     stays sealed.
    ///   - vfs: the one that the store was opened with, when it was.
    package init(directory: String, key: [UInt8]? = nil, vfs: String? = nil) throws(Trouble) {
        files = StoreFiles(directory: directory, vfs: vfs)
        db = try StoreReader.connect(files, mode: .readOnly)
        guard let key else {
            self.key = nil
            return
        }
        let check = try StateKey(key)
        self.key = check
        do {
            let meta = try MetaTable(db)
            let epoch = try meta.value("epoch") ?? []
            guard try meta.value("key_check") == check.checkValue(epoch: epoch) else {
                throw Trouble.storeWrongKey(files.database)
            }
        } catch let trouble as Trouble {
            throw trouble
        } catch let error as SQLiteError {
            throw StoreFailure(error, path: files.database).trouble
        } catch {
            throw .storeRefused(files.database, detail: "\(type(of: error))")
        }
    }

    /// Opens an existing store of exactly our schema.
    static func connect(_ files: StoreFiles, mode: Database.Mode) throws(Trouble) -> Database {
        guard files.exists else {
            if errno == EACCES { throw .storeForbidden(files.directory) }
            // A daemon that holds the directory had a store there.
            throw StoreLock.holder(files) == nil
                ? .storeMissing(files.database) : .storeDisplaced(files.database)
        }
        try files.checkHeader()
        do {
            let db = try Database(
                path: files.database, mode: mode, busyTimeoutMilliseconds: 10_000, vfs: files.vfs)
            try db.execute("PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY")
            if mode != .readOnly {
                try db.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
            }
            let version = try db.integer("PRAGMA user_version") ?? 0
            // The daemon is just making it.
            guard version > 0 else { throw Trouble.storeMissing(files.database) }
            try Store.checkOwner(db, files)
            guard version == StoreSchema.latest else {
                throw Trouble.storeOlder(files.database, found: version, known: StoreSchema.latest)
            }
            return db
        } catch let trouble as Trouble {
            throw trouble
        } catch let error as SQLiteError {
            // Even a look needs the files beside the database, which a read-only disk cannot take.
            if error.isCannotOpen, files.isOnReadOnlyDisk { throw .storeReadOnly(files.directory) }
            throw StoreFailure(error, path: files.database).trouble
        } catch {
            throw .storeRefused(files.database, detail: "\(type(of: error))")
        }
    }

    package func status(now: Timestamp) throws -> StatusReport {
        try snapshot {
            try Reports(db, files: files).status(now: now, daemon: StoreLock.holder(files))
        }
    }

    package func verificationCounts() throws -> VerificationCounts {
        try snapshot { try Reports(db, files: files).verification() }
    }

    /// Held dossiers by reason, the most frequent first: the list that staff work off.
    package func heldGroups() throws -> [HeldGroup] {
        try snapshot { try Reports(db, files: files).heldGroups() }
    }

    /// The newest requests first.
    package func requests(limit: Int = 50) throws -> [OperatorRequest] {
        try snapshot { try RequestTable(db).latest(limit) }
    }

    package func request(_ id: Int64) throws -> OperatorRequest? {
        try snapshot { try RequestTable(db).find(id) }
    }

    func wordsTable() throws(SQLiteError) -> WordsTable { try WordsTable(db, key: key) }

    /// One consistent view.
    func snapshot<R>(_ body: () throws -> R) throws -> R {
        try StoreFailure.translating(files.database) {
            try db.transaction(immediate: false, body)
        }
    }
}

// A reader belongs to the thread that uses it.
@available(*, unavailable)
extension StoreReader: Sendable {}
