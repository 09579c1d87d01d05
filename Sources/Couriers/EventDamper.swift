internal import Operating

/// Keeps an outage from becoming a log storm: of each kind a few events pass, the rest is counted and told
/// in one event when the period ends.
struct EventDamper: Sendable {
    static let period: Int64 = 30_000

    private struct Tally {
        var since: Int64
        var passed = 0
        var suppressed: Int64 = 0
    }
    private var tallies: [Event.Kind: Tally] = [:]

    /// Whether the event may pass now.
    ///
    /// - Parameter allowance: how many of its kind may pass in a period.
    mutating func admits(_ kind: Event.Kind, allowance: Int, now: Int64) -> Bool {
        var tally = tallies[kind] ?? Tally(since: now)
        defer { tallies[kind] = tally }
        guard tally.passed < allowance else {
            tally.suppressed += 1
            return false
        }
        tally.passed += 1
        return true
    }

    /// The kinds whose period has ended and of which events were held back, with their number.
    mutating func due(now: Int64) -> [(kind: Event.Kind, suppressed: Int64)] {
        guard !tallies.isEmpty else { return [] }
        var told: [(kind: Event.Kind, suppressed: Int64)] = []
        // In the order of the enum, so that a simulation repeats itself.
        for kind in Event.Kind.allCases {
            guard let tally = tallies[kind], now - tally.since >= EventDamper.period else {
                continue
            }
            if tally.suppressed > 0 { told.append((kind, tally.suppressed)) }
            tallies[kind] = nil
        }
        return told
    }

    /// When the next summary is due; nil when nothing was held back.
    var nextDue: Int64? {
        tallies.values.lazy.filter { $0.suppressed > 0 }.map { $0.since + EventDamper.period }.min()
    }
}
