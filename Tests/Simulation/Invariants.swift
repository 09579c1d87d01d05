internal import Capture
internal import Dossiers
internal import LienThong
internal import Operating
internal import Outbox
internal import SQLite
internal import Sandbox
internal import Wire

/// A promise that was broken, with where to look.
package struct Broken: Error {
    package var promise: String
    /// The dossier concerned; empty when it is about none.
    package var code = ""
    package var destination = ""

    var text: String {
        [promise, destination, code].filter { !$0.isEmpty }.joined(separator: " · ")
    }
}

/// What must hold at every moment, and what must hold once faults have stopped.
struct Invariants {
    let world: World
    let oracle: WorldOracle

    /// What ought to become of a dossier: by the oracle, unless nobody can read it.
    func verdict(_ dossier: SourceDossier) -> Oracle.Verdict {
        world.office.unreadable.contains(dossier.key.rawValue)
            ? .held(.codeUnreadable) : oracle.verdict(dossier, isSecond: world.usesSecond)
    }

    // MARK: At every moment

    /// No breach of a contract that the world did not provoke; nothing twice; no order broken.
    func check() throws {
        if let broken = world.hearing.broken { throw broken }
        for site in world.sites {
            if let broken = site.meter.broken { throw broken }
            if site.brokenKey != nil {
                throw Broken(
                    promise: "an idempotency key came with other content", destination: site.name)
            }
            for violation in site.portal.violations.latest where !isProvoked(violation, site) {
                throw Broken(
                    promise: "a contract is broken: \(violation.rule.rawValue) \(violation.field)",
                    code: violation.code, destination: site.name)
            }
        }
    }

    /// What a careful client cannot avoid.
    private func isProvoked(_ violation: Violation, _ site: PortalSite) -> Bool {
        switch violation.rule {
        // Whoever creates first learns of the dossier by being told that it exists; and what a lost answer
        // has left is found out in the same way.
        case .createOfExisting, .updateOfMissing: true
        // Signed with a clock that is wrong.
        case .timestamp: world.plan.jumps != nil || world.plan.sharedJumps != nil
        // That it has lost the dossier is learnt by telling it a step.
        case .progressBeforeHeader: site.mislaid.contains(violation.code)
        // Two steps that read the same are two; `checkProgress` counts them.
        case .duplicateStep: world.plan.office.twins > 0
        default: false
        }
    }

    /// Progress as it stands at a portal: each step once, each in its order.
    func checkProgress() throws {
        try checkTold()
        try checkParked()
        for site in world.sites where PortalSite.holdsDossiers(site.name) {
            for line in site.holdings() {
                guard let held = HeldRecord(line: line) else {
                    throw Broken(promise: "the portal's listing is unreadable")
                }
                try checkProgress(held, site)
            }
        }
    }

    private func checkProgress(_ held: HeldRecord, _ site: PortalSite) throws {
        if site.mislaid.contains(held.code) { return }
        guard let key = world.office.keysByCode[held.code] else {
            throw Broken(
                promise: "the portal holds a dossier that was never committed", code: held.code,
                destination: site.name)
        }
        // What was told of a past that is no more stays told.
        if world.office.forked.contains(key) { return }
        // What was given up leaves a gap.
        if world.operators.discarded.contains(Operators.lane(site.name, held.code)) { return }
        let commits = world.office.stepCommits[key] ?? [:]
        let steps = (world.office.committed[key] ?? world.office.gone[key])?.steps ?? []
        // `Xử lý bước N` names the step; performed_at orders it. Steps that read the same count together.
        var places: [String: Int] = [:]
        var found: [String: Int] = [:]
        let ever = Dictionary(grouping: steps) { $0[.content] ?? "" }.mapValues(\.count)
        for (place, row) in held.record.progress.enumerated() {
            let name = row[5]
            places[name] = places[name] ?? place
            found[name, default: 0] += 1
            guard found[name] ?? 0 <= max(1, ever[name] ?? 0) else {
                throw Broken(
                    promise: "a step was delivered twice (\(name))", code: held.code,
                    destination: site.name)
            }
        }
        let ordered = steps.sorted {
            ($0[.performedAt] ?? "", Int($0[.stepId] ?? "") ?? 0)
                < ($1[.performedAt] ?? "", Int($1[.stepId] ?? "") ?? 0)
        }
        for (index, early) in ordered.enumerated() {
            let earlyCommit = commits[early[.stepId] ?? ""] ?? 0
            for late in ordered[(index + 1)...] {
                guard early[.content] != late[.content],
                    earlyCommit <= commits[late[.stepId] ?? ""] ?? 0,
                    let second = places[late[.content] ?? ""]
                else { continue }
                guard let first = places[early[.content] ?? ""], first < second else {
                    throw Broken(
                        promise:
                            "step \(late[.stepId] ?? "") was delivered without or before step \(early[.stepId] ?? "")",
                        code: held.code, destination: site.name)
                }
            }
        }
    }

