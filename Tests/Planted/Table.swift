import Foundation

/// The table of what was caught, as the handbook shows it.
struct Table {
    struct Row {
        var bug: Bug
        var result: Hunt.Result
        /// What the tests of its module say, when they were asked.
        var tests: TestHunt.End?
    }

    var rows: [Row]
    var control: Control

    var caught: Int {
        rows.count { if case .caught = $0.result { true } else { false } }
    }

    /// By the simulation, the tests, or both.
    var caughtByEither: Int {
        rows.count { row in
            if case .caught = row.result { return true }
            if case .caught = row.tests { return true }
            return false
        }
    }

    func markdown(minutes: Double, left: [Bug]) -> String {
        let broken = control.broken.map { "\($0.trial) (\(Self.cell($0.promise)))" }
        var text = """
            \(caught) of \(rows.count) caught, at most \(Self.short(minutes)) minutes each, on \
            \(control.clean.count) seeds (\(Self.list(control.clean))) on which the unharmed code is clean. \
            Left out, because the unharmed code fails: \
            \(broken.isEmpty ? "none" : broken.joined(separator: "; ")).

            """
        if rows.contains(where: { $0.tests != nil }) {
            text +=
                "\(caughtByEither) of \(rows.count) by the simulation and the modules' tests together.\n"
        }
        text += """

            | bug | what is wrong | seen in | caught by | seed | seconds |
            | --- | --- | --- | --- | --- | --- |

            """
        for row in rows.sorted(by: { $0.bug.number < $1.bug.number }) {
            let start = "| `\(row.bug.name)` | \(row.bug.says) | \(row.bug.peer) |"
            switch row.result {
            case .caught(let seconds, let trial, let by):
                text += "\(start) \(Self.cell(by)) | \(trial) | \(Self.short(seconds)) |\n"
            case .missed(let seconds, let runs, let doubtful):
                let also = doubtful.map { "; not counted: \(Self.cell($0))" } ?? ""
                let tests = Self.word(row.tests)
                text +=
                    "\(start) **not caught** in \(runs) seeds\(also)\(tests) | – | \(Self.short(seconds)) |\n"
            case .failed(let reason):
                text += "\(start) **did not run**: \(Self.cell(reason)) | – | – |\n"
            }
        }
        for bug in left {
            text += "| `\(bug.name)` | \(bug.says) | \(bug.peer) | *not hunted* | – | – |\n"
        }
        return text
    }

    private static func word(_ end: TestHunt.End?) -> String {
        switch end {
        case .caught(let test): "; by the test \(cell(test))"
        case .missed: "; by no test of its module"
        case .failed(let reason): "; tests not run: \(cell(reason))"
        case nil: ""
        }
    }

    /// One line of it, without a dossier's code: what stands after the promise.
    private static func cell(_ text: String) -> String {
        String(text.prefix(120)).replacingOccurrences(of: "|", with: "/")
    }

    private static func list(_ trials: [Trial]) -> String {
        Trial.Size.allCases.compactMap { size in
            let seeds = trials.filter { $0.size == size }.map(\.seed).sorted()
            return seeds.isEmpty ? nil : "\(size.rawValue) \(ranges(of: seeds))"
        }.joined(separator: "; ")
    }

    /// `1…5, 8`
    private static func ranges(of seeds: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for seed in seeds {
            if let last = runs.last, last.upperBound + 1 == seed {
                runs[runs.count - 1] = last.lowerBound...seed
            } else {
                runs.append(seed...seed)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)…\($0.upperBound)" }
            .joined(separator: ", ")
    }

    static func short(_ number: Double) -> String {
        number >= 10 ? String(Int(number.rounded())) : String((number * 10).rounded() / 10)
    }
}
