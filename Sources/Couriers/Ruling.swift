internal import Contracts
internal import Dossiers
internal import Outbox
internal import Wire

/// What is decided about a delivery after one answer: values only, nothing is done yet.
struct Ruling: Hashable, Sendable {
    enum Next: Hashable, Sendable {
        case acknowledged
        /// In so many milliseconds.
        case again(in: Int64, counts: Bool)
        /// To be probed in so many milliseconds.
        case uncertain(in: Int64)
        /// The destination holds the first so many of the delivery's steps; the rest goes at once.
        case trimmed(held: Int)
        case parked(ParkCause)
        /// A second question in the same place: who is it then?
        case lookup
    }

    var next: Next
    var existence: Existence?
    var verification: Verification?
    /// True when the destination must be given the dossier's header before this history can arrive.
    var needsHeader = false
    /// What only a wrong memory of ours, or somebody else who delivers there, explains.
    var contradiction: Contradiction?
    /// The answer that led here, when it is not the one at hand.
    var refusal: Refusal?
    /// True when what follows is extra load, to be paid from the retry budget.
    var isRepeat = false

    init(
        _ next: Next, existence: Existence? = nil, verification: Verification? = nil,
        needsHeader: Bool = false, isRepeat: Bool = false
    ) {
        self.next = next
        self.existence = existence
        self.verification = verification
        self.needsHeader = needsHeader
        self.isRepeat = isRepeat
    }
}

/// One answered call about one delivery, as the judge needs it.
struct Attempt: Sendable {
    var operation: Operation
    var call: Call.Kind
    /// Attempts that counted as failed before this one.
    var failures: Int
    /// True when the delivery was claimed as one that may have arrived earlier.
    var isUncertain: Bool
    /// True when the dossier was last seen not to be there.
    var wasAbsent = false
    /// True when the lane's memory is not in doubt.
    var isConfirmed = true
    /// Steps of the dossier that were acknowledged before this delivery.
    var acknowledgedSteps = 0
    /// Steps that the delivery carries.
    var stepCount = 0
    /// True when the request carried nothing but this delivery.
    var isAlone = true
    /// True when the answer may be about a session that is over.
    var isSessionDoubted = false
    /// True when the idempotency key makes a second sending harmless.
    var isKeyTrusted: Bool
    /// True when the delivery's key is the one of ``Streak/sentAsNew``.
    var wasSentAsNew: Bool
    var answer: Answer
    /// The transport's failure; nil when there was an answer.
    var failure: HTTPFailure?
    /// 0 when there was no answer.
    var status: Int
    /// Whether the answer itself says when to come back.
    var asksForTime = false
    /// Deliveries acknowledged by this destination so far.
    var acknowledged: Int64
}
