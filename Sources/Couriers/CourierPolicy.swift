package import Contracts
package import Operating

/// How one destination is treated: the section `delivery` of a destination in the configuration.
///
/// Every duration is in milliseconds.
package struct CourierPolicy: Hashable, Sendable {
    /// What to do with a dossier of which nobody knows whether the destination holds it.
    package enum ExistencePolicy: String, Hashable, Sendable, CaseIterable {
        /// Create it; when it is there already the destination says so, and it is updated.
        case createFirst
        /// Ask first.
        case probeFirst
    }

    /// What a new store does with a dossier that it meets for the first time: an earlier installation or
    /// another program may have sent it.
    package enum FirstContact: String, Hashable, Sendable, CaseIterable {
        /// Ask before the first sending.
        case probe
        /// Trust that nobody sent anything, until the destination says otherwise.
        case send
    }

    // How much at a time.
    package var windowBounds = 1...32
    package var windowAtStart = 4
    package var isAdaptive = true
    /// Deliveries claimed beyond the window at most, so that the pipe stays full during a commit.
    package var prefetch = 64
    /// The share of a claim that fresh changes may take before a backlog gets its turn.
    package var freshShare = 0.8
    /// Requests per second at most; nil for no limit.
    package var ratePerSecond: Double?
    package var rateBurst = 1
    package var maintenance: [MaintenanceWindow] = []

    /// Dossiers whose headers, and whose steps, may share a request; nil leaves it to the contract, which
    /// also bounds it.
    package var batchState: Int?
    package var batchHistory: Int?
    /// Bytes of records in such a request at most; nil leaves it to the contract.
    package var batchBytes: Int?

    // How long.
    /// nil leaves it to the contract.
    package var timeout: Int64?
    /// nil leaves it to the contract.
    package var sessionLifetime: Int64?
    /// From an unknown outcome to its probe: a request may still be at work behind a broken connection.
    package var quietDelay: Int64 = 5_000

    // How often.
    /// Failed attempts after which a delivery is parked. With the default back-off, a thousand are more
    /// than three days.
    package var attempts = 1000
    package var backoffBase: Int64 = 1_000
    package var backoffCap: Int64 = 600_000
    /// The longest wait that a destination may ask for.
    package var retryAfterCap: Int64 = 3_600_000
    package var retryShare = 0.1
    package var retryReserve = 10
    /// Attempts at a verification after which the dossiers that wait for it are let go.
    package var verificationPatience = 3

    // When to stop.
    package var breakerFailures = 10
    package var breakerShare = 0.5
    package var breakerRefusals = 3
    package var breakerProbes = 2
    package var breakerPause: Int64 = 5_000
    package var breakerPauseCap: Int64 = 7_000
    package var refusalPause: Int64 = 5_000
    package var refusalPauseCap: Int64 = 60_000
    /// After a refused login: four tries in the first quarter of an hour, then fewer and fewer, so that
    /// we do not lock the account.
    package var loginPause: Int64 = 120_000
    package var loginPauseCap: Int64 = 3_600_000

    // What the destination does.
    package var existence = ExistencePolicy.createFirst
    /// What a new store thinks of a destination that it has never met.
    package var firstContact = FirstContact.probe
    /// Whether it honours idempotency keys; nil leaves it to the contract.
    package var honoursKeys: Bool?
    /// How long it remembers a key; afterwards an unknown outcome is probed.
    package var keyLifetime: Int64 = 86_400_000

    package init() {}

    /// No more requests are under way than the transport carries at a time: the others would wait in it, and what
    /// they waited would be taken for the destination's time.
    package mutating func bound(byConnections most: Int) {
        let upper = min(windowBounds.upperBound, most)
        windowBounds = min(windowBounds.lowerBound, upper)...upper
        windowAtStart = min(windowAtStart, upper)
    }

    var backoff: Backoff { Backoff(base: backoffBase, cap: backoffCap) }

    var breakerLimits: CircuitBreaker.Limits {
        CircuitBreaker.Limits(
            failures: breakerFailures, share: breakerShare, refusals: breakerRefusals,
            failurePause: Backoff(base: breakerPause, cap: breakerPauseCap),
            refusalPause: Backoff(base: refusalPause, cap: refusalPauseCap),
            loginPause: Backoff(base: loginPause, cap: loginPauseCap), probes: breakerProbes)
    }
}

extension CourierPolicy {
    /// Reads the section strictly; nil gives the defaults.
    package init(reading section: Settings?) throws(Trouble) {
        self.init()
        guard let section else { return }
        try readWindow(section)
        try readBatch(section)
        try readDurations(section)
        try readBackoff(section)
        try readBreaker(section)
        freshShare = try section.number("freshShare", default: freshShare, in: 0.1...1)
        attempts = try section.integer("attempts", default: attempts, in: 1...1_000_000)
        verificationPatience = try section.integer(
            "verificationPatience", default: verificationPatience, in: 1...1000)
        let word = try section.choice(
            "existence", of: ExistencePolicy.allCases.map(\.rawValue),
            default: existence.rawValue)
        existence = ExistencePolicy(rawValue: word) ?? existence
        let contact = try section.choice(
            "firstContact", of: FirstContact.allCases.map(\.rawValue),
            default: firstContact.rawValue)
        firstContact = FirstContact(rawValue: contact) ?? firstContact
        if section.has("honoursKeys") {
            honoursKeys = try section.bool("honoursKeys", default: false)
        }
        for text in try section.strings("maintenance") {
            guard let window = MaintenanceWindow(text) else {
                throw section.wrong("maintenance", "a time such as \"22:00-04:30\"", "\"\(text)\"")
            }
            maintenance.append(window)
        }
    }

