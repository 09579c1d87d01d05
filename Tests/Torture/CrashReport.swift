import Foundation
import TestSupport
import Wire

/// What a crash matrix did and saw.
struct CrashReport {
    /// What a kill left behind.
    struct Scene {
        /// Deliveries to the portal that were marked as under way.
        var claimed: Int
        /// Calls that had arrived at the portal and that no line of the ledger settles.
        var unsettled: Int
        var hasStore: Bool
    }

    private struct Row {
        var kills = 0
        var idle = 0
        var beforeSending = 0
        var beforeSettling = 0
        var withoutStore = 0
    }

    let seed: Int
    let folder: String
    private var rows: [String: Row] = [:]
    var rounds = 0
    /// Lives in which more was settled than had arrived: the columns of the table would not be exact.
    private var unevenLives = 0
    var dossiers = 0
    var steps = 0
    var ledgerLines = 0
    private(set) var findings: [String] = []

    init(seed: Int, folder: String) {
        self.seed = seed
        self.folder = folder
    }

    var cycles: Int { rows.values.reduce(0) { $0 + $1.kills } }
    /// At the chosen place, and not at the latest moment.
    var kills: Int {
        rows.filter { !$0.key.hasSuffix("not reached") }.values.reduce(0) { $0 + $1.kills }
    }

    mutating func count(_ point: String, _ scene: Scene) {
        rows[point, default: Row()].kills += 1
        if !scene.hasStore { rows[point, default: Row()].withoutStore += 1 }
        if scene.claimed == 0 { rows[point, default: Row()].idle += 1 }
        if scene.claimed > max(0, scene.unsettled) {
            rows[point, default: Row()].beforeSending += 1
        }
        if scene.unsettled < 0 { unevenLives += 1 }
        if scene.unsettled > 0 { rows[point, default: Row()].beforeSettling += 1 }
    }

    mutating func find(_ text: String) {
        findings.append(text)
        Out.line("FOUND: \(text)")
    }

    func text(seconds: Double) -> String {
        func line(_ name: String, _ numbers: [String]) -> String {
            name.padding(toLength: 34, withPad: " ", startingAt: 0)
                + numbers.map {
                    String(repeating: " ", count: max(1, 16 - $0.count)) + $0
                }.joined()
        }
        var lines = [
            "crash matrix: \(cycles) cycles in \(Int(seconds)) s, seed \(seed), \(kills) kills at the chosen place, \(rounds) rounds",
            "compared: \(dossiers) dossiers equal, \(steps) steps, \(ledgerLines) ledger lines verified",
            "",
            line(
                "killed at",
                ["kills", "nothing claimed", "commit…arrival", "arrival…settle", "no store yet"]),
        ]
        var sum = Row()
        for (name, row) in rows.sorted(by: { $0.key < $1.key }) {
            lines.append(CrashReport.cells(row, line, name))
            sum.kills += row.kills
            sum.idle += row.idle
            sum.beforeSending += row.beforeSending
            sum.beforeSettling += row.beforeSettling
            sum.withoutStore += row.withoutStore
        }
        lines.append(CrashReport.cells(sum, line, "all"))
        lines.append(
            "commit…arrival: a delivery was claimed, durably, and its call had not arrived; arrival…settle: a call had arrived and was not settled"
        )
        lines.append("lives with uneven counts: \(unevenLives)")
        lines.append("findings \(findings.count)" + findings.map { "\n  \($0)" }.joined())
        return lines.joined(separator: "\n")
    }

    private static func cells(_ row: Row, _ line: (String, [String]) -> String, _ name: String)
        -> String
    {
        line(
            name,
            [row.kills, row.idle, row.beforeSending, row.beforeSettling, row.withoutStore].map {
                "\($0)"
            })
    }

    /// Writes what is known so far.
    func write(seconds: Double) {
        try? (text(seconds: seconds) + "\n").write(
            toFile: "\(folder)/crashes.txt", atomically: true, encoding: .utf8)
    }

    /// Keeps the store, the log and what was found wrong, before the road is given up.
    func keepEvidence(_ road: TortureRoad, comparison: JSONValue, violations: JSONValue) {
        let place = "\(folder)/round-\(rounds)"
        try? FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: true)
        for path in [road.state, road.database, road.scratch.file("daemon.log")] {
            let name = path.split(separator: "/").last ?? ""
            try? FileManager.default.copyItem(atPath: path, toPath: "\(place)/\(name)")
        }
        try? "\(comparison)\n\(violations)\n".write(
            toFile: "\(place)/found.txt", atomically: false, encoding: .utf8)
        for item in (comparison["items"]?.items ?? []).prefix(5) {
            let code = item["code"]?.text ?? ""
            let story = try? road.command(["explain", code], mayFail: true).output
            try? story?.write(
                toFile: "\(place)/explain-\(code).txt", atomically: false, encoding: .utf8)
        }
    }
}
