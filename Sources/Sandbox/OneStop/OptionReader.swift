internal import Operating

/// Reads `--name value` options and `--name` switches, strictly.
struct OptionReader {
    private var values: [String: String] = [:]
    private let command: String

    /// - Parameters:
    ///   - valued: names that take a value.
    ///   - switches: names that take none.
    init(
        _ arguments: [String], command: String, valued: [String], switches: [String] = []
    ) throws(Trouble) {
        self.command = command
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            var name = argument
            var value: String?
            if let equals = argument.firstIndex(of: "="), argument.hasPrefix("--") {
                name = String(argument[..<equals])
                value = String(argument[argument.index(after: equals)...])
            }
            if switches.contains(name) {
                values[name] = value ?? "yes"
            } else if valued.contains(name) {
                guard let given = value ?? rest.popFirst() else {
                    throw .optionWithoutValue(name)
                }
                values[name] = given
            } else {
                throw .optionUnknown(
                    name, command: command,
                    nearest: Nearest.of(name, among: valued + switches))
            }
        }
    }

    func has(_ name: String) -> Bool { values[name] != nil }
    func text(_ name: String) -> String? { values[name] }

    func required(_ name: String) throws(Trouble) -> String {
        guard let value = values[name] else { throw .optionMissing(name, command: command) }
        return value
    }

    func integer(_ name: String, default value: Int, in range: ClosedRange<Int>)
        throws(Trouble) -> Int
    {
        guard let text = values[name] else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw .optionUnknownValue(name, text, ["\(range.lowerBound)…\(range.upperBound)"])
        }
        return number
    }

    /// A number from 0 to 1.
    func share(_ name: String, default value: Double) throws(Trouble) -> Double {
        guard let text = values[name] else { return value }
        guard let number = Double(text), (0...1).contains(number) else {
            throw .optionUnknownValue(name, text, ["0…1"])
        }
        return number
    }

    /// `20/s`, `20`, `600/m`: how many a second.
    func rate(_ name: String, default value: Double) throws(Trouble) -> Double {
        guard let text = values[name] else { return value }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let seconds: Double? =
            switch parts.count > 1 ? String(parts[1]) : "s" {
            case "s": 1
            case "m": 60
            default: nil
            }
        guard parts.count <= 2, let number = Double(parts[0]), let seconds, number > 0,
            number / seconds <= 10_000
        else { throw .optionUnknownValue(name, text, ["20/s", "600/m"]) }
        return number / seconds
    }
}

extension Trouble {
    static func optionUnknown(_ name: String, command: String, nearest: String?) -> Trouble {
        Trouble(
            "LT-7060", .usage,
            vietnamese: "Lệnh “\(command)” không có tuỳ chọn \(name).",
            english: "“\(command)” has no option \(name).",
            fixVietnamese: nearest.map { "Có phải ý bạn là \($0)?" } ?? "Xem --help.",
            fix: nearest.map { "Did you mean \($0)?" } ?? "See --help.")
    }

    static func optionWithoutValue(_ name: String) -> Trouble {
        Trouble(
            "LT-7061", .usage,
            vietnamese: "Tuỳ chọn \(name) cần một giá trị.",
            english: "The option \(name) needs a value.",
            fixVietnamese: "Viết: \(name) GIÁ_TRỊ.", fix: "Write: \(name) VALUE.")
    }

    static func optionMissing(_ name: String, command: String) -> Trouble {
        Trouble(
            "LT-7062", .usage,
            vietnamese: "Lệnh “\(command)” thiếu tuỳ chọn bắt buộc \(name).",
            english: "“\(command)” needs the option \(name).",
            fixVietnamese: "Thêm \(name); xem --help.", fix: "Add \(name); see --help.")
    }

    static func optionUnknownValue(_ name: String, _ value: String, _ allowed: [String]) -> Trouble
    {
        Trouble(
            "LT-7063", .usage,
            vietnamese: "Giá trị “\(value)” của \(name) không dùng được.",
            english: "\(name) cannot be “\(value)”.",
            fixVietnamese: "Dùng: \(allowed.joined(separator: ", ")).",
            fix: "Use: \(allowed.joined(separator: ", ")).")
    }
}
