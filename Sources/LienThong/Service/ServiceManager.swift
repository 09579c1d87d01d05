internal import CSystemd
internal import Execution
internal import Glibc

/// What we tell systemd: readiness, reloading, status, the watchdog. Without systemd nothing happens.
///
/// Its socket may be full like any other, and it is told things from threads that deliver: a thread of its own
/// carries them there.
package enum ServiceManager {
    /// nil when nobody wants to be told.
    private static let outlet: Outlet<String>? = {
        guard getenv("NOTIFY_SOCKET") != nil else { return nil }
        // What is lost here was a sign of life or a line of status; the next one says it anew.
        return Outlet(
            name: "notify", queue: BoundedQueue(capacity: 64, reserve: 32) { _ in "" }
        ) { state in
            // A failure means that nobody listens, which is not our trouble.
            if !state.isEmpty { _ = sd_notify(0, state) }
        }
    }()

    /// What was told last has reached systemd, when it takes it soon. Nothing may be told after it.
    package static func finish() { outlet?.finish(withinMilliseconds: 1000) }

    package static func ready(_ status: String) { notify("READY=1\nSTATUS=\(status)") }

    /// systemd wants `MONOTONIC_USEC` in the same datagram, else a reload ends early.
    package static func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
        notify("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    /// Asks systemd to wait for the start at least so many milliseconds from now, whatever `TimeoutStartSec=` says.
    package static func upgrading(atMost milliseconds: Int64) {
        notify(
            """
            EXTEND_TIMEOUT_USEC=\(milliseconds * 1000)
            STATUS=đang chuyển đổi kho trạng thái / upgrading the state store
            """)
    }

    package static func stopping() { notify("STOPPING=1\nSTATUS=đang dừng / stopping") }

    package static func status(_ text: String) { notify("STATUS=\(text)", isUrgent: false) }

    package static func watchdog() { notify("WATCHDOG=1") }

    /// How often systemd wants a sign of life, in milliseconds; nil when it wants none.
    package static var watchdogMilliseconds: Int64? {
        var microseconds: UInt64 = 0
        return sd_watchdog_enabled(0, &microseconds) > 0 ? Int64(microseconds / 1000) : nil
    }

    private static func notify(_ state: String, isUrgent: Bool = true) {
        outlet?.post(state, isUrgent: isUrgent)
    }
}
