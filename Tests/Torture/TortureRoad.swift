import Foundation
import Glibc
import Operating
import Outbox
import TestSupport
import Wire

/// What a road under torture is made of.
struct RoadPlan {
    /// `opencps` on PostgreSQL or `reference` on SQLite.
    var isPostgres: Bool
    var dossiers: Int
    var seed: Int
    var config: String
    /// The state directory's own disk, in gigabytes of a sparse file; nil lets it lie in the folder.
    var diskGigabytes: Int?
    var logLevel = "notice"
    var poll = "500ms"
    var mappings = "3s"
    /// The `delivery` of both destinations, as JSON5.
    var delivery: String
}

/// A one-stop database, the sandbox's portal, an office, and a place for the daemon, each a process.
final class TortureRoad {
    let plan: RoadPlan
    let scratch: Scratch
    let disk: Disk?
    let cluster: TestCluster?
    let database: String
    let state: String
    private(set) var portal: SandboxPortal?
    private var offices = 0
    private let fileURL = "https://motcua.example.vn/files/{uid}?id={id}"

    init(_ plan: RoadPlan) throws {
        self.plan = plan
        scratch = try Scratch()
        try scratch.makeFolder("credentials")
        if let size = plan.diskGigabytes {
            disk = try Disk(
                gigabytes: size, image: scratch.file("disk.img"), at: scratch.file("disk"))
            state = scratch.file("disk/state")
        } else {
            disk = nil
            state = scratch.file("state")
        }
        guard mkdir(state, 0o700) == 0 else { throw Unmet(description: "mkdir \(state)") }
        try FileManager.default.copyItem(
            atPath: "\(plan.config)/codes", toPath: scratch.file("codes"))
        cluster = plan.isPostgres ? try TestCluster() : nil
        database = try cluster?.makeDatabase() ?? scratch.file("onestop.sqlite")
        try setPassword(isRight: true)
        try scratch.write("credentials/user", "sandbox\n")
        try scratch.write("credentials/key", "sandbox-secret\n")
        try tool(
            [
                "onestop", "make", "--dossiers", "\(plan.dossiers)", "--seed", "\(plan.seed)",
                "--catalogue", scratch.file("catalogue.json"), "--people",
                scratch.file("people.json"), "--units", scratch.file("codes/units.json5"),
                "--sources", "\(plan.config)/sources", "--codes", "\(plan.config)/codes",
            ] + place, within: 900)
    }

    private var profile: String { plan.isPostgres ? "opencps" : "reference" }
    private var place: [String] { ["--profile", profile, "--database", database] }
    var store: String { "\(state)/state.sqlite" }
    var configuration: String { scratch.file("lienthongd.json5") }

    /// What every command of the daemon's is given.
    var options: [String] { ["--config", configuration, "--share", plan.config] }

    func setPassword(isRight: Bool) throws {
        try scratch.write("credentials/password", isRight ? "sandbox-password\n" : "wrong\n")
    }

    // MARK: Processes

    /// Runs the sandbox's tool to its end.
    @discardableResult
    func tool(_ words: [String], within seconds: Double = 60, mayFail: Bool = false) throws
        -> Finished
    {
        try finish(
            Child(words, in: scratch, program: Program.sandbox.get(), isBound: true), seconds,
            mayFail)
    }

    /// Runs one command of the daemon's to its end.
    @discardableResult
    func command(_ words: [String], within seconds: Double = 60, mayFail: Bool = false) throws
        -> Finished
    {
        try finish(Child(words + options, in: scratch, isBound: true), seconds, mayFail)
    }

    private func finish(_ child: Child, _ seconds: Double, _ mayFail: Bool) throws -> Finished {
        defer { child.forget() }
        guard let finished = child.wait(within: seconds) else {
            throw Unmet(description: "\(child.words.prefix(3)): not within \(seconds) s")
        }
        guard mayFail || finished.status == 0 else {
            throw Unmet(
                description: "\(child.words.prefix(3)): \(finished.status) \(finished.errors)")
        }
        return finished
    }

