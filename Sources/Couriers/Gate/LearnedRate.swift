/// How many requests per second a destination takes, learnt from its "too many" (429).
///
/// That such answers are about our rate is a supposition, and is tested: the rate is set a little below what was
/// taken lately. When the complaints cease, the supposition was right, and from then on the rate follows a
/// cubic curve: flat around the last one that was too much, ever steeper where nobody complains. When they go
/// on as before, even at four fifths, they are about something else and no rate of ours would end them.
struct LearnedRate: Sendable {
    private static let below = 0.96
    private static let farBelow = 0.8
    /// Seconds until the curve is back at the rate that was too much.
    private static let plateau = 2.0
    /// Complaints and their share without which nothing is supposed.
    private static let complaints = 3
    private static let share = 0.03
    /// So many times what was too much, without a complaint: it is no limit any more.
    private static let noLimit = 4.0
    /// A share of complaints at which what was taken lately may say little: it fell. Then it is measured anew, so
    /// many times.
    private static let heavy = 0.25
    private static let measurements = 6
    /// Answers that test a supposition.
    private static let sample = 50
    /// For how long complaints that have nothing to do with our rate are not looked at again, in milliseconds.
    private static let immunity: Int64 = 300_000

    private enum State {
        case free
        /// `share` of complaints under `tries` rates so far.
        case supposed(share: Double, tries: Int)
        case known
    }

    private var state = State.free
    private var meter = Meter()
    /// What is too much, since when (steady) answers test it, and when its curve began.
    private var most = 0.0
    private var since: Int64 = .min
    private var curve: Int64 = .min
    private var tested = (taken: 0, refused: 0)
    private var tokens = 1.0
    private var refilledAt: Int64 = .min
    private var immuneShare = 0.0
    private var immuneUntil: Int64 = .min

    /// Whether other requests were taken in the last second.
    mutating func isTaking(now: Int64) -> Bool { meter.takenPerSecond(now: now) > 0 }

    /// Requests per second; nil while nothing limits them.
    func perSecond(now: Int64) -> Double? {
        switch state {
        case .free: return nil
        case .supposed: return most
        case .known:
            let past = Double(now - curve) / 1000 - LearnedRate.plateau
            let cube = LearnedRate.plateau * LearnedRate.plateau * LearnedRate.plateau
            return min(
                most * (1 + (1 - LearnedRate.below) / cube * past * past * past),
                most * LearnedRate.noLimit * 2)
        }
    }

    // MARK: Answers

    /// - Parameter launched: when the request went out (steady).
    mutating func taken(launched: Int64, now: Int64) {
        meter.taken(now: now)
        guard launched >= since else { return }
        tested.taken += 1
        test(now: now)
        if case .known = state, let rate = perSecond(now: now), rate > LearnedRate.noLimit * most {
            state = .free
        }
    }

    mutating func refused(launched: Int64, now: Int64) {
        meter.refused(now: now)
        guard launched >= since else { return }
        tested.refused += 1
        switch state {
        case .free:
            let lately = meter.lately(now: now)
            guard lately.refused >= LearnedRate.complaints else { return }
            let share = Double(lately.refused) / Double(lately.refused + lately.taken)
            let tolerated = now < immuneUntil ? immuneShare * 1.5 + 0.02 : 0
            guard share > max(LearnedRate.share, tolerated) else { return }
            suppose(share: share, tries: 0, factor: LearnedRate.below, now: now)
        case .supposed: test(now: now)
        case .known:
            guard tested.refused >= 2 else { return }
            let rate = perSecond(now: now) ?? most
            begin(min(rate, max(meter.takenPerSecond(now: now), 0.5)), now: now)
        }
    }

    private mutating func suppose(share: Double, tries: Int, factor: Double, now: Int64) {
        state = .supposed(share: share, tries: tries)
        begin(max(meter.takenPerSecond(now: now), 0.5) * factor, now: now)
    }

    private mutating func begin(_ rate: Double, now: Int64) {
        most = rate
        since = now
        curve = now
        tested = (0, 0)
    }

    private mutating func test(now: Int64) {
        guard case .supposed(let share, let tries) = state else { return }
        let count = tested.taken + tested.refused
        let isLong = now - since >= 2_000 && count >= 10
        guard count >= LearnedRate.sample || isLong else { return }
        let rest = Double(tested.refused) / Double(count)
        if rest <= max(share / 3, 0.01) {
            state = .known
            // The test was the plateau.
            begin(most / LearnedRate.below, now: now)
            curve = now - Int64(LearnedRate.plateau * 1000)
        } else if rest >= LearnedRate.heavy, tries < LearnedRate.measurements {
            suppose(share: rest, tries: tries + 1, factor: LearnedRate.below, now: now)
        } else if tries == 0 {
            suppose(share: share, tries: 1, factor: LearnedRate.farBelow, now: now)
        } else {
            immuneShare = min(rest, LearnedRate.heavy)
            immuneUntil = now + LearnedRate.immunity
            state = .free
        }
    }

    // MARK: Requests

    /// Milliseconds until the next request may go; 0 when it may now.
    mutating func wait(now: Int64) -> Int64 {
        guard let rate = perSecond(now: now) else { return 0 }
        refill(rate, now: now)
        return tokens >= 1 ? 0 : Int64(((1 - tokens) / rate * 1000).rounded(.up))
    }

    /// A request goes.
    mutating func take(now: Int64) {
        guard let rate = perSecond(now: now) else { return }
        refill(rate, now: now)
        tokens -= 1
    }

    private mutating func refill(_ rate: Double, now: Int64) {
        // What the clock's milliseconds and a commit cost is made up for, and no more.
        let burst = max(1, rate * 0.02)
        let elapsed = refilledAt == .min ? 0 : Double(max(0, now - refilledAt)) / 1000
        refilledAt = now
        tokens = min(burst, tokens + elapsed * rate)
    }
}

/// What was taken and refused within the last second, in halves of one.
private struct Meter: Sendable {
    private static let half: Int64 = 500
    private static let least: Int64 = 200

    private struct Bucket {
        var taken = 0
        var refused = 0
    }
    private var current = Bucket()
    private var last = Bucket()
    private var began: Int64 = .min / 2
    /// Since when there has been something to count.
    private var first: Int64 = .min / 2

    mutating func taken(now: Int64) {
        roll(now)
        current.taken += 1
    }

    mutating func refused(now: Int64) {
        roll(now)
        current.refused += 1
    }

    mutating func lately(now: Int64) -> (taken: Int, refused: Int) {
        roll(now)
        return (current.taken + last.taken, current.refused + last.refused)
    }

    mutating func takenPerSecond(now: Int64) -> Double {
        roll(now)
        // Four answers within a few milliseconds are a burst, and no rate.
        let milliseconds = max(Meter.least, min(Meter.half + (now - began), now - first))
        return Double(current.taken + last.taken) * 1000 / Double(milliseconds)
    }

    private mutating func roll(_ now: Int64) {
        guard now - began < Meter.half else {
            if now - began >= 2 * Meter.half {
                last = Bucket()
                began = now
                first = now
            } else {
                last = current
                began += Meter.half
            }
            current = Bucket()
            return
        }
    }
}
