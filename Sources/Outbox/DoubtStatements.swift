internal import Dossiers
internal import SQLite
internal import Wire

/// The statements that cast or lift a doubt for want of memory.
final class DoubtStatements {
    private let doubtEverywhere: Statement
    private let doubtHeads: Statement
    private let doubtLane: Statement
    private let trusting: Statement
    private let counting: Statement
    private let listing: Statement
    private let rekeying: Statement

    init(_ db: Database) throws(SQLiteError) {
        let isHistory = ">> \(DeliveryNumber.revisionBits) & 3 = \(Operation.history.rawValue)"
        // A header is replaced as a whole, so only steps are ever in doubt for want of memory.
        doubtEverywhere = try db.prepare(
            "UPDATE delivery SET doubt = 1 WHERE id \(isHistory) AND doubt = 0")
        doubtHeads = try db.prepare(
            "UPDATE lane SET head_state = 2 WHERE head_state = 0 AND head \(isHistory)")
        doubtLane = try db.prepare(
            "UPDATE delivery SET doubt = 1 WHERE id BETWEEN ?1 AND ?2 AND doubt = 0")
        trusting = try db.prepare(
            """
            UPDATE delivery SET doubt = 0 WHERE id BETWEEN ?1 AND ?2 AND doubt = 1 AND id <> ?3
            """)
        counting = try db.prepare(
            "SELECT coalesce(sum(length(steps)), 0) FROM delivery WHERE id BETWEEN ?1 AND ?2")
        listing = try db.prepare(
            "SELECT id, key, digest FROM delivery WHERE id BETWEEN ?1 AND ?2 ORDER BY id")
        rekeying = try db.prepare("UPDATE delivery SET key = ?2 WHERE id = ?1")
    }

    /// All steps that anybody owes; a head that was ready is uncertain.
    func doubtAll() throws(SQLiteError) {
        try doubtEverywhere.run()
        try doubtHeads.run()
    }

    /// The steps of one lane, which the caller saves.
    func doubt(_ lane: inout Lane) throws(SQLiteError) {
        guard lane.owed > 0 else { return }
        let steps = DeliveryNumber.history(of: lane.id)
        bind(steps, to: doubtLane)
        try doubtLane.run()
        guard let head = lane.head, head.state == .ready, steps.contains(head.delivery) else {
            return
        }
        lane.head?.state = .uncertain
    }

    func trust(_ lane: Lane) throws(SQLiteError) {
        guard lane.owed > 0 else { return }
        bind(DeliveryNumber.history(of: lane.id), to: trusting)
        // What is uncertain for another reason stays so.
        trusting.bind(3, lane.head.flatMap { $0.state == .uncertain ? $0.delivery : nil } ?? 0)
        try trusting.run()
    }

    func owedSteps(_ lane: Lane) throws(SQLiteError) -> Int {
        guard lane.owed > 0 else { return 0 }
        bind(DeliveryNumber.history(of: lane.id), to: counting)
        defer { counting.reset() }
        return try counting.step() ? Int(counting.integer(0)) / CarriedStep.length : 0
    }

    func headers(_ lane: Lane) throws(SQLiteError) -> [OwedHeader] {
        guard lane.owed > 0 else { return [] }
        let first = DeliveryNumber.make(lane: lane.id, operation: .state, revision: 0)
        bind(first...(DeliveryNumber.history(of: lane.id).lowerBound - 1), to: listing)
        var found: [OwedHeader] = []
        while try listing.step() {
            let id = listing.integer(0)
            guard let key = listing.digest(1), let digest = listing.digest(2) else {
                throw SQLiteError.damaged("delivery \(id)")
            }
            found.append(
                OwedHeader(
                    id: id, revision: DeliveryNumber.revision(of: id), key: key, digest: digest))
        }
        return found
    }

    func rekey(_ id: Int64, _ key: Digest) throws(SQLiteError) {
        rekeying.bind(1, id)
        rekeying.bind(2, key)
        try rekeying.run()
    }

    private func bind(_ range: ClosedRange<Int64>, to statement: Statement) {
        statement.bind(1, range.lowerBound)
        statement.bind(2, range.upperBound)
    }
}

/// What a header's idempotency key is made of.
struct OwedHeader {
    var id: Int64
    var revision: Int
    var key: Digest
    var digest: Digest
}
