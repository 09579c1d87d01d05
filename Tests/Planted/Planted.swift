import Foundation
import Synchronization

/// Plants known bugs into the real code and lets the simulation look for them: a proof of the proof.
///
///     swift run planted --check                  every bug still finds its lines in today's code
///     swift run -c release planted               all of them, two at a time, ten minutes each at most
///     swift run planted --only NAME,NAME --minutes 1
///
/// The copy with the bugs is built under `.build/planted`. Exit code: 0 when at least 95 of 100 were caught
/// and the unharmed code was found clean, 1 otherwise, 2 when something could not be run.
@main
struct Planted {
    var isCheck = false
    var only: [String] = []
    var minutes = 10.0
    var jobs = 2
    var configuration = "release"
    var out: String?
    var first = 1

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
            planted [--check] [--only NAME,…] [--minutes N] [--jobs N] [--first-seed N] [--debug] [--out FILE]
            """
        }
    }

    init(_ words: [String]) throws {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--check": isCheck = true
            case "--debug": configuration = "debug"
            case "--only": only = (rest.popFirst() ?? "").split(separator: ",").map(String.init)
            case "--minutes": minutes = try number(&rest, word)
            case "--jobs": jobs = Int(try number(&rest, word))
            case "--first-seed": first = Int(try number(&rest, word))
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

    func run() throws -> Int32 {
        let root = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let bugs = try Bug.load(folder: root.appendingPathComponent("Tests/Planted/Bugs"))
        let garden = Garden(
            root: root, copy: root.appendingPathComponent(".build/planted"), bugs: bugs)
        try garden.check()
        print("\(bugs.count) bugs, each finds its lines")
        guard !isCheck else { return 0 }
        let chosen = try choose(bugs)
        try garden.plant()
        let hunt = Hunt(program: try build(garden.copy), minutes: minutes)

        // The unharmed code of the same build must be clean, or a catch would prove nothing.
        let control = Hunt(program: hunt.program, minutes: min(minutes, 1))
        guard case .missed(_, let runs) = try control.run(0, seedsFrom: first) else {
            print("the unharmed code was not found clean; see swift run simulate")
            return 1
        }
        print("unharmed: clean (\(runs))")

        let table = Table(rows: try huntAll(chosen, with: hunt))
        let text = table.markdown(minutes: minutes)
        if let out { try text.write(toFile: out, atomically: true, encoding: .utf8) }
        print("\n\(text)")
        return Double(table.caught) >= 0.95 * Double(table.rows.count) ? 0 : 1
    }

    private func choose(_ bugs: [Bug]) throws -> [Bug] {
        guard !only.isEmpty else { return bugs }
        return try only.map { name in
            guard let bug = bugs.first(where: { $0.name == name }) else { throw Usage(word: name) }
            return bug
        }
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
        let first = first
        DispatchQueue.concurrentPerform(iterations: jobs) { _ in
            while true {
                let bug = progress.withLock { state -> Bug? in
                    guard state.next < bugs.count, state.failure == nil else { return nil }
                    state.next += 1
                    return bugs[state.next - 1]
                }
                guard let bug else { return }
                do {
                    let result = try hunt.run(bug.number, seedsFrom: first)
                    progress.withLock { $0.rows.append(Table.Row(bug: bug, result: result)) }
                    print("\(bug.name): \(Planted.word(result))")
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
        case .caught(let seconds, let seed, let by):
            "caught after \(Table.short(seconds)) s, seed \(seed): \(by)"
        case .missed(let seconds, let runs): "NOT CAUGHT in \(Table.short(seconds)) s (\(runs))"
        case .failed(let reason): "DID NOT RUN: \(reason)"
        }
    }
}
