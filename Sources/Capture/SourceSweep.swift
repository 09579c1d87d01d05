internal import Dossiers
package import Operating
internal import Wire

/// The background sweep over the whole source: rounds over all keys, slowly, for ever.
///
/// A round is given its period and takes it: it is spread over it, so that the source hardly notices, but
/// never takes more than its share of the source's time. A round that does not end within its period is told.
struct SourceSweep {
    /// The last key of the last piece; nil at the beginning of a round.
    private(set) var after: SourceKey?
    /// When this round began, or, while it rests, the last one.
    private(set) var startedAt: Timestamp?
    private(set) var isResting = false
    /// Dossiers of this round so far, and of the whole last one.
    private(set) var swept: Int64 = 0
    private(set) var lastRound: Int64 = 0
    /// Milliseconds of the last whole round.
    private(set) var lastTook: Int64 = 0
    private(set) var isLate = false
    /// When the next piece may be read, on the steady clock.
    private var next: Int64 = .min
    /// When a rest ends at the latest, on the steady clock; nil until it is first asked for.
    private var restEnds: Int64?

    /// Greater than any key, count or time, and small enough to be added to another.
    private static let largest: Int64 = 1 << 60

    /// Reads ``text``; nil is a sweep that never began.
    init(text: String?) {
        let parts = (text ?? "").split(separator: "|").compactMap { Int64($0) }
        // Whatever else stands there was not written by a sweep: a damaged place is no place.
        guard parts.count == 6, parts.allSatisfy({ (0...SourceSweep.largest).contains($0) }) else {
            return
        }
        after = parts[0] > 0 ? SourceKey(parts[0]) : nil
        startedAt = Timestamp(milliseconds: parts[1])
        isResting = parts[2] == 1
        swept = parts[3]
        lastRound = parts[4]
        lastTook = parts[5]
    }

    /// What the state store keeps: `after|startedAt|isResting|swept|lastRound|lastTook`.
    var text: String {
        let place = [
            after?.rawValue ?? 0, startedAt?.milliseconds ?? 0, isResting ? 1 : 0, swept,
            lastRound, lastTook,
        ]
        return place.map(String.init).joined(separator: "|")
    }

    mutating func nextAt(_ now: Moment, _ settings: CaptureSettings) -> Int64 {
        guard isResting, let startedAt else { return next }
        let due = startedAt.milliseconds + settings.sweepPeriodMilliseconds
        // A clock that was set back must not stop the sweep for longer than a period, counted from when the
        // rest began and not from each time that it is asked about.
        let latest = restEnds ?? now.steady + settings.sweepPeriodMilliseconds
        restEnds = latest
        return max(next, min(latest, now.steady + max(0, due - now.wall.milliseconds)))
    }

    /// Begins a round when none is under way.
    mutating func begin(_ now: Moment) {
        guard isResting || startedAt == nil else { return }
        isResting = false
        restEnds = nil
        startedAt = now.wall
        swept = 0
        after = nil
    }

    /// A piece was read, which took so many milliseconds.
    mutating func moved(
        to key: SourceKey?, count: Int, isLast: Bool, spent: Int64, _ now: Moment,
        _ settings: CaptureSettings
    ) {
        swept += Int64(count)
        after = key ?? after
        let took = max(
            0, now.wall.milliseconds - (startedAt?.milliseconds ?? now.wall.milliseconds))
        if isLast {
            after = nil
            isResting = true
            lastRound = swept
            lastTook = took
            isLate = took > settings.sweepPeriodMilliseconds
        } else if took > settings.sweepPeriodMilliseconds {
            isLate = true
        }
        let share = Double(spent) * (1 / settings.sweepShare - 1)
        var pause = max(settings.sweepGapMilliseconds, Int64(share.rounded(.up)))
        if !isLast, lastRound > swept {
            // A tenth is kept for what takes longer than it did.
            let left = max(0, settings.sweepPeriodMilliseconds * 9 / 10 - took)
            let pieces = (lastRound - swept) / Int64(settings.dossiersPerSweep) + 1
            pause = max(pause, left / pieces)
        }
        next = now.steady + spent + pause
    }

    func standing(_ period: Int64) -> SweepStanding {
        SweepStanding(
            isUnderWay: startedAt != nil && !isResting, swept: swept, lastRound: lastRound,
            lastTook: lastTook, trouble: isLate ? .sweepLate(period: period) : nil)
    }
}

/// How the background sweep gets on, for status.
package struct SweepStanding: Hashable, Sendable {
    package var isUnderWay: Bool
    /// Dossiers of this round so far, and of the whole last one.
    package var swept: Int64
    package var lastRound: Int64
    /// Milliseconds that the last whole round took.
    package var lastTook: Int64
    /// Set when a round does not end within its period.
    package var trouble: Trouble?
}
