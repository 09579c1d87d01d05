import Execution
import Testing

@Suite("What waits for a slow reader") struct BoundedQueueTests {
    private func queue(_ capacity: Int, reserve: Int = 0) -> BoundedQueue<String> {
        BoundedQueue(capacity: capacity, reserve: reserve) { "lost \($0)" }
    }

    private func all(_ queue: inout BoundedQueue<String>) -> [String] {
        var found: [String] = []
        while let element = queue.popFirst() { found.append(element) }
        return found
    }

    @Test("comes out in its order, over many rounds")
    func order() {
        var queue = queue(4)
        for round in 0..<10 {
            for place in 0..<3 { queue.append("\(round).\(place)", isUrgent: false) }
            #expect(queue.popFirst() == "\(round).0")
            #expect(all(&queue) == ["\(round).1", "\(round).2"])
            #expect(queue.isEmpty)
        }
    }

    @Test("is counted where it does not fit, and told in its place")
    func lost() {
        var queue = queue(3)
        for name in ["a", "b", "c", "d", "e"] { queue.append(name, isUrgent: false) }
        #expect(queue.count == 3)
        #expect(queue.popFirst() == "a")
        // One place is free, and what was lost and what is new take two.
        queue.append("f", isUrgent: false)
        #expect(queue.popFirst() == "b")
        queue.append("g", isUrgent: false)
        #expect(all(&queue) == ["c", "lost 3", "g"])
    }

    @Test("is told as lost when nothing comes after it")
    func lostLast() {
        var queue = queue(2)
        for name in ["a", "b", "c"] { queue.append(name, isUrgent: false) }
        #expect(all(&queue) == ["a", "b", "lost 1"])
        #expect(queue.isEmpty)
        #expect(queue.popFirst() == nil)
    }

    @Test("leaves room for what is urgent")
    func urgent() {
        var queue = queue(4, reserve: 2)
        for name in ["a", "b", "c"] { queue.append(name, isUrgent: false) }
        queue.append("error", isUrgent: true)
        #expect(all(&queue) == ["a", "b", "lost 1", "error"])
    }
}
