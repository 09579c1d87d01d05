internal import Contracts
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// Carries one destination's deliveries.
///
/// Decisions are made by the value types that it holds (judge, chooser, breaker, limit, budget, session);
/// the courier only keeps them together and says what is to be sent, settled and given back. The
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
    var breaker: CircuitBreaker
    var limit: ConcurrencyLimit
    var rate: RateLimit?
    var budget: RetryBudget
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
    /// Certainly not sent: given back with the next transaction.
    var returning: [DeliveryID] = []
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
    /// The destination asked to be left alone until then (steady).
    var pausedUntil: Int64?
    var throttlesInRow = 0
    /// Pauses since the last good answer.
    var pausesInRow = 0
    /// What the retry budget put off, and when each would have gone without it. In memory only: a crash
    /// leaves them where the budget put them.
    var deferred: [(id: DeliveryID, due: Timestamp)] = []
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
    /// The trouble that kept a request from being built, while the breaker is open for it.
    var unsendable: Trouble?

    private let tokenBase: UInt64
    private var tokens: UInt64 = 0

    /// - Parameter index: the courier's number in its dispatcher, which its exchanges' tokens carry.
    init(_ settings: CourierSettings, index: Int, seed: UInt64, events: @escaping EventSink) {
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
        breaker = CircuitBreaker(limits: policy.breakerLimits)
        limit = ConcurrencyLimit(policy: policy)
        rate = RateLimit(policy: policy)
        budget = RetryBudget(share: policy.retryShare, reserve: policy.retryReserve)
        keeper = SessionKeeper(policy: policy, contract: contract)
    }

    /// Takes new settings while requests are under way: a corrected password or address is tried at once.
    func adopt(_ settings: CourierSettings) {
        self.settings = settings
        let policy = settings.policy
        judge = Judge(
            policy: policy, calls: settings.contract.calls,
            repeatsSteps: settings.contract.historyIsRepeatable)
        planner = BatchPlanner(policy: policy, contract: settings.contract)
        // What went in batches before may still be in doubt.
        chooser = CallChooser(
            policy: policy, contract: settings.contract,
            batched: chooser.batched.union(planner.operations))
        breaker = CircuitBreaker(
            limits: policy.breakerLimits, generation: breaker.generation + 1)
        limit = ConcurrencyLimit(policy: policy)
        rate = RateLimit(policy: policy, after: rate)
        budget = RetryBudget(share: policy.retryShare, reserve: policy.retryReserve)
        pausedUntil = nil
        throttlesInRow = 0
        pausesInRow = 0
        // A login under way still answers for the old account: its token is forgotten here, and its
        // session is not taken over.
        if let login = keeper.login { flights[login] = nil }
        keeper = SessionKeeper(
            policy: policy, contract: settings.contract, generation: keeper.generation + 1)
        // Rules may have been added: all is tried anew.
        sessionDoubt = SessionDoubt()
        comprehension = Comprehension()
        unsendable = nil
        isDraining = false
        forms = RequestForms()
        answers = AnswerMemory()
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
            && unsavedSplits.isEmpty && returning.isEmpty && headersWanted.isEmpty
    }

    /// Milliseconds until the maintenance window ends; nil outside of one.
    func maintenanceRemaining(_ now: Moment) -> Int64? {
        settings.policy.maintenance.compactMap { $0.remaining(at: now.wall) }.max()
    }

    /// Whether the destination is not to be called, by our own decision.
    func isClosed(_ now: Moment) -> Bool {
        if case .open = breaker.state { return true }
        return isDraining || maintenanceRemaining(now) != nil
    }

    /// Whether nothing is to be sent for now, for any reason: what is claimed is given back, so that after a
    /// crash as little as possible has to be asked about.
    func isHalted(_ now: Moment) -> Bool {
        isClosed(now) || now.steady < pausedUntil ?? now.steady
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

extension ConcurrencyLimit {
    init(policy: CourierPolicy) {
        self.init(
            bounds: policy.windowBounds, initial: policy.windowAtStart,
            isAdaptive: policy.isAdaptive)
    }
}

extension RateLimit {
    init?(policy: CourierPolicy, after past: RateLimit? = nil) {
        guard let perSecond = policy.ratePerSecond else { return nil }
        self.init(perSecond: perSecond, burst: policy.rateBurst, after: past)
    }
}

extension SessionKeeper {
    init(policy: CourierPolicy, contract: Contract, generation: Int = 0) {
        let lifetime = policy.sessionLifetime ?? contract.sessionLifetimeMilliseconds
        self.init(
            lifetime: lifetime == .max ? nil : lifetime, backoff: policy.backoff,
            generation: generation)
    }
}
