internal import Dossiers
internal import SQLite
internal import Wire

/// What a delivery carries, ready to be sent.
struct DeliveryLoad {
    var row: LaneHead.Row
    var key: Digest
    var digest: Digest
    var steps: Int
    var body: [UInt8]
}

/// The statements over one operation's deliveries.
final class DeliveryPart {
    private let operation: Operation
    private let inserting: Statement
    private let replacing: Statement
    private let doubting: Statement
    private let ofLane: Statement
    private let one: Statement
    private let first: Statement
    private let content: Statement
    private let loading: Statement
    private let deleting: Statement

    init(_ operation: Operation, _ db: Database) throws(SQLiteError) {
        self.operation = operation
        let table = operation.table
        inserting = try db.prepare(
            """
            INSERT INTO \(table) (place, doubt, recorded_at, key, digest, steps, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
        replacing = try db.prepare(
            """
            UPDATE \(table) SET doubt = 0, recorded_at = ?2, key = ?3, digest = ?4, steps = ?5,
                body = ?6
            WHERE place = ?1
            """)
        doubting = try db.prepare("UPDATE \(table) SET doubt = ?2 WHERE place = ?1")
        ofLane = try db.prepare(
            """
            SELECT place, doubt, recorded_at FROM \(table) WHERE place BETWEEN ?1 AND ?2
            ORDER BY place
            """)
        one = try db.prepare("SELECT place, doubt, recorded_at FROM \(table) WHERE place = ?1")
        first = try db.prepare(
            """
            SELECT place, doubt, recorded_at FROM \(table) WHERE place BETWEEN ?1 AND ?2
            ORDER BY place LIMIT 1
            """)
        content = try db.prepare("SELECT steps, body FROM \(table) WHERE place = ?1")
        loading = try db.prepare(
            """
            SELECT recorded_at, doubt, key, digest, length(steps), body FROM \(table)
            WHERE place = ?1
            """)
        deleting = try db.prepare("DELETE FROM \(table) WHERE place = ?1")
    }

    func insert(
        _ id: Int64, _ content: DeliveryContent, isDoubtful: Bool, recordedAt: Timestamp
    ) throws(SQLiteError) {
        inserting.bind(1, DeliveryNumber.place(of: id))
        inserting.bind(2, isDoubtful ? 1 : 0)
        inserting.bind(3, recordedAt.milliseconds)
        inserting.bind(4, content.key)
        inserting.bind(5, content.digest)
        inserting.bind(6, content.steps)
        try inserting.run(borrowing: content.body, at: 7)
    }

    func replace(_ id: Int64, with content: DeliveryContent, now: Timestamp) throws(SQLiteError) {
        replacing.bind(1, DeliveryNumber.place(of: id))
        replacing.bind(2, now.milliseconds)
        replacing.bind(3, content.key)
        replacing.bind(4, content.digest)
        replacing.bind(5, content.steps)
        try replacing.run(borrowing: content.body, at: 6)
    }

    func list(_ lane: Lane, into rows: inout [Owed]) throws(SQLiteError) {
        bind(DeliveryNumber.places(of: lane.id), to: ofLane)
        while try ofLane.step() { rows.append(row(ofLane, in: lane)) }
    }

    func find(_ id: Int64, in lane: Lane) throws(SQLiteError) -> Owed? {
        one.bind(1, DeliveryNumber.place(of: id))
        defer { one.reset() }
        return try one.step() ? row(one, in: lane) : nil
    }

    func first(_ lane: Lane) throws(SQLiteError) -> Owed? {
        bind(DeliveryNumber.places(of: lane.id), to: first)
        defer { first.reset() }
        return try first.step() ? row(first, in: lane) : nil
    }

    func content(_ id: Int64) throws(SQLiteError) -> (steps: [UInt8], body: [UInt8])? {
        content.bind(1, DeliveryNumber.place(of: id))
        defer { content.reset() }
        guard try content.step() else { return nil }
        return (content.blob(0) ?? [], content.blob(1) ?? [])
    }

    func load(_ id: Int64, opening seal: Seal) throws(SQLiteError) -> DeliveryLoad? {
        loading.bind(1, DeliveryNumber.place(of: id))
        defer { loading.reset() }
        guard try loading.step(), let key = loading.digest(2), let digest = loading.digest(3) else {
            throw SQLiteError.damaged("delivery \(id)")
        }
        guard let body = loading.withBlob(5, { seal.open($0) }) else { return nil }
        return DeliveryLoad(
            row: LaneHead.Row(
                recordedAt: Timestamp(milliseconds: loading.integer(0)),
                isDoubtful: loading.integer(1) == 1),
            key: key, digest: digest, steps: Int(loading.integer(4)) / CarriedStep.length,
            body: body)
    }

    func doubt(_ id: Int64, _ isDoubtful: Bool) throws(SQLiteError) {
        doubting.bind(1, DeliveryNumber.place(of: id))
        doubting.bind(2, isDoubtful ? 1 : 0)
        try doubting.run()
    }

    func delete(_ id: Int64) throws(SQLiteError) {
        deleting.bind(1, DeliveryNumber.place(of: id))
        try deleting.run()
    }

    private func bind(_ range: ClosedRange<Int64>, to statement: Statement) {
        statement.bind(1, range.lowerBound)
        statement.bind(2, range.upperBound)
    }

    private func row(_ s: Statement, in lane: Lane) -> Owed {
        Owed(
            DeliveryNumber.number(of: operation, at: s.integer(0)),
            isDoubtful: s.integer(1) == 1, recordedAt: Timestamp(milliseconds: s.integer(2)),
            in: lane)
    }
}
