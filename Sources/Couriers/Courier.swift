internal import Contracts
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// Carries one destination's deliveries.
///
/// Decisions are made by the value types that it holds (judge, chooser, gate, session); the courier only keeps
/// them together and says what is to be sent, settled and given back. The
/// ``Dispatcher`` does it.
///
/// A claimed delivery is in exactly one place: `claimed` (the claim is not committed yet; nothing is sent from
/// here), `queue` (committed, not sent), `followUps` and `halves` (to be sent once more), `flights` (sent),
/// `unsaved` (answered, its settlement not committed yet) or `returning` (certainly not sent, to be given back).
final class Courier {
    let id: DestinationID
    var settings: CourierSettings
    var judge: Judge
    var chooser: CallChooser
    var planner: BatchPlanner
    var gate: Gate
    var keeper: SessionKeeper
    var sessionDoubt = SessionDoubt()
    var comprehension = Comprehension()
    var damper = EventDamper()
    var random: SeededRandom
    let events: EventSink
    let hasher = SHA256()

    var claimed: [Delivery] = []
    var queue: [Delivery] = []
    var flights: [UInt64: Flight] = [:]
    var unsaved: [SettledDelivery] = []
    /// Ledger lines of calls that were refused as a whole, not committed yet. Their deliveries are elsewhere.
    var unsavedSplits: [SplitDelivery] = []
    /// Certainly not sent: given back with the next transaction, at once or for a later time.
    var returning: [DeliveryID] = []
    var puttingOff: [(id: DeliveryID, due: Timestamp)] = []
    /// A second question that follows the first in its place.
    var followUps: [(delivery: Delivery, call: Call.Kind)] = []
    /// What a refused batch was parted into, to be sent again.
    var halves: [Half] = []
    /// Dossiers whose header must be recorded again, for the next transaction; and those asked for already.
    var headersWanted: [DossierCode] = []
    var headersAsked: Set<DossierCode> = []

    /// What every request of a kind has in common, made for the session at hand.
    var forms = RequestForms()
    /// The last answer to a write, read.
    var answers = AnswerMemory()
    var streaks: [DeliveryID: Streak] = [:]
    var counters = CourierCounters()
    var lastSuccess: Timestamp?
    var nextDue: Timestamp?
    /// Until then (steady) nothing is asked about what an earlier process left in doubt: its requests may
    /// still be at work over there. nil before the first turn.
    var quietUntil: Int64?
    /// True when the last claim was cut short by its own limit, so that more may be due at once.
    var mayHaveMore = false
    /// True when the last claim found less than there was room for, or filled the memory there is for it.
    var isExhausted = false
    /// Since when (steady) an answer waits to be written.
    var unsavedSince: Int64?
    var isDraining = false
    /// There is something to carry and no session to carry it with: nothing is claimed before there is one.
    var awaitsSession = false
    /// The cause at length, while the breaker is open for it: what kept a request from being built, what came in
    /// an answer's place.
    var detail: Trouble?

    private let tokenBase: UInt64
    private var tokens: UInt64 = 0

    /// - Parameter index: the courier's number in its dispatcher, which its exchanges' tokens carry.
    /// - Parameter past: the gate of the same destination before a reload.
    init(
        _ settings: CourierSettings, index: Int, seed: UInt64, past: Gate?,
        events: @escaping EventSink
    ) {
        id = settings.destination
        self.settings = settings
        self.events = events
        tokenBase = UInt64(index) << Courier.tokenBits
        random = SeededRandom(seed: seed)
        let policy = settings.policy
        let contract = settings.contract
        judge = Judge(
            policy: policy, calls: contract.calls, repeatsSteps: contract.historyIsRepeatable)
        planner = BatchPlanner(policy: policy, contract: contract)
        chooser = CallChooser(
            policy: policy, contract: contract, batched: planner.operations)
        gate = past.map { Gate(policy: policy, after: $0) } ?? Gate(policy: policy)
        keeper = SessionKeeper(policy: policy, contract: contract)
    }

    // Tokens name the courier in their upper bits, so that a dispatcher finds it without a table.
    static let tokenBits: UInt64 = 40

    func nextToken() -> UInt64 {
        tokens += 1
        return tokenBase | tokens
    }

    /// Requests under way that carry deliveries.
    var inFlight: Int { flights.count - (keeper.login == nil ? 0 : 1) }

    /// Deliveries in those requests.
    var deliveriesInFlight: Int { flights.values.reduce(0) { $0 + $1.deliveries.count } }

    /// Bytes of the bodies of all that is claimed.
    var bytesHeld: Int {
        func bytes(_ deliveries: [Delivery]) -> Int { deliveries.reduce(0) { $0 + $1.body.count } }
        return bytes(queue) + followUps.reduce(0) { $0 + $1.delivery.body.count }
            + flights.values.reduce(0) { $0 + bytes($1.deliveries) }
            + halves.reduce(0) { $0 + bytes($1.deliveries) }
    }

    /// Deliveries that are claimed and wait for their request.
    var waiting: Int {
        queue.count + followUps.count + halves.reduce(0) { $0 + $1.deliveries.count }
    }

    var isIdle: Bool {
        flights.isEmpty && waiting == 0 && claimed.isEmpty && unsaved.isEmpty
            && unsavedSplits.isEmpty && returning.isEmpty && puttingOff.isEmpty
            && headersWanted.isEmpty && !awaitsSession
    }

    /// Milliseconds until the maintenance window ends; nil outside of one.
    func maintenanceRemaining(_ now: Moment) -> Int64? {
        settings.policy.maintenance.compactMap { $0.remaining(at: now.wall) }.max()
    }

    /// Whether the destination is not to be called, by our own decision.
    func isClosed(_ now: Moment) -> Bool {
        if case .open = gate.state { return true }
        return isDraining || maintenanceRemaining(now) != nil
    }

    /// Whether nothing is to be sent for now, for any reason: what is claimed is given back, so that after a
    /// crash as little as possible has to be asked about.
    func isHalted(_ now: Moment) -> Bool {
        isClosed(now) || gate.rests(in: now.steady) != nil
    }
}

extension CallChooser {
    init(policy: CourierPolicy, contract: Contract, batched: Set<Operation>) {
        self.init(
            calls: contract.calls, existence: policy.existence,
            honoursKeys: policy.honoursKeys ?? contract.honoursIdempotencyKey,
            keyLifetime: policy.keyLifetime, repeatsHistory: contract.historyIsRepeatable,
            batched: batched, batchable: BatchPlanner.batchable(by: contract))
    }
}

extension SessionKeeper {
    init(policy: CourierPolicy, contract: Contract) {
        let lifetime = policy.sessionLifetime ?? contract.sessionLifetimeMilliseconds
        self.init(
            lifetime: lifetime == .max ? nil : lifetime, backoff: policy.backoff)
    }
}
