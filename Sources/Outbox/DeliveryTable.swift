internal import Dossiers
internal import SQLite
internal import Wire

/// A row of `delivery` without its body.
struct Owed {
    var id: Int64
    var lane: Int64
    var destination: Int64
    var operation: Operation
    var revision: Int
    var state: DeliveryStory.State
    var isBacklog: Bool
    var attempts: Int
    /// It may have arrived: probed before it is sent.
    var isDoubtful: Bool
    var recordedAt: Timestamp
    var cause: ParkCause?
    var dueAt: Timestamp

    /// Whether its content may still be replaced: certainly not at the destination.
    var isUntouched: Bool {
        switch state {
        case .ready: true
        case .behind: !isDoubtful
        case .uncertain: false
        case .parked: cause?.leavesDoubt == false && !isDoubtful
        }
    }
}

extension ParkCause {
    /// Whether a delivery parked for this cause may be at its destination all the same.
    var leavesDoubt: Bool {
        switch self {
        case .undecidable, .outOfOrder, .keyConflict: true
        case .rejected, .needsMapping, .exhausted, .unreadable, .headerMissing: false
        }
    }
}

/// What is written when a delivery is recorded or its content replaced.
struct DeliveryContent {
    var revision: Int
    var key: Digest
    var digest: Digest
    var steps: [UInt8]?
    /// Sealed.
    var body: [UInt8]
}

/// A delivery on its way to the table.
struct NewDelivery {
    var content: DeliveryContent
    var operation: Operation
    var state: DeliveryStory.State
    var isBacklog: Bool
    var isDoubtful: Bool
    var recordedAt: Timestamp
}

/// The statements over `delivery` that change or list what a lane owes.
final class DeliveryTable {
    private let db: Database
    private let inserting: Statement
    private let replacing: Statement
    private let ofLane: Statement
    private let byID: Statement
    private let first: Statement
    private let content: Statement
    private let moving: Statement
    private let parking: Statement
    private let freshening: Statement
    private let deleting: Statement
    private let promoting: Statement
    private let doubts: DoubtStatements

    private static let columns = """
        id, lane, destination, operation, revision, state, backlog, attempts, doubt, recorded_at,
        cause, due_at
        """

    init(_ db: Database) throws(SQLiteError) {
        self.db = db
        let columns = DeliveryTable.columns
        inserting = try db.prepare(
            """
            INSERT INTO delivery (lane, destination, operation, revision, state, backlog, due_at,
                attempts, doubt, recorded_at, key, digest, steps, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?12, ?7, ?8, ?9, ?10, ?11)
            """)
        replacing = try db.prepare(
            """
            UPDATE delivery SET revision = ?2, state = ?3, backlog = ?4, due_at = ?5, attempts = 0,
                doubt = 0, recorded_at = ?5, cause = NULL, answer = NULL, key = ?6, digest = ?7,
                steps = ?8, body = ?9
            WHERE id = ?1 AND state <> 2
            """)
        ofLane = try db.prepare(
            "SELECT \(columns) FROM delivery WHERE lane = ?1 ORDER BY operation, revision")
        byID = try db.prepare("SELECT \(columns) FROM delivery WHERE id = ?1")
        first = try db.prepare(
            """
            SELECT \(columns) FROM delivery WHERE lane = ?1 ORDER BY operation, revision LIMIT 1
            """)
        content = try db.prepare("SELECT steps, body FROM delivery WHERE id = ?1")
        moving = try db.prepare(
            """
            UPDATE delivery SET state = ?2, due_at = ?3, attempts = ?4, doubt = ?5, cause = NULL,
                answer = coalesce(?6, answer)
            WHERE id = ?1
            """)
        parking = try db.prepare(
            """
            UPDATE delivery SET state = 3, due_at = ?2, cause = ?3, doubt = ?4, answer = ?5,
                attempts = ?6
            WHERE id = ?1
            """)
        freshening = try db.prepare(
            "UPDATE delivery SET backlog = 0 WHERE lane = ?1 AND backlog = 1")
        deleting = try db.prepare("DELETE FROM delivery WHERE id = ?1")
        promoting = try db.prepare(
            """
            UPDATE delivery SET state = iif(doubt = 1, 2, 0), due_at = ?2
            WHERE id = (
                SELECT id FROM delivery WHERE lane = ?1 ORDER BY operation, revision LIMIT 1)
            """)
        doubts = try DoubtStatements(db)
    }

    func insert(_ new: NewDelivery, in lane: Lane) throws(SQLiteError) {
        let content = new.content
        inserting.bind(1, lane.id)
        inserting.bind(2, lane.destination)
        inserting.bind(3, Int64(new.operation.rawValue))
        inserting.bind(4, Int64(content.revision))
        inserting.bind(5, Int64(new.state.rawValue))
        inserting.bind(6, new.isBacklog ? 1 : 0)
        inserting.bind(7, new.recordedAt.milliseconds)
        inserting.bind(8, content.key)
        inserting.bind(9, content.digest)
        inserting.bind(10, content.steps)
        inserting.bind(12, new.isDoubtful ? 1 : 0)
        try inserting.run(borrowing: content.body, at: 11)
    }

