internal import Wire

/// The exchanges for one host: a bounded number under way, the others waiting in order.
///
/// libcurl has such a bound of its own, but one queue for all hosts whose head is tried alone: behind a
/// host that hangs, the exchanges of every other host would wait as well. So nothing ever waits in libcurl.
///
/// Confined to the loop's thread.
final class HostLane {
    struct Waiting {
        var exchange: HTTPExchange
        var address: Address
        /// Microseconds on the monotonic clock.
        var deadline: Int64
    }

    private let limit: Int
    private let sharesConnections: Bool
    private var underWay = 0
    private var connected = false
    private var waiting: [Waiting] = []
    private var head = 0

    /// - Parameter sharesConnections: exchanges may share a connection, which the first one makes.
    init(limit: Int, sharesConnections: Bool) {
        self.limit = limit
        self.sharesConnections = sharesConnections
    }

    func append(_ item: Waiting) { waiting.append(item) }

    /// The next exchange that may start now, counted as under way.
    func startNext() -> Waiting? {
        guard head < waiting.count, underWay < limit else { return nil }
        // All at once would open a connection each; the first opens one for all.
        if sharesConnections, underWay > 0, !connected { return nil }
        if underWay == 0 { connected = false }
        underWay += 1
        let item = waiting[head]
        head += 1
        if head == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 256 {
            waiting.removeFirst(head)
            head = 0
        }
        return item
    }

    /// An exchange has its connection, or has ended without one: nobody needs to wait for it.
    func connectionSettled() { connected = true }

    func ended() {
        underWay -= 1
        connected = true
    }

    /// Removes the waiting exchanges whose time is over.
    func expire(_ now: Int64) -> [HTTPExchange] {
        let over = waiting[head...].filter { $0.deadline <= now }
        guard !over.isEmpty else { return [] }
        waiting = waiting[head...].filter { $0.deadline > now }
        head = 0
        return over.map(\.exchange)
    }

    var earliestDeadline: Int64? { waiting[head...].map(\.deadline).min() }

    /// Removes all that wait.
    func takeAll() -> [HTTPExchange] {
        defer {
            waiting = []
            head = 0
        }
        return waiting[head...].map(\.exchange)
    }
}
