internal import Dossiers

/// How a delivery is numbered: its lane, its operation and its revision in one number, in a lane's order.
///
/// So a lane's deliveries lie side by side in the table, in the order in which they go out, and no index is
/// needed to find them: a delivery is written once where it would otherwise be written four times. A number is
/// never given twice, for a lane's revisions only rise.
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

    /// The numbers that a lane's deliveries have.
    static func range(of lane: Int64) -> ClosedRange<Int64> {
        lane << laneBits...(lane + 1) << laneBits - 1
    }

    /// The numbers that a lane's progress has.
    static func history(of lane: Int64) -> ClosedRange<Int64> {
        let first = make(lane: lane, operation: .history, revision: 0)
        return first...(first + 1 << revisionBits - 1)
    }
}