    private mutating func readWindow(_ section: Settings) throws(Trouble) {
        if let window = try section.optionalSection("window") {
            let most = try window.integer("max", default: windowBounds.upperBound, in: 1...1024)
            let least = try window.integer(
                "min", default: min(windowBounds.lowerBound, most), in: 1...most)
            windowBounds = least...most
            windowAtStart = try window.integer(
                "initial", default: min(max(windowAtStart, least), most), in: least...most)
            isAdaptive = try window.bool("adaptive", default: isAdaptive)
            prefetch = try window.integer("prefetch", default: prefetch, in: 0...1024)
        }
        if let rate = try section.optionalSection("rate") {
            ratePerSecond = try rate.number("perSecond", default: 10, in: 0.001...100_000)
            rateBurst = try rate.integer("burst", default: rateBurst, in: 1...100_000)
        }
    }

    private mutating func readBatch(_ section: Settings) throws(Trouble) {
        guard let batch = try section.optionalSection("batch") else { return }
        if batch.has("state") { batchState = try batch.integer("state", in: 1...1000) }
        if batch.has("history") { batchHistory = try batch.integer("history", in: 1...1000) }
        if batch.has("bytes") { batchBytes = try batch.integer("bytes", in: 1_024...67_108_864) }
    }

    /// What the section asks for beyond the contract's bounds: its place there, and the bound.
    package func excess(over contract: Contract) -> (key: String, most: Int)? {
        let state = min(contract.bounds(of: .create).most, contract.bounds(of: .update).most)
        let history = contract.bounds(of: .history).most
        if let batchState, batchState > state { return ("state", state) }
        if let batchHistory, batchHistory > history { return ("history", history) }
        return nil
    }

    private mutating func readDurations(_ section: Settings) throws(Trouble) {
        if section.has("timeout") {
            timeout = try section.duration("timeout", default: "30s", in: 100...600_000)
        }
        if section.has("sessionLifetime") {
            sessionLifetime = try section.duration(
                "sessionLifetime", default: "10m", in: 1_000...604_800_000)
        }
        quietDelay = try section.duration(
            "quietDelay", default: "\(quietDelay)ms", in: 0...3_600_000)
        keyLifetime = try section.duration(
            "keyLifetime", default: "\(keyLifetime)ms", in: 0...31_536_000_000)
    }

    private mutating func readBackoff(_ section: Settings) throws(Trouble) {
        if let backoff = try section.optionalSection("backoff") {
            backoffBase = try backoff.duration(
                "base", default: "\(backoffBase)ms", in: 1...3_600_000)
            backoffCap = try backoff.duration(
                "cap", default: "\(max(backoffCap, backoffBase))ms", in: backoffBase...86_400_000)
            retryAfterCap = try backoff.duration(
                "retryAfterCap", default: "\(retryAfterCap)ms", in: 1_000...86_400_000)
        }
        if let budget = try section.optionalSection("retryBudget") {
            retryShare = try budget.number("share", default: retryShare, in: 0.001...1)
            retryReserve = try budget.integer("reserve", default: retryReserve, in: 1...100_000)
        }
    }

    private mutating func readBreaker(_ section: Settings) throws(Trouble) {
        guard let breaker = try section.optionalSection("breaker") else { return }
        breakerFailures = try breaker.integer(
            "failures", default: breakerFailures, in: 1...100_000)
        breakerShare = try breaker.number("share", default: breakerShare, in: 0.01...1)
        breakerRefusals = try breaker.integer("refusals", default: breakerRefusals, in: 1...1000)
        breakerProbes = try breaker.integer("probes", default: breakerProbes, in: 1...100)
        breakerPause = try breaker.duration(
            "pause", default: "\(breakerPause)ms", in: 10...3_600_000)
        breakerPauseCap = try breaker.duration(
            "pauseCap", default: "\(max(breakerPauseCap, breakerPause))ms",
            in: breakerPause...86_400_000)
        refusalPause = try breaker.duration(
            "refusalPause", default: "\(refusalPause)ms", in: 10...3_600_000)
        refusalPauseCap = try breaker.duration(
            "refusalPauseCap", default: "\(max(refusalPauseCap, refusalPause))ms",
            in: refusalPause...86_400_000)
        loginPause = try breaker.duration(
            "loginPause", default: "\(loginPause)ms", in: 10...86_400_000)
        loginPauseCap = try breaker.duration(
            "loginPauseCap", default: "\(max(loginPauseCap, loginPause))ms",
            in: loginPause...86_400_000)
    }
}