    /// Gives an unsent delivery other content; it keeps its place in the lane.
    func replace(
        _ id: Int64, with content: DeliveryContent, state: DeliveryStory.State, isBacklog: Bool,
        now: Timestamp
    ) throws(SQLiteError) {
        replacing.bind(1, id)
        replacing.bind(2, Int64(content.revision))
        replacing.bind(3, Int64(state.rawValue))
        replacing.bind(4, isBacklog ? 1 : 0)
        replacing.bind(5, now.milliseconds)
        replacing.bind(6, content.key)
        replacing.bind(7, content.digest)
        replacing.bind(8, content.steps)
        try replacing.run(borrowing: content.body, at: 9)
    }

    /// Everything a lane owes, in its order.
    func list(lane: Int64) throws(SQLiteError) -> [Owed] {
        ofLane.bind(1, lane)
        var rows: [Owed] = []
        while try ofLane.step() { rows.append(row(ofLane)) }
        return rows
    }

    func find(_ id: Int64) throws(SQLiteError) -> Owed? {
        byID.bind(1, id)
        defer { byID.reset() }
        return try byID.step() ? row(byID) : nil
    }

    func head(lane: Int64) throws(SQLiteError) -> Owed? {
        first.bind(1, lane)
        defer { first.reset() }
        return try first.step() ? row(first) : nil
    }

    /// The carried steps and the sealed body.
    func content(_ id: Int64) throws(SQLiteError) -> (steps: [UInt8], body: [UInt8])? {
        content.bind(1, id)
        defer { content.reset() }
        guard try content.step() else { return nil }
        return (content.blob(0) ?? [], content.blob(1) ?? [])
    }

    /// Makes a delivery ready, behind or uncertain. A nil answer keeps the last one.
    func move(
        _ id: Int64, to state: DeliveryStory.State, dueAt: Timestamp, attempts: Int,
        isDoubtful: Bool, answer: String? = nil
    ) throws(SQLiteError) {
        moving.bind(1, id)
        moving.bind(2, Int64(state.rawValue))
        moving.bind(3, dueAt.milliseconds)
        moving.bind(4, Int64(attempts))
        moving.bind(5, isDoubtful ? 1 : 0)
        moving.bind(6, answer)
        try moving.run()
    }

    func park(
        _ id: Int64, cause: ParkCause, at: Timestamp, isDoubtful: Bool, answer: String,
        attempts: Int
    ) throws(SQLiteError) {
        parking.bind(1, id)
        parking.bind(2, at.milliseconds)
        parking.bind(3, cause.rawValue)
        parking.bind(4, isDoubtful ? 1 : 0)
        parking.bind(5, answer)
        parking.bind(6, Int64(attempts))
        try parking.run()
    }

    /// Everything a lane owes counts as fresh from now on.
    func freshen(lane: Int64) throws(SQLiteError) {
        freshening.bind(1, lane)
        try freshening.run()
    }

    /// Makes the first of what a lane owes its head. Only for a lane without one: then all of it is behind.
    func promote(lane: Int64, dueAt: Timestamp) throws(SQLiteError) {
        promoting.bind(1, lane)
        promoting.bind(2, dueAt.milliseconds)
        try promoting.run()
    }

    func delete(_ id: Int64) throws(SQLiteError) {
        deleting.bind(1, id)
        try deleting.run()
    }

    // MARK: - Doubt for want of memory

    /// Puts steps that wait in doubt: of one lane, or of all.
    func doubtSteps(lane: Int64? = nil) throws(SQLiteError) { try doubts.doubt(lane: lane) }

    /// Lifts every doubt from steps that wait behind another delivery or are parked.
    func trustSteps(lane: Int64) throws(SQLiteError) { try doubts.trust(lane: lane) }

    /// How many steps a lane owes.
    func owedSteps(lane: Int64) throws(SQLiteError) -> Int { try doubts.owedSteps(lane: lane) }

    func headers(lane: Int64) throws(SQLiteError) -> [OwedHeader] {
        try doubts.headers(lane: lane)
    }

    /// Gives a delivery another idempotency key.
    func rekey(_ id: Int64, _ key: Digest) throws(SQLiteError) { try doubts.rekey(id, key) }

    private func row(_ s: Statement) -> Owed {
        Owed(
            id: s.integer(0), lane: s.integer(1), destination: s.integer(2),
            operation: Operation(rawValue: Int(s.integer(3))) ?? .state,
            revision: Int(s.integer(4)),
            state: DeliveryStory.State(rawValue: Int(s.integer(5))) ?? .behind,
            isBacklog: s.integer(6) == 1, attempts: Int(s.integer(7)),
            isDoubtful: s.integer(8) == 1,
            recordedAt: Timestamp(milliseconds: s.integer(9)),
            cause: s.text(10).flatMap(ParkCause.init(rawValue:)),
            dueAt: Timestamp(milliseconds: s.integer(11)))
    }
}
