internal import Contracts
internal import Wire

/// The one place that knows whether a destination is well, and what waits because of it.
///
/// Two questions: "may this go now?" (``admit(isRepeat:now:using:)``) and "this came back"
/// (``cameBack(_:)``). From what came back follow how many requests may be under way, how fast
/// they follow one another, when a destination that was away is tried, how long one that asked for it is left
/// alone, at what pace repeats go, and what of all that waits is let go. Every decision is one of the small
/// values inside, each tested alone; nobody else holds one of them.
struct Gate: Sendable {
    /// May this go now?
    enum Admission: Hashable, Sendable {
        case goes
        /// Nothing may go.
        case shut
        /// Others may; this repeat is looked at again in so many milliseconds.
        case later(Int64)
    }

    /// What a request is given on its way, and its answer brings back.
    struct Pass: Hashable, Sendable {
        fileprivate(set) var generation: Int
        /// It asks a destination that was away whether it is back.
        fileprivate(set) var isTrial: Bool
        fileprivate(set) var isRepeat: Bool
        /// A login has no place in the window.
        fileprivate(set) var isLogin = false
    }

    /// What came back.
    struct Return {
        var pass: Pass
        var signal: CircuitBreaker.Signal
        var pressure: Pressure
        var elapsedMicroseconds: Int64
        /// The delivery that was answered; nil for several, or a login.
        var subject: Int64?
        /// "Too many": for how long the answer itself asks to be left alone.
        var throttled: Throttling?

        struct Throttling { var asked: Int64? }
    }

    /// What of it is to be told.
    struct News: Hashable, Sendable {
        var change: CircuitBreaker.Change?
        /// The destination is left alone for so many milliseconds.
        var pause: Int64?
    }

    private let policy: CourierPolicy
    private var breaker: CircuitBreaker
    private var limit: ConcurrencyLimit
    /// What the destination's operator demands, and what its answers teach.
    private var rate: RateLimit?
    private var learned = LearnedRate()
    private var respite = Respite()
    private var health = Health()
    private var budget: RetryBudget
    private var relief = Relief()
    private var repeatsUnderWay = 0
    /// The last request was not answered in time, and nothing was since.
    private var isSilent = false
    /// Requests under way that were sent since the destination was last away. What hangs from before tells nothing
    /// about how much it takes now, and must not keep its place.
    private var underWay = 0
    private var countedGeneration = 0

    init(policy: CourierPolicy) {
        self.policy = policy
        breaker = CircuitBreaker(limits: policy.breakerLimits)
        limit = ConcurrencyLimit(policy: policy)
        rate = policy.ratePerSecond.map { RateLimit(perSecond: $0, burst: policy.rateBurst) }
        budget = RetryBudget(share: policy.retryShare, reserve: policy.retryReserve)
    }

    /// After a reload. What was sent counts for the rate, what was learnt of how much the destination takes is
    /// kept, a pause is over, one that was away is tried at once, and all that waits for it is looked at.
    init(policy: CourierPolicy, after past: Gate) {
        self.init(policy: policy)
        breaker = CircuitBreaker(limits: policy.breakerLimits, after: past.breaker)
        if policy.windowBounds == past.policy.windowBounds,
            policy.isAdaptive == past.policy.isAdaptive
        {
            limit = past.limit
            if past.breaker.state != .closed { limit.restart() }
        }
        rate = policy.ratePerSecond.map {
            RateLimit(perSecond: $0, burst: policy.rateBurst, after: past.rate)
        }
        learned = past.learned
        health = past.health
    }

    // MARK: May this go now?

    /// Lets the first requests through when a pause is over.
    mutating func tick(now: Moment) -> CircuitBreaker.Change? { breaker.tick(now: now) }

    /// Takes what a request costs, when it may go.
    ///
    /// - Parameter isRepeat: it is sent because an earlier one failed.
    mutating func admit(
        isRepeat: Bool, now: Int64, using random: inout SeededRandom
    ) -> Admission {
        guard hasRoom, breaker.admits > 0, learned.wait(now: now) == 0,
            rate?.wait(now: now) ?? 0 == 0
        else { return .shut }
        if isRepeat, breaker.state == .closed, !isFreeToRepeat(now),
            let wait = budget.take(now: now)
        {
            return .later(Int64.random(in: max(1, wait / 2)...max(1, wait), using: &random))
        }
        _ = rate?.take(now: now)
        learned.take(now: now)
        return .goes
    }

