internal import Dossiers
internal import SQLite
internal import Wire

/// What is written when a delivery is recorded or its content replaced.
struct DeliveryContent {
    var operation: Operation
    var revision: Int
    var key: Digest
    var digest: Digest
    var steps: [UInt8]?
    /// Sealed.
    var body: [UInt8]
}

/// The statements over `delivery`: what a lane owes, by its ``DeliveryNumber``. Where a delivery stands is
/// written in its lane (``LaneWork``).
final class DeliveryTable {
    private let inserting: Statement
    private let replacing: Statement
    private let doubting: Statement
    private let ofLane: Statement
    private let byID: Statement
    private let first: Statement
    private let content: Statement
    private let deleting: Statement
    private let doubts: DoubtStatements

    init(_ db: Database) throws(SQLiteError) {
        inserting = try db.prepare(
            """
            INSERT INTO delivery (id, doubt, recorded_at, key, digest, steps, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
        replacing = try db.prepare(
            """
            UPDATE delivery SET doubt = 0, recorded_at = ?2, key = ?3, digest = ?4, steps = ?5,
                body = ?6
            WHERE id = ?1
            """)
        doubting = try db.prepare("UPDATE delivery SET doubt = ?2 WHERE id = ?1")
        ofLane = try db.prepare(
            """
            SELECT id, doubt, recorded_at FROM delivery WHERE id BETWEEN ?1 AND ?2 ORDER BY id
            """)
        byID = try db.prepare("SELECT id, doubt, recorded_at FROM delivery WHERE id = ?1")
        first = try db.prepare(
            """
            SELECT id, doubt, recorded_at FROM delivery WHERE id BETWEEN ?1 AND ?2
            ORDER BY id LIMIT 1
            """)
        content = try db.prepare("SELECT steps, body FROM delivery WHERE id = ?1")
        deleting = try db.prepare("DELETE FROM delivery WHERE id = ?1")
        doubts = try DoubtStatements(db)
    }

    func insert(
        _ id: Int64, _ content: DeliveryContent, isDoubtful: Bool, recordedAt: Timestamp
    ) throws(SQLiteError) {
        inserting.bind(1, id)
        inserting.bind(2, isDoubtful ? 1 : 0)
        inserting.bind(3, recordedAt.milliseconds)
        inserting.bind(4, content.key)
        inserting.bind(5, content.digest)
        inserting.bind(6, content.steps)
        try inserting.run(borrowing: content.body, at: 7)
    }

    /// Gives a delivery other content under its revision; it has certainly not arrived.
    func replace(_ id: Int64, with content: DeliveryContent, now: Timestamp) throws(SQLiteError) {
        replacing.bind(1, id)
        replacing.bind(2, now.milliseconds)
        replacing.bind(3, content.key)
        replacing.bind(4, content.digest)
        replacing.bind(5, content.steps)
        try replacing.run(borrowing: content.body, at: 6)
    }

    /// Everything a lane owes, in its order.
    func list(_ lane: Lane) throws(SQLiteError) -> [Owed] {
        // Without asking: most lanes owe nothing when something new comes.
        guard lane.owed > 0 else { return [] }
        bind(DeliveryNumber.range(of: lane.id), to: ofLane)
        var rows: [Owed] = []
        rows.reserveCapacity(lane.owed)
        while try ofLane.step() { rows.append(row(ofLane, in: lane)) }
        return rows
    }

    func find(_ id: Int64, in lane: Lane) throws(SQLiteError) -> Owed? {
        byID.bind(1, id)
        defer { byID.reset() }
        return try byID.step() ? row(byID, in: lane) : nil
    }

    /// The first of what a lane owes.
    func first(_ lane: Lane) throws(SQLiteError) -> Owed? {
        guard lane.owed > 0 else { return nil }
        bind(DeliveryNumber.range(of: lane.id), to: first)
        defer { first.reset() }
        return try first.step() ? row(first, in: lane) : nil
    }

    /// The carried steps and the sealed body.
    func content(_ id: Int64) throws(SQLiteError) -> (steps: [UInt8], body: [UInt8])? {
        content.bind(1, id)
        defer { content.reset() }
        guard try content.step() else { return nil }
        return (content.blob(0) ?? [], content.blob(1) ?? [])
    }

    /// Notes whether a delivery may have arrived.
    func doubt(_ id: Int64, _ isDoubtful: Bool) throws(SQLiteError) {
        doubting.bind(1, id)
        doubting.bind(2, isDoubtful ? 1 : 0)
        try doubting.run()
    }

    func delete(_ id: Int64) throws(SQLiteError) {
        deleting.bind(1, id)
        try deleting.run()
    }

    private func bind(_ range: ClosedRange<Int64>, to statement: Statement) {
        statement.bind(1, range.lowerBound)
        statement.bind(2, range.upperBound)
    }

    private func row(_ s: Statement, in lane: Lane) -> Owed {
        Owed(
            s.integer(0), isDoubtful: s.integer(1) == 1,
            recordedAt: Timestamp(milliseconds: s.integer(2)), in: lane)
    }

    // MARK: - Doubt for want of memory

    /// Puts all steps that wait in doubt, of every lane.
    func doubtSteps() throws(SQLiteError) { try doubts.doubtAll() }

    /// Puts the steps that a lane owes in doubt.
    func doubtSteps(of lane: inout Lane) throws(SQLiteError) { try doubts.doubt(&lane) }

    /// Lifts every doubt from steps that wait behind another delivery or are parked.
    func trustSteps(of lane: Lane) throws(SQLiteError) { try doubts.trust(lane) }

    /// How many steps a lane owes.
    func owedSteps(of lane: Lane) throws(SQLiteError) -> Int { try doubts.owedSteps(lane) }

    func headers(of lane: Lane) throws(SQLiteError) -> [OwedHeader] { try doubts.headers(lane) }

    /// Gives a delivery another idempotency key.
    func rekey(_ id: Int64, _ key: Digest) throws(SQLiteError) { try doubts.rekey(id, key) }
}
