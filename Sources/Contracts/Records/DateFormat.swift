internal import Wire

/// A date pattern such as `yyyyMMddHHmmss`, compiled; printed without a formatter.
struct DateFormat: Sendable {
    private enum Part: Sendable {
        case year, month, day, hour, minute, second
        case literal(UInt8)
    }
    private var parts: [(part: Part, width: Int)] = []

    /// nil when the pattern has a letter that is none of `y M d H m s`, or a character that JSON or XML
    /// would have to escape.
    init?(_ pattern: String) {
        var rest = Array(pattern.utf8)[...]
        guard !rest.isEmpty else { return nil }
        while let first = rest.first {
            let run = rest.prefix { $0 == first }
            switch first {
            case UInt8(ascii: "y") where run.count == 4: parts.append((.year, 4))
            case UInt8(ascii: "M") where run.count <= 2: parts.append((.month, run.count))
            case UInt8(ascii: "d") where run.count <= 2: parts.append((.day, run.count))
            case UInt8(ascii: "H") where run.count == 2: parts.append((.hour, 2))
            case UInt8(ascii: "m") where run.count == 2: parts.append((.minute, 2))
            case UInt8(ascii: "s") where run.count == 2: parts.append((.second, 2))
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: ":"), UInt8(ascii: "T"):
                for byte in run { parts.append((.literal(byte), 1)) }
            default: return nil
            }
            rest = rest.dropFirst(run.count)
        }
    }

    func append(_ time: CivilTime, to bytes: inout [UInt8]) {
        for (part, width) in parts {
            let number: Int
            switch part {
            case .literal(let byte):
                bytes.append(byte)
                continue
            case .year: number = time.year
            case .month: number = time.month
            case .day: number = time.day
            case .hour: number = time.hour
            case .minute: number = time.minute
            case .second: number = time.second
            }
            bytes.append(decimal: number, width: width == 1 && number > 9 ? 2 : width)
        }
    }
}
