internal import SQLite
internal import Wire

extension StoreReader {
    /// Rows that are gone from the source, the latest first.
    package func deletions(_ state: DeletionEntry.State? = nil, limit: Int = 100) throws
        -> [DeletionEntry]
    {
        try snapshot { try StoreReader.deletions(db, state: state, limit: limit) }
    }

    package func deletionCounts() throws -> DeletionCounts {
        try snapshot { try StoreReader.deletionCounts(db) }
    }

    /// What is known of one row's deletion, within a snapshot; nil while it is there.
    func deletion(of sourceKey: Int64) throws -> DeletionEntry? {
        let query = try db.prepare("\(StoreReader.entry) WHERE d.source_key = ?1")
        query.bind(1, sourceKey)
        return try query.step() ? StoreReader.entry(query) : nil
    }

    private static let entry = """
        SELECT s.code, d.source_key, d.state, d.missed_at, d.decided_at
        FROM deletion d JOIN dossier s ON s.source_key = d.source_key
        """

    private static func entry(_ s: Statement) -> DeletionEntry {
        DeletionEntry(
            code: s.text(0) ?? "", sourceKey: s.integer(1),
            state: DeletionEntry.State(rawValue: Int(s.integer(2))) ?? .suspected,
            missedAt: Timestamp(milliseconds: s.integer(3)),
            decidedAt: s.optionalInteger(4).map(Timestamp.init(milliseconds:)))
    }

    static func deletions(_ db: Database, state: DeletionEntry.State?, limit: Int) throws
        -> [DeletionEntry]
    {
        let query = try db.prepare(
            """
            \(entry) WHERE ?1 IS NULL OR d.state = ?1
            ORDER BY coalesce(d.decided_at, d.missed_at) DESC, d.source_key LIMIT ?2
            """)
        query.bind(1, state.map { Int64($0.rawValue) })
        query.bind(2, Int64(limit))
        var found: [DeletionEntry] = []
        while try query.step() { found.append(entry(query)) }
        return found
    }

    static func deletionCounts(_ db: Database) throws -> DeletionCounts {
        var counts = DeletionCounts()
        let query = try db.prepare("SELECT state, count(*) FROM deletion GROUP BY state")
        while try query.step() {
            switch DeletionEntry.State(rawValue: Int(query.integer(0))) {
            case .suspected: counts.suspected = query.integer(1)
            case .held: counts.held = query.integer(1)
            case .acknowledged: counts.acknowledged = query.integer(1)
            case nil: break
            }
        }
        counts.alarm = try DeletionTable(db).alarm()
        return counts
    }
}
