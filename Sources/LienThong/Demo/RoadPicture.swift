/// The road as the demo draws it: one frame from one set of numbers, nothing remembered.
struct RoadPicture {
    struct Lane {
        var name: String
        var waiting: Int64
        var inFlight: Int64
        var acknowledged: Int64
        var retried: Int64
        var parked: Int64
        var breaker: String
        var perSecond: Double
    }

    var elapsed: Int64
    var title: String
    var sourceCount: Int64
    var held: Int64
    var lanes: [Lane]
    var portalHolds: Int64
    var memoryMiB: Int64

    /// False while the daemon has not made its store yet.
    var hasLanes: Bool { !lanes.isEmpty }

    /// The frame's lines, without cursor movement.
    func lines(colour: Bool) -> [String] {
        var lines = [
            paint("liên thông · \(clock)  \(title)", .bold, colour),
            "",
            "  một cửa / one-stop     hàng đợi / queued     đang đi / in flight     đã nhận / acknowledged",
        ]
        for (index, lane) in lanes.enumerated() {
            let source = index == 0 ? "\(pad("\(sourceCount) hồ sơ", 14))" : pad("", 14)
            let state = lane.breaker == "closed" ? "" : paint("  ✗ \(lane.breaker)", .red, colour)
            lines.append(
                "  \(source)──▶ \(bar(lane.waiting, colour: colour))"
                    + " ──▶ \(dots(lane.inFlight, colour: colour)) ──▶ "
                    + paint(pad(lane.name, 11), .bold, colour)
                    + paint("✓ \(lane.acknowledged)", .green, colour)
                    + "  \(Int64(lane.perSecond.rounded()))/s" + state)
            lines.append(
                "  \(pad("", 14))    thử lại / retried \(lane.retried) · dừng chờ / parked \(lane.parked)"
            )
        }
        lines += [
            "",
            "  giữ lại vì dữ liệu / held: \(held)   cổng đang có / portal holds: \(portalHolds)"
                + "   bộ nhớ / memory: \(memoryMiB) MiB",
        ]
        return lines
    }

    /// One line for a log that nobody redraws.
    var line: String {
        let parts = lanes.map {
            "\($0.name): queued \($0.waiting), in flight \($0.inFlight), acknowledged \($0.acknowledged), "
                + "retried \($0.retried), parked \($0.parked), breaker \($0.breaker)"
        }
        return "\(clock) \(title) | source \(sourceCount), held \(held) | "
            + parts.joined(separator: " | ")
    }

    private var clock: String {
        let minutes = elapsed / 60_000
        let seconds = elapsed / 1000 % 60
        return "\(minutes < 10 ? "0" : "")\(minutes):\(seconds < 10 ? "0" : "")\(seconds)"
    }

    private enum Ink: String { case bold = "1", green = "32", red = "31", yellow = "33" }

    private func paint(_ text: String, _ ink: Ink, _ colour: Bool) -> String {
        colour ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Ten cells on a logarithmic scale, so that both ten and ten thousand can be seen.
    private func bar(_ count: Int64, colour: Bool) -> String {
        var cells = 0
        var step: Int64 = 1
        while cells < 10, count >= step {
            cells += 1
            step *= 3
        }
        let filled = paint(String(repeating: "█", count: cells), .yellow, colour)
        return filled + String(repeating: "░", count: 10 - cells) + pad(" \(count)", 8)
    }

    private func dots(_ count: Int64, colour: Bool) -> String {
        let shown = Int(min(count, 8))
        return paint(String(repeating: "●", count: shown), .green, colour)
            + String(repeating: "·", count: 8 - shown) + pad(" \(count)", 5)
    }
}
