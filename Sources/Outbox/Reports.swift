internal import Dossiers
internal import Operating
internal import SQLite
internal import Wire

/// The counts of `status`. Every query walks an index, never the bodies.
struct Reports {
    let db: Database
    let files: StoreFiles

    init(_ db: Database, files: StoreFiles) {
        self.db = db
        self.files = files
    }

    func status(now: Timestamp, daemon: Int32?) throws -> StatusReport {
        let ledger = try row("SELECT coalesce(max(seq), 0) FROM ledger")
        let last = try row("SELECT at FROM ledger ORDER BY seq DESC LIMIT 1")
        return StatusReport(
            at: now, path: files.database,
            schema: Int(try db.integer("PRAGMA user_version") ?? 0), bytes: files.bytes,
            daemon: daemon, dossiers: try db.integer("SELECT count(*) FROM dossier") ?? 0,
            heldDossiers: try db.integer(
                "SELECT count(*) FROM dossier WHERE hold_rule IS NOT NULL") ?? 0,
            destinations: try destinations(now: now), held: try heldGroups(),
            verification: try verification(),
            cursors: try DossierTable(db).cursors(),
            openRequests: try db.integer("SELECT count(*) FROM request WHERE state = 0") ?? 0,
            writeBacksWaiting: try db.integer("SELECT count(*) FROM write_back") ?? 0,
            ledgerLines: ledger ?? 0, lastLineAt: last.map(Timestamp.init(milliseconds:)),
            memory: try GenerationBook(meta: MetaTable(db)).report(),
            deletions: try StoreReader.deletionCounts(db), discarded: try DiscardTable(db).count())
    }

    func destinations(now: Timestamp) throws -> [LaneReport] {
        let names = try db.prepare("SELECT id, name FROM destination ORDER BY name")
        var reports: [LaneReport] = []
        while try names.step() {
            reports.append(
                try destination(names.integer(0), name: names.text(1) ?? "", now: now))
        }
        return reports
    }

    private func destination(_ id: Int64, name: String, now: Timestamp) throws -> LaneReport {
        var report = LaneReport(destination: name)
        let ready = "FROM lane WHERE head_state = 0 AND destination = ?1 AND backlog = ?2"
        for backlog: Int64 in [0, 1] {
            let all = try row("SELECT count(*) \(ready)", id, backlog) ?? 0
            let due =
                try row(
                    "SELECT count(*) \(ready) AND head_due <= ?3", id, backlog, now.milliseconds)
                ?? 0
            report.due += due
            report.later += all - due
            if backlog == 1 { report.backlog = all }
            let oldest = try row("SELECT min(head_due) \(ready)", id, backlog)
            if let oldest, oldest <= now.milliseconds {
                report.oldestDueAt = min(
                    report.oldestDueAt ?? Timestamp(milliseconds: .max),
                    Timestamp(milliseconds: oldest))
            }
        }
        report.nextDueAt = try nextDue(id, after: now)
        report.waitingLongest = try waitingLongest(id)
        report.uncertain =
            try row("SELECT count(*) FROM lane WHERE head_state = 2 AND destination = ?1", id) ?? 0
        report.parkedByCause = try parked(id)
        report.parked = report.parkedByCause.reduce(0) { $0 + $1.count }
        report.statusWaits = try statusWaits(id)
        try addFlight(id, to: &report)
        return report
    }

    private func nextDue(_ destination: Int64, after now: Timestamp) throws -> Timestamp? {
        let times = try [0, 1].compactMap { (backlog: Int64) in
            try row(
                """
                SELECT min(head_due) FROM lane
                WHERE head_state = 0 AND destination = ?1 AND backlog = ?2 AND head_due > ?3
                """, destination, backlog, now.milliseconds)
        }
        return times.min().map(Timestamp.init(milliseconds:))
    }

    /// Looked for among so many of each kind that come next: a backlog of a million is not walked for it.
    private static let looked = 1000

    /// Of those that wait for their time, the oldest: a time of being due begins anew with each attempt, this does not.
    private func waitingLongest(_ destination: Int64) throws -> WaitingLongest? {
        let kinds = [
            "head_state = 0 AND backlog = 0", "head_state = 0 AND backlog = 1", "head_state = 2",
        ]
        let heads = kinds.map {
            """
            SELECT * FROM (SELECT code, head FROM lane WHERE \($0) AND destination = ?1
                ORDER BY head_due LIMIT \(Reports.looked))
            """
        }
        let recorded = DeliveryNumber.sql("recorded_at", of: "head")
        let query = try db.prepare(
            """
            SELECT code, \(recorded) AS recorded FROM (\(heads.joined(separator: " UNION ALL ")))
            WHERE recorded IS NOT NULL ORDER BY recorded LIMIT 1
            """)
        query.bind(1, destination)
        guard try query.step() else { return nil }
        return WaitingLongest(
            code: query.text(0) ?? "", recordedAt: Timestamp(milliseconds: query.integer(1)))
    }

