/// At most so many requests per second, as a destination's operator may demand: a token bucket.
struct RateLimit: Sendable {
    let perSecond: Double
    let burst: Double
    private var tokens: Double
    private var refilledAt: Int64?

    init(perSecond: Double, burst: Int) {
        self.perSecond = perSecond
        self.burst = Double(max(1, burst))
        tokens = self.burst
    }

    /// Other settings, the same destination: what was sent under the old ones still counts.
    init(perSecond: Double, burst: Int, after past: RateLimit?) {
        self.init(perSecond: perSecond, burst: burst)
        guard let past else { return }
        tokens = min(self.burst, past.tokens)
        refilledAt = past.refilledAt
    }

    /// True when a request may go now, which then counts.
    mutating func take(now: Int64) -> Bool {
        refill(now: now)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// Milliseconds until the next request may go; 0 when it may now.
    mutating func wait(now: Int64) -> Int64 {
        refill(now: now)
        return tokens >= 1 ? 0 : Int64(((1 - tokens) / perSecond * 1000).rounded(.up))
    }

    private mutating func refill(now: Int64) {
        let elapsed = Double(max(0, now - (refilledAt ?? now))) / 1000
        refilledAt = now
        tokens = min(burst, tokens + elapsed * perSecond)
    }
}
