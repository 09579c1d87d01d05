/// How many requests may be under way at once: found out, not configured.
///
/// A round is as many good answers as the limit, to requests that were launched after the round began: what
/// was under way before a change says nothing about the change. Each round is decided once. The limit grows
/// while it is what holds us back and round trips stay as they are at a destination without a queue:
/// twofold up to the last size that was known to be good, by an eighth beyond it, by one where a larger one has
/// brought errors. It is cut at the end of a round that took clearly longer than an unqueued one, and to ask
/// whether errors are ours (``ErrorQuestion``): of both a smaller window has to show that it helps.
///
/// What a round trip takes without a queue (``base``) is measured: every sixty-fourth round runs with six
/// tenths of the window. A cut that does not make round trips shorter shows that the destination became
/// slower for everyone, and the base follows. Round trips are learnt from good answers only: a quick refusal
/// says nothing about capacity.
struct ConcurrencyLimit: Sendable {
    let bounds: ClosedRange<Int>
    /// False keeps the limit at the upper bound.
    let isAdaptive: Bool
    private(set) var limit: Double
    /// Below it the limit doubles: the last size that was known to be good.
    private var known: Double
    /// Smoothed round trip, in microseconds.
    private(set) var mean: Double?
    /// The round trip at a destination without a queue, in microseconds.
    private(set) var base: Double?

    private var round = Round(start: .min)
    private var errors = ErrorQuestion()
    /// Rounds since a larger window last brought errors; nil when none has since the start or an outage.
    private var sinceEdge: Int?
    /// Rounds since the base was measured.
    private var sinceDrained = 0
    /// The limit to return to after the round that measures the base.
    private var drainedFrom: Double?
    private var lastCut: (roundTrip: Double, share: Double)?

    /// Samples without which no decision is made, once the limit is known.
    private static let sample = 16
    private static let smoothing = 0.4
    /// A standing queue shorter than that many microseconds is nobody's trouble (CoDel's figure), and may
    /// as well be a busy machine's noise.
    private static let noise = 5_000.0
    private static let roundsBetweenDrains = 64
    private static let drainedShare = 0.6

    init(bounds: ClosedRange<Int>, initial: Int, isAdaptive: Bool = true) {
        self.bounds = bounds
        self.isAdaptive = isAdaptive
        let start = isAdaptive ? min(max(initial, bounds.lowerBound), bounds.upperBound) : nil
        limit = Double(start ?? bounds.upperBound)
        known = Double(bounds.upperBound)
    }

    var window: Int { Int(limit) }

    /// A request went out, with which so many are under way.
    mutating func launched(inFlight: Int) {
        if inFlight >= window { round.wasReached = true }
    }

    /// A good answer came after that many microseconds.
    mutating func succeeded(after elapsed: Int64, now: Int64) {
        if mean == nil { mean = Double(max(1, elapsed)) }
        let launched = launchTime(now, elapsed)
        errors.heard(isGood: true, after: elapsed, launched: launched)
        guard launched >= round.start else { return }
        round.add(Double(max(1, elapsed)))
        endRound(now)
    }

    /// The destination failed, or did not answer in time, after that many microseconds.
    mutating func failed(after elapsed: Int64, now: Int64) {
        guard isAdaptive else { return }
        let launched = launchTime(now, elapsed)
        errors.heard(isGood: false, after: elapsed, launched: launched)
        guard launched >= round.start else { return }
        round.errors += 1
        endRound(now)
    }

    private mutating func endRound(_ now: Int64) {
        let isSlowStart = limit < known
        let needed = isSlowStart ? window : max(window, ConcurrencyLimit.sample)
        guard round.count + round.errors >= needed else { return }
        if isAdaptive { askAboutErrors(now) }
        if round.count > 0 { learn() }
        startRound(now)
    }

    private mutating func askAboutErrors(_ now: Int64) {
        let least = max(2, Double(bounds.lowerBound))
        let advice = errors.decide(
            window: limit, isReached: round.wasReached || errors.isAsking, least: least,
            now: now &* 1000)
        switch advice {
        case .goOn: if round.count > 0 { decide() }
        case .hold: known = min(known, limit)
        case .cut(let size):
            drainedFrom = nil
            lastCut = nil
            limit = size
            known = size
        case .keep(let size):
            limit = size
            known = size
            sinceEdge = 0
        case .back(let size):
            limit = min(size, Double(bounds.upperBound))
            known = limit
        }
    }