    private func addFlight(_ id: Int64, to report: inout LaneReport) throws {
        let flight = try db.prepare(
            """
            SELECT length(deliveries) / 8, acknowledged, attempts, owed, lanes, confirmed FROM flight
            WHERE destination = ?1
            """)
        flight.bind(1, id)
        guard try flight.step() else { return }
        report.inFlight = flight.integer(0)
        report.acknowledged = flight.integer(1)
        report.attempts = flight.integer(2)
        let heads = report.due + report.later + report.uncertain + report.parked
        report.behind = flight.integer(3) - heads
        report.lanes = flight.integer(4)
        report.unconfirmed = flight.integer(4) - flight.integer(5)
    }

    private func parked(_ destination: Int64) throws -> [ParkedCount] {
        let counts = try db.prepare(
            """
            SELECT cause, count(*) FROM lane WHERE head_state = 3 AND destination = ?1
            GROUP BY cause ORDER BY 2 DESC, 1
            """)
        counts.bind(1, destination)
        var found: [ParkedCount] = []
        while try counts.step() {
            guard let cause = counts.text(0).flatMap(ParkCause.init(rawValue:)) else { continue }
            found.append(ParkedCount(cause: cause, count: counts.integer(1)))
        }
        return found
    }

    private func statusWaits(_ destination: Int64) throws -> [StatusWaitCount] {
        let groups = try db.prepare(
            """
            SELECT status_wait, count(*), min(status_wait_since) FROM lane
            WHERE destination = ?1 AND status_wait IS NOT NULL
            GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50
            """)
        let examples = try db.prepare(
            """
            SELECT code FROM lane WHERE destination = ?1 AND status_wait IS NOT NULL
                AND status_wait = ?2 ORDER BY id LIMIT 5
            """)
        groups.bind(1, destination)
        var found: [StatusWaitCount] = []
        while try groups.step() {
            guard let line = groups.text(0), let wait = StatusWait(line: line) else { continue }
            var codes: [String] = []
            examples.bind(1, destination)
            examples.bind(2, line)
            while try examples.step() { codes.append(examples.text(0) ?? "") }
            found.append(
                StatusWaitCount(
                    wait: wait, count: groups.integer(1),
                    since: Timestamp(milliseconds: groups.integer(2)), examples: codes))
        }
        return found
    }

    /// Held dossiers by reason, the most frequent first.
    func heldGroups() throws -> [HeldGroup] {
        let groups = try db.prepare(
            """
            SELECT hold_rule, hold_field, unmapped, count(*), min(held_since) FROM dossier
            WHERE hold_rule IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
            """)
        let examples = try db.prepare(
            """
            SELECT code FROM dossier INDEXED BY dossier_held
            WHERE hold_rule IS NOT NULL AND hold_rule = ?1 AND hold_field = ?2 AND unmapped IS ?3
            ORDER BY source_key LIMIT 5
            """)
        var found: [HeldGroup] = []
        while try groups.step() {
            var group = HeldGroup(
                rule: groups.text(0) ?? "", field: groups.text(1) ?? "", unmapped: groups.text(2),
                count: groups.integer(3), since: Timestamp(milliseconds: groups.integer(4)),
                examples: [])
            examples.bind(1, group.rule)
            examples.bind(2, group.field)
            examples.bind(3, group.unmapped)
            while try examples.step() { group.examples.append(examples.text(0) ?? "") }
            found.append(group)
        }
        return found
    }

    func verification() throws -> VerificationCounts {
        let counts = try db.prepare(
            """
            SELECT count(*), coalesce(sum(asked), 0), coalesce(sum(outcome = 1), 0),
                coalesce(sum(outcome = 2), 0), coalesce(sum(outcome = 3), 0),
                coalesce(sum(outcome = 4), 0), coalesce(sum(pending), 0)
            FROM person
            """)
        var found = VerificationCounts()
        guard try counts.step() else { return found }
        found.persons = counts.integer(0)
        found.asked = counts.integer(1)
        found.matched = counts.integer(2)
        found.mismatched = counts.integer(3)
        found.notFound = counts.integer(4)
        found.unavailable = counts.integer(5)
        found.pending = counts.integer(6)
        found.dossiersCovered =
            try db.integer("SELECT count(*) FROM dossier WHERE person IS NOT NULL") ?? 0
        return found
    }

    /// The first column of the first row.
    private func row(_ sql: String, _ parameters: Int64...) throws(SQLiteError) -> Int64? {
        let statement = try db.prepare(sql)
        for (index, parameter) in parameters.enumerated() {
            statement.bind(Int32(index + 1), parameter)
        }
        return try statement.step() ? statement.optionalInteger(0) : nil
    }
}
