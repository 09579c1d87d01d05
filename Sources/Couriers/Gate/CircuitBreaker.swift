internal import Wire

// closed ──too many failures, or refusals──▶ open ──time is over──▶ half-open
//   ▲                                          ▲                        │
//   └────────── enough good answers ───────────┼────────────────────────┤
//                                              └──── one more failure ──┘

/// Stops calling a destination that is down or refuses us, and asks it again with few requests.
///
/// While it is open nothing is sent, nothing counts as an attempt and nothing is parked: what is owed
/// waits. Each opening in a row doubles the pause.
package struct CircuitBreaker: Sendable {
    struct Limits: Hashable, Sendable {
        /// Failures in a row that open it.
        var failures = 10
        /// The share of failures among the last ``sample`` answers that opens it.
        var share = 0.5
        var sample = 40
        /// So many failures in a row, of several deliveries, open it when nothing good has come for
        /// ``quickAfter`` milliseconds: where little is sent, ten would take minutes.
        var quickFailures = 3
        var quickAfter: Int64 = 5_000
        /// Refusals in a row, of different deliveries, that open it: 401, 403, 404 and whatever else says
        /// "not you".
        var refusals = 3
        /// The first and the longest pause after failures, and after refusals, in milliseconds. What refuses us for
        /// a minute is noticed soon when it does not any more; what does for hours is asked once a minute.
        var failurePause = Backoff(base: 5_000, cap: 7_000)
        var refusalPause = Backoff(base: 5_000, cap: 60_000)
        /// After a refused login: accounts are locked after a few wrong passwords in a short time.
        var loginPause = Backoff(base: 120_000, cap: 3_600_000)
        /// Good answers in a row that close it again; one is asked at a time, the first bad one ends it.
        var probes = 2
    }

    package enum State: Hashable, Sendable {
        case closed
        /// Until that time on the steady clock.
        case open(until: Int64)
        case halfOpen
    }

    /// What one answer says about the destination as a whole.
    enum Signal: Hashable, Sendable {
        case good
        case failure(BreakerCause)
        case refusal(BreakerCause)
        /// Says nothing either way.
        case neutral
    }

    enum Change: Hashable, Sendable { case opened, probing, closed }

    let limits: Limits
    private(set) var state = State.closed
    /// Why it is open, or was last; nil when it never opened.
    private(set) var cause: BreakerCause?
    /// When the state was entered.
    private(set) var since: Moment?
    /// Openings without a good answer in between.
    private(set) var openings = 0
    /// Answers to requests of an earlier generation do not count: they speak of a time before.
    private(set) var generation = 0
    private var failuresInRow = 0
    /// When the row began (steady), with which delivery, and whether it has others.
    private var failingSince: Int64 = 0
    private var firstFailed: Int64?
    private var isSeveral = false
    /// When the trial at hand began (steady).
    private var trialAt: Int64?
    private var refusalsInRow = 0
    private var lastRefused: Int64?
    private var recent: [Bool] = []
    private var next = 0
    private var probing = 0
    private var passed = 0

    init(limits: Limits, generation: Int = 0) {
        self.limits = limits
        self.generation = generation
    }

    /// After a reload: what was away is tried at once, for most likely its trouble is what was mended.
    init(limits: Limits, after past: CircuitBreaker) {
        self.init(limits: limits, generation: past.generation + 1)
        guard past.state != .closed else { return }
        state = .halfOpen
        cause = past.cause
        since = past.since
        openings = min(past.openings, 1)
    }

    /// How many requests may go now.
    var admits: Int {
        switch state {
        case .closed: .max
        case .open: 0
        case .halfOpen: probing == 0 && passed < limits.probes ? 1 : 0
        }
    }

    /// Lets the first requests through when the pause is over.
    mutating func tick(now: Moment) -> Change? {
        guard case .open(let until) = state, now.steady >= until else { return nil }
        state = .halfOpen
        since = now
        generation += 1
        probing = 0
        passed = 0
        trialAt = nil
        return .probing
    }

    /// A request goes out; the generation that its answer has to name.
    mutating func launched(now: Int64) -> Int {
        if state == .halfOpen {
            probing += 1
            trialAt = trialAt ?? now
        }
        return generation
    }

    /// A session was given and awaits its first use: one good answer less is asked for.
    mutating func entered() {
        if state == .halfOpen { passed = max(passed, limits.probes - 1) }
    }

    /// - Parameter subject: the delivery that was answered. A destination that refuses one delivery time and
    ///   again, and nothing else, refuses that delivery.
    mutating func record(
        _ signal: Signal, generation: Int, subject: Int64? = nil, now: Moment,
        using random: inout SeededRandom
    ) -> Change? {
        guard generation == self.generation else { return nil }
        if state == .halfOpen { return probed(signal, now: now, using: &random) }
        guard state == .closed else { return nil }
        switch signal {
        case .neutral: return nil
        case .good:
            failuresInRow = 0
            refusalsInRow = 0
            lastRefused = nil
            openings = 0
            remember(failed: false)
            return nil
        case .failure(let cause):
            countFailure(of: subject, now: now.steady)
            remember(failed: true)
            let isMostly =
                recent.count >= limits.sample
                && Double(recent.count { $0 }) >= limits.share * Double(recent.count)
            guard failuresInRow >= limits.failures || isMostly || isQuick(cause, now: now.steady)
            else { return nil }
            return open(cause, now: now, using: &random)
        case .refusal(let cause):
            if let subject, subject == lastRefused, cause == .refused { return nil }
            lastRefused = subject
            refusalsInRow += 1
            remember(failed: true)
            guard refusalsInRow >= limits.refusals else { return nil }
            return open(cause, now: now, using: &random)
        }
    }

    /// Opens at once, for a cause that needs no second opinion.
    mutating func open(
        _ cause: BreakerCause, now: Moment, using random: inout SeededRandom
    ) -> Change? {
        if case .open = state, self.cause == cause { return nil }
        let pause =
            switch cause {
            case .loginRefused: limits.loginPause
            case _ where cause.isRefusal: limits.refusalPause
            default: limits.failurePause
            }
        // A new kind of trouble starts with its own first pause.
        if let past = self.cause, past != cause { openings = min(openings, 1) }
        let ceiling = pause.ceiling(failures: openings)
        // A tenth of jitter: several couriers must not come back in the same instant.
        var wait = ceiling - Int64.random(in: 0...(ceiling / 10), using: &random)
        // From trial to trial: one that waited for an answer in vain has waited already.
        if !cause.isRefusal, let trialAt {
            wait = max(wait - max(0, now.steady - trialAt), min(wait, 1_000))
        }
        trialAt = nil
        openings += 1
        state = .open(until: now.steady + wait)
        self.cause = cause
        since = now
        generation += 1
        failuresInRow = 0
        refusalsInRow = 0
        lastRefused = nil
        recent.removeAll(keepingCapacity: true)
        next = 0
        return .opened
    }

    private mutating func probed(
        _ signal: Signal, now: Moment, using random: inout SeededRandom
    ) -> Change? {
        probing = max(0, probing - 1)
        switch signal {
        case .neutral: return nil
        case .failure(let cause), .refusal(let cause):
            return open(cause, now: now, using: &random)
        case .good:
            passed += 1
            guard passed >= limits.probes else { return nil }
            state = .closed
            since = now
            openings = 0
            return .closed
        }
    }

    private mutating func countFailure(of subject: Int64?, now: Int64) {
        if failuresInRow == 0 {
            failingSince = now
            firstFailed = subject
            isSeveral = false
        } else if subject == nil || subject != firstFailed {
            isSeveral = true
        }
        failuresInRow += 1
    }

    /// Where no connection can be made, one delivery is witness enough.
    private func isQuick(_ cause: BreakerCause, now: Int64) -> Bool {
        failuresInRow >= limits.quickFailures && now - failingSince >= limits.quickAfter
            && (isSeveral || cause == .unreachable)
    }

    private mutating func remember(failed: Bool) {
        if recent.count < limits.sample {
            recent.append(failed)
        } else {
            recent[next] = failed
            next = (next + 1) % limits.sample
        }
    }
}

/// Why a destination is not called.
package enum BreakerCause: String, Hashable, Sendable, CaseIterable {
    /// The destination does not accept our account.
    case loginRefused
    /// Sessions are given, and not accepted.
    case sessionsRejected
    /// The destination refuses us: 401, 403, 404 and their like.
    case refused
    /// Nothing answers at the address: 404 and its like, for the login.
    case wrongAddress
    /// TLS failed: its certificate or ours.
    case insecure
    /// A request cannot be built: a setting or a secret is missing or unusable.
    case unsendable
    case unreachable
    /// Answers do not come in time, or the connection breaks.
    case unanswering
    /// Answers come and say that the destination fails.
    case failing
    /// Answers come, and none of them is one that the contract knows as a success.
    case notUnderstood
    /// Answers come that are none: an empty one, or a page for people.
    case unreadable

    /// True when time alone will hardly cure it.
    package var isRefusal: Bool {
        switch self {
        case .loginRefused, .sessionsRejected, .refused, .wrongAddress, .insecure, .unsendable,
            .notUnderstood:
            true
        case .unreachable, .unanswering, .failing, .unreadable: false
        }
    }
}
