import Foundation
import Glibc
import Outbox
import TestSupport
import Wire

/// Thousands of lives of the daemon, each ended by `SIGKILL` at a chosen system call, while the office works
/// and the portal loses answers and honours no keys. After each round both ends are compared.
final class CrashMatrix {
    /// Patience for machines: a life lasts less than a second.
    private static let delivery = """
        { timeout: "500ms", quietDelay: "400ms", retryBudget: { share: 1, reserve: 100000 },
          backoff: { base: "50ms", cap: "300ms" },
          breaker: { pause: "100ms", pauseCap: "300ms", refusalPause: "200ms", refusalPauseCap: "400ms",
            loginPause: "200ms", loginPauseCap: "400ms" } }
        """
    private static let faults = #"{"drop_after":0.05,"delay":0.2,"delay_ms":120}"#
    /// A life that reaches its point no sooner ends at this age, in seconds.
    private static let longest = 1.5
    /// Rounds on one road: then a new store is begun, so that its making is killed as well.
    private static let roundsPerRoad = 8

    private let options: TortureOptions
    private let seed: Int
    private let started = ContinuousClock.now
    private var chance: SeededChance
    private var points = CrashPoint.sequence()
    private var road: TortureRoad
    private var report: CrashReport
    /// The last line of the road's ledger and the portal's calls, when the latest life had ended.
    private var lines: Int64 = 0
    private var arrivals = 0

    init(_ options: TortureOptions) throws {
        self.options = options
        seed = try options.count("seed", Int(getpid()))
        chance = SeededChance(seed: seed)
        report = CrashReport(seed: seed, folder: options.folder)
        guard access("/usr/bin/strace", X_OK) == 0 else {
            throw Unmet(description: "strace is missing; install it with: apt-get install strace")
        }
        try FileManager.default.createDirectory(
            atPath: options.folder, withIntermediateDirectories: true)
        road = try CrashMatrix.makeRoad(options, seed: seed)
    }

    private static func makeRoad(_ options: TortureOptions, seed: Int) throws -> TortureRoad {
        let road = try TortureRoad(
            RoadPlan(
                isPostgres: false, dossiers: try options.count("dossiers", 60),
                seed: seed % 100_000, config: options.config, diskGigabytes: nil,
                logLevel: "debug", poll: "50ms", mappings: "200ms",
                delivery: CrashMatrix.delivery))
        try road.startPortal([
            "keys=ignored", "session_seconds=20", "code_spelling=mixed", "exists_code=mixed",
            "step_order=call",
        ])
        return road
    }

    private func renew(_ seed: Int) throws {
        road = try CrashMatrix.makeRoad(options, seed: seed)
        lines = 0
        arrivals = 0
    }

    private var now: Double { (ContinuousClock.now - started) / .seconds(1) }

    /// True when nothing was found.
    func run() throws -> Bool {
        let cycles = try options.count("cycles", 5000)
        let perRound = max(1, try options.count("round", 50))
        let end = 60 * (try options.number("minutes", 100))
        defer {
            report.write(seconds: now)
            Out.line(report.text(seconds: now))
        }
        while report.cycles < cycles, now < end, report.findings.count < 10 {
            if report.rounds > 0, report.rounds % CrashMatrix.roundsPerRoad == 0 {
                try renew(seed + report.rounds)
            }
            try round(min(perRound, cycles - report.cycles))
        }
        return report.findings.isEmpty
    }

