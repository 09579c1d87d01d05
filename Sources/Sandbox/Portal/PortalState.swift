/// Everything that changes while the sandbox runs; one lock guards it all (``Portal``).
struct PortalState: Sendable {
    var switches: Switches
    let seed: UInt64
    var holdings: Holdings
    var sessions = SessionRegister()
    var keys: KeyRegister
    var violations = ViolationLog()
    var counters = Counters()
    var asks = AskRegister()
    var groups = GroupRegister()
    /// `MaYeuCau` seen so far.
    var requestIDs = BoundedSet(limit: 4_000_000)
    /// How often each subject was asked about, for ``Chance``.
    private var occurrences: [UInt64: UInt32] = [:]
    /// Requests that a running burst of errors still takes.
    var burstLeft = 0
    /// The token bucket of `rate_limit`: tokens and when they were counted, steady milliseconds.
    private var tokens = 0.0
    private var tokensAt: Int64 = 0
    /// When a timed outage ends.
    private var outageEnds: Int64?

    init(_ settings: PortalSettings) {
        switches = settings.switches
        seed = settings.seed
        holdings = Holdings(limit: settings.dossierLimit)
        keys = KeyRegister(limit: settings.keyLimit)
    }

    mutating func chance(about subject: UInt64) -> Chance {
        if occurrences.count > 4_000_000 { occurrences = [:] }
        let occurrence = occurrences[subject, default: 0]
        occurrences[subject] = occurrence + 1
        return Chance(seed: seed, about: subject, occurrence: occurrence)
    }

    /// Called when switches were changed, to start what is timed.
    mutating func switched(now: Int64) {
        let seconds = switches.count(.outageSeconds)
        outageEnds =
            switches.choice(.outage) != "none" && seconds > 0 ? now + Int64(seconds) * 1000 : nil
    }

    /// The outage in force: `none`, `503`, `drop` or `refuse`.
    mutating func outage(now: Int64) -> String {
        if let ends = outageEnds, now >= ends {
            outageEnds = nil
            switches[.outage] = .choice("none")
        }
        return switches.choice(.outage)
    }

    /// Whether a request is within `rate_limit`.
    mutating func takeToken(now: Int64) -> Bool {
        let limit = Double(switches.count(.rateLimit))
        guard limit > 0 else { return true }
        // One second's worth may come at once.
        tokens = min(limit, tokens + Double(now - tokensAt) / 1000 * limit)
        tokensAt = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}

/// A set of hashes that forgets the older half when it is full.
struct BoundedSet: Sendable {
    let limit: Int
    private var young: Set<UInt64> = []
    private var old: Set<UInt64> = []

    init(limit: Int) { self.limit = limit }

    /// False when it was there already.
    mutating func insert(_ hash: UInt64) -> Bool {
        guard !old.contains(hash), young.insert(hash).inserted else { return false }
        if young.count >= limit / 2 {
            old = young
            young = []
        }
        return true
    }
}
