package import Dossiers
internal import SQLite
package import Wire

/// The statements over `discard`: what a destination was denied, and whether both sides agree again.
struct DiscardTable {
    let db: Database

    init(_ db: Database) { self.db = db }

    /// A header is made good by any later one that the destination has taken. Steps are not: what was
    /// acknowledged after them does not bring them.
    private static let isOpen = """
        d.forgotten_at IS NULL AND (d.operation = 2 OR l.acknowledged_revision <= d.revision)
        """

    func insert(_ owed: Owed, note: String, now: Timestamp) throws(SQLiteError) {
        // A question about a person is nothing that two sides could hold differently.
        guard owed.operation != .verify else { return }
        let statement = try db.prepare(
            """
            INSERT INTO discard (lane, delivery, operation, revision, at, note, told)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)
            """)
        statement.bind(1, DeliveryNumber.lane(of: owed.id))
        statement.bind(2, owed.id)
        statement.bind(3, Int64(owed.operation.rawValue))
        statement.bind(4, Int64(owed.revision))
        statement.bind(5, now.milliseconds)
        statement.bind(6, String(note.prefix(300)))
        try statement.run()
    }

    func count() throws(SQLiteError) -> Int64 {
        try db.integer(
            """
            SELECT count(*) FROM discard d INDEXED BY discard_open JOIN lane l ON l.id = d.lane
            WHERE \(DiscardTable.isOpen)
            """) ?? 0
    }

    /// Those that still make a difference, in the order in which they were discarded.
    func open(_ filter: DeliveryFilter, limit: Int) throws(SQLiteError) -> [DiscardedEntry] {
        try list("\(DiscardTable.isOpen)", filter, limit: limit)
    }

    /// Those that the log does not have yet.
    func untold(limit: Int) throws(SQLiteError) -> [DiscardedEntry] {
        try list("d.told = 0", DeliveryFilter(), limit: limit)
    }

    func markTold(through id: Int64) throws(SQLiteError) {
        let statement = try db.prepare("UPDATE discard SET told = 1 WHERE told = 0 AND id <= ?1")
        statement.bind(1, id)
        try statement.run()
    }

    func forget(_ id: Int64, now: Timestamp) throws(SQLiteError) {
        let statement = try db.prepare("UPDATE discard SET forgotten_at = ?2 WHERE id = ?1")
        statement.bind(1, id)
        statement.bind(2, now.milliseconds)
        try statement.run()
    }

    private func list(
        _ condition: String, _ filter: DeliveryFilter, limit: Int
    ) throws(SQLiteError) -> [DiscardedEntry] {
        var parts = [condition]
        if !filter.ids.isEmpty {
            let ids = filter.ids.map { String($0.rawValue) }.joined(separator: ",")
            parts.append("d.delivery IN (\(ids))")
        }
        parts.append("(?1 IS NULL OR t.name = ?1) AND (?2 IS NULL OR l.code = ?2)")
        let query = try db.prepare(
            """
            SELECT d.id, d.delivery, t.name, l.code, d.operation, d.revision, d.at,
                coalesce(d.note, ''), l.id
            FROM discard d JOIN lane l ON l.id = d.lane JOIN destination t ON t.id = l.destination
            WHERE \(parts.joined(separator: " AND ")) ORDER BY d.id LIMIT ?3
            """)
        query.bind(1, filter.destination?.rawValue)
        query.bind(2, filter.code?.rawValue)
        query.bind(3, Int64(limit))
        var found: [DiscardedEntry] = []
        while try query.step() {
            found.append(
                DiscardedEntry(
                    id: query.integer(0), delivery: query.integer(1),
                    destination: query.text(2) ?? "", code: query.text(3) ?? "",
                    operation: Operation(rawValue: Int(query.integer(4))) ?? .state,
                    revision: Int(query.integer(5)),
                    discardedAt: Timestamp(milliseconds: query.integer(6)),
                    note: query.text(7) ?? "", lane: query.integer(8)))
        }
        return found
    }
}

/// One delivery that an operator has given up and that nothing has made good since.
package struct DiscardedEntry: Hashable, Sendable {
    package var id: Int64
    package var delivery: Int64
    package var destination: String
    package var code: String
    package var operation: Operation
    package var revision: Int
    package var discardedAt: Timestamp
    /// Who, and why: `name: reason`.
    package var note: String
    var lane: Int64

    /// Who discarded it, without his reason, which is for the store alone.
    package var actor: String { String(note.prefix { $0 != ":" }) }
}

extension StoreReader {
    /// What was discarded and still makes a difference.
    package func discarded(_ filter: DeliveryFilter, limit: Int = 100) throws -> [DiscardedEntry] {
        try snapshot { try DiscardTable(db).open(filter, limit: limit) }
    }
}

extension Store {
    /// What was discarded since the log was last told.
    package func untoldDiscards(limit: Int = 100) throws -> [DiscardedEntry] {
        try StoreFailure.translating(files.database) { try DiscardTable(db).untold(limit: limit) }
    }

    /// Within a transaction.
    package func discardsTold(through id: Int64) throws {
        try DiscardTable(db).markTold(through: id)
    }
}

extension OperatorDesk {
    /// The two sides need not agree about what was discarded there; returns how many that is said of.
    package func forget(_ filter: DeliveryFilter, reason: String, now: Timestamp) throws -> Int {
        let table = DiscardTable(db)
        let meant = try StoreFailure.translating(files.database) {
            try table.open(filter, limit: .max)
        }
        var rest = meant[...]
        while !rest.isEmpty {
            let portion = rest.prefix(OperatorDesk.portion)
            rest = rest.dropFirst(portion.count)
            try transaction {
                for entry in portion {
                    guard var lane = try work.lanes.find(entry.lane) else { continue }
                    try work.ledger.append(
                        LedgerEntry(
                            at: now, delivery: entry.delivery, revision: entry.revision,
                            operation: entry.operation, settled: .differenceAccepted,
                            note: "\(actor): \(reason)"), to: &lane)
                    try work.lanes.save(&lane)
                    try table.forget(entry.id, now: now)
                }
            }
        }
        return meant.count
    }
}
