internal import CSystemd
internal import Glibc

/// The signals that an operator may send, taken one by one on the main thread.
///
/// They are blocked in every thread before any thread starts, so none is lost and none interrupts
/// anything: a handler never runs.
package enum Signals {
    package enum Order: Sendable { case stop, reload, resync, report }

    private static let orders: [(Int32, Order)] = [
        (SIGTERM, .stop), (SIGINT, .stop), (SIGHUP, .reload), (SIGUSR1, .resync),
        (SIGUSR2, .report),
    ]

    /// Call before the first thread starts.
    package static func block() {
        var set = orderSet()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A peer that closes its socket is an error of that socket, not the end of the daemon.
        signal(SIGPIPE, SIG_IGN)
    }

    /// The next order, or nil when none came in time.
    package static func next(milliseconds: Int64) -> Order? {
        var set = orderSet()
        var limit = timespec(
            tv_sec: Int(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000) * 1_000_000)
        let number = sigtimedwait(&set, nil, &limit)
        return orders.first { $0.0 == number }?.1
    }

    private static func orderSet() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for (number, _) in orders { sigaddset(&set, number) }
        return set
    }
}
