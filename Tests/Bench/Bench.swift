import Foundation

/// Measures what a delivery costs, side by side with what it could cost at best, and prints one table.
///
///     swift build -c release && .build/release/bench
///     .build/release/bench --rows http,durable --runs 5
///     .build/release/bench --quick          every row once and small: checks the benchmark, not the machine
///     .build/release/bench --growth FOLDER  draws how the rate goes with store, window, body and latency
///
/// Every figure is a ratio against something measured in the same run, because a shared machine's absolute
/// times mean nothing. Exit code: 0 when every row ran, whatever the ratios; 1 when one did not; 64 for
/// words that are not understood.
@main
struct Bench {
    static let usage =
        "bench [--rows NAME,…] [--runs N] [--quick] [--scale X] [--large] [--out FILE] | --growth FOLDER\n"

    static func main() {
        do {
            let words = Array(CommandLine.arguments.dropFirst())
            if words.first == "--transport" { return try Transport.run(Array(words.dropFirst())) }
            if words.first == "--outbox" { return try BareOutbox.run(Array(words.dropFirst())) }
            exit(try Bench(words).run())
        } catch let error as Usage {
            FileHandle.standardError.write(Data("\(error.word)?\n\(usage)".utf8))
            exit(64)
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(1)
        }
    }

    struct Usage: Error { var word: String }

    var only: [String] = []
    var runs = 5
    var scale = 1.0
    var isLarge = false
    var out: String?
    var growth: String?

    init(_ words: [String]) throws {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--rows": only = (rest.popFirst() ?? "").split(separator: ",").map(String.init)
            case "--runs": runs = try number(&rest, word, as: Int.init)
            case "--scale": scale = try number(&rest, word, as: Double.init)
            case "--quick": (runs, scale) = (1, 0.01)
            case "--large": isLarge = true
            case "--growth": growth = rest.popFirst()
            case "--out": out = rest.popFirst()
            default: throw Usage(word: word)
            }
        }
        let known = Set(Bench.rows.map(\.name))
        if let wrong = only.first(where: { !known.contains($0) }) { throw Usage(word: wrong) }
    }

    private func number<N: Comparable & ExpressibleByIntegerLiteral>(
        _ rest: inout ArraySlice<String>, _ word: String, as read: (String) -> N?
    ) throws -> N {
        guard let text = rest.popFirst(), let number = read(text), number > 0 else {
            throw Usage(word: word)
        }
        return number
    }

    /// Every group of rows, by the name under which it can be asked for.
    static let rows: [(name: String, measure: @Sendable (Lab, Sink) throws -> [Row])] = [
        ("http", { try HTTPRows.measure($0, $1, http2: false) }),
        ("delivery", DeliveryRows.measure), ("floor", FloorRows.measure),
        ("capture", CaptureRow.measure), ("render", RenderRow.measure),
        ("latency", LatencyRows.measure), ("depth", DepthRows.measure),
        ("cost", CostRows.measure), ("state", StateRow.measure),
        ("syslog-ng", PeerRows.syslogNG), ("python", PeerRows.python),
        ("batches", BatchRows.measure),
        ("http2", { try HTTPRows.measure($0, $1, http2: true) }),
    ]

    func run() throws -> Int32 {
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let lab = try Lab(
            bin: program.deletingLastPathComponent().path,
            home: FileManager.default.currentDirectoryPath, runs: runs, scale: scale,
            isLarge: isLarge)
        let sink = try Sink(lab)
        defer { sink.stop() }
        if let growth {
            try Growth(lab: lab, sink: sink, folder: growth).draw()
            return 0
        }
        var table = Table(rows: [])
        for group in Bench.rows where only.isEmpty || only.contains(group.name) {
            lab.say("\(group.name) …")
            do {
                table.rows += try group.measure(lab, sink)
            } catch {
                table.missing.append((group.name, "\(error)"))
            }
        }
        try table.checkArithmetic()
        print(table.markdown)
        if let out { try Text.write(out, table.markdown) }
        return table.missing.isEmpty ? 0 : 1
    }
}
