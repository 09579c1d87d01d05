import Foundation
import Wire

/// What a soak saw, as text, as a table of samples and as a drawing.
struct SoakReport {
    struct Round {
        var at: Double
        var quiet: Double
        var isClean: Bool
        var dossiers: Int
        var equal: Int
        var steps: Int
        var violations: Int
        var ledgerLines: Int64
    }

    var folder = ""
    var seed = 0
    var plan: RoadPlan?
    var carriedPerSecond = 0.0
    var officeRate = 0.0
    var samples: [Sample] = []
    var faults: [String: Int] = [:]
    /// When each fault began, for the drawing.
    var marks: [(at: Double, name: String)] = []
    var recoveries: [(faults: String, seconds: Double)] = []
    var rounds: [Round] = []
    var starts = 0
    /// How often the daemon ended by itself, by exit code.
    var ownEnds: [Int: Int] = [:]
    var parked = 0
    var repeatedSteps = 0
    /// Breaches of a contract.
    var violations = 0
    var counters: JSONValue = .null
    private(set) var findings: [String] = []

    mutating func find(_ text: String) {
        findings.append(text)
        Out.line("FOUND: \(text)")
    }

    /// So much was found that going on tells nothing more.
    var isHopeless: Bool { findings.count > 20 }

    /// The samples of lives of ten minutes and more, after their first three.
    private var steady: [[Sample]] {
        Dictionary(grouping: samples, by: \.life).values
            .filter { ($0.last?.age ?? 0) >= 600 }
            .map { $0.filter { $0.age >= 180 } }
            .sorted { ($0.first?.at ?? 0) < ($1.first?.at ?? 0) }
    }

    func text(now: Double) -> String {
        var lines = [
            "soak: \(Int(now / 60)) minutes, seed \(seed), \(plan?.isPostgres == true ? "PostgreSQL" : "SQLite")",
            "the road carries \(Int(carriedPerSecond)) deliveries/s; the office worked at \(Int(officeRate)) changes/s",
            "deliveries \(samples.last?.delivered ?? 0); starts of the daemon \(starts); ends by itself \(ownEnds)",
            "comparisons \(rounds.count), clean \(rounds.count { $0.isClean }); violations \(violations); repeated steps \(repeatedSteps); parked by faults and sent again \(parked)",
        ]
        if let last = rounds.last {
            lines.append(
                "last comparison: \(last.equal) of \(last.dossiers) equal, \(last.steps) steps, ledger \(last.ledgerLines) lines"
            )
        }
        let total = faults.values.reduce(0, +)
        let byKind = faults.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        lines.append("faults \(total): " + byKind.joined(separator: ", "))
        let slowest = recoveries.sorted { $0.seconds > $1.seconds }.prefix(5)
        lines.append(
            "slowest recoveries: "
                + slowest.map { "\($0.faults) \(String(format: "%.1f", $0.seconds)) s" }
                .joined(separator: ", "))
        let peak = samples.map(\.peakKiB).max() ?? 0
        lines.append(
            "memory: most \(peak) KiB; descriptors at most \(samples.map(\.descriptors).max() ?? 0), threads at most \(samples.map(\.threads).max() ?? 0)"
        )
        lines += slopes()
        lines.append("store: \((samples.last?.storeBytes ?? 0) / 1_048_576) MiB at the end")
        lines.append("findings \(findings.count)" + findings.map { "\n  \($0)" }.joined())
        return lines.joined(separator: "\n")
    }

    private func slopes() -> [String] {
        guard !steady.isEmpty else { return ["no life of ten minutes: memory is not judged"] }
        return steady.flatMap { life in
            [("rss", \Sample.residentKiB), ("anonymous", \Sample.anonymousKiB)].compactMap {
                name, path in
                guard
                    let slope = Slope(
                        life.map { ($0.at, Double($0[keyPath: path])) }, seed: seed)
                else { return nil }
                return String(
                    format: "slope of %@: %+.0f KiB/hour, 95 %% within %+.0f…%+.0f", name,
                    slope.perHour, slope.interval.lowerBound, slope.interval.upperBound)
                    + String(format: " (%d samples, %.2f hours)", slope.samples, slope.hours)
            }
        }
    }

    /// Writes what is known so far; a soak that is interrupted leaves its report.
    func write(now: Double) {
        let table = ([Sample.columns] + samples.map(\.row)).joined(separator: "\n") + "\n"
        for (name, text) in [
            ("samples.csv", table), ("report.txt", text(now: now) + "\n"),
            ("soak.svg", Drawing(self).svg), ("counters.txt", "\(counters)\n"),
        ] {
            try? text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
    }
}
