internal import Synchronization
package import Wire

/// When a loop last began a turn. What that means is ``Vigil``'s to judge.
package final class Heartbeat: Sendable {
    package let name: String
    /// Milliseconds that one turn may take at the worst.
    package let patience: Int64
    private let last: Atomic<Int64>

    package init(name: String, patience: Int64, now: Moment) {
        self.name = name
        self.patience = patience
        last = Atomic(now.steady)
    }

    package func beat(_ now: Moment) { last.store(now.steady, ordering: .relaxed) }

    /// Milliseconds since the last turn began.
    package func silence(_ now: Moment) -> Int64 {
        now.steady - last.load(ordering: .relaxed)
    }
}
