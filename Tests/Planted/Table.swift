import Foundation

/// The table of what was caught, as the handbook shows it.
struct Table {
    struct Row {
        var bug: Bug
        var result: Hunt.Result
    }

    var rows: [Row]

    var caught: Int {
        rows.count { if case .caught = $0.result { true } else { false } }
    }

    func markdown(minutes: Double) -> String {
        var text = """
            \(caught) of \(rows.count) caught, at most \(Self.short(minutes)) minutes each.

            | bug | what is wrong | seen in | caught by | seed | seconds |
            | --- | --- | --- | --- | --- | --- |

            """
        for row in rows.sorted(by: { $0.bug.name < $1.bug.name }) {
            let start = "| `\(row.bug.name)` | \(row.bug.says) | \(row.bug.peer) |"
            switch row.result {
            case .caught(let seconds, let seed, let by):
                text += "\(start) \(Self.cell(by)) | \(seed) | \(Self.short(seconds)) |\n"
            case .missed(let seconds, _):
                text += "\(start) **not caught** | – | \(Self.short(seconds)) |\n"
            case .failed(let reason):
                text += "\(start) **did not run**: \(Self.cell(reason)) | – | – |\n"
            }
        }
        return text
    }

    private static func cell(_ text: String) -> String {
        String(text.replacingOccurrences(of: "VIOLATION ", with: "").prefix(120))
            .replacingOccurrences(of: "|", with: "/")
    }

    static func short(_ number: Double) -> String {
        number >= 10 ? String(Int(number.rounded())) : String((number * 10).rounded() / 10)
    }
}
