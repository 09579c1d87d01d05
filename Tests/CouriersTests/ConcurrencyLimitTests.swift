import Testing

@testable import Couriers

@Suite("A concurrency limit")
struct ConcurrencyLimitTests {
    /// A destination of a fixed capacity, called for a while with a full pipe.
    ///
    /// - Returns: the limit after every round trip.
    private func play(
        _ limit: inout ConcurrencyLimit, capacity: Int, rounds: Int, from start: Int64 = 0,
        refusesOverload: Bool = true, roundTrip: Int64 = 20
    ) -> [Int] {
        var trace: [Int] = []
        for round in 0..<rounds {
            let now = start + Int64(round) * (roundTrip + 1)
            let flying = limit.window
            limit.launched(inFlight: flying)
            // What is over the capacity is refused, or waits for its turn.
            let over = max(0, flying - capacity)
            for _ in 0..<min(flying, capacity) {
                let factor =
                    refusesOverload ? 1 : Double(max(flying, capacity)) / Double(capacity)
                limit.succeeded(
                    after: Int64(Double(roundTrip) * 1000 * factor), now: now + roundTrip)
            }
            if refusesOverload {
                for _ in 0..<over {
                    limit.failed(after: roundTrip * 1000, now: now + roundTrip)
                }
            }
            trace.append(limit.window)
        }
        return trace
    }

    @Test(
        "reaches what a destination can take, within thirty round trips", arguments: [8, 32, 100])
    func reaches(_ capacity: Int) {
        var limit = ConcurrencyLimit(bounds: 1...capacity, initial: 4)
        let trace = play(&limit, capacity: 1000, rounds: 30)
        #expect(trace.last == capacity)
    }

    @Test("settles around the capacity of a destination that refuses overload")
    func settles() {
        var limit = ConcurrencyLimit(bounds: 1...256, initial: 4)
        let trace = play(&limit, capacity: 40, rounds: 300).dropFirst(50)
        // Six tenths of it for the rounds that measure an unqueued round trip.
        #expect(trace.allSatisfy { (18...42).contains($0) }, "\(trace)")
        let mean = Double(trace.reduce(0, +)) / Double(trace.count)
        #expect(mean > 32)
    }

    @Test("does not queue at a destination that grows slow instead")
    func latency() {
        var limit = ConcurrencyLimit(bounds: 1...512, initial: 4)
        let trace = play(
            &limit, capacity: 20, rounds: 200, refusesOverload: false, roundTrip: 50)
        #expect(trace.max() ?? 0 < 128)
    }

    @Test("never leaves its bounds, whatever happens")
    func bounds() {
        var random = SeededRandom(seed: 11)
        var limit = ConcurrencyLimit(bounds: 3...17, initial: 9)
        for now in Int64(0)..<20_000 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: limit.failed(after: 1_000, now: now)
            case 1: limit.launched(inFlight: limit.window)
            case 2 where now % 1000 == 0: limit.restart()
            default:
                let elapsed = Int64.random(in: 1...400_000, using: &random)
                limit.succeeded(after: elapsed, now: now)
            }
            #expect((3...17).contains(limit.window))
        }
    }

    @Test("does not grow while it is not what holds us back")
    func unused() {
        var limit = ConcurrencyLimit(bounds: 1...64, initial: 4)
        for now in Int64(0)..<5_000 {
            limit.launched(inFlight: 2)
            limit.succeeded(after: 10_000, now: now)
        }
        #expect(limit.window == 4)
    }

    @Test(
        "keeps nearly all of its window where errors come whatever it is",
        arguments: [0.01, 0.02, 0.05, 0.1])
    func unrelated(_ share: Double) {
        var random = SeededRandom(seed: 5)
        var limit = ConcurrencyLimit(bounds: 1...32, initial: 4)
        var sum = 0
        for round in 0..<2_000 {
            let now = Int64(round) * 101
            limit.launched(inFlight: limit.window)
            for _ in 0..<limit.window {
                if Double.random(in: 0..<1, using: &random) < share {
                    limit.failed(after: 100_000, now: now + 100)
                } else {
                    limit.succeeded(after: 100_000, now: now + 100)
                }
            }
            sum += limit.window
        }
        #expect(Double(sum) / 2_000 >= 28, "\(Double(sum) / 2_000) of 32")
    }

    @Test("halves what it knew when an outage begins with errors, and comes back to it")
    func collapsed() {
        var limit = ConcurrencyLimit(bounds: 1...64, initial: 4)
        _ = play(&limit, capacity: 1000, rounds: 30)
        limit.collapsed()
        #expect(limit.window == 32)
        limit.restart()
        let trace = play(&limit, capacity: 1000, rounds: 14, from: 100_000)
        #expect(trace.last == 64)
    }

    @Test("comes back fast after an outage")
    func restart() {
        var limit = ConcurrencyLimit(bounds: 1...64, initial: 4)
        _ = play(&limit, capacity: 1000, rounds: 30)
        #expect(limit.window == 64)
        limit.restart()
        #expect(limit.window == 1)
        let trace = play(&limit, capacity: 1000, rounds: 10, from: 100_000)
        #expect(trace.last == 64)
    }

    @Test("that is not adaptive is its upper bound")
    func fixed() {
        var limit = ConcurrencyLimit(bounds: 1...8, initial: 2, isAdaptive: false)
        for now in Int64(0)..<100 { limit.failed(after: 0, now: now) }
        #expect(limit.window == 8)
    }
}
