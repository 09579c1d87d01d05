internal import Operating

/// What a command is called, takes and does; `--help` is written from it.
struct CommandSpec: Sendable {
    struct Option: Sendable {
        var name: String
        /// The word for its value in the help; nil for a plain flag.
        var value: String?
        /// True when the value may be left out, as in `--resync` and `--resync=CODE`.
        var isValueOptional = false
        var help: String

        static func flag(_ name: String, _ help: String) -> Option {
            Option(name: name, help: help)
        }
        static func value(_ name: String, _ value: String, _ help: String) -> Option {
            Option(name: name, value: value, help: help)
        }
    }

    var name: String
    /// Words after the options, as the help shows them.
    var operands = ""
    /// How many operands are allowed.
    var operandCount: ClosedRange<Int> = 0...0
    var vietnamese: String
    var english: String
    var options: [Option]
    var examples: [String] = []
    var run: @Sendable (Arguments) throws(Trouble) -> ExitCode

    /// Options that every command has.
    static let common: [Option] = [
        .value(
            "config", "FILE",
            "tệp cấu hình / configuration (default /etc/lienthongd/lienthongd.json5)"),
        .value("share", "DIR", "thư mục contracts, sources, codes / data directory"),
        .flag("json", "kết quả dạng JSON / print JSON"),
        .flag("help", "trợ giúp / this help"),
    ]

    var help: String {
        let operandText = operands.isEmpty ? "" : " \(operands)"
        var text = "lienthongd \(name)\(operandText) [options]\n\n  \(vietnamese)\n  \(english)\n\n"
        for option in options + CommandSpec.common {
            let value = option.value.map { option.isValueOptional ? "[=\($0)]" : " \($0)" } ?? ""
            let left = "  --\(option.name)\(value)"
            let padding = String(repeating: " ", count: max(2, 30 - left.count))
            text += "\(left)\(padding)\(option.help)\n"
        }
        if !examples.isEmpty {
            text += "\n" + examples.map { "  $ \($0)" }.joined(separator: "\n") + "\n"
        }
        return text
    }
}
