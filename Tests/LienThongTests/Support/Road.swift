import Foundation
import Glibc
import Operating
import Outbox
import SQLite
import TestSupport
import Testing
import Wire

/// A whole road in one folder: a small one-stop database, its catalogue and people, credentials, and a
/// configuration that is good until a test spoils it. Portals and daemons are started on it.
final class Road {
    let scratch: Scratch
    private(set) var portal: Portal?
    /// What no output may ever show: the applicants' and the register's names, and the secrets.
    private let confidential: [String]

    static let secrets = [
        ("user", "sandbox"), ("password", "sandbox-password"), ("key", "sandbox-secret"),
    ]

    /// - Parameter heldShare: of dossiers that cannot be sent as they are.
    init(dossiers: Int = 24, heldShare: Double = 0) async throws {
        scratch = try Scratch()
        for name in ["state", "credentials"] { try scratch.makeFolder(name) }
        try FileManager.default.copyItem(
            atPath: "\(Program.config)/codes", toPath: scratch.file("codes"))
        for (name, secret) in Road.secrets {
            try scratch.write("credentials/\(name)", secret + "\n")
        }
        let make = try Child(
            [
                "sandbox", "onestop", "make", "--profile", "reference", "--database",
                scratch.file("onestop.sqlite"), "--dossiers", "\(dossiers)", "--seed", "3",
                "--held-share", "\(heldShare)", "--catalogue", scratch.file("catalogue.json"),
                "--people", scratch.file("people.json"), "--units",
                scratch.file("codes/units.json5"), "--sources", "\(Program.config)/sources",
                "--codes", "\(Program.config)/codes",
            ], in: scratch)
        let made = try await make.end()
        guard made.status == 0 else { throw Unmet(description: "onestop make: \(made.errors)") }
        confidential = try Road.names(scratch) + ["sandbox-password", "sandbox-secret"]
        try configure()
    }

    private static func names(_ scratch: Scratch) throws -> [String] {
        let people = try JSONValue(parsing: readFile(scratch.file("people.json")) ?? [])
        var names = Set((people.items ?? []).compactMap { $0["name"]?.text })
        let database = try Database(path: scratch.file("onestop.sqlite"), mode: .readWrite)
        let owners = try database.prepare("SELECT DISTINCT owner_name FROM dossier")
        while try owners.step() { if let name = owners.text(0) { names.insert(name) } }
        guard names.count > 5 else { throw Unmet(description: "nobody lives here") }
        return names.filter { $0.count > 4 }.map { $0.lowercased() }
    }

    // MARK: Configuration

    var configuration: String { scratch.file("lienthongd.json5") }
    var state: String { scratch.file("state") }
    var store: String { scratch.file("state/state.sqlite") }
    /// Where the configuration that was last written keeps the store.
    private var directory = ""
    var database: String { scratch.file("onestop.sqlite") }
    /// Nobody listens there until a portal is started.
    var portalURL: String { portal?.url ?? "http://127.0.0.1:9" }

