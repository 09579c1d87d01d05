import Foundation
import TestSupport
import Wire

/// A province to measure with: its one-stop database on a PostgreSQL server of the benchmark's own, full of
/// invented dossiers, and a configuration of the daemon that delivers them to the sink.
final class Province {
    let lab: Lab
    let database: String
    let profile: String
    let dossiers: Int
    private let codes: String
    private let credentials: String
    private static let fileURL = "https://motcua.example.vn/files/{uid}?id={id}"

    init(_ lab: Lab, _ cluster: TestCluster, dossiers: Int, profile: String = "opencps") throws {
        self.lab = lab
        self.dossiers = dossiers
        self.profile = profile
        database = try cluster.makeDatabase()
        let folder = lab.folder("province-\(dossiers)-\(profile)")
        codes = "\(folder)/codes"
        credentials = "\(folder)/credentials"
        let manager = FileManager.default
        if !manager.fileExists(atPath: codes) {
            try manager.copyItem(atPath: "\(lab.home)/Config/codes", toPath: codes)
            try manager.createDirectory(
                atPath: credentials, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            for (name, secret) in [("u", "sandbox"), ("p", "sandbox-password")] {
                try Text.write("\(credentials)/\(name)", secret)
                chmod("\(credentials)/\(name)", 0o600)
            }
        }
        _ = try Program.run(
            [
                lab.program("lienthong-sandbox"), "onestop", "make", "--profile", profile,
                "--database", database, "--dossiers", String(dossiers), "--seed", "2026",
                "--units", "\(codes)/units.json5", "--sources", "\(lab.home)/Config/sources",
                "--codes", "\(lab.home)/Config/codes",
            ], in: lab.folder("runs"))
    }

    /// A state directory and a configuration; nothing is there yet.
    ///
    /// - Parameters:
    ///   - window: how many requests may be under way.
    ///   - destination: keys of the destination beside its address and its delivery.
    ///   - state: a state directory that is there already and outlives this post.
    func settle(
        at url: String, delivery: String = "", source: String = "", level: String = "warning",
        window: Window = Window(), destination: String = "", state given: String? = nil
    ) throws -> Post {
        let folder = lab.folder("post-\(UUID().uuidString)")
        let state = given ?? "\(folder)/state"
        let file = "\(folder)/lienthongd.json5"
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try Text.write(
            file,
            """
            {
              state: { directory: "\(state)" }, codes: "\(codes)",
              credentials: { directory: "\(credentials)" },
              source: { profile: "\(profile)", database: "postgres", connection: "\(database)",
                        settings: { \(profile == "opencps" ? "file_url: \"\(Province.fileURL)\"" : "") }
                        \(source.isEmpty ? "" : ", \(source)") },
              destinations: {
                portal: { contract: "dvcqg-adapter", url: "\(url)", allowPlainHTTP: true,
                          connections: \(window.max)\(destination),
                          settings: { madonvi: "000.00.00.H21", dstcode: "VN:GOV:SINK:dvcqg" },
                          secrets: { username: "u", password: "p" },
                          delivery: { firstContact: "send", window: { min: \(window.min), initial: \(window.max), max: \(window.max) }
                                      \(delivery) } },
              },
              log: { level: "\(level)" },
            }
            """)
        return Post(
            lab: lab, folder: folder, state: state,
            words: [lab.program("lienthongd")],
            options: ["--config", file, "--share", "\(lab.home)/Config"])
    }
}

/// How many requests of one destination may be under way.
struct Window {
    var min = 8
    var max = 64
}

/// One daemon with its own state.
struct Post {
    let lab: Lab
    let folder: String
    let state: String
    let words: [String]
    let options: [String]

    /// One full pass: everything of the source delivered and settled.
    ///
    /// `seconds` go from the start of the program to the ledger's last line. The pass itself ends when
    /// capture has twice found nothing new, seconds later, in which nothing is done.
    func pass() throws -> Measured {
        let began = Double(WallClock.system.now().wall.milliseconds) / 1000
        // 1 says that something is held, which invented dossiers are on purpose.
        var measured = try Program.run(
            words + ["run", "--once"] + options, in: folder, accepting: [0, 1])
        let end = Double(try StoreLook(self).lastLineAt) / 1000
        guard end > began else { throw Broken(description: "a pass settled nothing") }
        measured.seconds = min(measured.seconds, end - began)
        return measured
    }

    func start(environment: [String] = []) throws -> Program {
        try Program(words + ["run"] + options, in: folder, environment: environment)
    }

    var store: String { "\(state)/state.sqlite" }

    /// What `status --json` says.
    func status() throws -> [String: Any] {
        let text = try Program.run(
            words + ["status", "--json"] + options, in: folder, accepting: [0, 1, 2, 69, 75]
        ).output
        let lines = text.split(separator: "\n").first { $0.hasPrefix("{") } ?? "{}"
        let parsed = try JSONSerialization.jsonObject(with: Data(lines.utf8))
        return parsed as? [String: Any] ?? [:]
    }

    /// A number of the portal's line in the status.
    func number(_ name: String) throws -> Int {
        let store = try status()["store"] as? [String: Any]
        let destinations = store?["destinations"] as? [[String: Any]] ?? []
        return destinations.reduce(0) { $0 + ($1[name] as? Int ?? 0) }
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

extension Province {
    /// Everything that keeps the daemon from sending.
    static let closed = ", maintenance: [\"00:00-12:00\", \"12:00-24:00\"]"
}
