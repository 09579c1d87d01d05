internal import Execution
package import Outbox
package import Wire

/// Lets other threads have work done on the store by the one thread that owns it.
///
/// Everything posted between two turns of the engine shares one transaction, so one fsync carries it all.
/// A job whose transaction fails is tried again with the next one; none is dropped.
package final class StoreDesk: Sendable {
    struct Job: Sendable {
        /// Runs inside the engine's transaction, perhaps more than once; must leave nothing outside of
        /// the store behind that a repetition would double.
        ///
        /// The time is the turn's: what is written by another clock's reading would be moved with what was
        /// planned before, should the wall clock jump between the two.
        let body: @Sendable (Store, Timestamp) throws -> Void
        /// True when capture may get more work once this is done.
        let feedsCapture: Bool
        /// Runs once, after the commit.
        let finish: @Sendable () -> Void
    }

    private let jobs: Mailbox<Job>

    init(bell: Doorbell) { jobs = Mailbox(bell: bell) }

    package func post(
        feedsCapture: Bool = false,
        _ body: @escaping @Sendable (Store, Timestamp) throws -> Void,
        finish: @escaping @Sendable () -> Void = {}
    ) {
        jobs.post(Job(body: body, feedsCapture: feedsCapture, finish: finish))
    }

    func takeAll() -> [Job] { jobs.takeAll() }
}
