package import Wire

/// The transport seam in virtual time: each route leads to one portal.
///
/// Used from one thread only, like the dispatcher that it serves.
package final class VirtualTransport: HTTPTransport, @unchecked Sendable {
    package let portals: [VirtualPortal]
    private let clock: VirtualClock
    /// Under way, as a binary heap over (end, order of launching).
    private var heap: [Ending] = []
    private var launched: UInt64 = 0

    private struct Ending {
        var at: Int64
        var order: UInt64
        var completion: HTTPCompletion

        static func < (a: Ending, b: Ending) -> Bool { (a.at, a.order) < (b.at, b.order) }
    }

    package init(_ portals: [VirtualPortal], clock: VirtualClock) {
        self.portals = portals
        self.clock = clock
    }

    package func submit(_ exchanges: [HTTPExchange]) {
        for exchange in exchanges {
            let (at, result) = portals[exchange.route].serve(exchange)
            launched += 1
            push(
                Ending(
                    at: at, order: launched,
                    completion: HTTPCompletion(
                        token: exchange.token, result: result,
                        elapsedMicroseconds: at - clock.microseconds)))
        }
    }

    package func completions() -> [HTTPCompletion] {
        var ended: [HTTPCompletion] = []
        while let first = heap.first, first.at <= clock.microseconds {
            ended.append(first.completion)
            pop()
        }
        return ended
    }

    /// Nobody waits for what is under way any more.
    package func drop() { heap.removeAll() }

    /// When the next exchange ends, in microseconds; nil when none is under way.
    package var nextEnd: Int64? { heap.first?.at }
    package var underWay: Int { heap.count }

    private func push(_ ending: Ending) {
        heap.append(ending)
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private func pop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child] < heap[least] { least = child }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
