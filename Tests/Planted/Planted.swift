import Foundation
import Synchronization

/// Plants known bugs into the real code and lets the simulation look for them: a proof of the proof.
///
///     swift run planted --check                  every bug still finds its lines in today's code
///     swift run planted                          all of them, two at a time, ten minutes each at most
///     swift run planted --only NAME,NAME --minutes 0.5 --seeds 1..20
///     swift run planted --tests                  what no world catches is hunted by the modules' tests too
///     swift run planted --within 30 --out Sources/LienThong/LienThong.docc/PlantedBugs.md
///
/// The copy with the bugs is built under `.build/planted`. First the unharmed code of the same build runs on
/// every seed; the hunts take those on which it is clean. Exit code: 0 when at least 95 of 100 hunted bugs
/// were caught (with `--only`: all), 1 otherwise, 2 when something could not be run.
@main
struct Planted {
    var isCheck = false
    /// Write the copy with the bugs, and nothing else.
    var isPlanting = false
    /// Let the modules' tests hunt what the simulation missed.
    var isWithTests = false
    /// Hunt in the copy as the last hunt left it.
    var isBuilt = false
    /// Hunt in this program: `simulate`, with the bugs in it, built by somebody else.
    var program: String?
    var only: [String] = []
    var minutes = 10.0
    var jobs = 2
    var configuration = "release"
    var out: String?
    var seeds = Array(1...420)
    /// The worlds' sizes.
    var sizes = Trial.Size.allCases
    /// Minutes for all hunts together: those not begun by then are left out, and said to be.
    var within = Double.infinity

    static func main() {
        do {
            try exit(Planted(Array(CommandLine.arguments.dropFirst())).run())
        } catch {
            FileHandle.standardError.write(Data("planted: \(error)\n".utf8))
            exit(2)
        }
    }

    struct Usage: Error, CustomStringConvertible {
        var word: String
        var description: String {
            """
            \(word) is not understood
            planted [--check] [--plant] [--program FILE] [--only NAME,…] [--minutes N] [--within N] [--jobs N] [--seeds A..B or A,B,…] [--sharp | --tiny | --usual] [--debug] [--built] [--tests]
                    [--out FILE]
            """
        }
    }

