package import Execution
internal import Synchronization
package import Wire

/// A thread that turns one service's step until it is told to stop: the ten lines that every loop here is.
package final class LoopThread: Sendable {
    /// What the service is asked to do; the last turn is always `end`, on the same thread.
    package enum Turn {
        case step(Moment)
        case end(Moment)
    }

    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)
        var isSet: Bool { value.load(ordering: .acquiring) }
        func set() { value.store(true, ordering: .releasing) }
    }

    private let stopping: Flag
    private let bell: Doorbell
    private let thread: OwnedThread

    /// - Parameters:
    ///   - bell: ends a wait between two turns early.
    ///   - makeService: makes the service on its thread; the service answers how many milliseconds may
    ///     pass before its next turn.
    package init(
        name: String, bell: Doorbell, clock: WallClock, heartbeat: Heartbeat,
        makeService: @escaping @Sendable () -> (Turn) -> Int64
    ) {
        let stopping = Flag()
        self.stopping = stopping
        self.bell = bell
        thread = OwnedThread(name: name) {
            let service = makeService()
            while !stopping.isSet {
                let now = clock.now()
                heartbeat.beat(now)
                let pause = service(.step(now))
                if pause > 0 { bell.wait(milliseconds: min(pause, 1000)) }
            }
            _ = service(.end(clock.now()))
        }
    }

    package func stop() {
        stopping.set()
        bell.ring()
        thread.join()
    }
}
