internal import LienThong
internal import Outbox
internal import Sandbox
internal import Wire

/// One seed, from its plan to its verdict.
package struct Run: Sendable {
    package let seed: UInt64
    package let size: Plan.Size
    /// Over everything that happened: two runs of a seed agree.
    package private(set) var hash: UInt64 = 0
    package private(set) var totals = Totals()
    /// What was violated, when and the story behind it; empty when every promise held.
    package private(set) var verdict: [String] = []

    /// Faults have stopped by then; what is owed must be done within this much virtual time.
    static let patience: Int64 = 6 * 3_600_000

    package init(
        seed: UInt64, size: Plan.Size = .usual, scene: Scene, isVerbose: Bool = false,
        promises: Set<Promise> = Promise.kept
    ) {
        self.seed = seed
        self.size = size
        do {
            let world = try World(
                Plan(seed: seed, size: size, promises: promises), scene: scene,
                isVerbose: isVerbose)
            do {
                try Run.live(world, scene)
            } catch let broken as Broken {
                verdict = Run.tell(broken, world, size)
            } catch {
                verdict = Run.tell(Broken(promise: "unforeseen: \(error)"), world, size)
            }
            hash = world.trace.hash
            totals.add(world)
        } catch {
            verdict = ["the world cannot be made: \(error)"]
        }
    }

    package static func command(seed: UInt64, _ size: Plan.Size, _ promises: Set<Promise>) -> String
    {
        let sizeWord = size == .usual ? "" : " --\(size.rawValue)"
        let names = promises.map(\.rawValue).sorted().joined(separator: ",")
        let held = promises == Promise.kept ? "" : " --promises \(names)"
        return "replay: swift run simulate --seed \(seed)\(sizeWord)\(held) --verbose"
    }

    private static func live(_ world: World, _ scene: Scene) throws {
        let oracle = try WorldOracle(scene: scene, table: world.plan.table)
        let invariants = Invariants(world: world, oracle: oracle)
        try world.run(until: Int64(world.plan.hours * 3_600_000)) {
            try invariants.check()
            let isDue = world.plan.theme != nil || world.clock.elapsed / 60_000 % 20 == 0
            if isDue { try invariants.checkProgress() }
            try invariants.checkFresh()
            try invariants.checkTroubleTold()
            try invariants.checkFreshAtLimit()
            if world.plan.waits { try invariants.checkWaiting() }
            return false
        }
        if world.life != nil, !world.disk.isFrozen { try invariants.checkHeard() }
        world.calm()
        if world.plan.pressure.restartsAtEnd { world.stop() }
        if world.plan.promises.contains(.release) { try comeBack(world, invariants) }
        if world.plan.office.sweep > 0 {
            // A round that began when all was calm finds what nothing else can: the last one ends, one
            // rests, one goes round.
            try world.run(until: world.clock.elapsed + 3 * world.plan.office.sweep + 300_000) {
                try invariants.check()
                return false
            }
        }
        if world.plan.pressure.resyncsLost {
            try world.operators.resyncAll(
                directory: world.directory, vfs: world.vfs.name, now: world.clock.now.wall)
        }
        let deadline = world.clock.elapsed + patience
        var retries = 0
        while world.clock.elapsed < deadline {
            try world.run(until: min(deadline, world.clock.elapsed + 1_200_000)) {
                try invariants.check()
                return try invariants.isSettled()
            }
            if try invariants.isSettled() { break }
            // What was parked for a cause waits for somebody; here he comes.
            if retries < 6, world.life != nil {
                retries += 1
                try world.operators.attend(
                    directory: world.directory, vfs: world.vfs.name, now: world.clock.now.wall)
            }
        }
        if !(try invariants.isSettled()), let left = try invariants.leftovers() { throw left }
        // Capture that claims to have caught up has nothing new to find.
        try invariants.checkEnd()
        world.endLife()
    }

    /// Everything is well from now on: what waited for that goes, whether anybody looks after it or not.
    private static func comeBack(_ world: World, _ invariants: Invariants) throws {
        guard world.plan.theme != nil, world.plan.losses == nil else { return }
        let patience = try invariants.returnPatience()
        try world.run(until: world.clock.elapsed + patience) {
            try invariants.check()
            return try invariants.isSettled()
        }
        try invariants.checkReturned(after: patience)
    }

    private static func tell(_ broken: Broken, _ world: World, _ size: Plan.Size) -> [String] {
        var lines = [
            "violated: \(broken.text)",
            "at: \(Trace.time(world.clock.elapsed)) (virtual), seed \(world.plan.seed)",
            world.plan.themes.isEmpty
                ? "" : "themes: " + world.plan.themes.map(\.rawValue).joined(separator: ", "),
            command(seed: world.plan.seed, size, world.plan.promises),
        ]
        let story =
            broken.code.isEmpty ? world.trace.tail(60) : world.trace.story(of: broken.code)
        lines += story.map { "  " + $0 }
        return lines
    }
}

/// What many runs amount to.
package struct Totals: Sendable {
    package var runs = 0
    package var virtualMilliseconds: Int64 = 0
    package var steps = 0
    package var dossiers = 0
    package var requests = 0
    package var crashes = 0
    package var starts = 0
    package var commits = 0
    package var faults: [String: Int] = [:]

    package init() {}

    mutating func add(_ world: World) {
        runs += 1
        virtualMilliseconds += world.clock.elapsed
        steps += world.steps
        dossiers += world.office.keys.count
        requests += world.network.sent
        crashes += world.crashes
        starts += world.starts
        commits += world.disk.syncs
        for (name, count) in world.network.faults { faults[name, default: 0] += count }
        for site in world.sites {
            for (name, count) in site.portal.faultCounts { faults[name, default: 0] += count }
        }
        faults["disk", default: 0] += world.disk.faults
        faults["operator", default: 0] += world.operators.acts
        faults["store lost or restored", default: 0] += world.losses
        faults["storm", default: 0] += world.sites.reduce(0) { $0 + $1.storms }
        for site in world.sites {
            for (mood, count) in site.moods { faults["mood \(mood.rawValue)", default: 0] += count }
        }
        faults["source put back", default: 0] += world.office.forks
        faults["silent change", default: 0] += world.office.silent
        faults["deleted row", default: 0] += world.office.deleted
    }

    package mutating func add(_ other: Totals) {
        runs += other.runs
        virtualMilliseconds += other.virtualMilliseconds
        steps += other.steps
        dossiers += other.dossiers
        requests += other.requests
        crashes += other.crashes
        starts += other.starts
        commits += other.commits
        faults.merge(other.faults, uniquingKeysWith: +)
    }

    package var lines: [String] {
        let kinds = faults.sorted { $0.key < $1.key }.filter { $0.value > 0 }
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return [
            "runs \(runs), virtual hours \(virtualMilliseconds / 3_600_000), steps \(steps)",
            "dossiers \(dossiers), requests \(requests), disk syncs \(commits), starts \(starts), crashes \(crashes)",
            "faults: \(kinds)",
        ]
    }
}
