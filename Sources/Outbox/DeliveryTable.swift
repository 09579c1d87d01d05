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

/// What lanes owe, by its ``DeliveryNumber``: a table for each operation. Where a delivery stands is written in
/// its lane (``LaneWork``).
final class DeliveryTable {
    private let headers: DeliveryPart
    private let histories: DeliveryPart
    private let questions: DeliveryPart
    private let doubts: DoubtStatements

    init(_ db: Database) throws(SQLiteError) {
        headers = try DeliveryPart(.state, db)
        histories = try DeliveryPart(.history, db)
        questions = try DeliveryPart(.verify, db)
        doubts = try DoubtStatements(db)
    }

    private subscript(operation: Operation) -> DeliveryPart {
        switch operation {
        case .state: headers
        case .history: histories
        case .verify: questions
        }
    }

    private func part(of id: Int64) -> DeliveryPart { self[DeliveryNumber.operation(of: id)] }

    /// In the order in which a lane's deliveries go: a header that waits precedes progress that waits.
    private func parts(of lane: Lane) -> [DeliveryPart] {
        lane.isOfQuestions ? [questions] : [headers, histories]
    }

    func insert(
        _ id: Int64, _ content: DeliveryContent, isDoubtful: Bool, recordedAt: Timestamp
    ) throws(SQLiteError) {
        try self[content.operation].insert(
            id, content, isDoubtful: isDoubtful, recordedAt: recordedAt)
    }

    /// Gives a delivery other content under its revision; it has certainly not arrived.
    func replace(_ id: Int64, with content: DeliveryContent, now: Timestamp) throws(SQLiteError) {
        try part(of: id).replace(id, with: content, now: now)
    }

    /// Everything a lane owes, in its order.
    func list(_ lane: Lane) throws(SQLiteError) -> [Owed] {
        // Without asking: most lanes owe nothing when something new comes.
        guard lane.owed > 0 else { return [] }
        var rows: [Owed] = []
        rows.reserveCapacity(lane.owed)
        for part in parts(of: lane) where rows.count < lane.owed {
            try part.list(lane, into: &rows)
        }
        return rows
    }

    func find(_ id: Int64, in lane: Lane) throws(SQLiteError) -> Owed? {
        try part(of: id).find(id, in: lane)
    }

    /// The first of what a lane owes.
    func first(_ lane: Lane) throws(SQLiteError) -> Owed? {
        guard lane.owed > 0 else { return nil }
        for part in parts(of: lane) {
            if let found = try part.first(lane) { return found }
        }
        return nil
    }

    /// The carried steps and the sealed body.
    func content(_ id: Int64) throws(SQLiteError) -> (steps: [UInt8], body: [UInt8])? {
        try part(of: id).content(id)
    }

    /// What is sent, its body opened where it lies; nil when it cannot be opened.
    func load(_ id: Int64, opening seal: Seal) throws(SQLiteError) -> DeliveryLoad? {
        try part(of: id).load(id, opening: seal)
    }

    /// Notes whether a delivery may have arrived.
    func doubt(_ id: Int64, _ isDoubtful: Bool) throws(SQLiteError) {
        try part(of: id).doubt(id, isDoubtful)
    }

    func delete(_ id: Int64) throws(SQLiteError) { try part(of: id).delete(id) }

    // MARK: - Doubt for want of memory

    /// Puts all steps that wait in doubt, of every lane.
    func doubtSteps() throws(SQLiteError) { try doubts.doubtAll() }

    /// Puts the steps that a lane owes in doubt.
    func doubtSteps(of lane: inout Lane) throws(SQLiteError) { try doubts.doubt(&lane) }

    /// Lifts every doubt from steps that wait behind another delivery or are parked.
    func trustSteps(of lane: inout Lane) throws(SQLiteError) { try doubts.trust(&lane) }

    /// How many steps a lane owes.
    func owedSteps(of lane: Lane) throws(SQLiteError) -> Int { try doubts.owedSteps(lane) }

    func headers(of lane: Lane) throws(SQLiteError) -> [OwedHeader] { try doubts.headers(lane) }

    /// Gives a header another idempotency key.
    func rekey(_ id: Int64, _ key: Digest) throws(SQLiteError) { try doubts.rekey(id, key) }
}
