import Execution
import Synchronization
import Testing

@Suite("An outlet to a place that may block") struct OutletTests {
    private final class Place: Sendable {
        let carried = Mutex<[Int]>([])
        let arrived = Doorbell()
        let gate = Doorbell()
    }

    private func queue(_ capacity: Int) -> BoundedQueue<Int> {
        BoundedQueue(capacity: capacity, reserve: 0) { -$0 }
    }

    @Test("carries everything in order and is finished when all is there")
    func order() {
        let place = Place()
        let outlet = Outlet(name: "test", queue: queue(1000)) { number in
            place.carried.withLock { $0.append(number) }
        }
        for number in 0..<500 { outlet.post(number) }
        #expect(outlet.finish(withinMilliseconds: 60_000))
        #expect(place.carried.withLock { $0 } == Array(0..<500))
    }

    @Test(
        "never keeps whoever posts, nor the end, waiting for a place that hangs; what was lost is told"
    )
    func blocked() {
        let place = Place()
        let outlet = Outlet(name: "test", queue: queue(4)) { number in
            place.carried.withLock { $0.append(number) }
            place.arrived.ring()
            if number == 0 { place.gate.wait(milliseconds: 120_000) }
        }
        outlet.post(0)
        #expect(place.arrived.wait(milliseconds: 60_000))
        // Four fit beside the one that hangs, a thousand do not.
        for number in 1...1004 { outlet.post(number) }
        #expect(!outlet.finish(withinMilliseconds: 50))
        place.gate.ring()
        #expect(outlet.finish(withinMilliseconds: 60_000))
        #expect(place.carried.withLock { $0 } == [0, 1, 2, 3, 4, -1000])
    }
}
