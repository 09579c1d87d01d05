import Foundation

/// Files and numbers, as text.
enum Text {
    static func read(_ path: String) -> String? {
        // Not Foundation's reader: what /proc shows has no size.
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes.append(contentsOf: buffer[0..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func write(_ path: String, _ text: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// Three significant digits, thousands apart; with `exact`, whole numbers without a decimal.
    static func short(_ number: Double, exact: Bool = false) -> String {
        if exact, number.rounded() == number, abs(number) < 1e15 { return grouped(Int(number)) }
        return switch abs(number) {
        case 10_000...: "\(grouped(Int(number.rounded())))"
        case 100...: "\(Int(number.rounded()))"
        case 10...: "\((number * 10).rounded() / 10)"
        default: "\((number * 100).rounded() / 100)"
        }
    }

    private static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(" ") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}

/// Decimal.
func logarithm(_ value: Double) -> Double { log10(value) }

/// The middle of some runs; a single run is no measurement.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