    /// Writes the configuration, spoilt or changed by a test.
    func configure(_ change: (String) throws -> String = { $0 }) throws {
        let good = """
            {
              state: { directory: "\(state)" },
              codes: "\(scratch.file("codes"))",
              credentials: { directory: "\(scratch.file("credentials"))" },
              source: { profile: "reference", database: "sqlite",
                        connection: "\(database)", poll: "100ms", mappings: "200ms" },
              destinations: {
                portal: {
                  contract: "dvcqg-adapter", url: "\(portalURL)", allowPlainHTTP: true,
                  settings: { madonvi: "000.00.00.H21", dstcode: "VN:GOV:SANDBOX:dvcqg" },
                  secrets: { username: "user", password: "password" },
                  delivery: \(Road.delivery),
                },
                population: {
                  contract: "csdlqgdc-soap", url: "\(portalURL)", allowPlainHTTP: true,
                  settings: { ma_dvc: "VPCP", ma_can_bo: "officer01" },
                  secrets: { username: "user", secret_key: "key" },
                  delivery: \(Road.delivery),
                },
              },
            }
            """
        let text = try change(good)
        if let words = text.firstMatch(of: /state: \{ directory: "([^"]*)"/) {
            directory = String(words.1)
        }
        try scratch.write("lienthongd.json5", text)
    }

    /// Patience for machines, not for people.
    static let delivery = """
        { timeout: "2s", quietDelay: "200ms", retryBudget: { share: 1, reserve: 1000 }, backoff: { base: "50ms", cap: "300ms" },
          breaker: { pause: "100ms", pauseCap: "300ms", refusalPause: "200ms", refusalPauseCap: "400ms",
            loginPause: "200ms", loginPauseCap: "400ms" } }
        """

    /// A copy of the shipped data that a test may spoil, as `--share`.
    func copyShare() throws -> String {
        let share = scratch.file("share")
        guard !FileManager.default.fileExists(atPath: share) else { return share }
        try FileManager.default.copyItem(atPath: Program.config, toPath: share)
        return share
    }

    // MARK: Running

    /// A command of `lienthongd` with this road's configuration.
    func start(
        _ words: [String], share: String? = nil, user: uid_t? = nil, environment: [String] = []
    ) throws -> Child {
        var all = words + ["--config", configuration]
        if let share { all += ["--share", share] }
        return try Child(all, in: scratch, user: user, environment: environment)
    }

    @discardableResult
    func run(
        _ words: String..., share: String? = nil, user: uid_t? = nil, within seconds: Double = 30
    ) async throws -> Finished {
        let finished = try await start(words, share: share, user: user).end(within: seconds)
        expectDiscretion(finished.errors + finished.output)
        return finished
    }

    /// Starts the daemon and waits until it is ready.
    func startDaemon(
        _ words: String..., share: String? = nil, environment: [String] = []
    ) async throws -> Child {
        let daemon = try start(["run"] + words, share: share, environment: environment)
        try await eventually("the daemon is ready: \(daemon.errors)") {
            guard daemon.isRunning else { throw Unmet(description: daemon.errors) }
            return daemon.errors.contains("event=daemonReady")
        }
        return daemon
    }

    /// Starts the portal, or starts it again under the same address.
    func startPortal(_ faults: String...) async throws {
        let old = portal
        portal = nil
        old?.child.stop(SIGKILL)
        portal = try await Portal(scratch, faults: faults, port: old?.port ?? 0)
        if old == nil { try configure() }
    }

    func stopPortal() { portal?.child.stop(SIGKILL) }

    // MARK: Looking

    func json(_ words: String...) async throws -> JSONValue {
        let finished = try await start(words + ["--json"]).end()
        expectDiscretion(finished.errors + finished.output)
        return try JSONValue(parsing: Array(finished.output.utf8))
    }

    /// What the store says, read as `status` reads it, but without a program for each look: a test that waits
    /// looks hundreds of times. nil while there is no store yet, or a daemon is just making it.
    func report() throws -> StatusReport? {
        do {
            return try StoreReader(directory: directory).status(now: WallClock.system.now().wall)
        } catch let trouble as Trouble where ["LT-4011", "LT-4012"].contains(trouble.code) {
            return nil
        }
    }

    /// Deliveries of one destination; -1 while the store knows no such destination.
    func count(_ number: KeyPath<LaneReport, Int64>, of destination: String) throws -> Int {
        let lane = try report()?.destinations.first { $0.destination == destination }
        return Int(lane?[keyPath: number] ?? -1)
    }

    /// Waits until nothing is owed to anybody but what is parked.
    func settle(within seconds: Double = 90) async throws {
        try await eventually("nothing is owed", within: seconds) {
            guard let report = try report(), report.dossiers > 0, !report.destinations.isEmpty
            else { return false }
            let owed = report.destinations.reduce(0) { $0 + $1.due + $1.later + $1.uncertain }
            return owed == 0 && report.writeBacksWaiting == 0
        }
    }

    /// What the portal holds is what the one-stop database says, and no step came twice.
    ///
    /// - Parameter database: where the one-stop database is, when it is not the road's own.
    func expectEqualEnds(
        allowingViolations: Bool = false, database: String? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let compare = try await Child(
            [
                "sandbox", "compare", "--profile", "reference", "--database",
                database ?? self.database, "--portal", portalURL, "--codes", scratch.file("codes"),
                "--sources",
                "\(Program.config)/sources", "--json",
            ], in: scratch
        ).end()
        let report = try JSONValue(parsing: Array(compare.output.utf8))
        #expect(report["clean"] == .bool(true), "\(compare.output)", sourceLocation: location)
        #expect(report["repeated_steps"]?.text == "0", sourceLocation: location)
        let counters = try await portal?.counters()
        #expect(
            allowingViolations || counters?["violations"]?.text == "0", sourceLocation: location)
    }

    /// Waits until `status` tells this trouble first.
    func expectTrouble(_ code: String, within seconds: Double = 60) async throws {
        try await eventually("status says \(code)", within: seconds) {
            try await json("status")["live"]?["troubles"]?.items?.first?["code"]?.text == code
        }
    }

    /// Changes the one-stop database as its own program would.
    func change(_ sql: String) throws {
        try Database(path: database, mode: .readWrite).execute(sql)
    }

    /// A correction of one dossier, now.
    func correct(_ key: Int) throws {
        try change(
            """
            UPDATE dossier SET note = 'đã bổ sung ' || random(),
                modified_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '+7 hours')
            WHERE id = \(key)
            """)
    }

    func texts(_ sql: String) throws -> [String] {
        let statement = try Database(path: database, mode: .readWrite).prepare(sql)
        var found: [String] = []
        while try statement.step() { found.append(statement.text(0) ?? "NULL") }
        return found
    }

    /// No citizen's number or name, and no secret.
    func expectDiscretion(_ text: String, _ location: SourceLocation = #_sourceLocation) {
        #expect(!holdsIdentityNumber(text), "an identity number", sourceLocation: location)
        // In C: every output of every command is searched, and comparing characters took longer than the
        // commands did.
        let folded = text.lowercased()
        let shown = confidential.filter { strstr(folded, $0) != nil }
        #expect(shown.isEmpty, "a name or a secret", sourceLocation: location)
    }
}

