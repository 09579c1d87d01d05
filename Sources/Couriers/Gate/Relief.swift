/// Lets go what waits because of the destination, once the destination is well.
///
/// A delivery that failed waits in the store, the longer the oftener it failed. Those waits are guesses about the
/// destination; when it is well they are brought forward, a portion at a time. While nobody knows, and nothing
/// else is under way that would show it, one delivery is brought forward to ask: forgiveness needs no
/// traffic. An answer that is good brings twice as many, one that is not a longer pause.
struct Relief: Sendable {
    /// Deliveries of one portion at most.
    static let most = 256
    /// Milliseconds of waiting that are not worth shortening: the first back-off.
    static let slack: Int64 = 2_000
    /// Milliseconds between two portions, unless the last one was full.
    static let distance: Int64 = 1_000
    /// Milliseconds between two questions at rest: the first, the longest, and the longest of a
    /// destination that answers none for minutes.
    private static let firstPause: Int64 = 2_000
    private static let pauseCap: Int64 = 15_000
    private static let patientPause: Int64 = 55_000
    private static let patientAfter = 12

    /// Whether anything may wait because of the destination. True at the start: an earlier process may have
    /// left something.
    private(set) var isOwed = true
    private var askedAt: Int64?
    private var wasFull = false
    /// Questions at rest that brought nothing good.
    private var fruitless = 0
    /// One was brought forward to ask, and is not answered.
    private var isAsking = false

    /// A delivery waits for so many milliseconds because of the destination.
    mutating func waits(_ milliseconds: Int64) {
        if milliseconds > Relief.slack { isOwed = true }
    }

    /// How many may be brought forward now.
    ///
    /// - Parameter isAtRest: nothing is under way and nothing waits to be sent.
    mutating func portion(_ health: Health, isAtRest: Bool, now: Int64) -> Int {
        guard isOwed else { return 0 }
        if health.isWell, health.run > 0 {
            let isSoon = !wasFull && now - (askedAt ?? .min / 2) < Relief.distance
            return isSoon ? 0 : Relief.most
        }
        guard isAtRest else { return 0 }
        // Twice as many as were answered well in a row.
        if health.run > 0 { return min(2 * health.run, Relief.most) }
        return now >= nextQuestion ? 1 : 0
    }

    /// When the next question at rest is due (steady).
    private var nextQuestion: Int64 {
        guard let askedAt else { return .min }
        return askedAt + pause
    }

    private var pause: Int64 {
        if fruitless >= Relief.patientAfter { return Relief.patientPause }
        return min(Relief.firstPause << Int64(min(fruitless, 8)), Relief.pauseCap)
    }

    /// So many of the portion were found and brought forward.
    mutating func released(_ count: Int, of portion: Int, now: Int64) {
        askedAt = now
        wasFull = count == portion
        if count == 0 { isOwed = false } else { isAsking = true }
    }

    mutating func answered(isGood: Bool) {
        if isGood {
            fruitless = 0
        } else if isAsking {
            fruitless += 1
        }
        isAsking = false
    }

    /// When something is to be brought forward without anything else happening (steady); nil for never.
    func due(_ health: Health) -> Int64? {
        guard isOwed else { return nil }
        if health.run > 0 { return (askedAt ?? .min / 2) + (wasFull ? 0 : Relief.distance) }
        return nextQuestion
    }
}
