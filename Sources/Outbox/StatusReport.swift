package import Dossiers
package import Wire

/// What the state store says of everything, for `status`.
package struct StatusReport: Hashable, Sendable {
    package var at: Timestamp
    package var path: String
    /// The store's own number of its schema.
    package var schema: Int
    /// The file and its write-ahead log, in bytes.
    package var bytes: Int64
    /// The process that holds the store; nil when no daemon runs.
    package var daemon: Int32?
    package var dossiers: Int64
    package var heldDossiers: Int64
    package var destinations: [LaneReport]
    package var held: [HeldGroup]
    package var verification: VerificationCounts
    package var cursors: [CursorMove]
    package var openRequests: Int64
    package var writeBacksWaiting: Int64
    package var ledgerLines: Int64
    package var lastLineAt: Timestamp?
    package var memory: MemoryReport
    package var deletions = DeletionCounts()
    /// What was discarded and makes a difference still.
    package var discarded: Int64 = 0
}

/// One destination's lanes and deliveries.
package struct LaneReport: Hashable, Sendable {
    package var destination: String
    package var lanes: Int64 = 0
    /// Deliveries whose turn it is and whose time has come.
    package var due: Int64 = 0
    /// Deliveries whose turn it is later (back-off).
    package var later: Int64 = 0
    /// Deliveries behind another one of their lane, or behind a verification.
    package var behind: Int64 = 0
    /// Of `due` and `later`, those from a walk over the whole source.
    package var backlog: Int64 = 0
    package var uncertain: Int64 = 0
    package var parked: Int64 = 0
    /// Marked as under way; they are counted in `due` as well.
    package var inFlight: Int64 = 0
    /// Lanes whose destination has not yet been asked what it holds, in this generation.
    package var unconfirmed: Int64 = 0
    package var acknowledged: Int64 = 0
    package var attempts: Int64 = 0
    package var parkedByCause: [ParkedCount] = []
    /// Lanes whose next step waits for its turn in the destination's order, the most frequent wait first.
    package var statusWaits: [StatusWaitCount] = []
    /// When the delivery that has been due longest became due.
    package var oldestDueAt: Timestamp?
    /// The delivery that has waited longest to be taken, whatever happened to it since.
    package var waitingLongest: WaitingLongest?
    /// When the next delivery is due of those whose time has not come.
    package var nextDueAt: Timestamp?

    /// Everything that is owed.
    package var waiting: Int64 { due + later + behind + uncertain + parked }
}

/// A delivery that was recorded at this time and has not been taken yet.
package struct WaitingLongest: Hashable, Sendable {
    package var code: String
    package var recordedAt: Timestamp
}

/// How many lanes wait for the same, and a few of their dossiers.
package struct StatusWaitCount: Hashable, Sendable {
    package var wait: StatusWait
    package var count: Int64
    package var since: Timestamp
    package var examples: [String]
}

package struct ParkedCount: Hashable, Sendable {
    package var cause: ParkCause
    package var count: Int64
}

/// Persons and what the population database said of them.
package struct VerificationCounts: Hashable, Sendable {
    package var persons: Int64 = 0
    /// Questions recorded, ever; without expiry and change it equals `persons`.
    package var asked: Int64 = 0
    /// Dossiers whose applicant is one of the persons.
    package var dossiersCovered: Int64 = 0
    package var matched: Int64 = 0
    package var mismatched: Int64 = 0
    package var notFound: Int64 = 0
    package var unavailable: Int64 = 0
    /// Not answered yet.
    package var pending: Int64 = 0

    package init() {}
}

/// Dossiers held for the same reason: one line of the list that staff work off.
package struct HeldGroup: Hashable, Sendable {
    package var rule: String
    package var field: String
    /// The code that has no mapping; nil when the rule is about something else.
    package var unmapped: String?
    package var count: Int64
    package var since: Timestamp
    /// The codes of at most five of them.
    package var examples: [String]
}

/// One held dossier.
package struct HeldEntry: Hashable, Sendable {
    package var code: String
    package var sourceKey: Int64
    package var rule: String
    package var field: String
    package var unmapped: String?
    package var since: Timestamp
}

/// One parked delivery.
package struct ParkedEntry: Hashable, Sendable {
    package var delivery: Int64
    package var destination: String
    package var code: String
    package var operation: Operation
    package var revision: Int
    package var cause: ParkCause
    /// The destination's own code at the last attempt.
    package var answerCode: String
    package var attempts: Int
    package var recordedAt: Timestamp
    package var parkedAt: Timestamp
    /// Deliveries of the same lane that wait behind it.
    package var blocked: Int64
    /// What the destination last said of it; nil when nothing is kept.
    package var saying: Saying?
}
