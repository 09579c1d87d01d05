internal import Dossiers

/// How a delivery is numbered: its lane, its operation and its revision in one number, in a lane's order.
///
/// A number is never given twice, for a lane's revisions only rise. Each operation has a table of its own, in
/// which lane and revision are the row's place: a lane's deliveries are found without an index, so that each is
/// written once where it would otherwise be written four times; and headers lie beside headers, progress beside
/// progress, so that what was recorded together and is settled together empties whole pages.
enum DeliveryNumber {
    /// 67 million revisions of a dossier: one a minute for a hundred years.
    static let revisionBits: Int64 = 26
    /// Where a lane's own number begins; 34 thousand million lanes.
    static let laneBits: Int64 = 28

    static func make(lane: Int64, operation: Operation, revision: Int) -> Int64 {
        lane << laneBits | Int64(operation.rawValue) << revisionBits | Int64(revision)
    }

    static func lane(of number: Int64) -> Int64 { number >> laneBits }

    static func operation(of number: Int64) -> Operation {
        Operation(rawValue: Int(number >> revisionBits & 3)) ?? .state
    }

    static func revision(of number: Int64) -> Int {
        Int(number & (1 << revisionBits - 1))
    }

    // MARK: - In the table of its operation

    static func place(of number: Int64) -> Int64 {
        lane(of: number) << revisionBits | Int64(revision(of: number))
    }

    /// The places that a lane's deliveries of one operation have.
    static func places(of lane: Int64) -> ClosedRange<Int64> {
        lane << revisionBits...(lane + 1) << revisionBits - 1
    }

    static func number(of operation: Operation, at place: Int64) -> Int64 {
        make(
            lane: place >> revisionBits, operation: operation,
            revision: Int(place & (1 << revisionBits - 1)))
    }

    /// A column of the delivery that a number stands for, in SQL.
    static func sql(_ column: String, of number: String) -> String {
        let place = "((\(number)) >> 28 << 26) + ((\(number)) & 67108863)"
        let cases = Operation.allCases.map {
            "WHEN \($0.rawValue) THEN (SELECT \(column) FROM \($0.table) WHERE place = \(place))"
        }
        return "CASE (\(number)) >> 26 & 3 \(cases.joined(separator: " ")) END"
    }
}

extension Operation {
    /// Where its deliveries are kept.
    var table: String {
        switch self {
        case .state: "delivery_state"
        case .history: "delivery_history"
        case .verify: "delivery_verify"
        }
    }
}
