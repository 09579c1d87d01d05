internal import Dossiers
internal import SQLite
internal import Wire

/// The statements over `deletion` and `deletion_alarm`.
final class DeletionTable {
    private let db: Database
    private let state: Statement
    private let suspecting: Statement
    private let postponing: Statement
    private let deciding: Statement
    private let forgetting: Statement
    private let due: Statement
    private let knownBetween: Statement
    private let recent: Statement

    init(_ db: Database) throws(SQLiteError) {
        self.db = db
        state = try db.prepare("SELECT state FROM deletion WHERE source_key = ?1")
        suspecting = try db.prepare(
            """
            INSERT INTO deletion (source_key, state, missed_at, due_at, confirmed)
            VALUES (?1, 0, ?2, ?3, 0) ON CONFLICT (source_key) DO NOTHING
            """)
        postponing = try db.prepare(
            "UPDATE deletion SET due_at = ?2 WHERE source_key = ?1 AND state = 0")
        deciding = try db.prepare(
            """
            UPDATE deletion SET state = ?2, due_at = NULL, decided_at = ?3, confirmed = ?4
            WHERE source_key = ?1
            """)
        forgetting = try db.prepare("DELETE FROM deletion WHERE source_key = ?1")
        due = try db.prepare(
            """
            SELECT source_key FROM deletion INDEXED BY deletion_due
            WHERE state = 0 AND due_at <= ?1 ORDER BY due_at LIMIT ?2
            """)
        knownBetween = try db.prepare(
            """
            SELECT source_key FROM dossier WHERE source_key > ?1 AND source_key <= ?2
                AND source_key > ?3 AND first_seen_at < ?5
            ORDER BY source_key LIMIT ?4
            """)
        recent = try db.prepare(
            """
            SELECT (SELECT count(*) FROM deletion INDEXED BY deletion_due WHERE state = 0)
                + (SELECT count(*) FROM deletion INDEXED BY deletion_fresh
                   WHERE state = 1 AND confirmed = 0 AND decided_at > ?1)
            """)
    }

    func state(of key: Int64) throws(SQLiteError) -> DeletionEntry.State? {
        state.bind(1, key)
        defer { state.reset() }
        guard try state.step() else { return nil }
        return DeletionEntry.State(rawValue: Int(state.integer(0)))
    }

    /// Remembers a row that was missed for the first time.
    func suspect(_ key: Int64, at now: Timestamp, due: Timestamp) throws(SQLiteError) {
        suspecting.bind(1, key)
        suspecting.bind(2, now.milliseconds)
        suspecting.bind(3, due.milliseconds)
        try suspecting.run()
    }

    func postpone(_ key: Int64, to due: Timestamp) throws(SQLiteError) {
        postponing.bind(1, key)
        postponing.bind(2, due.milliseconds)
        try postponing.run()
    }

    func decide(_ key: Int64, _ state: DeletionEntry.State, confirmed: Bool, at now: Timestamp)
        throws(SQLiteError)
    {
        deciding.bind(1, key)
        deciding.bind(2, Int64(state.rawValue))
        deciding.bind(3, now.milliseconds)
        deciding.bind(4, confirmed ? 1 : 0)
        try deciding.run()
    }

    func forget(_ key: Int64) throws(SQLiteError) {
        forgetting.bind(1, key)
        try forgetting.run()
    }

    /// Removes everything about a source row; its lanes, which are the code's, stay.
    func remove(_ key: Int64) throws(SQLiteError) {
        try forget(key)
        try db.execute(
            """
            DELETE FROM write_back WHERE source_key = \(key);
            DELETE FROM dossier WHERE source_key = \(key)
            """)
    }

    func suspects(due now: Timestamp, limit: Int) throws(SQLiteError) -> [SourceKey] {
        due.bind(1, now.milliseconds)
        due.bind(2, Int64(limit))
        defer { due.reset() }
        var keys: [SourceKey] = []
        while try due.step() { keys.append(SourceKey(due.integer(0))) }
        return keys
    }

    /// Known keys of a range, ascending, after a place in it.
    func known(
        after: Int64, through: Int64, from place: Int64, seenBefore: Timestamp, limit: Int
    ) throws(SQLiteError) -> [Int64] {
        knownBetween.bind(5, seenBefore.milliseconds)
        knownBetween.bind(1, after)
        knownBetween.bind(2, through)
        knownBetween.bind(3, place)
        knownBetween.bind(4, Int64(limit))
        defer { knownBetween.reset() }
        var keys: [Int64] = []
        while try knownBetween.step() { keys.append(knownBetween.integer(0)) }
        return keys
    }

    /// Rows that are suspected, or were held since, without anybody's confirmation.
    func unconfirmed(since: Timestamp) throws(SQLiteError) -> Int64 {
        recent.bind(1, since.milliseconds)
        defer { recent.reset() }
        return try recent.step() ? recent.integer(0) : 0
    }

    func alarm() throws(SQLiteError) -> DeletionAlarm? {
        let query = try db.prepare("SELECT since, missing, known FROM deletion_alarm")
        guard try query.step() else { return nil }
        return DeletionAlarm(
            since: Timestamp(milliseconds: query.integer(0)), missing: query.integer(1),
            known: query.integer(2))
    }

    /// Raises the alarm, or brings its numbers up to date; nil ends it.
    func setAlarm(_ alarm: DeletionAlarm?) throws(SQLiteError) {
        guard let alarm else { return try db.execute("DELETE FROM deletion_alarm") }
        try db.execute(
            """
            INSERT INTO deletion_alarm (id, since, missing, known)
            VALUES (1, \(alarm.since.milliseconds), \(alarm.missing), \(alarm.known))
            ON CONFLICT (id) DO UPDATE SET missing = excluded.missing, known = excluded.known
            """)
    }

    func dossiersKnown() throws(SQLiteError) -> Int64 {
        try db.integer("SELECT count(*) FROM dossier") ?? 0
    }

    /// Rows that wait because another row has their code.
    func twins(of code: String) throws(SQLiteError) -> [SourceKey] {
        let query = try db.prepare(
            """
            SELECT source_key FROM dossier INDEXED BY dossier_twin
            WHERE code = ?1 AND owns_code = 0 ORDER BY source_key LIMIT 10
            """)
        query.bind(1, code)
        var keys: [SourceKey] = []
        while try query.step() { keys.append(SourceKey(query.integer(0))) }
        return keys
    }
}
