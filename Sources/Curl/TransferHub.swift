internal import CCurl
internal import Synchronization
internal import Wire

/// Where the loop's thread and all others meet: exchanges go in and completions come out, in batches.
///
/// `@unchecked Sendable`: the multi handle is used by the loop's thread; others only call
/// `curl_multi_wakeup` on it, under the inbox's lock and never after ``close()``, and the thread frees it
/// only after it has seen the inbox closed.
final class TransferHub: @unchecked Sendable {
    private struct Inbox {
        var exchanges: [HTTPExchange] = []
        var closed = false
        /// The thread waits, or is about to; whoever clears this wakes it.
        var waiting = false
    }

    let multi: UnsafeMutableRawPointer
    private let inbox = Mutex(Inbox())
    private let outbox = Mutex<[HTTPCompletion]>([])
    private let ring: @Sendable () -> Void
    /// When the loop's thread last began a turn; microseconds on the monotonic clock.
    private let turnedAt = Atomic<Int64>(monotonicMicroseconds())

    init(multi: UnsafeMutableRawPointer, ring: @escaping @Sendable () -> Void) {
        self.multi = multi
        self.ring = ring
    }

    /// Any thread.
    func submit(_ exchanges: [HTTPExchange]) {
        guard !exchanges.isEmpty else { return }
        let accepted = inbox.withLock { inbox in
            guard !inbox.closed else { return false }
            if inbox.exchanges.isEmpty {
                inbox.exchanges = exchanges
            } else {
                inbox.exchanges.append(contentsOf: exchanges)
            }
            wake(&inbox)
            return true
        }
        if !accepted { publish(exchanges.map(\.cancelled)) }
    }

    /// Any thread: no exchange is taken any more, the thread ends those under way.
    func close() {
        inbox.withLock { inbox in
            inbox.closed = true
            wake(&inbox)
        }
    }

    private func wake(_ inbox: inout Inbox) {
        guard inbox.waiting else { return }
        inbox.waiting = false
        curl_multi_wakeup(multi)
    }

    /// The loop's thread: what has come in since the last call.
    func take() -> (exchanges: [HTTPExchange], closed: Bool) {
        turnedAt.store(monotonicMicroseconds(), ordering: .relaxed)
        return inbox.withLock { inbox in
            inbox.waiting = false
            let exchanges = inbox.exchanges
            inbox.exchanges = []
            return (exchanges, inbox.closed)
        }
    }

    /// Any thread: milliseconds since the loop's thread last began a turn.
    var silence: Int64 {
        (monotonicMicroseconds() - turnedAt.load(ordering: .relaxed)) / 1000
    }

    /// The loop's thread: true when nothing has come in, so that it may wait until it is woken.
    func mayWait() -> Bool {
        inbox.withLock { inbox in
            inbox.waiting = inbox.exchanges.isEmpty && !inbox.closed
            return inbox.waiting
        }
    }

    func publish(_ completions: [HTTPCompletion]) {
        guard !completions.isEmpty else { return }
        outbox.withLock { outbox in
            if outbox.isEmpty {
                outbox = completions
            } else {
                outbox.append(contentsOf: completions)
            }
        }
        ring()
    }

    func completions() -> [HTTPCompletion] {
        outbox.withLock { outbox in
            let taken = outbox
            outbox = []
            return taken
        }
    }
}
