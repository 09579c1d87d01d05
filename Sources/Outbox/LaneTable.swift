internal import Dossiers
internal import SQLite
internal import Wire

/// The statements over `lane`.
final class LaneTable {
    /// What the transaction at hand has changed of what `flight` counts, by destination.
    private(set) var tally: [Int64: Tally] = [:]
    /// The generation in which a lane counts as confirmed.
    var generation: Int64 = 1

    private let byID: Statement
    private let last: Statement
    private let inserting: Statement
    private let remembering: Statement
    private let movingHead: Statement
    private let waiting: Statement
    private let awaiting: Statement
    private let overdue: Statement
    private let patience: Statement
    private let db: Database
    /// The number of the youngest lane; nil when it is not known.
    private var youngest: Int64?
    /// Lanes as they are on disk: those that have something under way, which are read to be claimed and again to be
    /// settled, and some that soon will. Nothing outside of this table changes a lane without saying so
    /// (``forget(_:)``, ``forgetLanes()``).
    private var known: [Int64: Lane] = [:]
    /// So many that were claimed are known at most, and so many that were only written.
    private static let knownAtMost = 4096
    private static let writtenAtMost = 1024

    private static let columns = """
        id, destination, code, revision, state_revision, acknowledged_revision, digest, existence,
        last_line, awaits, awaits_until, steps, told, status_wait, status_wait_since, met, confirmed,
        owed, backlog, head, head_state, head_due, attempts, answer, cause, own_until
        """

    /// What no index knows of.
    static let memory = """
        revision = ?2, state_revision = ?3, acknowledged_revision = ?4, digest = ?5, existence = ?6,
        last_line = ?7, steps = ?8, told = ?9, met = ?10, confirmed = ?11, owed = ?12, head = ?13,
        attempts = ?14, answer = ?15, own_until = ?26
        """
    /// What the indices over heads know of.
    static let standing = "head_state = ?16, head_due = ?17, cause = ?18, backlog = ?19"

    init(_ db: Database) throws(SQLiteError) {
        self.db = db
        let columns = LaneTable.columns
        byID = try db.prepare("SELECT \(columns) FROM lane WHERE id = ?1")
        last = try db.prepare("SELECT coalesce(max(id), 0) FROM lane")
        inserting = try db.prepare(
            """
            INSERT INTO lane (id, revision, state_revision, acknowledged_revision, digest, existence,
                last_line, steps, told, met, confirmed, owed, head, attempts, answer,
                head_state, head_due, cause, backlog,
                awaits, awaits_until, status_wait, status_wait_since, destination, code,
                own_until)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)
            """)
        let memory = LaneTable.memory
        remembering = try db.prepare("UPDATE lane SET \(memory) WHERE id = ?1")
        movingHead = try db.prepare(
            "UPDATE lane SET \(memory), \(LaneTable.standing) WHERE id = ?1")
        waiting = try db.prepare(
            """
            UPDATE lane SET awaits = ?2, awaits_until = ?3, status_wait = ?4,
                status_wait_since = ?5
            WHERE id = ?1
            """)
        awaiting = try db.prepare("SELECT id FROM lane WHERE awaits = ?1 LIMIT ?2")
        overdue = try db.prepare(
            """
            SELECT id FROM lane INDEXED BY lane_patience
            WHERE destination = ?1 AND awaits_until IS NOT NULL AND awaits_until <= ?2 LIMIT ?3
            """)
        patience = try db.prepare(
            """
            SELECT min(awaits_until) FROM lane INDEXED BY lane_patience
            WHERE destination = ?1 AND awaits_until IS NOT NULL AND awaits_until > ?2
            """)
    }

    func find(_ id: Int64) throws(SQLiteError) -> Lane? {
        if let lane = known[id] {
            assert((try? read(id)) == lane.bare, "lane \(id) is not what is known of it")
            return lane
        }
        guard let lane = try read(id) else { return nil }
        if known.count >= LaneTable.knownAtMost { known.removeAll(keepingCapacity: true) }
        known[id] = lane
        return lane
    }

    private func read(_ id: Int64) throws(SQLiteError) -> Lane? {
        byID.bind(1, id)
        return try one(byID)
    }

    /// Remembers what was read of a head's row.
    func note(_ row: LaneHead.Row, ofHeadOf lane: Int64) { known[lane]?.head?.row = row }