    // MARK: At the end

    /// True when nothing is left to be done.
    func isSettled() throws -> Bool {
        guard let life = world.life, life.works.board.capture?.isCaughtUp == true,
            life.engine.isDrained || world.plan.pressure.lost != nil
        else { return false }
        let report = try StoreReader(directory: world.directory, vfs: world.vfs.name)
            .status(now: world.clock.now.wall)
        return report.writeBacksWaiting == 0 && report.openRequests == 0
            && report.deletions.suspected == 0 && report.deletions.alarm == nil
            && report.destinations.allSatisfy { isDone($0) }
    }

    /// Nothing is owed, but to a destination that is gone for good.
    private func isDone(_ lane: LaneReport) -> Bool {
        lane.waiting == 0 || lane.destination == world.plan.pressure.lost
    }

    /// What is still owed, for a message.
    func leftovers() throws -> Broken? {
        guard let life = world.life else { return Broken(promise: "the daemon does not run") }
        if let trouble = life.engine.trouble {
            return Broken(
                promise: "the store is in trouble long after faults stopped: \(trouble.code)")
        }
        let reader = try StoreReader(directory: world.directory, vfs: world.vfs.name)
        let report = try reader.status(now: world.clock.now.wall)
        for lane in report.destinations where !isDone(lane) {
            for key in world.office.keys {
                let code = world.office.code(key)
                guard let story = try reader.dossier(DossierCode(code)),
                    let owed = story.lanes.first(where: {
                        $0.destination == lane.destination && !$0.deliveries.isEmpty
                    })?.deliveries.first
                else { continue }
                let cause = owed.cause.map { ", \($0.rawValue)" } ?? ""
                return Broken(
                    promise:
                        "not delivered long after faults stopped: \(owed.operation.name) \(owed.state)\(cause), due in \((owed.dueAt.milliseconds - report.at.milliseconds) / 1000) s, attempts \(owed.attempts)",
                    code: code, destination: lane.destination)
            }
            return Broken(
                promise:
                    "not delivered long after faults stopped: due \(lane.due) later \(lane.later) behind \(lane.behind) uncertain \(lane.uncertain) parked \(lane.parked)",
                destination: lane.destination)
        }
        if report.deletions.alarm != nil { return Broken(promise: "an alarm does not end") }
        if report.deletions.suspected > 0 {
            return Broken(promise: "a row that was missed is not looked for again")
        }
        if report.openRequests > 0 { return Broken(promise: "a resync request does not end") }
        if report.writeBacksWaiting > 0 { return Broken(promise: "answers are not written back") }
        if life.works.board.capture?.isCaughtUp != true {
            return Broken(promise: "capture never catches up")
        }
        return Broken(promise: "couriers never come to rest")
    }

    func checkEnd() throws {
        try check()
        try checkProgress()
        try checkHoldings()
        try checkDeletions()
        try checkLedger()
        try checkGroups()
        try checkAnswers()
        try checkStore()
    }

    private func checkHoldings() throws {
        let reader = try StoreReader(directory: world.directory, vfs: world.vfs.name)
        for site in world.sites where PortalSite.holdsDossiers(site.name) && !site.isLost {
            var held: [String: HeldRecord] = [:]
            for line in site.holdings() {
                if let record = HeldRecord(line: line) { held[record.code] = record }
            }
            for key in world.office.keys {
                guard let dossier = world.office.shown(key) else { continue }
                try checkDossier(dossier, held[world.office.code(key)], site, reader)
            }
        }
    }

