internal import Contracts
internal import Wire

/// One destination's session: who may use it, who renews it, and that only one login is ever under way.
///
/// Sessions have generations. "Your session has expired" counts only when it is said of the current one:
/// of a hundred requests under way with an old session, the first answer renews it and the other
/// ninety-nine must not throw the new one away.
struct SessionKeeper: Sendable {
    struct Ticket: Sendable {
        var secret: Secret
        var generation: Int
    }

    /// Milliseconds after which a session is renewed unasked; nil for never.
    let lifetime: Int64?
    let backoff: Backoff
    /// Sessions in a row that were never accepted, after which asking for another is pointless.
    static let fruitless = 3

    private(set) var ticket: Ticket?
    /// When the current session was given, on the steady clock and by the wall.
    private(set) var openedAt: Moment?
    /// The exchange of the login under way.
    private(set) var login: UInt64?
    /// Logins so far.
    private(set) var opened = 0
    private(set) var rejected = 0
    private(set) var generation: Int
    private var wasAccepted = false
    /// When (steady) the session at hand was last seen to be good.
    private var goodAt: Int64?
    /// Logins that brought nothing, in a row.
    private(set) var failures = 0
    /// When the login under way began (steady), and how long the last good one took, in milliseconds.
    private var loginAt: Int64 = 0
    private var took: Int64?
    /// Milliseconds for which a session that was seen to be good is trusted after an outage.
    static let trusted: Int64 = 60_000
    private var heldUntil: Int64?

    init(lifetime: Int64?, backoff: Backoff, generation: Int = 0) {
        self.lifetime = lifetime
        self.backoff = backoff
        self.generation = generation
    }

    /// True when sessions are given and none of them was accepted.
    var isFruitless: Bool { rejected >= SessionKeeper.fruitless }

    /// Whether a login is to be sent now. A stale session is used until the new one is there.
    func needsLogin(now: Int64) -> Bool {
        guard login == nil, now >= heldUntil ?? now else { return false }
        return ticket == nil || isStale(now: now)
    }

    /// When a login that is held back may be tried again; nil when none is held back.
    func retryAt(now: Int64) -> Int64? {
        guard login == nil, ticket == nil, let heldUntil, heldUntil > now else { return nil }
        return heldUntil
    }

    mutating func loginSent(_ token: UInt64, now: Int64) {
        login = token
        loginAt = now
    }

    /// How long a login may take: soon it is known that nobody answers, and one that is slow gets its time.
    func timeout(_ usual: Int64) -> Int64 {
        if let took { return min(usual, max(6_000, 3 * took)) }
        return failures % 3 == 2 ? usual : min(usual, 6_000)
    }

    /// After an outage nobody knows whether the session still holds: unless it was good a moment ago, a new one
    /// is asked for, which is the most harmless of all requests. After a silence always: a write that is left
    /// unanswered once more would have to wait for as long as it may be at work.
    mutating func freshen(afterSilence: Bool, now: Int64) {
        guard ticket != nil else { return }
        guard afterSilence || now - (goodAt ?? .min / 2) > SessionKeeper.trusted else { return }
        ticket = nil
        openedAt = nil
    }

    /// Whether the login under way takes so long that somebody should know.
    func isSlow(now: Int64) -> Bool { login != nil && now - loginAt >= 3_000 }

    mutating func loginSucceeded(_ secret: Secret, now: Moment) {
        generation += 1
        ticket = Ticket(secret: secret, generation: generation)
        openedAt = now
        goodAt = now.steady
        took = now.steady - loginAt
        login = nil
        failures = 0
        heldUntil = nil
        wasAccepted = false
        opened += 1
    }

    /// The login did not succeed and is tried again later, no sooner than asked.
    mutating func loginFailed(
        after asked: Int64?, askedCap: Int64, now: Int64, using random: inout SeededRandom
    ) {
        login = nil
        heldUntil =
            now
            + backoff.delay(
                failures: failures, atLeast: asked, askedCap: askedCap, using: &random)
        failures += 1
    }

    /// The breaker decides when the next login is tried.
    mutating func loginRefused() {
        login = nil
        ticket = nil
        openedAt = nil
        heldUntil = nil
    }

    /// An answer said that the session of that generation is over; true when that was news.
    mutating func expired(generation: Int) -> Bool {
        guard let current = ticket, current.generation == generation else { return false }
        rejected = wasAccepted ? 0 : rejected + 1
        ticket = nil
        openedAt = nil
        return true
    }

    /// Any other answer shows that the session was accepted.
    mutating func accepted(generation: Int, now: Int64) {
        guard generation == ticket?.generation else { return }
        goodAt = now
        wasAccepted = true
        rejected = 0
    }

    /// Whether the session of that generation is the current one and was accepted.
    func hasWorked(generation: Int) -> Bool {
        ticket?.generation == generation && wasAccepted
    }

    /// Gives a session up that may be over, though nobody said so.
    mutating func giveUp(generation: Int) {
        guard ticket?.generation == generation else { return }
        ticket = nil
        openedAt = nil
    }

    /// The breaker's pause is over: what it waited for need not be waited for twice.
    mutating func giveAnotherChance() {
        rejected = min(rejected, SessionKeeper.fruitless - 1)
        heldUntil = nil
        failures = 0
    }

    private func isStale(now: Int64) -> Bool {
        guard let lifetime, let openedAt else { return false }
        return now - openedAt.steady >= lifetime
    }
}
