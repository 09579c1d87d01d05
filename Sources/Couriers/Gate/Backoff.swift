/// How long to wait before an attempt is repeated: exponential, bounded, with full jitter.
///
/// Full jitter (anywhere between nothing and the ceiling) spreads the repeats of many deliveries that
/// failed in the same instant, which equal delays would send in one wave again.
struct Backoff: Hashable, Sendable {
    /// The ceiling of the first delay, in milliseconds.
    var base: Int64
    /// The ceiling of every delay, in milliseconds.
    var cap: Int64

    /// The longest delay after that many failed attempts.
    func ceiling(failures: Int) -> Int64 {
        let doublings = min(max(failures, 0), 40)
        let (product, overflow) = base.multipliedReportingOverflow(by: Int64(1) << doublings)
        return max(1, overflow ? cap : min(product, cap))
    }

    /// A delay in milliseconds, at least 1.
    func delay(failures: Int, using random: inout SeededRandom) -> Int64 {
        Int64.random(in: 1...ceiling(failures: failures), using: &random)
    }

    /// A delay that a destination asked for, bounded, and never sooner than it said.
    func delay(
        failures: Int, atLeast asked: Int64?, askedCap: Int64, using random: inout SeededRandom
    ) -> Int64 {
        let own = delay(failures: failures, using: &random)
        guard let asked else { return own }
        // Some of our own on top: everyone who was told "in 30 s" comes back in the same second.
        let bounded = min(max(asked, 0), askedCap)
        return bounded &+ min(own, max(bounded / 4, base))
    }
}