    /// At a destination that is well repeats are nobody's burden; at one that rests and nobody knows to be well
    /// they are the only question there is: one at a time, more with each good answer.
    private func isFreeToRepeat(_ now: Int64) -> Bool {
        if health.isWell { return true }
        guard health.run > 0, budget.isAtRest(now: now) else { return false }
        return repeatsUnderWay <= health.run / 2
    }

    /// A login takes of the rate like any other request, and belongs to no window.
    mutating func admitLogin(now: Int64) -> Bool {
        guard breaker.admits > 0, learned.wait(now: now) == 0, rate?.wait(now: now) ?? 0 == 0
        else { return false }
        _ = rate?.take(now: now)
        learned.take(now: now)
        return true
    }

    mutating func went(isRepeat: Bool, isFirst: Bool, now: Int64) -> Pass {
        if isFirst { budget.sentFirst(now: now) }
        if isRepeat { repeatsUnderWay += 1 }
        let generation = breaker.launched(now: now)
        count(generation)
        underWay += 1
        limit.launched(inFlight: underWay)
        return Pass(
            generation: generation, isTrial: breaker.state == .halfOpen, isRepeat: isRepeat)
    }

    mutating func loginWent(now: Int64) -> Pass {
        Pass(
            generation: breaker.launched(now: now), isTrial: breaker.state == .halfOpen,
            isRepeat: false, isLogin: true)
    }

    private mutating func count(_ generation: Int) {
        guard generation != countedGeneration else { return }
        countedGeneration = generation
        underWay = 0
    }

    // MARK: This came back

    mutating func cameBack(_ back: Return, now: Moment, using random: inout SeededRandom) -> News {
        if !back.pass.isLogin, back.pass.generation == countedGeneration {
            underWay = max(0, underWay - 1)
        }
        if back.pass.isRepeat { repeatsUnderWay = max(0, repeatsUnderWay - 1) }
        var news = News()
        let launched = now.steady - back.elapsedMicroseconds / 1000
        if let throttled = back.throttled {
            learned.refused(launched: launched, now: now.steady)
            // Where no rate would help, the window is asked.
            if learned.perSecond(now: now.steady) == nil { fails(back, now: now.steady) }
            news.pause = pause(throttled.asked, now: now.steady)
        } else {
            weigh(back, launched: launched, now: now.steady)
        }
        news.change = breaker.record(
            back.signal, generation: back.pass.generation, subject: back.subject, now: now,
            using: &random)
        follow(news.change, isAnswered: true)
        return news
    }

    private mutating func weigh(_ back: Return, launched: Int64, now: Int64) {
        if back.pressure != .none { isSilent = back.signal == .failure(.unanswering) }
        switch back.pressure {
        case .good:
            limit.succeeded(after: back.elapsedMicroseconds, now: now)
            learned.taken(launched: launched, now: now)
            respite.good()
            health.good(now: now)
            relief.answered(isGood: true)
        case .pushback:
            health.failed()
            relief.answered(isGood: false)
            fails(back, now: now)
        case .none: break
        }
    }

    /// An outage says nothing about how much the destination can take when it is well.
    private mutating func fails(_ back: Return, now: Int64) {
        guard back.pass.generation == breaker.generation, breaker.state == .closed else { return }
        limit.failed(after: back.elapsedMicroseconds, now: now)
    }

    private mutating func pause(_ asked: Int64?, now: Int64) -> Int64? {
        // Some round trips; longer each time that nothing good came in between, whatever was asked.
        let first = min(policy.backoffBase, max(50, Int64((limit.mean ?? 0) / 250)))
        let wait = respite.throttled(
            asked: asked.map { min($0, policy.retryAfterCap) }, first: first,
            cap: policy.breakerPauseCap, isTaking: learned.isTaking(now: now), now: now)
        // Nobody told us how much is welcome afterwards: begin with little.
        if wait != nil { limit.restart() }
        return wait
    }

    /// Opens at once, for a cause that needs no second opinion.
    mutating func shut(
        _ cause: BreakerCause, now: Moment, using random: inout SeededRandom
    ) -> CircuitBreaker.Change? {
        let change = breaker.open(cause, now: now, using: &random)
        follow(change, isAnswered: false)
        return change
    }

