/// Keeps repeated requests to a share of the load, so that an ailing destination is not buried by the very
/// requests that it failed to answer.
///
/// A bucket of tokens in front of the door: every first attempt puts in ``share`` of one, every repeat takes one
/// when it goes. A repeat that finds the bucket empty comes back a little later, never later than
/// ``longestWait``, and is asked again then: nothing is promised to it, so nothing has to be taken back when
/// the destination is well. Where there is no load to take a share of, one repeat in five seconds is always
/// possible.
struct RetryBudget: Sendable {
    /// Repeats per first attempt.
    let share: Double
    /// Repeats that are always possible in a burst, so that a quiet destination can repeat at all.
    let reserve: Double
    /// The longest that a repeat is sent away for, in milliseconds.
    static let longestWait: Int64 = 45_000
    /// Repeats per second that are possible without any load.
    static let trickle = 0.2
    /// Without a first attempt for so many milliseconds a destination rests.
    private static let rest: Int64 = 2_000

    private(set) var tokens: Double
    /// First attempts per second, smoothed over some seconds.
    private(set) var firstRate: Double = 0
    private var refilledAt: Int64?
    private var countedSince: Int64?
    private var counted = 0
    private var lastFirst: Int64?
    /// The time up to which repeats were sent away.
    private var sentAwayUntil: Int64 = .min

    init(share: Double, reserve: Int) {
        self.share = share
        self.reserve = Double(reserve)
        tokens = Double(reserve)
    }

    /// A request was sent that is no repeat.
    mutating func sentFirst(now: Int64) {
        roll(now: now)
        counted += 1
        lastFirst = now
        tokens = min(tokens + share, most)
    }

    /// Whether there is no load but repeats.
    func isAtRest(now: Int64) -> Bool { now - (lastFirst ?? .min / 2) >= RetryBudget.rest }

    /// Takes a token for a repeat that is to go now.
    ///
    /// - Returns: nil when it may go; else for how many milliseconds it is to be sent away.
    mutating func take(now: Int64) -> Int64? {
        roll(now: now)
        if tokens >= 1 {
            tokens -= 1
            return nil
        }
        let perSecond = max(RetryBudget.trickle, share * firstRate)
        let next = max(sentAwayUntil, now) + Int64((1000 / perSecond).rounded(.up))
        sentAwayUntil = min(next, now + RetryBudget.longestWait)
        return sentAwayUntil - now
    }

    /// What the bucket holds at most: the reserve, or ten seconds' worth of a busy destination.
    private var most: Double { max(reserve, share * firstRate * 10) }

    private mutating func roll(now: Int64) {
        let elapsed = Double(max(0, now - (refilledAt ?? now))) / 1000
        refilledAt = now
        // An idle hour is no licence for a burst.
        if isAtRest(now: now) {
            tokens = max(tokens, min(tokens + elapsed * RetryBudget.trickle, 1))
        }
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
