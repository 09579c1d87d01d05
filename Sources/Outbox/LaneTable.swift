internal import Dossiers
internal import SQLite
internal import Wire

/// A row of `lane`: what one destination was given of one dossier, or of one person's question.
struct Lane {
    var id: Int64
    var destination: Int64
    var code: String
    /// The last revision given to a delivery of this lane.
    var revision: Int = 0
    /// The revision of the newest recorded state, and its digest.
    var stateRevision: Int = 0
    var acknowledgedRevision: Int = 0
    var digest: Digest?
    var existence: Existence = .unknown
    /// The lane's newest line in the ledger.
    var lastLine: Int64 = 0
    /// The person whose verification the lane waits for, and until when.
    var awaits: Int64?
    var awaitsUntil: Timestamp?
    /// Marks of all recorded steps, packed.
    var steps: [UInt8] = []
    /// With an order: what became of which step, as ``ToldStep`` writes it.
    var told: String?
    /// With an order: why the next step waits, and since when.
    var statusWait: StatusWait?
    var statusWaitSince: Timestamp?
    /// The store's generation in which the destination last said whether it holds the dossier, and the one
    /// in which nothing unexplained was left there.
    var met: Int64 = 0
    var confirmed: Int64 = 0
    /// ``indexed`` as it stands on disk.
    fileprivate var recorded: Indexed?

    /// What the indices of the table are made of. It seldom changes, and to write it costs more than all the
    /// rest: SQLite takes every index entry of a column that is assigned out and puts it in again.
    fileprivate struct Indexed: Equatable {
        var awaits: Int64?
        var awaitsUntil: Timestamp?
        var statusWait: StatusWait?
        var statusWaitSince: Timestamp?
        var confirmed: Int64
    }

    fileprivate var indexed: Indexed {
        Indexed(
            awaits: awaits, awaitsUntil: awaitsUntil, statusWait: statusWait,
            statusWaitSince: statusWaitSince, confirmed: confirmed)
    }

    /// A lane that is not on disk yet.
    ///
    /// - Parameter confirmed: the generation in which it counts as confirmed from its beginning.
    init(destination: Int64, code: String, confirmed: Int64) {
        self.init(id: 0, destination: destination, code: code)
        met = confirmed
        self.confirmed = confirmed
    }

    init(id: Int64, destination: Int64, code: String) {
        self.id = id
        self.destination = destination
        self.code = code
    }

    /// Whether it is on disk.
    var isKnown: Bool { id != 0 }

    /// Of a lane that is never in doubt.
    static let always = Int64.max
}

/// The statements over `lane`.
final class LaneTable {
    private let byCode: Statement
    private let byID: Statement
    private let inserting: Statement
    private let saving: Statement
    private let reindexing: Statement
    private let awaiting: Statement
    private let overdue: Statement
    private let patience: Statement
    private let db: Database

    private static let columns = """
        id, destination, code, revision, state_revision, acknowledged_revision, digest, existence,
        last_line, awaits, awaits_until, steps, told, status_wait, status_wait_since, met, confirmed
        """

    init(_ db: Database) throws(SQLiteError) {
        self.db = db
        let columns = LaneTable.columns
        byCode = try db.prepare(
            "SELECT \(columns) FROM lane WHERE destination = ?1 AND code = ?2")
        byID = try db.prepare("SELECT \(columns) FROM lane WHERE id = ?1")
        inserting = try db.prepare(
            """
            INSERT INTO lane (revision, state_revision, acknowledged_revision, digest, existence,
                last_line, steps, told, met, awaits, awaits_until, status_wait, status_wait_since,
                confirmed, destination, code)
            VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            """)
        saving = try db.prepare(
            """
            UPDATE lane SET revision = ?2, state_revision = ?3, acknowledged_revision = ?4,
                digest = ?5, existence = ?6, last_line = ?7, steps = ?8, told = ?9, met = ?10
            WHERE id = ?1
            """)
        reindexing = try db.prepare(
            """
            UPDATE lane SET awaits = ?2, awaits_until = ?3, status_wait = ?4,
                status_wait_since = ?5, confirmed = ?6
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

    func find(destination: Int64, code: String) throws(SQLiteError) -> Lane? {
        byCode.bind(1, destination)
        byCode.bind(2, code)
        return try one(byCode)
    }

    func find(_ id: Int64) throws(SQLiteError) -> Lane? {
        byID.bind(1, id)
        return try one(byID)
    }

    /// Writes a lane that is new, whole, and gives it its number.
    func insert(_ lane: inout Lane) throws(SQLiteError) {
        bindMemory(of: lane, to: inserting)
        inserting.bind(11, lane.awaits)
        inserting.bind(12, lane.awaitsUntil?.milliseconds)
        inserting.bind(13, lane.statusWait?.line)
        inserting.bind(14, lane.statusWaitSince?.milliseconds)
        inserting.bind(15, lane.confirmed)
        inserting.bind(16, lane.destination)
        inserting.bind(17, lane.code)
        try inserting.run(borrowing: lane.steps, at: 8)
        lane.id = db.lastInsertedRow
        lane.recorded = lane.indexed
    }

    /// What an index knows nothing of, but for the steps.
    private func bindMemory(of lane: Lane, to statement: Statement) {
        statement.bind(2, Int64(lane.revision))
        statement.bind(3, Int64(lane.stateRevision))
        statement.bind(4, Int64(lane.acknowledgedRevision))
        statement.bind(5, lane.digest)
        statement.bind(6, Int64(lane.existence.rawValue))
        statement.bind(7, lane.lastLine)
        statement.bind(9, lane.told)
        statement.bind(10, lane.met)
    }

    func save(_ lane: inout Lane) throws(SQLiteError) {
        saving.bind(1, lane.id)
        bindMemory(of: lane, to: saving)
        try saving.run(borrowing: lane.steps, at: 8)
        guard lane.indexed != lane.recorded else { return }
        reindexing.bind(1, lane.id)
        reindexing.bind(2, lane.awaits)
        reindexing.bind(3, lane.awaitsUntil?.milliseconds)
        reindexing.bind(4, lane.statusWait?.line)
        reindexing.bind(5, lane.statusWaitSince?.milliseconds)
        reindexing.bind(6, lane.confirmed)
        try reindexing.run()
        lane.recorded = lane.indexed
    }

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
        lane.recorded = lane.indexed
        return lane
    }
}
