import Glibc

/// Now, on both clocks.
///
/// What is written down (due times, ledger lines) uses ``wall``; what is measured (time-outs, breaker,
/// rates) uses ``steady``, which never jumps. Every `step(now:)` takes a moment, so that a simulation
/// can own time.
package struct Moment: Hashable, Sendable {
    package var wall: Timestamp
    /// Milliseconds on a clock that only moves forward; its zero is arbitrary.
    package var steady: Int64

    package init(wall: Timestamp, steady: Int64) {
        self.wall = wall
        self.steady = steady
    }

    package func adding(milliseconds delta: Int64) -> Moment {
        Moment(wall: wall.adding(milliseconds: delta), steady: steady &+ delta)
    }
}

/// The clock seam: where a step's ``Moment`` comes from.
package struct WallClock: Sendable {
    package var now: @Sendable () -> Moment
    /// Another one whenever ``Moment/steady`` began anew.
    package var boot: String

    package init(boot: String = "", now: @escaping @Sendable () -> Moment) {
        self.boot = boot
        self.now = now
    }

    /// The machine's clocks. The corresponding C functions are `clock_gettime(CLOCK_REALTIME)` and
    /// `clock_gettime(CLOCK_BOOTTIME)`.
    package static let system = WallClock(boot: machineBoot()) {
        var real = timespec()
        var boot = timespec()
        clock_gettime(CLOCK_REALTIME, &real)
        clock_gettime(CLOCK_BOOTTIME, &boot)
        return Moment(
            wall: Timestamp(
                milliseconds: Int64(real.tv_sec) * 1000 + Int64(real.tv_nsec) / 1_000_000),
            steady: Int64(boot.tv_sec) * 1000 + Int64(boot.tv_nsec) / 1_000_000)
    }

    /// The kernel's name for this run of the machine; where it has none, no two processes share one.
    private static func machineBoot() -> String {
        let file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        defer { if file >= 0 { close(file) } }
        let length = 36
        let id = String(unsafeUninitializedCapacity: length) { buffer in
            max(0, read(file, buffer.baseAddress, length))
        }
        return id.utf8.count == length ? id : "process-\(UInt64.random(in: 0...UInt64.max))"
    }
}
