package import Wire

/// The only clock of a virtual road, in microseconds; it moves when the loop moves it.
///
/// Used from one thread only, by the loop and by what it calls.
package final class VirtualClock: @unchecked Sendable {
    /// 2026-09-21T14:13:20Z, twenty-one o'clock and thirteen minutes in Vietnam.
    package static let epoch = Timestamp(milliseconds: 1_790_000_000_000)

    /// Microseconds since the road began.
    package var microseconds: Int64 = 0

    package init() {}

    package var seconds: Double { Double(microseconds) / 1_000_000 }

    package var now: Moment {
        let milliseconds = microseconds / 1000
        return Moment(
            wall: VirtualClock.epoch.adding(milliseconds: milliseconds),
            steady: 1_000_000 + milliseconds)
    }
}
