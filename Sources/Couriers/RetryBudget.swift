/// Keeps repeated requests to a share of the load, so that an ailing destination is not buried by the very
/// requests that it failed to answer.
///
/// A bucket of tokens: every first attempt puts in ``share`` of one, every repeat takes one. A repeat that
/// finds the bucket empty is not forbidden, it is put off: the bucket goes into debt, and the repeat waits
/// for as long as the debt takes to be paid at the rate at which first attempts have lately come. Thus
/// repeats never run faster than their share of the normal load, and none is lost.
struct RetryBudget: Sendable {
    /// Repeats per first attempt.
    let share: Double
    /// Repeats that are always possible in a burst, so that a quiet destination can repeat at all.
    let reserve: Double
    /// Repeats per second that are always possible at a destination that is well; one in fifty
    /// seconds (of ten) at one of which a twentieth of the answers, or more, are failures.
    let floorPerSecond: Double
    /// The share of failures among some twenty answers lately.
    private(set) var failing: Double = 0
    /// The longest delay that a debt can cause, in milliseconds.
    static let longestDelay: Int64 = 3_600_000

    private(set) var tokens: Double
    /// First attempts per second, smoothed over some seconds.
    private(set) var firstRate: Double = 0
    private var refilledAt: Int64?
    private var countedSince: Int64?
    private var counted = 0

    init(share: Double, reserve: Int, floorPerSecond: Double = 10) {
        self.share = share
        self.reserve = Double(reserve)
        self.floorPerSecond = floorPerSecond
        tokens = Double(reserve)
    }

    /// True when nearly all of some sixty answers were good: what was put off may go at once.
    var isWell: Bool { failing < 0.02 }

    /// An answer that says how the destination is.
    mutating func heard(isGood: Bool, now: Int64) {
        roll(now: now)
        failing += 0.05 * ((isGood ? 0 : 1) - failing)
    }

    /// What was owed to a destination that ailed need not be paid to one that is well.
    mutating func forgive() { tokens = max(tokens, 0) }

    private var floor: Double { floorPerSecond * max(0.002, 1 - 20 * failing) }

    /// A request was sent that is no repeat.
    mutating func sentFirst(now: Int64) {
        roll(now: now)
        counted += 1
        tokens = min(tokens + share, most)
    }

    /// Takes a token; how long the repeat has to wait for it, in milliseconds.
    mutating func delayOfRepeat(now: Int64) -> Int64 {
        roll(now: now)
        tokens -= 1
        guard tokens < 0 else { return 0 }
        let perSecond = floor + share * firstRate
        return min(Int64((-tokens / perSecond * 1000).rounded(.up)), RetryBudget.longestDelay)
    }

    /// What the bucket holds at most: the reserve, or ten seconds' worth of a busy destination.
    private var most: Double { max(reserve, share * firstRate * 10) }

    private mutating func roll(now: Int64) {
        let elapsed = Double(max(0, now - (refilledAt ?? now))) / 1000
        refilledAt = now
        // The floor pays debts only: an idle hour is no licence for a burst.
        tokens = max(tokens, min(tokens + elapsed * floor, reserve))
        guard let since = countedSince else {
            countedSince = now
            return
        }
        let seconds = Double(now - since) / 1000
        guard seconds >= 1 else { return }
        let kept = seconds >= 30 ? 0 : power(0.7, seconds)
        firstRate = kept * firstRate + (1 - kept) * Double(counted) / seconds
        counted = 0
        countedSince = now
    }

    /// `base` to a small positive power, by halves: Glibc's `pow` is not worth an import.
    private func power(_ base: Double, _ exponent: Double) -> Double {
        var result = 1.0
        for _ in 0..<Int(exponent) { result *= base }
        return result * (1 - (1 - base) * (exponent - exponent.rounded(.down)))
    }
}