    private func checkDossier(
        _ dossier: SourceDossier, _ held: HeldRecord?, _ site: PortalSite, _ reader: StoreReader
    ) throws {
        let code = dossier.header[.code] ?? ""
        func broken(_ promise: String) -> Broken {
            Broken(promise: promise, code: code, destination: site.name)
        }
        guard let story = try reader.dossier(DossierCode(code)) else {
            // What could never be read is known by its key alone.
            if world.office.unreadable.contains(dossier.key.rawValue) { return }
            throw broken("a committed dossier is unknown to the store")
        }
        let hold = story.rows.first?.hold
        switch verdict(dossier) {
        case .held(let reason):
            if hold == nil { throw broken("not held, though it ought to be: \(reason.rawValue)") }
        case .expected(let record):
            if let hold { throw broken("held without reason: \(hold.rule.rawValue) \(hold.field)") }
            let lane = Operators.lane(site.name, code)
            if world.operators.discarded.contains(lane) { return }
            let isMislaid = site.mislaid.contains(code)
            if isMislaid, !world.plan.pressure.resyncsLost { return }
            guard let held else { throw broken("a committed dossier is not at the portal") }
            var found = held
            // Steps that were told and lost there are not told again.
            if isMislaid || world.office.forked.contains(dossier.key.rawValue) {
                found.record.progress = record.progress
            }
            forgive(&found, record, world.office.rewritten[dossier.key.rawValue] ?? [])
            // The order of steps that were committed late is judged by `checkProgress`.
            found.record.progress.sort { $0.lexicographicallyPrecedes($1) }
            var expected = record
            expected.progress.sort { $0.lexicographicallyPrecedes($1) }
            let fields = RecordDifference.fields(expected: expected, found: found)
            guard fields.isEmpty else {
                throw broken("the portal holds something else: \(fields.joined(separator: ", "))")
            }
        }
    }

    /// A step that was corrected after it was sent stays at the portal as it was.
    private func forgive(_ found: inout HeldRecord, _ expected: PortalRecord, _ names: Set<String>)
    {
        for index in found.record.progress.indices {
            let name = found.record.progress[index][5]
            guard names.contains(name), let row = expected.progress.first(where: { $0[5] == name })
            else { continue }
            found.record.progress[index] = row
        }
    }

    /// Every applicant of a delivered dossier was asked about, and the office has the true answer.
    private func checkAnswers() throws {
        if world.plan.pressure.lost == "population" { return }
        for key in world.office.keys {
            guard let dossier = world.office.shown(key) else { continue }
            guard case .expected = verdict(dossier),
                let citizen = world.acts.citizens.first(where: {
                    $0.number == dossier.header[.identityNumber]
                })
            else { continue }
            let code = world.office.code(key)
            if world.operators.discarded.contains(where: { $0.hasPrefix("population/") }) { return }
            guard let answer = world.office.answers[key] else {
                throw Broken(promise: "no answer about the applicant was written back", code: code)
            }
            if !truths(of: citizen).contains(answer.name) {
                throw Broken(
                    promise: "the answer about the applicant is \(answer.name), which is not so",
                    code: code)
            }
        }
    }

    private func truths(of citizen: CaseMaker.Citizen) -> [String] {
        if !citizen.isPresent { return ["notFound"] }
        // A lookup by all that was said finds nobody when something differs.
        return citizen.name == citizen.registeredName ? ["matched"] : ["mismatched", "notFound"]
    }

    private func checkStore() throws {
        let reader = try StoreReader(directory: world.directory, vfs: world.vfs.name)
        let ledger = try reader.verifyLedger()
        if ledger.brokenAt != nil { throw Broken(promise: "the ledger does not verify") }
        let db = try Database(
            path: "\(world.directory)/state.sqlite", mode: .readOnly, vfs: world.vfs.name)
        let verdict = try db.text("PRAGMA integrity_check") ?? ""
        if verdict != "ok" { throw Broken(promise: "the store is damaged: \(verdict.prefix(200))") }
        if let damage = try reader.findDamage() { throw Broken(promise: "the store: \(damage)") }
        let doubles = try db.integer(
            """
            SELECT count(*) FROM (SELECT 1 FROM lane GROUP BY destination, code HAVING count(*) > 1)
            """)
        if doubles != 0 { throw Broken(promise: "a dossier has two lanes to a destination") }
        let wrong = try db.integer(
            """
            SELECT count(*) FROM lane
            WHERE owed <> (SELECT count(*) FROM delivery WHERE delivery.id >> 28 = lane.id)
            """)
        if wrong != 0 { throw Broken(promise: "a lane owes more or less than there is") }
        let confirmed = try db.integer(
            """
            SELECT count(*) FROM flight WHERE confirmed <> (SELECT count(*) FROM lane
                WHERE lane.destination = flight.destination AND lane.confirmed >= coalesce(
                    (SELECT CAST(CAST(value AS TEXT) AS INTEGER) FROM meta
                     WHERE name = 'generation'), 1))
            """)
        if confirmed != 0 { throw Broken(promise: "confirmed lanes are not counted right") }
    }
}
