package import Dossiers
internal import SQLite
internal import Wire

extension StoreReader {
    /// The whole story of a dossier code; nil when the store has never met it.
    ///
    /// A dossier that is no source row any more still has its lanes.
    package func dossier(_ code: DossierCode) throws -> DossierStory? {
        try snapshot {
            let known = try dossierRows(code.rawValue)
            let rows = try known.map(sourceStory)
            let lanes = try laneStories(code.rawValue, rows: known)
            guard !rows.isEmpty || !lanes.isEmpty else { return nil }
            return DossierStory(code: code.rawValue, rows: rows, lanes: lanes)
        }
    }

    private func dossierRows(_ code: String) throws -> [DossierRow] {
        let columns = DossierTable.columns
        let query = try db.prepare(
            """
            SELECT \(columns) FROM dossier WHERE code = ?1 AND owns_code = 1
            UNION ALL
            SELECT \(columns) FROM dossier WHERE code = ?1 AND owns_code = 0
            LIMIT 100
            """)
        query.bind(1, code)
        var found: [DossierRow] = []
        while try query.step() { found.append(DossierTable.read(query)) }
        return found
    }

    private func sourceStory(_ row: DossierRow) throws -> SourceStory {
        SourceStory(
            sourceKey: row.sourceKey, firstSeenAt: row.firstSeenAt, changedAt: row.changedAt,
            hold: row.hold, heldSince: row.heldSince, deletion: try deletion(of: row.sourceKey),
            remarks: RemarkText.read(row.remarks),
            person: try row.person.flatMap { try personStory($0) })
    }

    private func personStory(_ id: Int64) throws -> PersonStory? {
        guard let person = try PersonTable(db).find(id) else { return nil }
        let dossiers = try db.integer("SELECT count(*) FROM dossier WHERE person = \(id)") ?? 0
        return PersonStory(
            person: id, verification: person.verification, settledAt: person.settledAt,
            validUntil: person.validUntil, isPending: person.isPending, asked: person.asked,
            dossiers: dossiers)
    }

    private func laneStories(_ code: String, rows: [DossierRow]) throws -> [LaneStory] {
        let owned = try rows.first(where: \.ownsCode)?.lanes ?? StrayTable(db).find(code)
        let destinations = try db.prepare("SELECT id, name FROM destination ORDER BY name")
        let lanes = try LaneTable(db)
        let generation = try GenerationBook(meta: MetaTable(db)).report().generation
        var found: [LaneStory] = []
        while try destinations.step() {
            guard let id = owned[destinations.integer(0)], let lane = try lanes.find(id) else {
                continue
            }
            found.append(
                LaneStory(
                    destination: destinations.text(1) ?? "", revision: lane.revision,
                    existence: lane.met < generation ? .unknown : lane.existence,
                    isConfirmed: lane.confirmed >= generation,
                    steps: lane.steps.count / StepMark.length,
                    stepsOwed: try DoubtStatements(db).owedSteps(lane),
                    stateRevision: lane.stateRevision,
                    acknowledgedRevision: lane.acknowledgedRevision,
                    waitsUntil: lane.awaitsUntil, statusWait: lane.statusWait,
                    statusWaitSince: lane.statusWaitSince, deliveries: try deliveries(of: lane),
                    ledger: try ledgerLines(endingAt: lane.lastLine)))
        }
        return found
    }

    private func deliveries(of lane: Lane) throws -> [DeliveryStory] {
        let flying = try ClaimTable(db).flights()[lane.destination]?.deliveries ?? []
        var found: [DeliveryStory] = []
        let words = try wordsTable()
        for operation in lane.isOfQuestions ? [Operation.verify] : [.state, .history] {
            try deliveries(operation, of: lane, flying: flying, words, into: &found)
        }
        return found
    }

    private func deliveries(
        _ operation: Operation, of lane: Lane, flying: Set<Int64>, _ words: WordsTable,
        into found: inout [DeliveryStory]
    ) throws {
        let query = try db.prepare(
            """
            SELECT place, doubt, recorded_at, coalesce(length(steps), 0)
            FROM \(operation.table) WHERE place BETWEEN ?1 AND ?2 ORDER BY place LIMIT 200
            """)
        query.bind(1, DeliveryNumber.places(of: lane.id).lowerBound)
        query.bind(2, DeliveryNumber.places(of: lane.id).upperBound)
        while try found.count < 200 && query.step() {
            let owed = Owed(
                DeliveryNumber.number(of: operation, at: query.integer(0)),
                isDoubtful: query.integer(1) == 1,
                recordedAt: Timestamp(milliseconds: query.integer(2)), in: lane)
            let isHead = lane.head?.delivery == owed.id
            found.append(
                DeliveryStory(
                    id: owed.id, operation: owed.operation, revision: owed.revision,
                    state: owed.state, isInFlight: flying.contains(owed.id),
                    isBacklog: owed.isBacklog, dueAt: owed.dueAt, attempts: owed.attempts,
                    recordedAt: owed.recordedAt, cause: owed.cause,
                    answerCode: isHead ? lane.head?.answer ?? "" : "",
                    stepCount: Int(query.integer(3)) / CarriedStep.length,
                    saying: isHead ? try words.find(owed.id) : nil))
        }
    }

    /// The last 500 lines of a lane, oldest first: each line knows the one before it.
    private func ledgerLines(endingAt last: Int64) throws -> [LedgerLine] {
        let query = try LedgerQuery(db, where: "g.seq = ?1")
        var found: [LedgerLine] = []
        var next = last
        while next > 0, found.count < 500 {
            guard let (line, previous) = try query.first(binding: next) else { break }
            found.append(line)
            next = previous
        }
        return found.reversed()
    }
}
