internal import Dossiers
internal import Wire

/// A row of `lane`: what one destination was given of one dossier, or of one person's question, and where it
/// stands.
struct Lane: Equatable {
    var id: Int64
    var destination: Int64
    var code: String
    /// The last revision given to a delivery of this lane.
    var revision: Int = 0
    /// The revision of the newest recorded state, and its digest.
    var stateRevision: Int = 0
    var acknowledgedRevision: Int = 0
    var digest: Digest?
    var existence: Existence = .unknown
    /// The lane's newest line in the ledger.
    var lastLine: Int64 = 0
    /// The person whose verification the lane waits for, and until when.
    var awaits: Int64?
    var awaitsUntil: Timestamp?
    /// Marks of all recorded steps, packed.
    var steps: [UInt8] = []
    /// With an order: what became of which step, as ``ToldStep`` writes it.
    var told: String?
    /// With an order: why the next step waits, and since when.
    var statusWait: StatusWait?
    var statusWaitSince: Timestamp?
    /// The store's generation in which the destination last said whether it holds the dossier, and the one
    /// in which nothing unexplained was left there.
    var met: Int64 = 0
    var confirmed: Int64 = 0
    /// How many deliveries it owes.
    var owed = 0
    /// nil when it owes nothing, or all that it owes waits.
    var head: LaneHead?
    /// Whether what it owes comes from a walk over the whole source.
    var isBacklog = false
    /// What is on disk of what an index or a count is made of; nil for a lane that is not there yet.
    var recorded: Recorded?

    /// What seldom changes, and what costs to write: SQLite takes every index entry of a column that is
    /// assigned out and puts it in again.
    struct Recorded: Equatable {
        var standing: Standing
        var waiting: Waiting
        var owed: Int
        var confirmed: Int64
    }

    /// What the indices over heads are made of.
    struct Standing: Equatable {
        var state: DeliveryStory.State?
        var dueAt: Timestamp?
        var cause: ParkCause?
        var isBacklog: Bool
    }

    /// What the indices over waiting lanes are made of.
    struct Waiting: Equatable {
        var awaits: Int64?
        var awaitsUntil: Timestamp?
        var statusWait: StatusWait?
        var statusWaitSince: Timestamp?
    }

    var standing: Standing {
        Standing(
            state: head?.state, dueAt: head?.dueAt, cause: head?.cause, isBacklog: isBacklog)
    }

    var waiting: Waiting {
        Waiting(
            awaits: awaits, awaitsUntil: awaitsUntil, statusWait: statusWait,
            statusWaitSince: statusWaitSince)
    }

    /// A lane that is not on disk yet.
    ///
    /// - Parameter confirmed: the generation in which it counts as confirmed from its beginning.
    init(id: Int64, destination: Int64, code: String, confirmed: Int64) {
        self.init(id: id, destination: destination, code: code)
        met = confirmed
        self.confirmed = confirmed
    }

    init(id: Int64, destination: Int64, code: String) {
        self.id = id
        self.destination = destination
        self.code = code
    }

    /// As it is on disk, without what is remembered of the head's row.
    var bare: Lane {
        var lane = self
        lane.head?.row = nil
        return lane
    }

    /// Whether it is the lane of questions about a person, which owes nothing else.
    var isOfQuestions: Bool { confirmed == Lane.always }

    /// Of a lane that is never in doubt.
    static let always = Int64.max
}
