/// What happened, in order: hashed always, so that two runs of a seed can be compared; kept, so that a
/// violation can be told. Never a person's data, although all of it is invented.
///
/// Unchecked: a world and everything in it live on one thread.
final class Trace: @unchecked Sendable {
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var count = 0
    private var lines: [String] = []
    private let clock: VirtualClock
    private let isVerbose: Bool
    /// Older lines are forgotten by halves.
    private static let kept = 200_000

    init(clock: VirtualClock, isVerbose: Bool) {
        self.clock = clock
        self.isVerbose = isVerbose
    }

    func note(_ text: String) {
        let line = "\(Trace.time(clock.elapsed)) \(text)"
        count += 1
        for byte in line.utf8 {
            hash ^= UInt64(byte)
            hash = hash &* 0x100_0000_01B3
        }
        if isVerbose { print(line) }
        if lines.count >= Trace.kept { lines.removeFirst(Trace.kept / 2) }
        lines.append(line)
    }

    /// The last lines that name a dossier, with the turns of fate that concern all.
    func story(of code: String, limit: Int = 120) -> [String] {
        let mine = lines.filter { $0.contains(code) || $0.contains(" ! ") }
        return Array(mine.suffix(limit))
    }

    func tail(_ limit: Int) -> [String] { Array(lines.suffix(limit)) }

    /// `h:mm:ss.mmm`
    static func time(_ milliseconds: Int64) -> String {
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let rest = milliseconds % 1000
        let thousandths = rest < 10 ? "00\(rest)" : rest < 100 ? "0\(rest)" : "\(rest)"
        return "\(milliseconds / 3_600_000):\(two(milliseconds / 60_000 % 60)):"
            + "\(two(milliseconds / 1000 % 60)).\(thousandths)"
    }
}
