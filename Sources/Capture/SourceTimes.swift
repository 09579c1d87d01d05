package import Dossiers
package import Wire

/// What the times of a few dossiers say of the zone in which they were written.
///
/// A naive time says nothing of its zone. A database that writes UTC and is read as Vietnam's time sends each
/// step seven hours early, and a step that was sent cannot be taken back: it has to be seen before.
package struct SourceTimes {
    /// Steps at a given time of the day, at midnight alone left out: that is a date without a time.
    private var hours = [Int](repeating: 0, count: 24)
    private var instants: [Timestamp] = []
    private let zone: SourceZone

    package enum Finding: Hashable, Sendable {
        /// The newest is so many milliseconds after now; so many steps are.
        case ahead(milliseconds: Int64, steps: Int)
        /// So many per cent of the steps were made between midnight and five o'clock.
        case night(percent: Int)
        /// An office at work, and the newest step of all is seven hours old.
        case sevenHoursBehind
    }

    private static let tolerance: Int64 = 300_000
    private static let hour: Int64 = 3_600_000
    /// Fewer say nothing about a habit.
    private static let fewest = 20

    package init(zone: SourceZone) { self.zone = zone }

    package init(_ dossiers: [SourceDossier], zone: SourceZone) {
        self.init(zone: zone)
        for dossier in dossiers {
            for step in dossier.steps {
                guard
                    case .time(let time, let offset, false)? = step.read(
                        .performedAt, CivilTimeReader.read), time.isPossible
                else { continue }
                // A time that names its zone is right whatever the profile says.
                guard offset == nil else { continue }
                add(time)
            }
        }
    }

    package mutating func add(_ time: CivilTime) {
        guard time.hour + time.minute + time.second + time.millisecond > 0 else { return }
        let instant = zone.timestamp(of: time)
        // Offices work by Vietnam's clock, whatever their database writes.
        hours[SourceZone.vietnam.civil(of: instant).hour] += 1
        instants.append(instant)
    }

    package func findings(now: Timestamp) -> [Finding] {
        var found: [Finding] = []
        let ahead = instants.filter {
            $0.milliseconds > now.milliseconds + SourceTimes.tolerance
        }
        if let newest = ahead.max() {
            found.append(
                .ahead(
                    milliseconds: newest.milliseconds - now.milliseconds, steps: ahead.count))
        }
        let night = hours[..<5].reduce(0, +)
        if instants.count >= SourceTimes.fewest, night * 5 >= instants.count {
            found.append(.night(percent: night * 100 / instants.count))
        } else if isSevenHoursBehind(now) {
            found.append(.sevenHoursBehind)
        }
        return found
    }

    /// Steps every few minutes, and then none for exactly the distance of the two zones, in office hours.
    private func isSevenHoursBehind(_ now: Timestamp) -> Bool {
        let past = instants.filter {
            $0.milliseconds <= now.milliseconds + SourceTimes.tolerance
        }
        guard let newest = past.max(), (8..<17).contains(SourceZone.vietnam.civil(of: now).hour)
        else {
            return false
        }
        let age = now.milliseconds - newest.milliseconds - 7 * SourceTimes.hour
        let lively = past.count { newest.milliseconds - $0.milliseconds < SourceTimes.hour }
        return abs(age) <= 2 * SourceTimes.tolerance && lively >= 5
    }
}
