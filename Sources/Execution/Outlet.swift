import Synchronization

/// Carries elements to a place that may block (a pipe, a socket) on a thread of its own: whoever posts never
/// waits for it, and what the place does not take is bounded (``BoundedQueue``).
package final class Outlet<Element: Sendable>: Sendable {
    private final class Room: Sendable {
        let queue: Mutex<BoundedQueue<Element>>
        let isEnding = Atomic<Bool>(false)
        let work = Doorbell()
        let ended = Doorbell()

        init(_ queue: BoundedQueue<Element>) { self.queue = Mutex(queue) }

        func empty(into carry: (Element) -> Void) {
            while true {
                if let element = queue.withLock({ $0.popFirst() }) {
                    carry(element)
                } else if isEnding.load(ordering: .acquiring) {
                    return ended.ring()
                } else {
                    work.wait(milliseconds: 86_400_000)
                }
            }
        }
    }

    private let room: Room

    /// - Parameters:
    ///   - carry: may block for as long as it likes; called from one thread.
    ///   - queue: what may wait meanwhile.
    package init(
        name: String, queue: BoundedQueue<Element>, carry: @escaping @Sendable (Element) -> Void
    ) {
        let room = Room(queue)
        self.room = room
        // Never joined: it may hang in the place for ever, and the process ends without it.
        _ = OwnedThread(name: name) { room.empty(into: carry) }
    }

    deinit { endSoon() }

    /// Never blocks.
    package func post(_ element: Element, isUrgent: Bool = false) {
        room.queue.withLock { $0.append(element, isUrgent: isUrgent) }
        room.work.ring()
    }

    /// Waits until all that was posted is carried, at most so long; false when something was left.
    ///
    /// Nothing is to be posted after it.
    @discardableResult
    package func finish(withinMilliseconds limit: Int64) -> Bool {
        endSoon()
        return room.ended.wait(milliseconds: limit)
    }

    private func endSoon() {
        room.isEnding.store(true, ordering: .releasing)
        room.work.ring()
    }
}
