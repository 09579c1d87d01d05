/// What goes wrong around the daemon, or to it.
enum Fault: String, CaseIterable {
    case kill, freeze, diskFull, storeLocked, sourceCrash, wrongPassword, reload, resync
    case pausedResync
    case refused, unavailable, dropped, lostAnswers, lateAnswers, unsent, throttled, errors
    case html, truncated, garbage, routeLost, probeErrors, sessionsLost, loginsRefused
    case populationErrors, slow

    /// Those that end the daemon's process.
    var isDeadly: Bool { self == .kill }

    /// The switches of the sandbox that are turned for it; nil when it is no matter of the portal's.
    var switches: [String: String]? {
        switch self {
        // By the clock: nobody can tell a portal that takes no connections to take them again.
        case .refused: ["outage": "\"refuse\"", "outage_seconds": "5"]
        case .unavailable: ["outage": "\"503\""]
        case .dropped: ["outage": "\"drop\""]
        case .lostAnswers: ["drop_after": "0.3"]
        case .lateAnswers: ["delay": "0.3", "delay_ms": "7000"]
        case .unsent: ["drop_before": "0.5"]
        case .throttled: ["throttle": "0.7", "retry_after_form": "\"mixed\""]
        case .errors: ["server_error": "0.5", "burst_length": "5"]
        case .html: ["html": "0.5"]
        case .truncated: ["truncate": "0.3"]
        case .garbage: ["garbage": "0.3"]
        case .routeLost: ["routing": "0.5"]
        case .probeErrors: ["probe_error": "0.7", "drop_after": "0.1"]
        case .sessionsLost: ["session_loss": "0.5"]
        case .loginsRefused: ["login_refused": "1", "session_loss": "0.5"]
        case .populationErrors: ["population_error": "0.7"]
        case .slow: ["slow": "0.3", "slow_ms": "6000"]
        default: nil
        }
    }

    /// Every switch that a fault turns, as it stands without one.
    static let calm = """
        {"outage":"none","outage_seconds":0,"drop_after":0,"delay":0,"drop_before":0,"throttle":0,"server_error":0,\
        "burst_length":1,"html":0,"truncate":0,"garbage":0,"routing":0,"probe_error":0,"session_loss":0,\
        "login_refused":0,"population_error":0,"slow":0}
        """

    static func json(_ switches: [String: String]) -> String {
        "{"
            + switches.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
            .joined(separator: ",") + "}"
    }
}

/// Repeats with its seed (SplitMix64).
struct SeededChance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
