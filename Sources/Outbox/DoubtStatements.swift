internal import Dossiers
internal import SQLite
internal import Wire

/// The statements over `delivery` that cast or lift a doubt.
final class DoubtStatements {
    private let doubtAll: Statement
    private let doubtLane: Statement
    private let trusting: Statement
    private let counting: Statement
    private let listing: Statement
    private let rekeying: Statement

    /// A header is replaced as a whole, so only steps are ever in doubt for want of memory.
    private static let doubting = """
        UPDATE delivery SET doubt = 1, state = CASE state WHEN 0 THEN 2 ELSE state END
        WHERE operation = 2 AND doubt = 0
        """

    init(_ db: Database) throws(SQLiteError) {
        doubtAll = try db.prepare(DoubtStatements.doubting)
        doubtLane = try db.prepare(DoubtStatements.doubting + " AND lane = ?1")
        trusting = try db.prepare(
            """
            UPDATE delivery SET doubt = 0
            WHERE lane = ?1 AND operation = 2 AND doubt = 1 AND state IN (1, 3)
            """)
        counting = try db.prepare(
            """
            SELECT coalesce(sum(length(steps)), 0) FROM delivery WHERE lane = ?1 AND operation = 2
            """)
        listing = try db.prepare(
            "SELECT id, revision, key, digest FROM delivery WHERE lane = ?1 AND operation = 1")
        rekeying = try db.prepare("UPDATE delivery SET key = ?2 WHERE id = ?1")
    }

    func doubt(lane: Int64?) throws(SQLiteError) {
        guard let lane else { return try doubtAll.run() }
        doubtLane.bind(1, lane)
        try doubtLane.run()
    }

    func trust(lane: Int64) throws(SQLiteError) {
        trusting.bind(1, lane)
        try trusting.run()
    }

    func owedSteps(lane: Int64) throws(SQLiteError) -> Int {
        counting.bind(1, lane)
        defer { counting.reset() }
        return try counting.step() ? Int(counting.integer(0)) / CarriedStep.length : 0
    }

    func headers(lane: Int64) throws(SQLiteError) -> [OwedHeader] {
        listing.bind(1, lane)
        var found: [OwedHeader] = []
        while try listing.step() {
            guard let key = listing.blob(2).flatMap(Digest.init(bytes:)),
                let digest = listing.blob(3).flatMap(Digest.init(bytes:))
            else { throw SQLiteError.damaged("delivery \(listing.integer(0))") }
            found.append(
                OwedHeader(
                    id: listing.integer(0), revision: Int(listing.integer(1)), key: key,
                    digest: digest))
        }
        return found
    }

    func rekey(_ id: Int64, _ key: Digest) throws(SQLiteError) {
        rekeying.bind(1, id)
        rekeying.bind(2, key.bytes)
        try rekeying.run()
    }
}

/// What a header's idempotency key is made of.
struct OwedHeader {
    var id: Int64
    var revision: Int
    var key: Digest
    var digest: Digest
}