/// The sandbox portal of one road.
final class Portal {
    let child: Child
    let url: String
    private let scratch: Scratch

    init(_ scratch: Scratch, faults: [String], port: Int) async throws {
        self.scratch = scratch
        let child = try Child(
            [
                "sandbox", "portal", "--port", "\(port)", "--catalogue",
                scratch.file("catalogue.json"), "--people", scratch.file("people.json"), "--seed",
                "5", "--quiet",
            ] + faults.flatMap { ["--fault", $0] }, in: scratch)
        self.child = child
        var found: String?
        try await eventually("the portal listens: \(child.errors)") {
            guard child.isRunning else { throw Unmet(description: child.errors) }
            found = child.output.split(separator: "\n").first { $0.hasPrefix("ready ") }
                .map { String($0.dropFirst(6)) }
            return found != nil
        }
        guard let found else { throw Unmet(description: "no address") }
        url = found
    }

    var port: Int { Int(url.split(separator: ":").last ?? "") ?? 0 }

    func counters() async throws -> JSONValue { try await ask([], "/sandbox/counters") }

    /// What the interlinking software holds.
    func groups() async throws -> JSONValue { try await ask([], "/sandbox/groups") }

    /// How often each rule was broken.
    func violations() async throws -> JSONValue {
        try await ask([], "/sandbox/violations")["by_rule"] ?? .null
    }

    func counter(_ path: String...) async throws -> Int {
        Int(try await counters().at(path)?.text ?? "0") ?? 0
    }

    func set(_ faults: String) async throws {
        _ = try await ask(["-X", "PUT", "-d", faults], "/sandbox/faults")
    }

    private func ask(_ options: [String], _ path: String) async throws -> JSONValue {
        let answer = try await Child(
            ["-sS", "-f"] + options + [url + path], in: scratch, program: "/usr/bin/curl"
        ).end()
        guard answer.status == 0 else { throw Unmet(description: "curl: \(answer.errors)") }
        return try JSONValue(parsing: Array(answer.output.utf8))
    }
}

/// Whether twelve digits that begin with 000 stand somewhere, and no more than those twelve.
private func holdsIdentityNumber(_ text: String) -> Bool {
    var zeros = 0
    var digits = 0
    for byte in text.utf8 {
        guard (0x30...0x39).contains(byte) else {
            if digits == 12, zeros >= 3 { return true }
            digits = 0
            zeros = 0
            continue
        }
        if byte == 0x30, zeros == digits { zeros += 1 }
        digits += 1
    }
    return digits == 12 && zeros >= 3
}
