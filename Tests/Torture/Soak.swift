import Foundation
import Glibc
import Outbox
import TestSupport
import Wire

/// Hours of work with a fault every ten seconds; every round ends with a comparison of both ends.
///
/// One thread: everything that waits, waits in ``watch(_:until:)``, which samples and supervises meanwhile.
final class Soak {
    static let delivery = """
        { timeout: "5s", quietDelay: "3s", retryBudget: { share: 1, reserve: 1000 },
          backoff: { base: "200ms", cap: "5s" },
          breaker: { pause: "1s", pauseCap: "5s", refusalPause: "1s", refusalPauseCap: "5s",
            loginPause: "1s", loginPauseCap: "5s" } }
        """

    let options: TortureOptions
    let road: TortureRoad
    let started = ContinuousClock.now
    var report = SoakReport()
    var chance: SeededChance
    var daemon: Child?
    private var life = 0
    private var lifeBegan = 0.0
    private(set) var office: Child?
    private var rate: Double?
    private var sampledAt = -100.0
    private var toldAt = 0.0
    private var startAt: Double?
    /// The daemon's end by our hand, which is no finding.
    var isKilled = false
    /// Until then the daemon may end by itself: its disk or its credentials are spoilt.
    var excusedUntil = 0.0
    private var delivered = 0
    var isCalm = true

    init(_ options: TortureOptions) throws {
        self.options = options
        let seed = try options.count("seed", Int(getpid()))
        chance = SeededChance(seed: seed)
        report.seed = seed
        report.folder = options.folder
        try FileManager.default.createDirectory(
            atPath: options.folder, withIntermediateDirectories: true)
        road = try TortureRoad(
            RoadPlan(
                isPostgres: options.text("database") != "sqlite",
                dossiers: try options.count("dossiers", 40_000), seed: seed % 100_000,
                config: options.config,
                // Mounting takes root; without it the disk is never filled.
                diskGigabytes: getuid() == 0 ? 24 : nil, delivery: Soak.delivery))
        report.plan = road.plan
    }

    var now: Double { (ContinuousClock.now - started) / .seconds(1) }

    func say(_ text: String) { Out.line(String(format: "[%6.0fs] ", now) + text) }

    /// True when nothing was found.
    func run() throws -> Bool {
        defer { keep() }
        try road.startPortal([
            "keys=ignored", "session_seconds=60", "code_spelling=mixed", "exists_code=mixed",
            "step_order=call", "delay_ms=7000",
        ])
        try startDaemon()
        try calibrate()
        let end = now + 60 * (try options.number("minutes", 120))
        let round = 60 * (try options.number("round", 10))
        let deadlyUntil = now + (end - now) * (try options.number("deadly", 0.4))
        while now < end - 5 {
            let until = min(end, now + round)
            // The last part lets one process live, so that its memory can be followed.
            try trouble(until: until, mayKill: now < deadlyUntil)
            try checkRound()
            guard !report.isHopeless else { break }
        }
        try finish()
        return report.findings.isEmpty
    }

    /// How fast the first backlog is carried, undisturbed; the office's rate is a share of that.
    private func calibrate() throws {
        let limit = now + (try options.number("calibrate", 30))
        var first: (at: Double, count: Int)?
        var last = (at: now, count: 0)
        // Until the backlog is carried or the time is over: what is delivered no longer grows for two seconds.
        while now < limit, first == nil || now - last.at < 2 {
            try watch(0.3)
            let count = refreshDelivered()
            if first == nil, count > 0 { first = (now, count) }
            if count > last.count { last = (now, count) }
        }
        let begin = first ?? last
        let speed = Double(last.count - begin.count) / max(1, last.at - begin.at)
        report.carriedPerSecond = speed
        // A change of the office makes about one delivery and a half.
        let share = try options.number("speed", 0.5)
        rate = max(1, min(try options.number("most", 40), speed * share / 1.5))
        report.officeRate = rate ?? 0
        say("the road carries \(Int(speed)) deliveries/s; the office works at \(Int(rate ?? 0))/s")
    }

    // MARK: Rounds

    private func trouble(until: Double, mayKill: Bool) throws {
        isCalm = false
        try openOffice()
        while now < until {
            let slot = now + 10
            try fault(mayKill: mayKill)
            try watch(slot - now)
        }
    }

    /// All faults end, the office closes, everything is sent: now both ends must agree.
    private func checkRound() throws {
        isCalm = true
        try road.portal?.set(Fault.calm)
        office?.signal(SIGTERM)
        try watch(30) { self.office?.isRunning != true }
        office?.stop(SIGKILL)
        office = nil
        let began = now
        var restful = 0
        var retried = 0
        while restful < 8, now < began + 600 {
            try watch(1)
            if try road.isAtRest() { restful += 1 } else { restful = 0 }
            // What a fault made look hopeless is sent again by an operator's hand, and told.
            let parked = try parkedNow()
            if parked > 0, retried < 5 {
                let listing = try road.command(
                    ["queue", "list", "--json", "--limit", "1000"], mayFail: true)
                report.parked += parked
                try? listing.output.write(
                    toFile: "\(report.folder)/parked-\(report.rounds.count)-\(retried).json",
                    atomically: false, encoding: .utf8)
                try road.command(["queue", "retry", "--all"], mayFail: true)
                retried += 1
                restful = 0
            }
        }
        if restful < 8 { report.find("round \(report.rounds.count): no rest within 600 s") }
        let quiet = now - began
        try judge(quiet: quiet)
    }

