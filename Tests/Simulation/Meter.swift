internal import Wire

/// What the daemon may ask of one national system, counted where its requests leave: nothing in a
/// maintenance window, no more than its rate, little while it is away, no login beside a good session.
///
/// The first breach is kept until ``Invariants`` asks for it.
final class Meter {
    private let name: String
    private let plan: Plan.PortalPlan
    private(set) var broken: Broken?

    // The rate, as a bucket that a new process may find full.
    private var tokens: Double
    private var filledAt: Int64 = 0

    // An absence: since when, what was sent in it, how many processes began in it.
    private var awaySince: Int64?
    private var sentAway = 0
    private var lives = 1

    // Since when nobody is let in, and the logins since.
    private var keptOutSince: Int64?
    private var loginsOutside = 0
    private var livesOutside = 1

    // The session given last.
    private(set) var session: String?
    private var sessionAt: Int64 = 0
    /// A session is renewed unasked when it is ten minutes old (the contracts' own figure).
    private static let sessionLife: Int64 = 9 * 60_000
    /// Whether something was refused under it, and when a session was last renewed for that.
    private var wasRefused = false
    private var doubtedAt: Int64?
    private static let doubtEvery: Int64 = 60_000

    init(name: String, plan: Plan.PortalPlan) {
        self.name = name
        self.plan = plan
        tokens = Double(plan.burst)
    }

    /// A process begins: it knows nothing of what an earlier one sent, nor of its session.
    func starts() {
        tokens = max(tokens, Double(plan.burst))
        lives += 1
        livesOutside += 1
        session = nil
        doubtedAt = nil
    }

    /// A request leaves.
    ///
    /// - Parameters:
    ///   - isGood: whether the system would still take the session that it gave last.
    ///   - loginsAMinute: while nobody is let in.
    ///   - now: as the daemon's machine has it.
    func sends(
        isLogin: Bool, isGood: Bool, isAway: Bool, keepsOut: Bool, loginsAMinute: Int = 10,
        now: Moment
    ) {
        if let maintenance = plan.maintenance, Meter.isInside(maintenance, now.wall) {
            note("a request was sent in a maintenance window (\(maintenance))")
        }
        if let rate = plan.rate {
            tokens = min(
                Double(plan.burst), tokens + Double(now.steady - filledAt) / 1000 * rate)
            filledAt = now.steady
            tokens -= 1
            if tokens < -0.01 { note("more requests were sent than the rate allows") }
        }
        countAway(isAway, now: now.steady)
        countOutside(
            keepsOut, isLogin: isLogin, aMinute: loginsAMinute, now: now.steady)
        if isLogin, isGood, session != nil, now.steady - sessionAt < Meter.sessionLife {
            // A session that worked and is refused in words that may mean it is renewed, once a minute at most.
            if wasRefused, doubtedAt.map({ now.steady - $0 >= Meter.doubtEvery }) ?? true {
                doubtedAt = now.steady
                session = nil
            } else {
                note("a login beside a good session")
            }
        }
    }

    /// Something else than a login was answered by no success.
    func refuses() { wasRefused = true }

    /// An answer to a login arrived whole and in time.
    func gives(session: String, now: Int64) {
        self.session = session
        sessionAt = now
        wasRefused = false
    }

    /// It was refused for whatever reason, or is tried after an absence: the daemon may well take its session
    /// for over.
    func forgets() { session = nil }

    /// What is under way when it goes away (a window), what opens the breaker, then ten requests a minute, logins
    /// included: the handbook's FlowControl. Every process learns it anew.
    private func countAway(_ isAway: Bool, now: Int64) {
        guard isAway else {
            awaySince = nil
            return
        }
        if awaySince == nil {
            awaySince = now
            sentAway = 0
            lives = 1
        }
        sentAway += 1
        let minutes = Int((now - (awaySince ?? now)) / 60_000)
        if sentAway > 40 + 40 * lives + 10 * minutes {
            note("a destination that is away is asked more often than its trials need")
        }
    }

    /// Sessions are given and not accepted, or not given: a login opens no door, and accounts are locked for
    /// less. A few at first, then with the trials.
    private func countOutside(_ keepsOut: Bool, isLogin: Bool, aMinute: Int, now: Int64) {
        guard keepsOut else {
            keptOutSince = nil
            return
        }
        if keptOutSince == nil { (keptOutSince, loginsOutside, livesOutside) = (now, 0, 1) }
        guard isLogin, plan.countsLogins else { return }
        loginsOutside += 1
        let minutes = Int((now - (keptOutSince ?? now)) / 60_000)
        if loginsOutside > 10 + 10 * livesOutside + aMinute * minutes {
            note("logins go on although no session is accepted")
        }
    }

    func note(_ promise: String, code: String = "") {
        broken = broken ?? Broken(promise: promise, code: code, destination: name)
    }

    /// The sandbox of the product's own arithmetic: `HH:mm-HH:mm` of Vietnam, the end not included.
    private static func isInside(_ window: String, _ wall: Timestamp) -> Bool {
        let ends = window.split(separator: "-").map { side in
            side.split(separator: ":").compactMap { Int($0) }.reduce(0) { $0 * 60 + $1 }
        }
        let time = wall.vietnam
        let minute = time.hour * 60 + time.minute
        return ends[0] <= minute && minute < ends[1]
    }
}
