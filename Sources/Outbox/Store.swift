package import Dossiers
package import Operating
internal import SQLite
internal import Wire

/// What the daemon owes to whom, on disk: the outbox, its lanes and the ledger of what became of it.
///
/// One daemon has one store and writes it from one thread, to which the store is confined. Everything that
/// changes it happens inside ``transaction(_:)``, many changes to one commit; commands of other processes
/// read beside it (``StoreReader``) and write short transactions between (``OperatorDesk``).
///
/// A failure is a ``StoreFailure``: the transaction and what the store knows in memory are as before it.
package final class Store {
    /// Whether answers about applicants are queued for the source; a source profile without a place for
    /// them turns it off.
    package var queuesWriteBacks = true

    /// How long a lane that was told to wait for a verification waits at most, in milliseconds: then
    /// it goes ahead without.
    package var verificationPatienceMilliseconds: Int64 = 3_600_000

    /// Destinations of which a new store is trusted to know that they hold nothing yet.
    ///
    /// Trusted once: the first contradiction ends it (``doubt(_:now:)``).
    package var trustsFirstContact: Set<DestinationID> = []

    /// What it takes for a row that is gone from the source to be held as deleted.
    package var deletionRules = DeletionRules()

    /// Random, made with the store: where the ledger's chain begins.
    package let epoch: [UInt8]

    let files: StoreFiles
    let db: Database
    let key: StateKey
    let seal: Seal
    let hasher = SHA256()
    let work: LaneWork
    let persons: PersonTable
    let dossiers: DossierTable
    let strays: StrayTable
    let requests: RequestTable
    let claims: ClaimTable
    let deletions: DeletionTable
    let words: WordsTable
    let meta: MetaTable
    /// Where it is written down how far this store has come; nil when nobody asked for it.
    let witness: Witness?
    /// What is known beside the disk; a transaction that fails restores it.
    var memory = Memory()
    /// What was found about the store's memory when it was opened; nothing of it stops anybody.
    package internal(set) var openingTroubles: [Trouble] = []
    /// When the witness is written next, and what it says.
    var testimony = TestimonyPace()
    var lastTestimony: Witness.Mark?
    /// Where random parts of keys come from.
    let random: (Int) -> [UInt8]
    /// Whether the file can become smaller while it is in use, and whether it is being made so.
    let keepsPageMaps: Bool
    var isCompacting = false
    let freePages: Statement
    let allPages: Statement
    /// Held until the store is gone.
    private let lock: StoreLock
    /// Where the open files were.
    private let places: StorePlaces
    /// True once everything that was written is in the database file although its log was taken away: a
    /// store opened anew goes on from there.
    package private(set) var wantsReopening = false

    init(
        files: StoreFiles, lock: StoreLock, db: Database, key: StateKey, epoch: [UInt8],
        places: StorePlaces, witness: Witness?, random: @escaping (Int) -> [UInt8],
        keepsPageMaps: Bool
    ) throws(SQLiteError) {
        self.files = files
        self.keepsPageMaps = keepsPageMaps
        freePages = try db.prepare("PRAGMA freelist_count")
        allPages = try db.prepare("PRAGMA page_count")
        self.places = places
        self.random = random
        self.lock = lock
        self.db = db
        self.key = key
        self.epoch = epoch
        seal = Seal(key: key.seal)
        work = try LaneWork(db, epoch: epoch)
        persons = try PersonTable(db)
        dossiers = try DossierTable(db)
        strays = try StrayTable(db)
        requests = try RequestTable(db)
        claims = try ClaimTable(db)
        deletions = try DeletionTable(db)
        words = try WordsTable(db, key: key)
        meta = try MetaTable(db)
        self.witness = witness
    }

    /// Runs the body as one transaction with one commit and one fsync.
    ///
    /// - Throws: ``StoreFailure`` when the store failed, or what the body threw; nothing was written.
    package func transaction<R>(_ body: () throws -> R) throws -> R {
        try demandPlace()
        let before = memory
        do {
            let result = try StoreFailure.translating(files.database) {
                try db.transaction {
                    try noticeOthers()
                    let result = try body()
                    try work.ledger.seal()
                    try writeFlights()
                    return result
                }
            }
            testimony.owes()
            return result
        } catch {
            memory = before
            work.forget()
            work.lanes.generation = before.generation
            throw error
        }
    }

    /// Refuses to write into files that nobody would find again.
    ///
    /// The database file itself being there, a log that was deleted beside it is no loss: we still hold it
    /// open, so what it says is carried over into the database file first.
    func demandPlace() throws {
        guard let missing = places.missing(files) else { return }
        // Else closing would delete the log of whichever database lies there now.
        db.keepLogWhenClosing()
        if missing != .database, !wantsReopening {
            try reading { wantsReopening = try db.carryLogOver() }
        }
        throw StoreFailure.displaced(files.database)
    }

    /// How many deliveries are owed, of every kind, parked ones included: what back-pressure looks at.
    package var depth: Int64 { memory.depth }

    /// Runs a read outside or inside a transaction.
    func reading<R>(_ body: () throws -> R) throws -> R {
        try StoreFailure.translating(files.database, body)
    }

    /// Asserts what every change relies on.
    func demandTransaction() {
        precondition(db.isInTransaction, "the store changes only inside a transaction")
    }

    /// Counts anew when another process has written, which is rare: an operator's command.
    private func noticeOthers() throws {
        let version = try claims.dataVersion()
        guard version != memory.dataVersion else { return }
        memory.dataVersion = version
        work.lanes.forgetLanes()
        for (destination, flight) in try claims.flights() {
            memory.flights[destination, default: Flight()].tally = flight.tally
        }
        try recallGeneration()
    }

    private func writeFlights() throws {
        for (destination, change) in work.lanes.takeTally() {
            memory.flights[destination, default: Flight()].tally += change
            memory.flights[destination]?.isChanged = true
        }
        for (destination, flight) in memory.flights where flight.isChanged {
            memory.flights[destination]?.turns += 1
            try claims.save(
                memory.flights[destination] ?? flight, of: destination, at: memory.writtenAt)
            memory.flights[destination]?.isChanged = false
        }
    }
}

// The store belongs to the writer's thread.
@available(*, unavailable)
extension Store: Sendable {}
