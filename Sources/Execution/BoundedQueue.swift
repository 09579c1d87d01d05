/// What waits for a slow reader: so many elements and no more. What does not fit is counted, and told by one
/// element in its place.
///
/// A part of the room is kept for what is urgent, so that a flood of small talk leaves room for an error.
package struct BoundedQueue<Element> {
    private let capacity: Int
    private let reserve: Int
    private let whenLost: @Sendable (Int) -> Element
    private var elements: [Element] = []
    /// The elements before it are gone.
    private var first = 0
    /// How many were refused since the last element that says so.
    private var lost = 0

    /// - Parameters:
    ///   - reserve: how many of the places are for urgent elements only.
    ///   - whenLost: the element that says how many were lost.
    package init(capacity: Int, reserve: Int, whenLost: @escaping @Sendable (Int) -> Element) {
        self.capacity = max(2, capacity)
        self.reserve = reserve
        self.whenLost = whenLost
    }

    package var count: Int { elements.count - first }
    package var isEmpty: Bool { count == 0 && lost == 0 }

    /// Takes the element in, or counts it as lost.
    package mutating func append(_ element: Element, isUrgent: Bool) {
        let room = (isUrgent ? capacity : capacity - reserve) - count
        // What was lost stands where it would have stood: before what came after it.
        guard room >= (lost > 0 ? 2 : 1) else {
            lost += 1
            return
        }
        if lost > 0 {
            elements.append(whenLost(lost))
            lost = 0
        }
        elements.append(element)
    }

    /// The oldest element; nil when there is none.
    package mutating func popFirst() -> Element? {
        guard first < elements.count else {
            guard lost > 0 else { return nil }
            defer { lost = 0 }
            return whenLost(lost)
        }
        let element = elements[first]
        first += 1
        if first == elements.count {
            elements.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= capacity {
            elements.removeFirst(first)
            first = 0
        }
        return element
    }
}

extension BoundedQueue: Sendable where Element: Sendable {}
