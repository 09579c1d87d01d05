internal import Dossiers
internal import Operating
internal import Wire

/// Whether the source's times are in the zone that its profile says, told from what was written a moment ago.
///
/// A clerk's work carries the time at which it was done. What a look finds was committed since the look before, so
/// its newest time is that of a moment ago; when dossier after dossier is whole hours away instead, and always the
/// same ones, the times are in another zone than ours: a server that writes UTC sends steps seven hours early.
struct ZoneWatch {
    /// By how many half hours, and how many dossiers in a row.
    private var offset: Int64 = 0
    private var count = 0
    private static let halfHour: Int64 = 1_800_000
    /// How exactly a time must be whole half hours away.
    private static let slack: Int64 = 300_000
    private static let enough = 10

    /// The newest time of a dossier that has just been changed.
    mutating func saw(newest: Timestamp, now: Timestamp) {
        let behind = now.milliseconds - newest.milliseconds
        let halves = (Double(behind) / Double(ZoneWatch.halfHour)).rounded()
        guard abs(halves) <= 28 else { return }
        let offset = Int64(halves)
        // Work that was entered late is any time behind.
        guard abs(behind - offset * ZoneWatch.halfHour) <= ZoneWatch.slack else { return }
        if offset == self.offset {
            count = min(count + 1, ZoneWatch.enough)
        } else if offset == 0 || count == 0 {
            // One dossier of just now shows that the zone is right.
            (self.offset, count) = (offset, 1)
        } else {
            count -= 1
        }
    }

    /// Set when the times are in another zone.
    var trouble: Trouble? {
        guard offset != 0, count >= ZoneWatch.enough else { return nil }
        return .sourceZoneWrong(minutesBehind: offset * 30)
    }
}
