/// When the witness is written: no more often than once a second, and never later than a second after what it
/// has to tell.
///
/// Both matter. A file that is replaced after every commit would cost a synchronised write each; one that waits
/// for the next commit is as old as the last, and a copy of the store put back in between is taken for the store.
struct TestimonyPace {
    /// Milliseconds between two writings.
    static let interval: Int64 = 1000

    /// Not before that, on the steady clock.
    private var earliest: Int64 = .min
    /// A store that was just opened may stand further than its witness.
    private var isOwed = true

    /// Something was committed.
    mutating func owes() { isOwed = true }

    func isDue(at now: Int64) -> Bool { isOwed && now >= earliest }

    /// Nothing is new after all. What comes next is written at once, however soon.
    mutating func hasNothingNew() { isOwed = false }

    /// It was written.
    mutating func testified(at now: Int64) {
        isOwed = false
        earliest = now + TestimonyPace.interval
    }

    /// It could not be written; it still has to be.
    mutating func failed(at now: Int64) { earliest = now + TestimonyPace.interval }

    /// Milliseconds until it is due; nil when there is nothing to tell.
    func wait(at now: Int64) -> Int64? { isOwed ? max(0, earliest - now) : nil }
}
