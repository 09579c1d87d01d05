internal import CSystemd
internal import Glibc

/// What we tell systemd: readiness, reloading, status, the watchdog. Without systemd nothing happens.
package enum ServiceManager {
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

    package static func status(_ text: String) { notify("STATUS=\(text)") }

    package static func watchdog() { notify("WATCHDOG=1") }

    /// How often systemd wants a sign of life, in milliseconds; nil when it wants none.
    package static var watchdogMilliseconds: Int64? {
        var microseconds: UInt64 = 0
        return sd_watchdog_enabled(0, &microseconds) > 0 ? Int64(microseconds / 1000) : nil
    }

    private static func notify(_ state: String) {
        // A failure means that nobody listens, which is not our trouble.
        _ = sd_notify(0, state)
    }
}
