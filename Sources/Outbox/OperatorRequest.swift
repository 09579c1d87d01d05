package import Dossiers
package import Wire

/// Something an operator asked for that outlives the command and a crash: a resync.
package struct OperatorRequest: Hashable, Sendable {
    /// The numbers are what the state store keeps.
    package enum State: Int, Hashable, Sendable, CaseIterable {
        case open = 0
        case paused = 1
        case done = 2
        case cancelled = 3

        package var name: String {
            switch self {
            case .open: "open"
            case .paused: "paused"
            case .done: "done"
            case .cancelled: "cancelled"
            }
        }
    }

    package var id: Int64
    package var filter: ResyncFilter
    package var state: State
    /// The user who asked, or `daemon`.
    package var requestedBy: String
    package var requestedAt: Timestamp
    package var updatedAt: Timestamp
    /// Where the walk stands, in the words of whoever walks; nil before its first step.
    package var cursor: String?
    package var counts: RequestCounts
}

/// How far a request has come.
package struct RequestCounts: Hashable, Sendable {
    /// Dossiers read from the source.
    package var read: Int64 = 0
    /// Dossiers for which something was recorded.
    package var recorded: Int64 = 0
    /// Dossiers that added nothing.
    package var unchanged: Int64 = 0
    package var held: Int64 = 0
    /// Codes asked for that the source does not have.
    package var missing: Int64 = 0

    package init() {}
}

/// Which dossiers a resync covers: all of the conditions that are given hold together.
///
/// Without any condition it covers every dossier.
package struct ResyncFilter: Hashable, Sendable {
    /// Dossier codes, as in the source.
    package var codes: [String] = []
    /// Submitted or modified at or after, and before; the source profile says which column counts.
    package var since: Timestamp?
    package var until: Timestamp?
    /// Procedure and unit codes, as the source spells them or as the portal does.
    package var procedures: [String] = []
    package var units: [String] = []
    /// Only these destinations; empty means all.
    package var destinations: [DestinationID] = []
    /// Record only what differs from what was last recorded; otherwise every state is sent again under
    /// a new revision.
    package var isOnlyDifferent: Bool = false

    package init() {}

    package var isEverything: Bool {
        codes.isEmpty && since == nil && until == nil && procedures.isEmpty && units.isEmpty
    }
}