    /// After an outage: few at first, doubling up to the last size that was known to be good.
    ///
    /// Where our own load was the cause, ``collapsed()`` has halved that size, and each further outage on the way
    /// up halves it once more.
    mutating func restart() {
        guard isAdaptive else { return }
        known = max(Double(bounds.lowerBound), known, limit, drainedFrom ?? 0)
        limit = Double(bounds.lowerBound)
        sinceEdge = nil
        errors.restart()
        lastCut = nil
        drainedFrom = nil
        round = Round(start: .min)
    }

    /// An outage begins with answers that say that the destination fails: it may have been too much.
    mutating func collapsed() {
        guard isAdaptive else { return }
        limit = max(Double(bounds.lowerBound), (max(limit, drainedFrom ?? 0) / 2).rounded(.down))
        known = limit
        drainedFrom = nil
    }

    private func launchTime(_ now: Int64, _ elapsed: Int64) -> Int64 {
        now &* 1000 &- max(0, elapsed)
    }

    private mutating func startRound(_ now: Int64) {
        sinceDrained += 1
        if let rounds = sinceEdge { sinceEdge = rounds + 1 }
        round = Round(start: now &* 1000)
    }

    private mutating func decide() {
        let current = round.mean
        if let from = drainedFrom {
            drainedFrom = nil
            limit = from
            // A smaller window that shortens round trips shows a queue of ours: that is no base.
            let isRelief = current < (mean ?? current) * 0.85
            if !isRelief {
                follow(current, by: 0.5)
            } else if current < base ?? 0 {
                base = current
            }
            return
        }
        if let cut = lastCut {
            lastCut = nil
            // Were the queue ours, a smaller window would have made it shorter.
            let half = cut.roundTrip * (1 + cut.share) / 2
            // Were it still growing, the queue from before the cut would be draining yet.
            let isSteady = current <= cut.roundTrip * 1.1
            if isSteady, current > half + 2 * round.error { follow(current, by: 0.5) }
        }
        if base == nil || window <= 2 { follow(current, by: 0.5) }
        guard let base else { return }
        if current < base { follow(current, by: 0.1) }
        let error = round.error
        if current > base * 1.4 + 2 * error + ConcurrencyLimit.noise {
            let share = (base * 1.15 + ConcurrencyLimit.noise / 2) / current
            let before = limit
            cut(to: min(0.9, max(0.5, share)))
            lastCut = (current, limit / before)
        } else if round.wasReached, current <= base * 1.15 + error + ConcurrencyLimit.noise / 5 {
            if sinceDrained >= ConcurrencyLimit.roundsBetweenDrains, window >= 4 {
                drain()
            } else {
                grow()
            }
        } else if round.wasReached, window >= 4,
            sinceDrained >= ConcurrencyLimit.roundsBetweenDrains
        {
            drain()
        }
    }

    private mutating func drain() {
        sinceDrained = 0
        drainedFrom = limit
        limit = max(Double(bounds.lowerBound), limit * ConcurrencyLimit.drainedShare)
    }

    private mutating func follow(_ current: Double, by weight: Double) {
        guard let past = base else {
            base = current
            return
        }
        base = past + weight * (current - past)
    }

    private mutating func grow() {
        let isWary = (sinceEdge ?? .max) < ConcurrencyLimit.roundsBetweenDrains
        // Near an edge by one in four rounds: what lies beyond is refused.
        let step = isWary ? 0.25 : max(1, (limit / 8).rounded(.down))
        let next = limit < known ? min(limit * 2, known) : limit + step
        limit = min(max(next, limit), Double(bounds.upperBound))
    }

    private mutating func cut(to factor: Double) {
        limit = max(Double(bounds.lowerBound), (limit * factor).rounded(.down))
        known = limit
    }

    private mutating func learn() {
        let current = round.mean
        mean = mean.map { $0 + ConcurrencyLimit.smoothing * (current - $0) } ?? current
    }
}

/// The good answers to requests launched since a moment, in microseconds.
private struct Round: Sendable {
    let start: Int64
    var wasReached = false
    var errors = 0
    private(set) var count = 0
    private var sum = 0.0
    private var squares = 0.0

    init(start: Int64) { self.start = start }

    mutating func add(_ elapsed: Double) {
        count += 1
        sum += elapsed
        squares += elapsed * elapsed
    }

    var mean: Double { sum / Double(max(1, count)) }

    /// The standard error of the mean.
    var error: Double {
        guard count > 1 else { return 0 }
        let variance = max(0, squares / Double(count) - mean * mean)
        return (variance / Double(count)).squareRoot()
    }
}
