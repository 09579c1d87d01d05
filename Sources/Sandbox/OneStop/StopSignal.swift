internal import Glibc
internal import Synchronization

/// Whether somebody asked this process to stop.
enum StopSignal {
    // Only ever set, from a signal handler, for which a lock-free store is safe.
    private static let raised = Atomic<Bool>(false)

    static var isRaised: Bool { raised.load(ordering: .relaxed) }

    /// From now on SIGTERM and SIGINT ask, instead of killing.
    static func install() {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            StopSignal.raised.store(true, ordering: .relaxed)
        }
        action.sa_flags = SA_RESTART
        sigaction(SIGTERM, &action, nil)
        sigaction(SIGINT, &action, nil)
    }
}
