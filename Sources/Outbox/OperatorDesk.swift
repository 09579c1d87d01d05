internal import Dossiers
package import Operating
internal import SQLite
package import Wire

/// What operators change in a state store, beside the daemon that runs: short transactions, each with
/// lines in the ledger that say who and why.
///
/// Only what is parked can be retried or discarded: nothing that waits or is under way is touched.
package final class OperatorDesk {
    /// Deliveries changed in one transaction, so that the daemon is never kept waiting for long.
    static let portion = 500

    let files: StoreFiles
    let db: Database
    let actor: String
    let work: LaneWork
    private let requests: RequestTable
    private let persons: PersonTable
    private let claims: ClaimTable

    /// - Parameters:
    ///   - actor: the user's name, as the ledger keeps it.
    ///   - vfs: the one that the store was opened with, when it was.
    package init(directory: String, actor: String, vfs: String? = nil) throws(Trouble) {
        files = StoreFiles(directory: directory, vfs: vfs)
        self.actor = RequestTable.name(actor)
        db = try StoreReader.connect(files, mode: .readWrite)
        do throws(SQLiteError) {
            let epoch = try MetaTable(db).value("epoch") ?? []
            work = try LaneWork(db, epoch: epoch)
            requests = try RequestTable(db)
            persons = try PersonTable(db)
            claims = try ClaimTable(db)
        } catch {
            throw StoreFailure(error, path: files.database).trouble
        }
    }

    // MARK: - Parked deliveries

    /// What ``retry(_:now:)`` or ``discard(_:reason:now:)`` would touch.
    ///
    /// - Parameter onlyDoubtful: what ``arrived(_:reason:now:)`` and ``sendAgain(_:reason:now:)`` would.
    package func count(_ filter: DeliveryFilter, onlyDoubtful: Bool = false) throws -> DeskResult {
        try StoreFailure.translating(files.database) {
            let clause = filter.clause(from: 1)
            let doubtful = " AND (\(DeliveryNumber.sql("doubt", of: "l.head"))) = 1"
            let query = try db.prepare(
                """
                SELECT l.cause, count(*)
                FROM lane l INDEXED BY lane_parked JOIN destination t ON t.id = l.destination
                WHERE l.head_state = 3 AND \(clause.sql)\(onlyDoubtful ? doubtful : "")
                GROUP BY l.cause ORDER BY 2 DESC, 1
                """)
            clause.bind(to: query)
            var result = DeskResult()
            while try query.step() {
                guard let cause = query.text(0).flatMap(ParkCause.init(rawValue:)) else { continue }
                result.byCause.append(ParkedCount(cause: cause, count: query.integer(1)))
                result.deliveries += query.integer(1)
                // A lane has one parked delivery at most.
                result.lanes += query.integer(1)
            }
            return result
        }
    }

    /// Makes parked deliveries ready again; one that may have arrived is probed first.
    ///
    /// Steps are always asked about: a destination appends what it is sent, and an answer that was taken for a
    /// refusal may have been none. A refused header is also read again from the source, under the code tables and
    /// the contract of today: what is sealed is what was refused, and would be refused again.
    ///
    /// - Parameter mayDouble: refused steps go without a question, which may enter them twice.
    package func retry(_ filter: DeliveryFilter, mayDouble: Bool = false, now: Timestamp) throws
        -> DeskResult
    {
        var refused: [Int64: [String]] = [:]
        let result = try each(filter) { owed, lane in
            let isAsked =
                owed.operation == .history && !mayDouble && owed.cause != .headerMissing
            let isDoubtful = owed.isDoubtful || owed.cause?.leavesDoubt == true || isAsked
            if owed.operation == .state, owed.cause == .needsMapping || owed.cause == .rejected {
                refused[lane.destination, default: []].append(lane.code)
            }
            try work.ledger.append(
                decision(.retriedByOperator, on: owed, reason: nil, now: now), to: &lane)
            try work.head(
                owed, of: &lane, isDoubtful ? .uncertain : .ready, dueAt: now,
                isDoubtful: isDoubtful)
            try work.lanes.save(&lane)
        }
        for (destination, codes) in refused.sorted(by: { $0.key < $1.key }) {
            try haveReadAgain(codes, for: destination, now: now)
        }
        return result
    }

    /// Gives parked deliveries up for good and lets their lanes go on.
    ///
    /// The destination never gets this content, unless the dossier changes or a resync sends it again.
    /// Progress behind a header that the destination never had is parked: without its header it can only be
    /// refused, and the daemon would send the header again to cure that.
    package func discard(_ filter: DeliveryFilter, reason: String, now: Timestamp) throws
        -> DeskResult
    {
        try each(filter) { owed, lane in
            try work.ledger.append(
                decision(.discardedByOperator, on: owed, reason: reason, now: now), to: &lane)
            try DiscardTable(db).insert(owed, note: "\(actor): \(reason)", now: now)
            try work.remove(owed, from: &lane)
            if owed.operation == .verify { try abandonQuestion(of: lane) }
            if owed.operation == .state, lane.existence != .present,
                let next = try work.deliveries.first(lane), next.operation == .history
            {
                try parkHeadless(next, in: &lane, now: now)
            } else {
                try work.promote(&lane, dueAt: now)
            }
            try work.lanes.save(&lane)
        }
    }

    // MARK: - Requests

    /// Records a resync; the daemon begins it when it next looks.
    package func request(_ filter: ResyncFilter, now: Timestamp) throws -> Int64 {
        try transaction { try record(filter, now: now) }
    }

    /// Records a request within a transaction.
    func record(_ filter: ResyncFilter, now: Timestamp) throws -> Int64 {
        let id = try requests.insert(filter, by: actor, now: now)
        try note(.requested, request: id, now: now)
        return id
    }

    /// Pauses, resumes or cancels a request; false when there is none or it has ended.
    package func move(_ request: Int64, to state: OperatorRequest.State, now: Timestamp) throws
        -> Bool
    {
        try transaction {
            guard let found = try requests.find(request),
                found.state == .open || found.state == .paused
            else { return false }
            guard found.state != state else { return true }
            try requests.move(request, to: state, now: now)
            switch state {
            case .open: try note(.requestResumed, request: request, now: now)
            case .paused: try note(.requestPaused, request: request, now: now)
            case .cancelled: try note(.requestCancelled, request: request, now: now)
            case .done: try note(.requestDone, request: request, now: now)
            }
            return true
        }
    }

    // MARK: - Inside

    /// Codes of one request: it keeps them whole, and is read once a second while it is open.
    private static let codesAtOnce = 1000

    /// Has dossiers read from the source again; only what differs from what was recorded is recorded.
    private func haveReadAgain(_ codes: [String], for destination: Int64, now: Timestamp) throws {
        var rest = codes[...]
        while !rest.isEmpty {
            let portion = Array(rest.prefix(OperatorDesk.codesAtOnce))
            rest = rest.dropFirst(portion.count)
            try transaction { try readAgain(portion, for: destination, now: now) }
        }
    }

    /// The same within a transaction.
    func readAgain(_ codes: [String], for destination: Int64, now: Timestamp) throws {
        let name = try db.prepare("SELECT name FROM destination WHERE id = ?1")
        name.bind(1, destination)
        guard try name.step(), let destination = name.text(0) else { return }
        var filter = ResyncFilter()
        filter.codes = codes
        filter.destinations = [DestinationID(destination)]
        filter.isOnlyDifferent = true
        _ = try record(filter, now: now)
    }

    /// Changes every delivery of a filter that is parked now, a portion to a transaction. What a change parks
    /// is not meant: the operator has not seen it.
    func each(
        _ filter: DeliveryFilter, onlyDoubtful: Bool = false,
        _ change: (Owed, inout Lane) throws -> Void
    ) throws -> DeskResult {
        var result = DeskResult()
        var causes: [ParkCause: Int64] = [:]
        var rest = try StoreFailure.translating(files.database) { try parked(filter) }[...]
        while !rest.isEmpty {
            let portion = rest.prefix(OperatorDesk.portion)
            rest = rest.dropFirst(portion.count)
            try transaction {
                for id in portion {
                    guard let found = try work.find(id), found.owed.state == .parked,
                        let cause = found.owed.cause, found.owed.isDoubtful || !onlyDoubtful
                    else { continue }
                    var lane = found.lane
                    try change(found.owed, &lane)
                    causes[cause, default: 0] += 1
                    result.deliveries += 1
                    // A lane has one parked delivery at most.
                    result.lanes += 1
                }
            }
        }
        result.byCause = causes.map { ParkedCount(cause: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.cause.rawValue) < ($0.count, $1.cause.rawValue) }
        return result
    }

    func parked(_ filter: DeliveryFilter) throws -> [Int64] {
        let clause = filter.clause(from: 1)
        let query = try db.prepare(
            """
            SELECT l.head FROM lane l INDEXED BY lane_parked
                JOIN destination t ON t.id = l.destination
            WHERE l.head_state = 3 AND \(clause.sql) ORDER BY l.id
            """)
        clause.bind(to: query)
        var found: [Int64] = []
        while try query.step() { found.append(query.integer(0)) }
        return found
    }

    private func parkHeadless(_ next: Owed, in lane: inout Lane, now: Timestamp) throws {
        let cause = ParkCause.headerMissing
        try work.head(
            next, of: &lane, .parked, dueAt: now, isDoubtful: next.isDoubtful, answer: "",
            cause: cause)
        try work.ledger.append(
            work.decision(.parked, on: next, now: now, note: cause.rawValue), to: &lane)
    }

    /// A discarded question may be asked anew when one of the person's dossiers is next recorded.
    private func abandonQuestion(of lane: Lane) throws {
        guard let id = PersonRow.id(ofLaneCode: lane.code), var person = try persons.find(id)
        else { return }
        person.isPending = false
        try persons.save(person)
    }

    func decision(
        _ settled: LedgerLine.Settled, on owed: Owed, reason: String?, now: Timestamp
    ) -> LedgerEntry {
        work.decision(
            settled, on: owed, now: now, note: reason.map { "\(actor): \($0)" } ?? actor)
    }

    private func note(_ settled: LedgerLine.Settled, request: Int64, now: Timestamp) throws {
        try work.ledger.append(
            LedgerEntry(at: now, settled: settled, note: "request \(request) by \(actor)"))
    }

    func transaction<R>(_ body: () throws -> R) throws -> R {
        do {
            return try StoreFailure.translating(files.database) {
                try db.transaction {
                    // The daemon may have begun another one since.
                    work.lanes.generation = try GenerationBook(meta: MetaTable(db)).report()
                        .generation
                    let result = try body()
                    try work.ledger.seal()
                    for (destination, change) in work.lanes.takeTally() {
                        try claims.count(change, of: destination)
                    }
                    return result
                }
            }
        } catch {
            work.forget()
            throw error
        }
    }
}

// A desk belongs to the thread that uses it.
@available(*, unavailable)
extension OperatorDesk: Sendable {}
