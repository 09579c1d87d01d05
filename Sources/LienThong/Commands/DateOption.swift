internal import Operating
internal import Wire

/// Reads a date or a time that an operator writes: `2026-01-05`, `2026-01-05T08:30`, `2026-01-05 08:30:15`,
/// always in Asia/Ho_Chi_Minh.
enum DateOption {
    static func parse(_ text: String, option: String) throws(Trouble) -> Timestamp {
        let parts = text.split { "-T :".contains($0) }.map { Int($0) }
        let numbers = parts.compactMap { $0 }
        let lengths = [3, 5, 6]
        guard numbers.count == parts.count, lengths.contains(numbers.count) else {
            throw .wrongOption(option, expected: "YYYY-MM-DD[THH:MM[:SS]]", found: text)
        }
        let time = CivilTime(
            year: numbers[0], month: numbers[1], day: numbers[2],
            hour: numbers.count > 3 ? numbers[3] : 0, minute: numbers.count > 4 ? numbers[4] : 0,
            second: numbers.count > 5 ? numbers[5] : 0)
        guard time.isPossible else {
            throw .wrongOption(option, expected: "YYYY-MM-DD[THH:MM[:SS]]", found: text)
        }
        return Timestamp(vietnam: time)
    }
}
