internal import Operating

/// The words of a command line, checked against what the command takes.
struct Arguments: Sendable {
    private var values: [String: [String]] = [:]
    private(set) var operands: [String] = []

    init(_ words: [String], for spec: CommandSpec) throws(Trouble) {
        let options = spec.options + CommandSpec.common
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--"), word != "--" else {
                if word == "--" {
                    operands += rest
                    break
                }
                guard !word.hasPrefix("-") || word == "-" else {
                    throw .unknownOption(word, command: spec.name, nearest: nil)
                }
                operands.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let option = options.first(where: { $0.name == name }) else {
                let nearest = Nearest.of(name, among: options.map(\.name))
                throw .unknownOption(word, command: spec.name, nearest: nearest.map { "--\($0)" })
            }
            let attached = parts.count == 2 ? String(parts[1]) : nil
            try take(option, attached: attached, rest: &rest, command: spec.name)
        }
        let wantsHelp = values["help"] != nil
        guard wantsHelp || spec.operandCount.contains(operands.count) else {
            throw .wrongOperands(command: spec.name, operands: spec.operands)
        }
    }

    private mutating func take(
        _ option: CommandSpec.Option, attached: String?, rest: inout ArraySlice<String>,
        command: String
    ) throws(Trouble) {
        guard option.value != nil else {
            guard attached == nil else {
                throw .needlessValue("--\(option.name)", command: command)
            }
            values[option.name, default: []].append("")
            return
        }
        if let attached {
            values[option.name, default: []].append(attached)
        } else if option.isValueOptional {
            values[option.name, default: []].append("")
        } else {
            // A forgotten value must not swallow the next option; `--option=--value` says that it is meant.
            guard let next = rest.popFirst(), !next.hasPrefix("--") else {
                throw .missingValue("--\(option.name)", command: command)
            }
            values[option.name, default: []].append(next)
        }
    }

    func has(_ name: String) -> Bool { values[name] != nil }
    func value(_ name: String) -> String? { values[name]?.last }
    func all(_ name: String) -> [String] { values[name] ?? [] }
}

extension Trouble {
    static func unknownCommand(_ name: String, nearest: String?) -> Trouble {
        let hint = nearest.map { "lienthongd \($0) --help" } ?? "lienthongd --help"
        return Trouble(
            "LT-6001", .usage,
            vietnamese: "Không có lệnh “\(name)”.", english: "There is no command “\(name)”.",
            fixVietnamese: "Xem: \(hint)", fix: "See: \(hint)")
    }

    static func unknownOption(_ word: String, command: String, nearest: String?) -> Trouble {
        Trouble(
            "LT-6002", .usage,
            vietnamese: "Lệnh “\(command)” không có tuỳ chọn “\(word)”.",
            english: "The command “\(command)” has no option “\(word)”.",
            fixVietnamese: nearest.map { "Có phải ý bạn là \($0)?" }
                ?? "Xem: lienthongd \(command) --help",
            fix: nearest.map { "Did you mean \($0)?" } ?? "See: lienthongd \(command) --help")
    }

    static func missingValue(_ option: String, command: String) -> Trouble {
        Trouble(
            "LT-6003", .usage,
            vietnamese: "Tuỳ chọn \(option) cần một giá trị.",
            english: "The option \(option) needs a value.",
            fixVietnamese: "Xem: lienthongd \(command) --help",
            fix: "See: lienthongd \(command) --help")
    }

    static func needlessValue(_ option: String, command: String) -> Trouble {
        Trouble(
            "LT-6004", .usage,
            vietnamese: "Tuỳ chọn \(option) không nhận giá trị.",
            english: "The option \(option) takes no value.",
            fixVietnamese: "Xem: lienthongd \(command) --help",
            fix: "See: lienthongd \(command) --help")
    }

    static func wrongOperands(command: String, operands: String) -> Trouble {
        let usage = "lienthongd \(command)\(operands.isEmpty ? "" : " \(operands)")"
        return Trouble(
            "LT-6005", .usage,
            vietnamese: "Lệnh “\(command)” không được gọi đúng cách.",
            english: "The command “\(command)” was not called as it should be.",
            fixVietnamese: "Cách gọi: \(usage)", fix: "Usage: \(usage)")
    }

    /// - Parameter vietnamese: what is expected, when it is words rather than a form.
    static func wrongOption(
        _ option: String, expected: String, vietnamese: String? = nil, found: String
    ) -> Trouble {
        Trouble(
            "LT-6006", .usage,
            vietnamese:
                "Giá trị của \(option) phải là \(vietnamese ?? expected), nhưng lại là “\(found)”.",
            english: "The value of \(option) must be \(expected), but is “\(found)”.",
            fixVietnamese: "Sửa giá trị rồi chạy lại.", fix: "Correct the value and run again.")
    }
}
