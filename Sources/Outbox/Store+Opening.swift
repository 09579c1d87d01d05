internal import Dossiers
package import Operating
internal import SQLite
package import Wire

extension Store {
    /// Opens the state store of a directory, making or migrating it, and takes it for this process.
    ///
    /// What the last process left under way comes back uncertain: it may have arrived.
    ///
    /// - Parameters:
    ///   - key: at least 32 random bytes; bodies are sealed with a key made from it.
    ///   - witness: a file outside of the directory in which is written down how far the store has come, so that
    ///     an older copy put back is recognised.
    ///   - vfs: a registered SQLite VFS, for tests of failing disks.
    ///   - upgrading: called before a store of an earlier schema is rewritten, which may take minutes.
    ///   - random: where the epoch of a new store comes from; a simulation replays it.
    /// - Throws: LT-4001 to LT-4014. Nothing is ever deleted or made anew because of a failure.
    package static func open(
        directory: String, key: [UInt8], now: Timestamp, witness: String? = nil,
        vfs: String? = nil, upgrading: (StoreUpgrade) -> Void = { _ in },
        random: @escaping (Int) -> [UInt8] = { SecureRandom.bytes($0) }
    ) throws(Trouble) -> Store {
        let files = StoreFiles(directory: directory, vfs: vfs)
        let key = try StateKey(key)
        try files.prepareDirectory()
        let lock = try StoreLock(files)
        try files.prepareDatabase()
        try files.checkHeader()
        do {
            let db = try Database(path: files.database, mode: .create, vfs: vfs)
            try checkOwner(db, files)
            try configure(db)
            let known = try knownEpoch(db, key: key, files: files)
            if let upgrade = try StoreUpgrade(db) { upgrading(upgrade) }
            try migrate(db, StoreSchema.migrations)
            let epoch = try known ?? establish(db, key: key, now: now, random: random)
            let store = try Store(
                files: files, lock: lock, db: db, key: key, epoch: epoch,
                places: StorePlaces(files, vfs: vfs),
                witness: witness.map { Witness(path: $0, epoch: epoch) }, random: random,
                keepsPageMaps: try adoptPageMaps(db))
            try store.recover(now: now)
            try store.examineWitness(isNew: known == nil, now: now)
            return store
        } catch let trouble as Trouble {
            throw trouble
        } catch let error as SQLiteError {
            throw StoreFailure(error, path: files.database).trouble
        } catch let failure as StoreFailure {
            throw failure.trouble
        } catch {
            throw .storeRefused(files.database, detail: "\(type(of: error))")
        }
    }

    /// Refuses a file of another program or of a newer version, before anything is written to it.
    static func checkOwner(_ db: Database, _ files: StoreFiles) throws {
        let version = try db.integer("PRAGMA user_version") ?? 0
        let owner = try db.integer("PRAGMA application_id") ?? 0
        let isEmpty = try db.integer("SELECT count(*) FROM sqlite_schema") == 0
        guard isEmpty || owner == StoreSchema.applicationID else {
            throw Trouble.storeCorrupt(files.database, detail: "another program's database")
        }
        guard version <= StoreSchema.latest else {
            throw Trouble.storeNewer(files.database, found: version, known: StoreSchema.latest)
        }
    }

    private static func configure(_ db: Database) throws {
        // Only once: a store that is refused later (another key) is left as it is to the last byte.
        if try db.integer("PRAGMA application_id") != StoreSchema.applicationID {
            // Both count only before the first page is written. 16 KiB make grouped inserts of 3 KiB bodies a
            // third faster than 4 KiB; page maps let the file become smaller again.
            try db.execute(
                """
                PRAGMA page_size = 16384;
                PRAGMA auto_vacuum = INCREMENTAL;
                PRAGMA application_id = \(StoreSchema.applicationID);
                """)
        }
        // Debian's SQLite fills every freed page with zeros and writes it once more. What a delivery's page held
        // is sealed; FAST still overwrites what is deleted from a page that is written anyway.
        try db.execute(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA secure_delete = FAST;
            PRAGMA cache_size = -8192;
            PRAGMA wal_autocheckpoint = 1024;
            PRAGMA journal_size_limit = 33554432;
            PRAGMA temp_store = MEMORY;
            """)
    }

    /// The epoch of a store that there is; nil for one that is being made. Compares the key with the one the store
    /// was made with.
    private static func knownEpoch(
        _ db: Database, key: StateKey, files: StoreFiles
    ) throws -> [UInt8]? {
        guard try db.integer("PRAGMA user_version") ?? 0 > 0 else { return nil }
        let meta = try MetaTable(db)
        guard let epoch = try meta.value("epoch") else { return nil }
        guard try meta.value("key_check") == key.checkValue(epoch: epoch) else {
            throw Trouble.storeWrongKey(files.database)
        }
        return epoch
    }

    /// Makes the epoch of a new store.
    private static func establish(
        _ db: Database, key: StateKey, now: Timestamp, random: (Int) -> [UInt8]
    ) throws -> [UInt8] {
        try db.transaction {
            let meta = try MetaTable(db)
            let epoch = random(16)
            try meta.set("epoch", epoch)
            try meta.set("key_check", key.checkValue(epoch: epoch))
            try meta.set("created_at", Array(now.rfc3339.utf8))
            return epoch
        }
    }

    /// Reads what was under way when the last process ended, and marks it uncertain.
    private func recover(now: Timestamp) throws {
        for (id, name) in try claims.destinations() {
            memory.destinations[DestinationID(name)] = id
            memory.names[id] = DestinationID(name)
        }
        memory.flights = try claims.flights()
        memory.dataVersion = try claims.dataVersion()
        try mendClock(now: now)
        memory.writtenAt = now
        try recallGeneration()
        let flights = memory.flights
        guard flights.values.contains(where: { !$0.deliveries.isEmpty }) else { return }
        try transaction {
            for (destination, flight) in flights {
                for id in flight.deliveries.sorted() { try interrupt(id, now: now) }
                memory.flights[destination]?.landAll()
            }
        }
    }

    /// A question has no effect at its destination, so it is simply asked again.
    private func interrupt(_ id: Int64, now: Timestamp) throws {
        guard let found = try work.find(id) else { return }
        let owed = found.owed
        var lane = found.lane
        let isQuestion = owed.operation == .verify
        try work.head(
            owed, of: &lane, isQuestion ? .ready : .uncertain, dueAt: now, attempts: owed.attempts,
            isDoubtful: !isQuestion)
        try work.ledger.append(work.decision(.interrupted, on: owed, now: now), to: &lane)
        try work.lanes.save(&lane)
    }
}

/// The statements over `meta`.
struct MetaTable {
    private let reading: Statement
    private let writing: Statement

    init(_ db: Database) throws(SQLiteError) {
        reading = try db.prepare("SELECT value FROM meta WHERE name = ?1")
        writing = try db.prepare(
            """
            INSERT INTO meta (name, value) VALUES (?1, ?2)
            ON CONFLICT (name) DO UPDATE SET value = ?2
            """)
    }

    func value(_ name: String) throws(SQLiteError) -> [UInt8]? {
        reading.bind(1, name)
        defer { reading.reset() }
        return try reading.step() ? reading.blob(0) : nil
    }

    func set(_ name: String, _ value: [UInt8]) throws(SQLiteError) {
        writing.bind(1, name)
        writing.bind(2, value)
        try writing.run()
    }
}
