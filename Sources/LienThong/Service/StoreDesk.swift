internal import Execution
internal import Operating
package import Outbox
internal import Synchronization

/// Lets other threads have work done on the store by the one thread that owns it.
///
/// Everything posted between two turns of the engine shares one transaction, so one fsync carries it all.
package final class StoreDesk: Sendable {
    /// One piece of work and the bell of whoever waits for it.
    struct Job: Sendable {
        /// Runs inside the engine's transaction; must leave nothing behind when it throws.
        let body: @Sendable (Store) throws -> Void
        /// Runs after the commit, or with the reason why there was none.
        let finish: @Sendable ((any Error)?) -> Void
    }

    private let jobs: Mailbox<Job>
    private let isClosed = Atomic<Bool>(false)

    init(bell: Doorbell) { jobs = Mailbox(bell: bell) }

    /// Does the work on the store and waits until it is on disk.
    ///
    /// - Returns: nil when the engine has closed and the work was not done.
    package func run<Result: Sendable>(_ body: @escaping @Sendable (Store) throws -> Result) throws
        -> Result?
    {
        guard !isClosed.load(ordering: .acquiring) else { return nil }
        let slot = Slot<Result>()
        jobs.post(
            Job(
                body: { store in slot.put(try body(store)) },
                finish: { slot.finish($0) }))
        return try slot.wait { self.isClosed.load(ordering: .acquiring) }
    }

    /// Has the work done without waiting for it.
    package func post(_ body: @escaping @Sendable (Store) throws -> Void) {
        jobs.post(Job(body: body, finish: { _ in }))
    }

    func takeAll() -> [Job] { jobs.takeAll() }

    /// Ends every waiting call with nil; later calls return nil at once.
    func close() {
        isClosed.store(true, ordering: .releasing)
        for job in jobs.takeAll() { job.finish(EngineClosed()) }
    }

    struct EngineClosed: Error {}

    /// Carries one result from the engine's thread to the thread that waits for it.
    private final class Slot<Result: Sendable>: Sendable {
        private struct State {
            var result: Result?
            var error: (any Error)?
            var isDone = false
        }
        private let state = Mutex(State())
        private let bell = Doorbell()

        func put(_ result: Result) { state.withLock { $0.result = result } }

        func finish(_ error: (any Error)?) {
            state.withLock {
                $0.error = error
                $0.isDone = true
            }
            bell.ring()
        }

        func wait(unless isClosed: () -> Bool) throws -> Result? {
            while true {
                bell.wait(milliseconds: 1000)
                let state = state.withLock { $0 }
                if state.isDone {
                    if state.error is EngineClosed { return nil }
                    if let error = state.error { throw error }
                    return state.result
                }
                if isClosed(), !self.state.withLock({ $0.isDone }) {
                    // Posted after the last turn: nobody will ever take it.
                    return nil
                }
            }
        }
    }
}
