internal import Wire

/// The clock seam: time that only ``World`` moves. The wall clock may lie; the steady one never does.
///
/// Unchecked: a world and everything in it live on one thread.
final class VirtualClock: @unchecked Sendable {
    /// Virtual milliseconds since the run began, plus an arbitrary zero.
    private(set) var steady: Int64 = 1_000_000
    /// True time when the run began: 2026-01-05 08:00 in Vietnam.
    static let start = Timestamp(vietnam: CivilTime(year: 2026, month: 1, day: 5, hour: 8))
    /// By how much the daemon's machine is wrong.
    var skew: Int64 = 0

    /// How often the daemon's machine has been started. Its steady clock goes on all the same: that it does
    /// not begin anew must not matter.
    var boots = 1

    var elapsed: Int64 { steady - 1_000_000 }

    func advance(to moment: Int64) { steady = max(steady, moment) }

    /// What the daemon's machine believes.
    var now: Moment {
        Moment(wall: VirtualClock.start.adding(milliseconds: elapsed + skew), steady: steady)
    }

    /// What every other machine believes.
    var truth: Moment {
        Moment(wall: VirtualClock.start.adding(milliseconds: elapsed), steady: steady)
    }

    var wallClock: WallClock { WallClock(boot: "\(boots)") { [self] in now } }
}
