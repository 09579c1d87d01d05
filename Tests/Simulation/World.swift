internal import Capture
internal import Dossiers
internal import Foundation
internal import Glibc
internal import LienThong
internal import Operating
internal import Outbox
internal import SQLite
internal import Sandbox
internal import Wire

/// One seed's world: an office, three national systems, a network, a disk, operators, and the real daemon
/// between them, in virtual time on one thread.
final class World {
    let plan: Plan
    let clock = VirtualClock()
    let trace: Trace
    let agenda: Agenda
    let office: Office
    let acts: OfficeActs
    let sites: [PortalSite]
    let network: Network
    let disk: Disk
    let vfs: DiskVFS
    let operators: Operators
    let hearing: Hearing
    let scene: Scene
    /// Holds the real files that a store has beside its database.
    let directory: String
    private(set) var life: Life?
    private(set) var crashes = 0
    private(set) var losses = 0
    private var backups: [(at: Int64, files: [String: [UInt8]])] = []
    private(set) var starts = 0
    private(set) var steps = 0
    private(set) var isCalm = false
    var usesSecond = false
    var dieAfterRequests: Int?
    private var restartAt: Int64
    /// When the last life ended.
    private var diedAt: Int64 = 0
    /// When the present life began.
    private(set) var startedAt: Int64 = 0
    private let draw: Draw
    private var fate: Fate?
    private var acknowledged = 0

    init(_ plan: Plan, scene: Scene, isVerbose: Bool) throws {
        self.plan = plan
        self.scene = scene
        func draw(_ stream: UInt64) -> Draw { Draw(seed: plan.seed, stream: stream) }
        let trace = Trace(clock: clock, isVerbose: isVerbose)
        let agenda = Agenda(clock: clock)
        self.trace = trace
        self.agenda = agenda
        office = Office(
            engine: plan.office.engine, hasFeed: plan.office.hasFeed, clock: clock, draw: draw(2),
            trace: trace)
        office.clockGoesBack = plan.sharedJumps != nil
        acts = OfficeActs(office: office, plan: plan, draw: draw(3))
        let people = CaseMaker.people(acts.citizens)
        let clock = clock
        sites = Plan.destinations.enumerated().map { index, name in
            PortalSite(
                name: name, plan: plan.portals[index], people: people,
                seed: plan.seed &+ UInt64(index), clock: clock, trace: trace)
        }
        network = Network(
            plan: plan.network, settings: scene.first.configuration.courierSettings, sites: sites,
            agenda: agenda, clock: clock, draw: draw(4), trace: trace)
        acts.later = { agenda.add(in: $0, $1) }
        disk = Disk(draw: draw(5))
        vfs = DiskVFS(name: "simulation-\(UUID().uuidString)", disk: disk)
        operators = Operators(
            draw: draw(6), office: office, sites: sites, plan: plan, trace: trace)
        hearing = Hearing(citizens: acts.citizens, sites: sites)
        self.draw = draw(7)
        directory = try Scene.makeFolder("lienthong-world")
        restartAt = clock.steady
        fate = Fate(world: self, draw: draw(8))
    }

    deinit {
        life?.kill()
        life = nil
        // Nothing of it matters when it cannot be removed: it lies in the temporary folder.
        try? FileManager.default.removeItem(atPath: directory)
    }

    // MARK: Time

    /// Runs until a moment (elapsed milliseconds) or until the predicate holds.
    func run(until end: Int64, stopWhen isDone: () throws -> Bool = { false }) throws {
        fateBegins()
        var checked = clock.elapsed
        while clock.elapsed < end {
            let next = min(
                agenda.next ?? .max, life?.due ?? restartAt, office.nextCommit ?? .max,
                1_000_000 + end)
            clock.advance(to: next)
            if clock.elapsed >= end { break }
            step()
            if clock.elapsed - checked > 60_000 {
                checked = clock.elapsed
                if try isDone() { return }
            }
        }
    }

    private var hasBegun = false
    private func fateBegins() {
        if !hasBegun { fate?.begin() }
        hasBegun = true
    }

    private func step() {
        steps += 1
        let now = clock.steady
        if let due = office.nextCommit, due <= now {
            office.commitDue()
            if plan.office.notifies { life?.notify() }
        }
        if let due = agenda.next, due <= now {
            agenda.runFirst()
            life?.wake()
        } else if let life {
            if life.due <= now { life.turn() }
        } else if restartAt <= now {
            start()
        }
        if disk.isFrozen || life?.line.isDead == true { crash() }
        if case .over? = life?.phase {
            life = nil
            diedAt = clock.steady
            trace.note("daemon ! stopped")
            restartAt = clock.steady + draw.spread(100...30_000)
        }
    }

    // MARK: The daemon

