/// What is to happen when, in virtual time; at one moment in the order in which it was planned.
final class Agenda {
    private struct Entry {
        var time: Int64
        var order: Int
        var act: () -> Void
    }
    private var heap: [Entry] = []
    private var planned = 0
    private let clock: VirtualClock

    init(clock: VirtualClock) { self.clock = clock }

    var now: Int64 { clock.steady }

    var next: Int64? { heap.first?.time }

    func add(in delay: Int64, _ act: @escaping () -> Void) {
        planned += 1
        heap.append(Entry(time: clock.steady + max(0, delay), order: planned, act: act))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(child, parent) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the first entry out and carries it out.
    func runFirst() {
        guard let first = heap.first else { return }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        first.act()
    }

    private func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && isBefore(child, least) {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        (heap[a].time, heap[a].order) < (heap[b].time, heap[b].order)
    }
}
