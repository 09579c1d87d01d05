/// A stretch of ``RecordTexts/bytes``.
struct Piece: Sendable {
    var start: Int32
    var end: Int32
    var range: Range<Int> { Int(start)..<Int(end) }
}

/// The texts of a contract's records, ready to be copied: what ``MemberPlan`` points into.
struct RecordTexts: Sendable {
    /// Keys, codes and constants as JSON, one after another.
    private(set) var bytes: [UInt8] = []
    /// The codes of every table that a field uses, by number of its vocabulary.
    private(set) var codes: [Piece] = []
    private(set) var limits: [TextLimit] = []
    private(set) var dates: [DateFormat] = []
    /// Names with those of the lists around them, for holds and remarks: `TaiLieuNop.TenTepDinhKem`.
    private(set) var names: [String] = []

    mutating func add(_ json: [UInt8]) -> Piece {
        let start = Int32(bytes.count)
        bytes.append(contentsOf: json)
        return Piece(start: start, end: Int32(bytes.count))
    }

    /// Adds a table's codes, in order of their numbers; returns where they begin.
    mutating func add(codes table: [[UInt8]]) -> Int32 {
        let start = Int32(codes.count)
        for code in table { codes.append(add(code)) }
        return start
    }

    mutating func add(_ limit: TextLimit) -> Int32 {
        limits.append(limit)
        return Int32(limits.count - 1)
    }

    mutating func add(_ format: DateFormat) -> Int32 {
        dates.append(format)
        return Int32(dates.count - 1)
    }

    mutating func add(name: String) -> Int32 {
        names.append(name)
        return Int32(names.count - 1)
    }
}
