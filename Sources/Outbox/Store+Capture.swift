package import Dossiers
internal import SQLite
package import Wire

// What capture asks the store for; called on the writer's thread through the engine.
extension Store {
    /// The places in the source, by name.
    package func cursors() throws -> [String: String] {
        try reading {
            var found: [String: String] = [:]
            for cursor in try dossiers.cursors() { found[cursor.name] = cursor.value }
            return found
        }
    }

    /// Source keys of held dossiers in order, for looking at them again.
    package func heldKeys(after: SourceKey?, limit: Int) throws -> [SourceKey] {
        try reading { try dossiers.heldKeys(after: after?.rawValue ?? .min, limit: limit) }
    }

    /// Answers about applicants that the source does not have yet, oldest first.
    package func pendingWriteBacks(limit: Int) throws -> [WriteBack] {
        try reading { try persons.pendingWriteBacks(limit: limit) }
    }

    /// Forgets answers that the source has; one that a newer answer replaced meanwhile stays.
    package func writeBacksDone(_ ids: [Int64]) throws {
        demandTransaction()
        for id in ids { try persons.writeBackDone(id) }
    }

    // MARK: - Requests

    /// Requests that are to be worked on, oldest first; paused ones are not among them.
    package func openRequests() throws -> [OperatorRequest] {
        try reading { try requests.openRequests() }
    }

    /// One request, whatever its state.
    package func request(_ id: Int64) throws -> OperatorRequest? {
        try reading { try requests.find(id) }
    }

    /// Records a request of the daemon's own (`--resync`, a signal).
    package func request(_ filter: ResyncFilter, by actor: String, now: Timestamp) throws -> Int64 {
        demandTransaction()
        let id = try requests.insert(filter, by: actor, now: now)
        try work.ledger.append(
            LedgerEntry(at: now, settled: .requested, note: "request \(id) by \(actor)"))
        return id
    }

    /// Keeps how far a request has come; belongs in the transaction that records what was read.
    ///
    /// A request that an operator paused or cancelled meanwhile stays paused or cancelled.
    package func progress(
        of request: Int64, cursor: String?, counts: RequestCounts, isDone: Bool, now: Timestamp
    ) throws {
        demandTransaction()
        try requests.progress(request, cursor: cursor, counts: counts, now: now)
        guard isDone, let found = try requests.find(request),
            found.state == .open || found.state == .paused
        else { return }
        try requests.move(request, to: .done, now: now)
        try work.ledger.append(
            LedgerEntry(at: now, settled: .requestDone, note: "request \(request)"))
    }

    // MARK: - Upkeep

    /// What the store says of everything, on the writer's own connection.
    package func status(now: Timestamp) throws -> StatusReport {
        try reading {
            try Reports(db, files: files).status(now: now, daemon: StoreLock.holder(files))
        }
    }

    /// Moves the write-ahead log into the database, when idle, so that it stays small.
    package func checkpoint() throws {
        try reading { try db.execute("PRAGMA wal_checkpoint(PASSIVE)") }
    }
}
