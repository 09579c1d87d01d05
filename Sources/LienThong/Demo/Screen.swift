internal import Glibc
internal import Wire

/// Where the demo draws: redraws in place on a terminal, a line every few seconds elsewhere.
struct Screen {
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private let hasColour = isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil
    private var drawnLines = 0
    private var nextLine: Int64 = 0
    /// Per lane, the last few counts with their times, for a rate that does not flicker.
    private var history: [String: [(at: Int64, count: Int64)]] = [:]

    mutating func draw(_ picture: RoadPicture) {
        guard isTerminal else {
            guard picture.elapsed >= nextLine else { return }
            nextLine = picture.elapsed + 3000
            return Output.text(picture.line)
        }
        let lines = picture.lines(colour: hasColour)
        var frame = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        for line in lines { frame += "\u{1B}[2K\(line)\n" }
        // A shorter frame must not leave the tail of the last one.
        if drawnLines > lines.count { frame += "\u{1B}[J" }
        drawnLines = lines.count
        Output.write(frame, to: STDOUT_FILENO)
    }

    mutating func say(_ text: String) {
        drawnLines = 0
        Output.text(text)
    }

    mutating func end() { drawnLines = 0 }

    /// Acknowledgements a second over the last three seconds.
    mutating func rate(_ lane: String, _ count: Int64, at elapsed: Int64) -> Double {
        var points = history[lane] ?? []
        points.append((elapsed, count))
        points.removeAll { elapsed - $0.at > 3000 }
        history[lane] = points
        guard let first = points.first, elapsed > first.at else { return 0 }
        return Double(count - first.count) * 1000 / Double(elapsed - first.at)
    }
}
