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
        let history = Operation.history.table
        let header = Operation.state.table
        // A header is replaced as a whole, so only steps are ever in doubt for want of memory.
        doubtEverywhere = try db.prepare("UPDATE \(history) SET doubt = 1 WHERE doubt = 0")
        doubtHeads = try db.prepare(
            """
            UPDATE lane SET head_state = 2 WHERE head_state = 0
                AND head >> \(DeliveryNumber.revisionBits) & 3 = \(Operation.history.rawValue)
            """)
        doubtLane = try db.prepare(
            "UPDATE \(history) SET doubt = 1 WHERE place BETWEEN ?1 AND ?2 AND doubt = 0")
        trusting = try db.prepare(
            """
            UPDATE \(history) SET doubt = 0
            WHERE place BETWEEN ?1 AND ?2 AND doubt = 1 AND place <> ?3
            """)
        counting = try db.prepare(
            """
            SELECT coalesce(sum(length(steps)), 0) FROM \(history) WHERE place BETWEEN ?1 AND ?2
            """)
        listing = try db.prepare(
            "SELECT place, key, digest FROM \(header) WHERE place BETWEEN ?1 AND ?2 ORDER BY place")
        rekeying = try db.prepare("UPDATE \(header) SET key = ?2 WHERE place = ?1")
    }

    /// All steps that anybody owes; a head that was ready is uncertain.
    func doubtAll() throws(SQLiteError) {
        try doubtEverywhere.run()
        try doubtHeads.run()
    }

    /// The steps of one lane, which the caller saves.
    func doubt(_ lane: inout Lane) throws(SQLiteError) {
        guard lane.owed > 0 else { return }
        bind(DeliveryNumber.places(of: lane.id), to: doubtLane)
        try doubtLane.run()
        lane.head?.row = nil
        guard let head = lane.head, head.state == .ready,
            DeliveryNumber.operation(of: head.delivery) == .history
        else { return }
        lane.head?.state = .uncertain
    }

    func trust(_ lane: inout Lane) throws(SQLiteError) {
        guard lane.owed > 0 else { return }
        lane.head?.row = nil
        bind(DeliveryNumber.places(of: lane.id), to: trusting)
        // What is uncertain for another reason stays so.
        let uncertain = lane.head.flatMap { $0.state == .uncertain ? $0.delivery : nil }
        trusting.bind(3, uncertain.map(DeliveryNumber.place) ?? 0)
        try trusting.run()
    }

    func owedSteps(_ lane: Lane) throws(SQLiteError) -> Int {
        guard lane.owed > 0 else { return 0 }
        bind(DeliveryNumber.places(of: lane.id), to: counting)
        defer { counting.reset() }
        return try counting.step() ? Int(counting.integer(0)) / CarriedStep.length : 0
    }

    func headers(_ lane: Lane) throws(SQLiteError) -> [OwedHeader] {
        guard lane.owed > 0 else { return [] }
        bind(DeliveryNumber.places(of: lane.id), to: listing)
        var found: [OwedHeader] = []
        while try listing.step() {
            let id = DeliveryNumber.number(of: .state, at: listing.integer(0))
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
        rekeying.bind(1, DeliveryNumber.place(of: id))
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
