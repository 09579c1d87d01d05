/// The time for which a destination wants to be left alone: it said "too many" again and again.
///
/// One such answer is for one request, several in a row are for all of us. Each pause without anything good in
/// between is twice as long as the one before.
struct Respite: Sendable {
    /// Throttled answers in a row that make a pause.
    private static let inRow = 3

    /// Until when (steady).
    private(set) var until: Int64?
    private var throttled = 0
    private var pauses = 0

    func isOver(now: Int64) -> Bool { now >= until ?? now }

    mutating func good() {
        throttled = 0
        pauses = 0
    }

    /// - Parameters:
    ///   - asked: what the destination asked for.
    ///   - first: the first pause of our own.
    ///   - cap: the longest of our own.
    ///   - isTaking: other requests are taken meanwhile, so that our rate is what has to fall.
    /// - Returns: for how many milliseconds it is left alone; nil when nothing changes.
    mutating func throttled(
        asked: Int64?, first: Int64, cap: Int64, isTaking: Bool, now: Int64
    ) -> Int64? {
        throttled += 1
        guard throttled >= Respite.inRow, asked != nil || !isTaking else { return nil }
        if isOver(now: now) { pauses += 1 }
        let own = Backoff(base: first, cap: max(first, cap)).ceiling(failures: max(0, pauses - 1))
        let wait = max(own, asked ?? 0)
        guard now + wait > until ?? .min else { return nil }
        until = now + wait
        return wait
    }
}