    func startPortal(_ faults: [String]) throws {
        portal = try SandboxPortal(scratch, seed: plan.seed, faults: faults)
        try writeConfiguration()
    }

    func startOffice(rate: Double, seconds: Int? = nil) throws -> Child {
        offices += 1
        var words =
            [
                "onestop", "work", "--rate", "\(max(1, Int(rate)))/s", "--seed",
                "\(plan.seed + offices)", "--codes", "\(plan.config)/codes", "--quiet",
            ] + place
        if plan.isPostgres { words += ["--notify", "--late-commits", "0.05"] }
        if let seconds { words += ["--seconds", "\(seconds)"] }
        return try Child(
            words, in: scratch, program: Program.sandbox.get(), log: scratch.file("office.log"),
            isBound: true)
    }

    func startDaemon() throws -> Child {
        try Child(
            ["run"] + options, in: scratch, log: scratch.file("daemon.log"), isBound: true)
    }

    // MARK: Configuration

    private func writeConfiguration() throws {
        let url = portal?.url ?? ""
        let source = plan.isPostgres ? "settings: { file_url: \"\(fileURL)\" }," : ""
        try scratch.write(
            "lienthongd.json5",
            """
            {
              state: { directory: "\(state)" }, codes: "\(scratch.file("codes"))",
              credentials: { directory: "\(scratch.file("credentials"))" },
              source: { profile: "\(profile)", database: "\(plan.isPostgres ? "postgres" : "sqlite")",
                connection: "\(database)", poll: "\(plan.poll)", mappings: "\(plan.mappings)", \(source) },
              destinations: {
                portal: { contract: "dvcqg-adapter", url: "\(url)", allowPlainHTTP: true,
                  settings: { madonvi: "000.00.00.H21", dstcode: "VN:GOV:SANDBOX:dvcqg" },
                  secrets: { username: "user", password: "password" }, delivery: \(plan.delivery) },
                population: { contract: "csdlqgdc-soap", url: "\(url)", allowPlainHTTP: true,
                  settings: { ma_dvc: "VPCP", ma_can_bo: "officer01" },
                  secrets: { username: "user", secret_key: "key" }, delivery: \(plan.delivery) },
              },
              log: { level: "\(plan.logLevel)" },
            }
            """)
    }

    // MARK: Looking

    func status() throws -> JSONValue {
        // 1 says that something is held, which is so on purpose.
        let finished = try command(["status", "--json"], mayFail: true)
        return try JSONValue(parsing: Array(finished.output.utf8))
    }

    /// Nothing is owed to anybody but what is parked.
    func isAtRest() throws -> Bool {
        guard let store = try status()["store"], store.count("dossiers") > 0 else { return false }
        let owed = (store["destinations"]?.items ?? []).reduce(0) { sum, lane in
            sum + ["due", "later", "behind", "uncertain"].reduce(0) { $0 + lane.count($1) }
        }
        return owed + store.count("writeBacksWaiting") + store.count("openRequests") == 0
    }

    /// Both ends, field by field.
    func compare() throws -> JSONValue {
        var words = ["compare", "--portal", portal?.url ?? "", "--json"] + place
        words += ["--codes", scratch.file("codes"), "--sources", "\(plan.config)/sources"]
        words += ["--units", scratch.file("codes/units.json5")]
        if plan.isPostgres { words += ["--file-url", fileURL] }
        let finished = try tool(words, within: 600, mayFail: true)
        guard !finished.output.isEmpty else { throw Unmet(description: finished.errors) }
        return try JSONValue(parsing: Array(finished.output.utf8))
    }

    func verifyLedger() throws -> LedgerVerification {
        try StoreReader(directory: state).verifyLedger()
    }
}

extension JSONValue {
    /// A whole number at a path; 0 when there is none.
    func count(_ path: String...) -> Int { Int(at(path)?.text ?? "0") ?? 0 }
}