    private func judge(quiet: Double) throws {
        let comparison = try road.compare()
        let counters = try road.portal?.counters() ?? .null
        let ledger = try road.verifyLedger()
        let isClean = comparison["clean"] == .bool(true)
        let round = report.rounds.count
        if !isClean { report.find("round \(round): the ends differ") }
        if comparison.count("repeated_steps") > report.repeatedSteps {
            report.repeatedSteps = comparison.count("repeated_steps")
            report.find("round \(round): steps came twice: \(report.repeatedSteps)")
        }
        let violations = try road.portal?.violations().count("total") ?? 0
        if violations > report.violations {
            report.violations = violations
            report.find("round \(round): violations: \(violations)")
        }
        if let line = ledger.brokenAt { report.find("round \(round): ledger broken at \(line)") }
        report.rounds.append(
            SoakReport.Round(
                at: now, quiet: quiet, isClean: isClean, dossiers: comparison.count("dossiers"),
                equal: comparison.count("equal"), steps: comparison.count("steps"),
                violations: report.violations, ledgerLines: ledger.lines))
        report.counters = counters
        if !isClean || report.violations > 0 || report.repeatedSteps > 0 {
            try evidence(comparison)
        }
        say(
            "round \(round): \(comparison.count("equal")) of \(comparison.count("dossiers")) dossiers equal, "
                + "\(comparison.count("steps")) steps, \(report.violations) violations, "
                + "\(report.repeatedSteps) repeated steps, ledger \(ledger.lines) lines, at rest after \(Int(quiet)) s"
        )
    }

    private func evidence(_ comparison: JSONValue) throws {
        let round = report.rounds.count
        try "\(comparison)".write(
            toFile: "\(report.folder)/comparison-\(round).txt", atomically: false, encoding: .utf8)
        try "\(try road.portal?.violations() ?? .null)".write(
            toFile: "\(report.folder)/violations-\(round).txt", atomically: false, encoding: .utf8)
        for item in (comparison["items"]?.items ?? []).prefix(5) {
            let story = try road.command(["explain", item["code"]?.text ?? ""], mayFail: true)
            try story.output.write(
                toFile: "\(report.folder)/explain-\(round)-\(item["code"]?.text ?? "").txt",
                atomically: false, encoding: .utf8)
        }
    }

    private func parkedNow() throws -> Int {
        let lanes = try road.status()["store"]?["destinations"]?.items ?? []
        return lanes.reduce(0) { $0 + $1.count("parked") }
    }

    private func finish() throws {
        let last = daemon
        daemon = nil
        last?.signal(SIGTERM)
        if last?.wait(within: 60)?.status != 0 { report.find("the daemon did not stop cleanly") }
        let store = report.samples.last?.storeBytes ?? 0
        say("store \(store / 1_048_576) MiB; \(report.findings.count) findings")
    }

    private func keep() {
        let log = "\(report.folder)/daemon.log"
        unlink(log)
        try? FileManager.default.copyItem(atPath: road.scratch.file("daemon.log"), toPath: log)
        report.write(now: now)
        Out.line(report.text(now: now))
    }

    // MARK: Processes

    func startDaemon() throws {
        daemon = try road.startDaemon()
        life += 1
        lifeBegan = now
        report.starts += 1
    }

    func openOffice() throws {
        if let rate { office = try road.startOffice(rate: rate) }
    }

    /// Waits, samples, restarts what has ended.
    func watch(_ seconds: Double, until isOver: () throws -> Bool = { false }) throws {
        let end = now + seconds
        repeat {
            try Torture.demandLife()
            try superviseDaemon()
            if office?.isRunning == false, !isCalm { try openOffice() }
            if now - sampledAt >= 5 { sample() }
            if now - toldAt >= 60 { tell() }
            if try isOver() { return }
            usleep(UInt32(max(0, min(0.2, end - now)) * 1_000_000))
        } while now < end
    }

    private func superviseDaemon() throws {
        if let startAt, now >= startAt {
            self.startAt = nil
            try startDaemon()
        }
        guard let status = daemon?.exitStatus else { return }
        daemon = nil
        if !isKilled {
            report.ownEnds[Int(status), default: 0] += 1
            if now > excusedUntil || status >= 128 {
                report.find("the daemon ended by itself with \(status) at \(Int(now)) s")
            }
        }
        startAt = now + (isKilled ? Double.random(in: 0...1.5, using: &chance) : 1)
        isKilled = false
    }

    private func sample() {
        sampledAt = now
        refreshDelivered()
        guard let daemon, daemon.isRunning else { return }
        var sample = Sample(at: now, life: life, age: now - lifeBegan)
        sample.delivered = delivered
        sample.isCalm = isCalm
        if sample.read(process: daemon.id, state: road.state) { report.samples.append(sample) }
    }

    /// How many calls have taken effect at the portal so far.
    @discardableResult
    func refreshDelivered() -> Int {
        if let count = try? road.portal?.counters().count("acked") { delivered = count }
        return delivered
    }

    private func tell() {
        toldAt = now
        let last = report.samples.last
        say(
            "delivered \(delivered), backlog \(last?.backlog ?? 0), rss \(last?.residentKiB ?? 0) KiB, "
                + "store \((last?.storeBytes ?? 0) / 1_048_576) MiB, faults \(report.faults.values.reduce(0, +)), "
                + "starts \(report.starts), findings \(report.findings.count)")
        report.write(now: now)
    }
}