    private func round(_ kills: Int) throws {
        try road.portal?.set(CrashMatrix.faults)
        let office = try road.startOffice(rate: 20)
        for _ in 0..<kills {
            try Torture.demandLife()
            try cycle(points.next())
        }
        office.signal(SIGTERM)
        _ = office.wait(within: 20)
        office.stop(SIGKILL)
        try road.portal?.set(#"{"drop_after":0,"delay":0}"#)
        try settle()
        try judge()
        _ = try look()
    }

    // MARK: One life

    private func cycle(_ point: CrashPoint) throws {
        let daemon = try start(point)
        var isReached = false
        switch point.place {
        case .callOfStopping(let call):
            usleep(UInt32.random(in: 150_000...500_000, using: &chance))
            isReached = try stop(daemon, atCall: call, number: point.number)
        case .moment:
            usleep(UInt32(point.number) * 10_000)
            isReached = daemon.isRunning
        default:
            isReached = daemon.wait(within: CrashMatrix.longest) != nil
        }
        let status = daemon.exitStatus
        daemon.stop(SIGKILL)
        if let status, status != 128 + SIGKILL, status != 0 {
            report.find("cycle \(report.cycles): the daemon ended by itself with \(status)")
        }
        if !isReached { points.wasNotReached(point) }
        report.count(
            isReached ? point.name : "\(point.name), not reached",
            try look())
    }

    /// The daemon under `strace`, which kills it; the id is the daemon's own.
    private func start(_ point: CrashPoint) throws -> Child {
        var words: [String] = []
        switch point.place {
        case .call(let call):
            words = [
                "-e", "trace=\(call)", "-e", "inject=\(call):signal=KILL:when=\(point.number)",
            ]
        case .logLine:
            words = [
                "-P", road.scratch.file("daemon.log"), "-e", "trace=write", "-e",
                "inject=write:signal=KILL:when=\(point.number)",
            ]
        case .callOfStopping, .moment: return try road.startDaemon()
        }
        let program = try Program.path.get()
        return try Child(
            ["-D", "-f", "-qq", "-o", "/dev/null"] + words + [program, "run"] + road.options,
            in: road.scratch, program: "/usr/bin/strace", log: road.scratch.file("daemon.log"),
            isBound: true)
    }

    /// Asks a daemon to stop and kills it on the way; false when it was through before.
    private func stop(_ daemon: Child, atCall call: String, number: Int) throws -> Bool {
        let tracer = try Child(
            [
                "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
                "inject=\(call):signal=KILL:when=\(number)", "-p", "\(daemon.id)",
            ], in: road.scratch, program: "/usr/bin/strace", isBound: true)
        defer {
            daemon.stop(SIGKILL)
            _ = tracer.wait(within: 5)
            tracer.forget()
        }
        let deadline = now + 2
        while !isTraced(daemon.id), daemon.isRunning, tracer.isRunning, now < deadline {
            usleep(1000)
        }
        // On a busy machine it may not have come so far yet: then SIGTERM ends it as any other program.
        while !takesOrders(daemon.id), daemon.isRunning, now < deadline + 10 { usleep(1000) }
        daemon.signal(SIGTERM)
        _ = daemon.wait(within: 5)
        return daemon.exitStatus == 128 + SIGKILL
    }

    private func isTraced(_ id: pid_t) -> Bool {
        !Scratch.text("/proc/\(id)/status").contains("TracerPid:\t0\n")
    }

    /// Whether the process keeps SIGTERM for itself, as the daemon does from the beginning of its work on. A thread
    /// that waits for signals shows none as blocked; the others do.
    private func takesOrders(_ id: pid_t) -> Bool {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")) ?? []
        return tasks.contains { task in
            let lines = Scratch.text("/proc/\(id)/task/\(task)/status").split(separator: "\n")
            let blocked = lines.first { $0.hasPrefix("SigBlk:") }?.split(separator: "\t").last
            let mask = blocked.flatMap { UInt64($0, radix: 16) } ?? 0
            return mask & (1 << UInt64(SIGTERM - 1)) != 0
        }
    }

    // MARK: Looking

    /// What the dead process left: how many deliveries were claimed, and how many calls of its life had arrived
    /// at the portal without a line in the ledger that settles them.
    ///
    /// Reads a copy: a look at the store itself would do the recovery that the next start has to do.
    private func look() throws -> CrashReport.Scene {
        let copy = road.scratch.file("look")
        mkdir(copy, 0o700)
        for name in ["state.sqlite", "state.sqlite-wal"] {
            unlink("\(copy)/\(name)")
            try? FileManager.default.copyItem(
                atPath: "\(road.state)/\(name)", toPath: "\(copy)/\(name)")
        }
        unlink("\(copy)/state.sqlite-shm")
        let services = try road.portal?.counters()["by_service"] ?? .null
        let calls = services.count("DongBoHoSoMC") + services.count("CapNhatTienDoHoSoMC")
        defer { arrivals = calls }
        guard let reader = try? StoreReader(directory: copy),
            let status = try? reader.status(now: WallClock.system.now().wall)
        else { return CrashReport.Scene(claimed: 0, unsettled: 0, hasStore: false) }
        let added = try reader.ledger(after: lines, limit: 1_000_000)
        lines = added.last?.sequence ?? lines
        let settled = added.count { $0.kind == .sent && $0.destination == "portal" }
        let claimed = status.destinations.reduce(0) {
            $0 + ($1.destination == "portal" ? Int($1.inFlight) : 0)
        }
        return CrashReport.Scene(
            claimed: claimed, unsettled: calls - arrivals - settled, hasStore: true)
    }

    // MARK: The end of a round

    /// A last life, undisturbed, until everything is sent; it must stop cleanly.
    private func settle() throws {
        let daemon = try road.startDaemon()
        let began = now
        var restful = 0
        while restful < 4, now < began + 120 {
            guard daemon.isRunning else { break }
            restful = (try? road.isAtRest()) == true ? restful + 1 : 0
            usleep(150_000)
        }
        if restful < 4 { report.find("round \(report.rounds): no rest within 120 s") }
        daemon.signal(SIGTERM)
        if daemon.wait(within: 30)?.status != 0 {
            report.find("round \(report.rounds): the daemon did not stop cleanly")
        }
    }

    private func judge() throws {
        let comparison = try road.compare()
        let counters = try road.portal?.counters() ?? .null
        let ledger = try road.verifyLedger()
        let lanes = try road.status()["store"]?["destinations"]?.items ?? []
        let portal = lanes.first { $0["destination"]?.text == "portal" } ?? .null
        let round = report.rounds
        report.rounds += 1
        report.dossiers += comparison.count("equal")
        report.steps += comparison.count("steps")
        report.ledgerLines += Int(ledger.lines)
        var wrongs: [String] = []
        if comparison["clean"] != .bool(true) { wrongs.append("the ends differ") }
        let repeated = comparison.count("repeated_steps")
        if repeated > 0 { wrongs.append("\(repeated) steps came twice") }
        let violations = counters.count("violations")
        if violations > 0 { wrongs.append("\(violations) violations") }
        if let line = ledger.brokenAt { wrongs.append("ledger broken at \(line)") }
        if portal.count("parked") > 0 { wrongs.append("\(portal.count("parked")) parked") }
        for wrong in wrongs { report.find("round \(round): \(wrong)") }
        if !wrongs.isEmpty {
            report.keepEvidence(
                road, comparison: comparison, violations: try road.portal?.violations() ?? .null)
            // What is wrong once stays wrong: a new road tells whether it happens again.
            try renew(seed + 7919 * report.rounds)
        }
        unlink(road.scratch.file("daemon.log"))
        Out.line(
            "[\(Int(now)) s] round \(round): cycles \(report.cycles), kills \(report.kills), equal "
                + "\(comparison.count("equal")) of \(comparison.count("dossiers")), repeated \(repeated), violations "
                + "\(violations), ledger \(ledger.lines) lines, findings \(report.findings.count)")
        report.write(seconds: now)
    }
}
