import Foundation
import Simulation
import Synchronization

/// `simulate`: runs seeds of the simulation until one breaks a promise.
@main
struct Simulate {
    var first: UInt64 = 1
    var last: UInt64 = 1
    var minutes: Double?
    var threads = 2
    var size = Plan.Size.usual
    var isVerbose = false
    var goesOn = false
    var promises = Promise.kept

    static let usage = """
        simulate --seed N [--verbose]        one run, told
        simulate --seeds A..B                these runs
        simulate --count N [--from A]        N runs
        simulate --minutes M [--from A]      as many as fit
          --sharp         few dossiers, one trouble that strikes hard, by turns: hundreds of seeds
          --mixed         few dossiers, two or three troubles at once that strike hard
          --tiny          few dossiers, all kinds of trouble: thousands of seeds
          --long          longer runs: hundreds of dossiers, days
          --threads T     at a time (2)
          --promises P    hold it to these: all, kept (what holds today), none, or NAME,NAME
          --keep-going    do not stop at the first violation
          --verbose       the whole trace
        """

    static func main() throws {

        guard let order = Simulate(CommandLine.arguments.dropFirst()) else {
            print(usage)
            exit(64)
        }
        exit(try order.run() ? 0 : 1)
    }

    init?(_ arguments: ArraySlice<String>) {
        var rest = Array(arguments)
        var count: UInt64?
        if rest.isEmpty { return nil }
        func take() -> String { rest.isEmpty ? "" : rest.removeFirst() }
        while !rest.isEmpty {
            switch take() {
            case "--seed":
                guard let seed = UInt64(take()) else { return nil }
                (first, last, threads) = (seed, seed, 1)
            case "--seeds":
                let ends = take().split(separator: ".").compactMap { UInt64($0) }
                guard ends.count == 2, ends[0] <= ends[1] else { return nil }
                (first, last) = (ends[0], ends[1])
            case "--from":
                guard let seed = UInt64(take()) else { return nil }
                first = seed
            case "--count":
                guard let number = UInt64(take()), number > 0 else { return nil }
                count = number
            case "--minutes":
                guard let number = Double(take()) else { return nil }
                (minutes, last) = (number, .max)
            case "--threads":
                guard let number = Int(take()), number > 0 else { return nil }
                threads = number
            case "--long": size = .long
            case "--sharp": size = .sharp
            case "--mixed": size = .mixed
            case "--promises":
                guard let named = Promise.named(take()) else { return nil }
                promises = named
            case "--tiny": size = .tiny
            case "--verbose": isVerbose = true
            case "--keep-going": goesOn = true
            default: return nil
            }
        }
        if let count { last = first + count - 1 }
    }

    private struct Progress {
        var next: UInt64
        var totals = Totals()
        var broken: [UInt64] = []
    }

    func run() throws -> Bool {
        let scene = try Scene()
        let progress = Mutex(Progress(next: first))
        let begin = Date()
        let isOver = Atomic<Bool>(false)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while !isOver.load(ordering: .relaxed) {
                if let minutes, Date().timeIntervalSince(begin) > minutes * 60 { return }
                let seed = progress.withLock { progress -> UInt64? in
                    guard progress.next <= last else { return nil }
                    defer { progress.next += 1 }
                    return progress.next
                }
                guard let seed else { return }
                let run = Run(
                    seed: seed, size: size, scene: scene, isVerbose: isVerbose,
                    promises: promises)
                progress.withLock { progress in
                    progress.totals.add(run.totals)
                    if isVerbose || first == last { print("hash \(String(run.hash, radix: 16))") }
                    guard !run.verdict.isEmpty else { return }
                    progress.broken.append(seed)
                    print(run.verdict.joined(separator: "\n"))
                    fflush(nil)
                    if !goesOn { isOver.store(true, ordering: .relaxed) }
                }
            }
        }
        let end = progress.withLock { $0 }
        let seconds = max(0.001, Date().timeIntervalSince(begin))
        for line in end.totals.lines { print(line) }
        let speed = Double(end.totals.virtualMilliseconds) / 1000 / seconds
        print(
            "\(Int(seconds)) s, \(Double(Int(Double(end.totals.runs) / seconds * 10)) / 10) runs/s, \(Int(speed)) times real time"
        )
        if !end.broken.isEmpty {
            print("broken seeds: \(end.broken.sorted().map { String($0) }.joined(separator: " "))")
        }
        return end.broken.isEmpty
    }
}
