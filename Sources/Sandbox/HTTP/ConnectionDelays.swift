internal import CMicrohttpd
internal import Execution
internal import Synchronization
internal import Wire

/// Holds connections still for a while without holding a thread: each is suspended in the server and
/// resumed by one thread when its time has come.
final class ConnectionDelays: @unchecked Sendable {
    // `waiting` guards everything, also the suspension itself: a connection must never be suspended
    // after `close` has resumed the others, because the server may not be stopped with one suspended.
    private struct Waiting: @unchecked Sendable {
        var connections: [(due: Int64, connection: OpaquePointer)] = []
        var isClosed = false
    }
    private let waiting = Mutex(Waiting())
    private let bell = Doorbell()
    private var thread: OwnedThread?

    init() {
        thread = OwnedThread(name: "sandbox-delays") { [weak self] in
            while let pause = self?.resumeDue() { self?.bell.wait(milliseconds: pause) }
        }
    }

    /// Suspends the connection; false when the server is stopping, and then nothing happens.
    func suspend(_ connection: OpaquePointer, milliseconds: Int64) -> Bool {
        // The pointer crosses into the closure as an address, for it is not Sendable.
        let address = UInt(bitPattern: connection)
        let accepted = waiting.withLock { waiting in
            guard !waiting.isClosed, let connection = OpaquePointer(bitPattern: address) else {
                return false
            }
            MHD_suspend_connection(connection)
            waiting.connections.append((WallClock.system.now().steady + milliseconds, connection))
            return true
        }
        if accepted { bell.ring() }
        return accepted
    }

    /// Resumes what is due; how long to sleep then, nil at the end.
    private func resumeDue() -> Int64? {
        let now = WallClock.system.now().steady
        return waiting.withLock { waiting in
            guard !waiting.isClosed else { return nil }
            for (due, connection) in waiting.connections where due <= now {
                MHD_resume_connection(connection)
            }
            waiting.connections.removeAll { $0.due <= now }
            return waiting.connections.map { $0.due - now }.min() ?? 60_000
        }
    }

    /// Resumes all, for good.
    func close() {
        waiting.withLock { waiting in
            waiting.isClosed = true
            for (_, connection) in waiting.connections { MHD_resume_connection(connection) }
            waiting.connections = []
        }
        bell.ring()
        thread?.join()
    }
}
