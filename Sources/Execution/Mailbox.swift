import Synchronization

/// Hands values from any thread to one reader, in batches; rings the reader's bell.
package final class Mailbox<Element: Sendable>: Sendable {
    private let items = Mutex<[Element]>([])
    private let bell: Doorbell

    package init(bell: Doorbell) { self.bell = bell }

    package func post(_ element: Element) {
        items.withLock { $0.append(element) }
        bell.ring()
    }

    package func post(contentsOf elements: [Element]) {
        guard !elements.isEmpty else { return }
        items.withLock { $0.append(contentsOf: elements) }
        bell.ring()
    }

    /// Everything posted since the last call, in order.
    package func takeAll() -> [Element] {
        items.withLock { items in
            guard !items.isEmpty else { return [] }
            let taken = items
            items = []
            return taken
        }
    }

    package var count: Int { items.withLock { $0.count } }
}