    init(_ words: [String]) throws {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--check": isCheck = true
            case "--sharp": sizes = [.sharp]
            case "--tiny": sizes = [.tiny]
            case "--usual": sizes = [.usual]
            case "--plant": isPlanting = true
            case "--built": isBuilt = true
            case "--tests": isWithTests = true
            case "--program": program = rest.popFirst()
            case "--debug": configuration = "debug"
            case "--only": only = (rest.popFirst() ?? "").split(separator: ",").map(String.init)
            case "--minutes": minutes = try number(&rest, word)
            case "--jobs": jobs = Int(try number(&rest, word))
            case "--within": within = try number(&rest, word)
            case "--seeds": seeds = try list(&rest, word)
            case "--out": out = rest.popFirst()
            default: throw Usage(word: word)
            }
        }
    }

    private func number(_ rest: inout ArraySlice<String>, _ word: String) throws -> Double {
        guard let text = rest.popFirst(), let number = Double(text), number > 0 else {
            throw Usage(word: word)
        }
        return number
    }

    /// `A..B`, or a list.
    private func list(_ rest: inout ArraySlice<String>, _ word: String) throws -> [Int] {
        let text = rest.popFirst() ?? ""
        let ends = text.split(separator: ".").compactMap { Int($0) }
        if ends.count == 2, 0 < ends[0], ends[0] <= ends[1] { return Array(ends[0]...ends[1]) }
        let listed = text.split(separator: ",").map { Int($0) ?? 0 }
        guard !listed.isEmpty, listed.allSatisfy({ $0 > 0 }) else { throw Usage(word: word) }
        return listed
    }

    func run() throws -> Int32 {
        let root = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let bugs = try Bug.load(folder: root.appendingPathComponent("Tests/Planted/Bugs"))
        let garden = Garden(
            root: root, copy: root.appendingPathComponent(".build/planted"), bugs: bugs)
        try garden.check()
        print("\(bugs.count) bugs, each finds its lines")
        guard !isCheck else { return 0 }
        if isPlanting {
            try garden.plant()
            return 0
        }
        let chosen = try choose(bugs)
        let program = try program(of: garden)
        let trials = Trial.all(sizes, seeds: seeds)
        let control = try Control.run(program, trials: trials, jobs: jobs)
        print("unharmed: clean on \(control.clean.count) of \(trials.count) seeds")
        for (trial, promise) in control.broken { print("  seed \(trial): \(promise)") }
        guard !control.clean.isEmpty else { return 1 }

        let hunt = Hunt(program: program, minutes: minutes, control: control)
        var table = Table(rows: try huntAll(chosen, with: hunt), control: control)
        if isWithTests { try huntMissed(in: &table, TestHunt(copy: garden.copy)) }
        let hunted = Set(table.rows.map(\.bug.number))
        let text = table.markdown(
            minutes: minutes, left: chosen.filter { !hunted.contains($0.number) })
        if let out { try Page(path: out).enter(text) }
        print("\n\(text)")
        let share = only.isEmpty ? 0.95 : 1
        return Double(table.caughtByEither) >= share * Double(table.rows.count) ? 0 : 1
    }

    /// One after another: a module's tests use both cores.
    private func huntMissed(in table: inout Table, _ hunt: TestHunt) throws {
        try hunt.build()
        for place in table.rows.indices {
            if case .caught = table.rows[place].result { continue }
            let end = try hunt.run(table.rows[place].bug)
            table.rows[place].tests = end
            print("\(table.rows[place].bug.name), by tests: \(end)")
            fflush(nil)
        }
    }

    private func choose(_ bugs: [Bug]) throws -> [Bug] {
        guard !only.isEmpty else { return bugs }
        return try only.map { name in
            guard let bug = bugs.first(where: { $0.name == name }) else { throw Usage(word: name) }
            return bug
        }
    }

    /// The simulation with the bugs in it, built when nobody has.
    private func program(of garden: Garden) throws -> URL {
        if let program { return URL(filePath: program) }
        if isBuilt { return garden.copy.appending(path: ".build/\(configuration)/simulate") }
        try garden.plant()
        return try build(garden.copy)
    }

    private func build(_ copy: URL) throws -> URL {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["swift", "build", "-c", configuration, "--product", "simulate"]
        process.currentDirectoryURL = copy
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Garden.Barren(reasons: ["the copy with the bugs does not build: \(copy.path)"])
        }
        return copy.appendingPathComponent(".build/\(configuration)/simulate")
    }

    private func huntAll(_ bugs: [Bug], with hunt: Hunt) throws -> [Table.Row] {
        struct Progress {
            var next = 0
            var rows: [Table.Row] = []
            var failure: (any Error)?
        }
        let progress = Mutex(Progress())
        let deadline = Date().addingTimeInterval(within * 60)
        DispatchQueue.concurrentPerform(iterations: jobs) { _ in
            while true {
                let bug = progress.withLock { state -> Bug? in
                    guard state.next < bugs.count, state.failure == nil, Date() < deadline
                    else { return nil }
                    state.next += 1
                    return bugs[state.next - 1]
                }
                guard let bug else { return }
                do {
                    let result = try hunt.run(bug.number)
                    progress.withLock { $0.rows.append(Table.Row(bug: bug, result: result)) }
                    print("\(bug.name): \(Planted.word(result))")
                    fflush(nil)
                } catch {
                    progress.withLock { $0.failure = error }
                }
            }
        }
        return try progress.withLock { state in
            if let failure = state.failure { throw failure }
            return state.rows
        }
    }

    private static func word(_ result: Hunt.Result) -> String {
        switch result {
        case .caught(let seconds, let trial, let by):
            "caught after \(Table.short(seconds)) s, seed \(trial): \(by)"
        case .missed(let seconds, let runs, let doubtful):
            "NOT CAUGHT in \(Table.short(seconds)) s, \(runs) seeds \(doubtful.map { "(\($0))" } ?? "")"
        case .failed(let reason): "DID NOT RUN: \(reason)"
        }
    }
}
