internal import Dossiers
internal import SQLite
internal import Wire

/// One thing that a lane owes, without its body.
struct Owed {
    var id: Int64
    var lane: Int64
    var destination: Int64
    var operation: Operation
    var revision: Int
    var state: DeliveryStory.State
    var isBacklog: Bool
    var attempts: Int
    /// It may have arrived: probed before it is sent.
    var isDoubtful: Bool
    var recordedAt: Timestamp
    var cause: ParkCause?
    var dueAt: Timestamp

    /// Whether its content may still be replaced: certainly not at the destination.
    var isUntouched: Bool {
        switch state {
        case .ready: true
        case .behind: !isDoubtful
        case .uncertain: false
        case .parked: cause?.leavesDoubt == false && !isDoubtful
        }
    }
}

extension Owed {
    /// A row of `delivery` and where its lane stands.
    init(_ id: Int64, isDoubtful: Bool, recordedAt: Timestamp, in lane: Lane) {
        let head = lane.head.flatMap { $0.delivery == id ? $0 : nil }
        self.init(
            id: id, lane: lane.id, destination: lane.destination,
            operation: DeliveryNumber.operation(of: id),
            revision: DeliveryNumber.revision(of: id), state: head?.state ?? .behind,
            isBacklog: lane.isBacklog, attempts: head?.attempts ?? 0, isDoubtful: isDoubtful,
            recordedAt: recordedAt, cause: head?.cause, dueAt: head?.dueAt ?? recordedAt)
    }
}

extension ParkCause {
    /// Whether a delivery parked for this cause may be at its destination all the same.
    var leavesDoubt: Bool {
        switch self {
        case .undecidable, .outOfOrder, .keyConflict: true
        case .rejected, .needsMapping, .exhausted, .unreadable, .headerMissing: false
        }
    }
}
