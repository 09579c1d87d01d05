/// One line of the table: what was measured, against what, and what is aimed at.
struct Row {
    /// What a ratio should be.
    enum Aim {
        case atLeast(Double)
        case atMost(Double)

        func isMet(by ratio: Double) -> Bool {
            switch self {
            case .atLeast(let bound): ratio >= bound
            case .atMost(let bound): ratio <= bound
            }
        }

        var text: String {
            switch self {
            case .atLeast(let bound): "≥ \(Text.short(bound))"
            case .atMost(let bound): "≤ \(Text.short(bound))"
            }
        }
    }

    var name: String
    var figure: Double
    var unit: String
    /// nil when the aim is an absolute bound.
    var yardstick: Double?
    var yardstickName = ""
    /// nil when the row explains others.
    var aim: Aim?

    /// Figure to yardstick; the figure itself when there is no yardstick.
    var ratio: Double { yardstick.map { figure / $0 } ?? figure }
    /// What is aimed at, and whether it is met, as the table says it.
    fileprivate var verdict: String {
        guard let aim else { return "– | |" }
        return "\(aim.text) | \(aim.isMet(by: ratio) ? "met" : "**not met**") |"
    }
}

/// The rows, as people read them and as programs do.
struct Table {
    var rows: [Row]
    var missing: [(name: String, reason: String)] = []

    var markdown: String {
        var text = """
            | row | figure | yardstick | ratio | aim | |
            | --- | ---: | ---: | ---: | --- | --- |

            """
        for row in rows {
            let yardstick =
                row.yardstick.map { "\(Text.short($0)) (\(row.yardstickName))" } ?? "–"
            let ratio = row.yardstick == nil ? "–" : Text.short(row.ratio)
            text += "| \(row.name) | \(Text.short(row.figure)) \(row.unit) | \(yardstick) "
            text += "| \(ratio) | \(row.verdict)\n"
        }
        for row in missing { text += "| \(row.name) | not measured: \(row.reason) | | | | |\n" }
        return text
    }

    /// Whether every row is made of numbers and its ratio is the quotient that it claims to be.
    func checkArithmetic() throws {
        for row in rows {
            guard row.figure.isFinite, row.figure > 0, row.ratio.isFinite, row.ratio > 0 else {
                throw Broken(description: "\(row.name): \(row.figure) is no measurement")
            }
            if let yardstick = row.yardstick,
                abs(row.ratio * yardstick - row.figure) > row.figure * 1e-9
            {
                throw Broken(description: "\(row.name): its ratio is not its quotient")
            }
        }
    }
}