    private func start() {
        starts += 1
        let composition = scene.composition(plan, isSecond: usesSecond, state: directory)
        do {
            let source = OfficeSource(
                office: office, plan: plan,
                draw: Draw(seed: plan.seed, stream: 1000 &+ UInt64(starts)))
            source.isCalm = isCalm
            let store = try Store.open(
                directory: directory, key: composition.stateKey, now: clock.now.wall,
                witness: plan.losses == nil ? nil : witness, vfs: vfs.name,
                random: { [disk] in disk.random($0) })
            let trace = trace
            let hearing = hearing
            let life = try Life(
                composition, store: store, source: source, network: network, agenda: agenda,
                clock: clock, plan: plan,
                draw: Draw(seed: plan.seed, stream: 500_000 &+ UInt64(starts))
            ) { event in
                hearing.hears(event)
                trace.note(
                    "event \(event.kind.rawValue) \(event.dossier ?? "") \(event.destination ?? "") \(event.operation ?? "") \(event.outcome ?? "") \(event.errorCode ?? "") \(event.answerCode ?? "")"
                )
            }
            life.line.dies = { [unowned self] in
                guard let left = dieAfterRequests else { return false }
                dieAfterRequests = left > 0 ? left - 1 : nil
                return left == 0
            }
            self.life = life
            for trouble in store.openingTroubles { trace.note("daemon ! says \(trouble.code)") }
            for site in sites { site.starts(diedAt: diedAt) }
            if plan.portals.contains(where: \.countsQuestions) { try noteDoubts() }
            startedAt = clock.steady
            trace.note("daemon ! starts")
        } catch {
            let code = (error as? Trouble)?.code ?? "\(type(of: error))"
            trace.note("daemon ! cannot start: \(code)")
            // The service manager tries again.
            restartAt = clock.steady + 5_000
        }
    }

    /// What may have left when the last process ended, by its own account: it may be asked about.
    private func noteDoubts() throws {
        let db = try Database(
            path: "\(directory)/state.sqlite", mode: .readOnly, vfs: vfs.name)
        for site in sites {
            let lanes = try db.prepare(
                """
                SELECT lane.code FROM lane JOIN destination ON destination.id = lane.destination
                WHERE head_state = 2 AND destination.name = ?1
                """)
            lanes.bind(1, site.name)
            var codes: [String] = []
            while try lanes.step() { codes.append(lanes.text(0) ?? "") }
            site.isInDoubt(codes)
        }
    }

    func stop() { life?.stop() }

    func crash() {
        let kind = die()
        crashes += 1
        trace.note("daemon ! crashes (\(kind.rawValue))")
    }

    @discardableResult
    private func die() -> Disk.Crash {
        life?.kill()
        if life != nil { diedAt = clock.steady }
        let kind: Disk.Crash = plan.losesPower && draw.happens(0.5) ? .power : .process
        disk.freeze()
        // The old life's handles are closed while the disk is frozen: a dead process writes nothing.
        life = nil
        disk.crash(kind)
        if kind == .power { clock.boots += 1 }
        restartAt = clock.steady + draw.spread(100...plan.longestPause)
        return kind
    }

    // MARK: The store lost or put back

    var witness: String { "\(directory)/witness.json" }

    /// The operator's backup.
    func backUp() {
        if disk.isFrozen { return }
        backups.append((clock.steady, disk.copy()))
        if backups.count > 4 { backups.removeFirst() }
    }

    /// The disk is gone: nothing is put back, or an older copy; with the witness or without.
    func loseStore(_ plan: Plan.LossPlan) {
        die()
        losses += 1
        for site in sites { site.isForgotten() }
        // What is younger than the witness's pace, and a turn of the loop, cannot be told from what was lost.
        let old = backups.filter { diedAt - $0.at > 1_000 + self.plan.turn }
        let isWhole = old.isEmpty || draw.happens(plan.whole)
        let isWitnessGone = draw.happens(plan.witnessToo)
        if isWitnessGone { unlink(witness) }
        disk.restore(isWhole ? [:] : draw.one(of: old).files)
        trace.note(
            "store ! is \(isWhole ? "lost" : "an older copy")\(isWitnessGone ? ", no witness" : "")"
        )
        guard !isWhole, isWitnessGone else { return }
        // As the handbook has it: nobody but the operator knows.
        while true {
            do {
                let desk = try OperatorDesk(directory: directory, actor: "operator", vfs: vfs.name)
                _ = try desk.distrust(reason: "restored", now: clock.now.wall)
                return
            } catch {
                // A disk that fails now is tried again; it does not fail for ever.
                trace.note("operator ! cannot distrust yet")
                disk.isFull = false
                disk.isLockedByOther = false
            }
        }
    }

    func operatorActs() { operators.act(directory: directory, vfs: vfs.name, now: clock.now.wall) }

    // MARK: The end

    /// From here on nothing goes wrong any more.
    func calm() {
        trace.note("world ! is calm from now on")
        isCalm = true
        fate?.end()
        network.isCalm = true
        disk.errorShare = 0
        disk.isFull = false
        disk.isLockedByOther = false
        disk.crashIn = nil
        dieAfterRequests = nil
        clock.skew = 0
        office.refusesWrites = false
        office.feed.isBlind = false
        for site in sites { site.calm() }
        life?.source.isCalm = true
        if plan.pressure.restartsAtEnd { usesSecond = plan.office.mendsAll || usesSecond }
        acts.mendAll()
    }

    func endLife() { crash() }
}