    /// The lane was changed in the table itself.
    func forget(_ lane: Int64) { known[lane] = nil }

    /// Lanes were changed in the table itself.
    func forgetLanes() { known.removeAll(keepingCapacity: true) }

    private func remember(_ lane: Lane) {
        if lane.owed == 0 {
            known[lane.id] = nil
        } else if known.count < LaneTable.writtenAtMost || known[lane.id] != nil {
            known[lane.id] = lane
        }
    }

    /// A lane that is not on disk yet, with a number of its own.
    func make(destination: Int64, code: String, confirmed: Int64) throws(SQLiteError) -> Lane {
        let id = if let youngest { youngest + 1 } else { try last.first() + 1 }
        youngest = id
        return Lane(id: id, destination: destination, code: code, confirmed: confirmed)
    }

    /// Writes a lane: one that is new whole, else what has changed of it.
    func save(_ lane: inout Lane) throws(SQLiteError) {
        if let recorded = lane.recorded {
            let isStanding = recorded.standing == lane.standing
            let statement = isStanding ? remembering : movingHead
            bindMemory(of: lane, to: statement)
            if !isStanding { bindStanding(of: lane, to: statement) }
            try statement.run(borrowing: lane.steps, at: 8)
            if recorded.waiting != lane.waiting {
                waiting.bind(1, lane.id)
                bindWaiting(of: lane, to: waiting, from: 2)
                try waiting.run()
            }
        } else {
            bindMemory(of: lane, to: inserting)
            bindStanding(of: lane, to: inserting)
            bindWaiting(of: lane, to: inserting, from: 20)
            inserting.bind(24, lane.destination)
            inserting.bind(25, lane.code)
            try inserting.run(borrowing: lane.steps, at: 8)
        }
        count(lane)
        lane.recorded = LaneTable.recorded(lane)
        remember(lane)
    }

    /// What no index knows of, but for the steps.
    private func bindMemory(of lane: Lane, to statement: Statement) {
        statement.bind(1, lane.id)
        statement.bind(2, Int64(lane.revision))
        statement.bind(3, Int64(lane.stateRevision))
        statement.bind(4, Int64(lane.acknowledgedRevision))
        statement.bind(5, lane.digest)
        statement.bind(6, Int64(lane.existence.rawValue))
        statement.bind(7, lane.lastLine)
        statement.bind(9, lane.told)
        statement.bind(10, lane.met)
        statement.bind(11, lane.confirmed)
        statement.bind(12, Int64(lane.owed))
        statement.bind(13, lane.head?.delivery)
        statement.bind(14, Int64(lane.head?.attempts ?? 0))
        statement.bind(15, lane.head?.answer)
        statement.bind(26, lane.head?.ownUntil.milliseconds ?? 0)
    }

    private func bindStanding(of lane: Lane, to statement: Statement) {
        statement.bind(16, lane.head.map { Int64($0.state.rawValue) })
        statement.bind(17, lane.head?.dueAt.milliseconds)
        statement.bind(18, lane.head?.cause?.rawValue)
        statement.bind(19, lane.isBacklog ? 1 : 0)
    }

    private func bindWaiting(of lane: Lane, to statement: Statement, from first: Int32) {
        statement.bind(first, lane.awaits)
        statement.bind(first + 1, lane.awaitsUntil?.milliseconds)
        statement.bind(first + 2, lane.statusWait?.line)
        statement.bind(first + 3, lane.statusWaitSince?.milliseconds)
    }

    private static func recorded(_ lane: Lane) -> Lane.Recorded {
        Lane.Recorded(
            standing: lane.standing, waiting: lane.waiting, owed: lane.owed,
            confirmed: lane.confirmed)
    }

    // MARK: - Counts

    private func count(_ lane: Lane) {
        let before = lane.recorded
        var change = tally[lane.destination] ?? Tally()
        change.owed += Int64(lane.owed - (before?.owed ?? 0))
        if before == nil { change.lanes += 1 }
        let isConfirmed = lane.confirmed >= generation
        let wasConfirmed = before.map { $0.confirmed >= generation } ?? false
        if isConfirmed != wasConfirmed { change.confirmed += isConfirmed ? 1 : -1 }
        tally[lane.destination] = change
    }

