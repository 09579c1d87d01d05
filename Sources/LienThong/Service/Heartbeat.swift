internal import Synchronization
package import Wire

/// Whether a loop makes progress: each turn of the loop beats, and a beat older than the loop's patience
/// means that it is stuck. Idle but turning counts as healthy.
package final class Heartbeat: Sendable {
    package let name: String
    private let patience: Int64
    private let last: Atomic<Int64>

    /// - Parameter patience: milliseconds that one turn may take at the worst.
    package init(name: String, patience: Int64, now: Moment) {
        self.name = name
        self.patience = patience
        last = Atomic(now.steady)
    }

    package func beat(_ now: Moment) { last.store(now.steady, ordering: .relaxed) }

    package func isAlive(_ now: Moment) -> Bool {
        now.steady - last.load(ordering: .relaxed) <= patience
    }
}