    /// A session was given.
    mutating func entered() { breaker.entered() }

    private mutating func follow(_ change: CircuitBreaker.Change?, isAnswered: Bool) {
        switch change {
        case .opened?:
            health.isUnknown()
            if isAnswered, breaker.cause == .failing, breaker.openings == 1 { limit.collapsed() }
        case .closed?:
            limit.restart()
            relief = Relief()
        case .probing?, nil: break
        }
    }

    // MARK: What waits because of the destination

    /// A delivery is put off for so many milliseconds for the destination's sake.
    mutating func keepsWaiting(_ milliseconds: Int64) { relief.waits(milliseconds) }

    /// How many of those that wait may be brought forward now.
    ///
    /// - Parameter isAtRest: nothing is under way and nothing is claimed.
    mutating func relieves(isAtRest: Bool, now: Int64) -> Int {
        guard breaker.state == .closed, respite.isOver(now: now) else { return 0 }
        return relief.portion(health, isAtRest: isAtRest, now: now)
    }

    mutating func relieved(_ count: Int, of portion: Int, now: Int64) {
        relief.released(count, of: portion, now: now)
    }

    /// Whether a delivery that fails now fails where others pass.
    var passesOthers: Int64? { health.failing < 0.1 ? health.goods : nil }

    // MARK: What follows from it

    /// Requests that may be under way.
    var window: Int { limit.window }
    var hasRoom: Bool { underWayNow < limit.window }
    /// Requests under way, without those that hang from before the destination was last away.
    var underWayNow: Int { countedGeneration == breaker.generation ? underWay : 0 }
    /// Smoothed time from request to good answer, in microseconds; nil before the first.
    var roundTrip: Double? { limit.mean }
    var state: CircuitBreaker.State { breaker.state }
    var cause: BreakerCause? { breaker.cause }
    var since: Timestamp? { breaker.since?.wall }
    /// Since when (steady) the destination is known to be well; nil while it is not.
    var wellSince: Int64? { breaker.state == .closed ? health.wellSince : nil }
    /// Whether anything may wait because of it.
    var isOwing: Bool { relief.isOwed }
    /// Whether the next request asks a destination that was away.
    var isTrying: Bool { breaker.state == .halfOpen }
    var admitsTrial: Bool { breaker.admits > 0 }

    /// Milliseconds until it is asked again; nil unless nothing goes.
    func reopens(in now: Int64) -> Int64? {
        guard case .open(let until) = breaker.state else { return nil }
        return max(0, until - now)
    }

    /// Milliseconds for which it asked to be left alone; nil when it did not.
    func rests(in now: Int64) -> Int64? {
        respite.until.flatMap { $0 > now ? $0 - now : nil }
    }

    /// Requests per second at most; nil without a limit.
    func perSecond(now: Int64) -> Double? {
        let all = [rate?.perSecond, learned.perSecond(now: now)].compactMap { $0 }
        return all.min()
    }

    /// Milliseconds until a rate lets the next request go; 0 when it does now.
    mutating func rateWait(now: Int64) -> Int64 {
        max(learned.wait(now: now), rate?.wait(now: now) ?? 0)
    }

    /// Milliseconds until something of what waits may be brought forward; nil when nothing is.
    func reliefWait(now: Int64) -> Int64? {
        guard breaker.state == .closed, let due = relief.due(health) else { return nil }
        return max(0, due - now)
    }

    /// How long a request may take: a question to one that was away, or has just left another unanswered, is
    /// answered soon, or asked again soon.
    func timeout(_ usual: Int64) -> Int64 {
        guard breaker.state == .halfOpen || isSilent else { return usual }
        // Of a destination that never answered nobody knows how long it takes: now and then it gets its time.
        guard let mean = limit.mean else {
            return breaker.openings % 4 == 0 ? usual : min(usual, 5_000)
        }
        return min(usual, max(5_000, Int64(mean / 250)))
    }
}

extension ConcurrencyLimit {
    init(policy: CourierPolicy) {
        self.init(
            bounds: policy.windowBounds, initial: policy.windowAtStart,
            isAdaptive: policy.isAdaptive)
    }
}
