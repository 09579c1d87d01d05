/// How many requests may be under way at once: found out, not configured.
///
/// One decision per mean round trip. The limit grows while it is what holds us back and latency stays as it
/// was: twofold until the first sign of trouble, by one afterwards. It is cut when the destination pushes
/// back (asks for less, fails, lets a request time out) or takes clearly longer than it used to. Round trips
/// are learnt from good answers only: a quick refusal says nothing about capacity.
struct ConcurrencyLimit: Sendable {
    let bounds: ClosedRange<Int>
    /// False keeps the limit at the upper bound.
    let isAdaptive: Bool
    private(set) var limit: Double
    /// Below it the limit doubles: the last size that was known to be good.
    private var known: Double
    /// Smoothed round trip and its variance, in microseconds.
    private(set) var mean: Double?
    private var variance: Double = 0

    private var roundEnds: Int64?
    private var roundSum: Double = 0
    private var roundCount = 0
    private var wasReached = false
    private var wasPushedBack = false
    /// The round after a cut still hears of requests that went out before it: it does not cut again.
    private var wasCut = false

    private static let smoothing = 0.4
    private static let cutOnPushback = 0.75
    private static let cutOnLatency = 0.9
    /// Differences below this many microseconds are a busy machine's noise.
    private static let noise = 5_000.0

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
        if inFlight >= window { wasReached = true }
    }

    /// A good answer came after that many microseconds.
    mutating func succeeded(after elapsed: Int64, now: Int64) {
        roundSum += Double(max(1, elapsed))
        roundCount += 1
        closeRound(now: now)
    }

    /// The destination asked for less, failed, or did not answer in time.
    mutating func pushedBack(now: Int64) {
        wasPushedBack = true
        closeRound(now: now)
    }

    /// After an outage: few at first, doubling up to the last size that was known to be good.
    mutating func restart() {
        guard isAdaptive else { return }
        known = max(Double(bounds.lowerBound), known, limit)
        limit = Double(bounds.lowerBound)
        startRound(now: nil)
    }

    private mutating func closeRound(now: Int64) {
        guard let ends = roundEnds else { return startRound(now: now, keeping: true) }
        guard now >= ends else { return }
        if isAdaptive { decide() }
        learn()
        startRound(now: now)
    }

    private mutating func decide() {
        let current = roundCount > 0 ? roundSum / Double(roundCount) : nil
        if wasCut {
            wasCut = false
        } else if wasPushedBack {
            cut(to: ConcurrencyLimit.cutOnPushback)
        } else if let current, let mean {
            if current >= mean + max(2.5 * variance.squareRoot(), ConcurrencyLimit.noise) {
                cut(to: ConcurrencyLimit.cutOnLatency)
            } else if wasReached, current <= mean * 1.05 + ConcurrencyLimit.noise / 5 {
                grow()
            }
        } else if wasReached, current != nil {
            grow()
        }
    }

    private mutating func grow() {
        let next = limit < known ? min(limit * 2, known) : limit + 1
        limit = min(max(next, limit), Double(bounds.upperBound))
    }

    private mutating func cut(to factor: Double) {
        limit = max(Double(bounds.lowerBound), (limit * factor).rounded(.down))
        known = limit
        wasCut = true
    }

    private mutating func learn() {
        guard roundCount > 0 else { return }
        let current = roundSum / Double(roundCount)
        guard let past = mean else {
            mean = current
            return
        }
        let difference = current - past
        mean = past + ConcurrencyLimit.smoothing * difference
        variance =
            (1 - ConcurrencyLimit.smoothing)
            * (variance + ConcurrencyLimit.smoothing * difference * difference)
    }

    private mutating func startRound(now: Int64?, keeping: Bool = false) {
        if let now {
            roundEnds = now + max(1, Int64((mean ?? 0) / 1000))
        } else {
            roundEnds = nil
        }
        wasReached = keeping && wasReached
        wasPushedBack = keeping && wasPushedBack
        guard !keeping else { return }
        roundSum = 0
        roundCount = 0
    }
}
