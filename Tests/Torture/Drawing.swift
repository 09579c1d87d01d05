import Foundation

/// Memory, backlog and faults over time, as one SVG.
struct Drawing {
    private let report: SoakReport
    private let end: Double
    private let width = 1200.0
    private let height = 200.0

    init(_ report: SoakReport) {
        self.report = report
        end = max(1, report.samples.last?.at ?? 1, report.marks.last?.at ?? 1)
    }

    var svg: String {
        let samples = report.samples
        let memory = panel(
            "RSS, MiB", top: 30, color: "#1f6f8b",
            samples.map { ($0.at, Double($0.residentKiB) / 1024, $0.life) })
        let backlog = panel(
            "backlog / waiting", top: 270, color: "#b5651d",
            samples.map { ($0.at, Double($0.backlog), 0) })
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1290 780" font-family="sans-serif" font-size="11">
            <rect width="1290" height="780" fill="white"/>
            \(memory)\(backlog)\(marks(top: 510))
            \(rounds())
            </svg>
            """
    }

    private func x(_ seconds: Double) -> Double { 70 + width * seconds / end }

    private func text(_ x: Double, _ y: Double, _ words: String, anchor: String = "start") -> String
    {
        "<text x=\"\(Int(x))\" y=\"\(Int(y))\" text-anchor=\"\(anchor)\">\(words)</text>\n"
    }

    private func panel(
        _ title: String, top: Double, color: String, _ points: [(Double, Double, Int)]
    ) -> String {
        let most = max(1, points.map(\.1).max() ?? 1) * 1.1
        var svg = text(70, top - 6, title)
        for part in 0...4 {
            let y = top + height * (1 - Double(part) / 4)
            svg +=
                "<line x1=\"70\" x2=\"\(70 + width)\" y1=\"\(y)\" y2=\"\(y)\" stroke=\"#ddd\"/>\n"
            svg += text(64, y + 4, String(format: "%.0f", most * Double(part) / 4), anchor: "end")
        }
        // A line ends where a process ends.
        for (_, life) in Dictionary(grouping: points, by: \.2) {
            let line = life.map {
                String(format: "%.1f,%.1f", x($0.0), top + height * (1 - $0.1 / most))
            }
            svg +=
                "<polyline fill=\"none\" stroke=\"\(color)\" points=\"\(line.joined(separator: " "))\"/>\n"
        }
        return svg
    }

    private func marks(top: Double) -> String {
        let names = Set(report.marks.map(\.name)).sorted()
        var svg = ""
        for (row, name) in names.enumerated() {
            let y = top + 10 * Double(row)
            svg +=
                "<text x=\"64\" y=\"\(Int(y) + 3)\" text-anchor=\"end\" font-size=\"7\">\(name)</text>\n"
            for mark in report.marks where mark.name == name {
                svg += String(
                    format: "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"#8b1e3f\"/>\n",
                    x(mark.at), y)
            }
        }
        for hour in stride(from: 0.0, through: end, by: 600) {
            svg += text(x(hour), 775, "\(Int(hour / 60)) min", anchor: "middle")
        }
        return svg
    }

    /// Green where both ends agreed, red where they did not.
    private func rounds() -> String {
        report.rounds.map { round in
            let color = round.isClean ? "#2e8b57" : "#ff0000"
            return String(
                format:
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"20\" y2=\"760\" stroke=\"\(color)\"/>\n",
                x(round.at), x(round.at))
        }.joined()
    }
}