    /// What was changed since the last call.
    func takeTally() -> [Int64: Tally] {
        defer { tally.removeAll(keepingCapacity: true) }
        return tally
    }

    /// Counts anew which lanes are confirmed, now that a generation begins.
    func begin(generation next: Int64) throws(SQLiteError) {
        generation = next
        for destination in tally.keys { tally[destination]?.confirmed = 0 }
        try db.execute(
            """
            UPDATE flight SET confirmed = (SELECT count(*) FROM lane
                WHERE destination = flight.destination AND confirmed >= \(next))
            """)
    }

    /// Forgets what a transaction did that was rolled back.
    func forget() {
        tally.removeAll(keepingCapacity: true)
        youngest = nil
        forgetLanes()
    }

    // MARK: - Lists

    /// Lanes that wait for a person, at most so many.
    func waiting(for person: Int64, limit: Int) throws(SQLiteError) -> [Int64] {
        awaiting.bind(1, person)
        awaiting.bind(2, Int64(limit))
        return try identifiers(awaiting)
    }

    /// Lanes of a destination whose patience has ended, at most so many.
    func impatient(destination: Int64, now: Timestamp, limit: Int) throws(SQLiteError) -> [Int64] {
        overdue.bind(1, destination)
        overdue.bind(2, now.milliseconds)
        overdue.bind(3, Int64(limit))
        return try identifiers(overdue)
    }

    func nextPatience(destination: Int64, after: Timestamp) throws(SQLiteError) -> Timestamp? {
        patience.bind(1, destination)
        patience.bind(2, after.milliseconds)
        defer { patience.reset() }
        guard try patience.step() else { return nil }
        return patience.optionalInteger(0).map(Timestamp.init(milliseconds:))
    }

    private func identifiers(_ statement: Statement) throws(SQLiteError) -> [Int64] {
        var found: [Int64] = []
        while try statement.step() { found.append(statement.integer(0)) }
        return found
    }

    private func one(_ statement: Statement) throws(SQLiteError) -> Lane? {
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        var lane = Lane(
            id: statement.integer(0), destination: statement.integer(1),
            code: statement.text(2) ?? "")
        lane.revision = Int(statement.integer(3))
        lane.stateRevision = Int(statement.integer(4))
        lane.acknowledgedRevision = Int(statement.integer(5))
        lane.digest = statement.digest(6)
        lane.existence = Existence(rawValue: Int(statement.integer(7))) ?? .unknown
        lane.lastLine = statement.integer(8)
        lane.awaits = statement.optionalInteger(9)
        lane.awaitsUntil = statement.optionalInteger(10).map(Timestamp.init(milliseconds:))
        lane.steps = statement.blob(11) ?? []
        lane.told = statement.text(12)
        lane.statusWait = statement.text(13).flatMap(StatusWait.init(line:))
        lane.statusWaitSince = statement.optionalInteger(14).map(Timestamp.init(milliseconds:))
        lane.met = statement.integer(15)
        lane.confirmed = statement.integer(16)
        lane.owed = Int(statement.integer(17))
        lane.isBacklog = statement.integer(18) == 1
        lane.head = LaneTable.head(statement)
        lane.recorded = LaneTable.recorded(lane)
        return lane
    }

    private static func head(_ row: Statement) -> LaneHead? {
        guard let delivery = row.optionalInteger(19),
            let state = DeliveryStory.State(rawValue: Int(row.integer(20)))
        else { return nil }
        return LaneHead(
            delivery: delivery, state: state, dueAt: Timestamp(milliseconds: row.integer(21)),
            attempts: Int(row.integer(22)), answer: row.text(23),
            cause: row.text(24).flatMap(ParkCause.init(rawValue:)),
            ownUntil: Timestamp(milliseconds: row.integer(25)))
    }
}

/// What a destination's row of `flight` counts beside what is under way.
struct Tally: Equatable {
    /// Deliveries that are owed, of every kind, parked ones included.
    var owed: Int64 = 0
    var lanes: Int64 = 0
    /// Lanes in which nothing unexplained is left, in the generation at hand.
    var confirmed: Int64 = 0

    static func += (a: inout Tally, b: Tally) {
        a.owed += b.owed
        a.lanes += b.lanes
        a.confirmed += b.confirmed
    }
}
