internal import Dossiers
internal import Operating

/// Keeps a missing word from filling the log: of each cause for which dossiers are held one is told at once, with
/// its code; those that follow are counted and told in one line when the period ends.
struct HeldTally {
    struct Cause: Hashable {
        var code: String
        /// The rule, the field and the office's own word that has no mapping; never a citizen's data.
        var words: String
        /// nil for what concerns all destinations.
        var destination: String?
    }

    static let period: Int64 = 30_000
    /// More causes than that at once are told as one.
    private static let causesAtMost = 1000

    private struct Count {
        var since: Int64
        var more: Int64 = 0
    }
    private var counts: [Cause: Count] = [:]
    /// In the order in which they came, so that the lines have it too.
    private var order: [Cause] = []

    /// The line about this dossier; nil when it is only counted.
    mutating func add(_ cause: Cause, dossier: String, now: Int64) -> Event? {
        guard counts[cause] == nil else {
            counts[cause]?.more += 1
            return nil
        }
        guard counts.count < HeldTally.causesAtMost else { return nil }
        counts[cause] = Count(since: now)
        order.append(cause)
        return Event(
            .captureHeld, .warning, dossier: dossier, destination: cause.destination,
            errorCode: cause.code, detail: cause.words)
    }

    /// The lines about what was counted, for causes whose period has ended.
    mutating func due(now: Int64) -> [Event] {
        var events: [Event] = []
        order.removeAll { cause in
            guard let count = counts[cause], now - count.since >= HeldTally.period else {
                return false
            }
            counts[cause] = nil
            if count.more > 0 {
                events.append(
                    Event(
                        .captureHeld, .warning, destination: cause.destination,
                        errorCode: cause.code, detail: cause.words,
                        numbers: [
                            .init("more_dossiers", count.more),
                            .init("seconds", HeldTally.period / 1000),
                        ]))
            }
            return true
        }
        return events
    }
}

extension HeldTally.Cause {
    init(_ hold: Hold) {
        code = hold.rule.code
        words = "\(hold.rule.rawValue) \(hold.field)" + (hold.unmapped.map { " “\($0)”" } ?? "")
    }
}
