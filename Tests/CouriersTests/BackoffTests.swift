import Testing

@testable import Couriers

@Suite("A back-off")
struct BackoffTests {
    @Test("stays between one millisecond and its ceiling, which doubles up to the cap")
    func bounds() {
        let backoff = Backoff(base: 1_000, cap: 600_000)
        var random = SeededRandom(seed: 1)
        for failures in 0..<200 {
            let ceiling = backoff.ceiling(failures: failures)
            #expect(ceiling == (failures < 10 ? 1_000 << Int64(failures) : 600_000))
            for _ in 0..<50 {
                let delay = backoff.delay(failures: failures, using: &random)
                #expect((1...ceiling).contains(delay))
            }
        }
    }

    @Test("uses the whole of its range: half of the delays lie in the lower half")
    func fullJitter() {
        let backoff = Backoff(base: 1_000, cap: 600_000)
        var random = SeededRandom(seed: 2)
        let delays = (0..<4_000).map { _ in backoff.delay(failures: 4, using: &random) }
        let lower = delays.count { $0 <= 8_000 }
        #expect((1_800...2_200).contains(lower))
    }

    @Test("is replayed by its seed")
    func seeded() {
        let backoff = Backoff(base: 1_000, cap: 600_000)
        func delays(_ seed: UInt64) -> [Int64] {
            var random = SeededRandom(seed: seed)
            return (0..<20).map { backoff.delay(failures: $0, using: &random) }
        }
        #expect(delays(3) == delays(3))
        #expect(delays(3) != delays(4))
    }

    @Test("never comes sooner than the destination asked, and never much later")
    func asked() {
        let backoff = Backoff(base: 100, cap: 600_000)
        var random = SeededRandom(seed: 5)
        for failures in 0..<20 {
            let delay = backoff.delay(
                failures: failures, atLeast: 30_000, askedCap: 3_600_000, using: &random)
            #expect((30_000...37_600).contains(delay))
        }
    }

    @Test("is bounded, whatever a destination asks", arguments: [Int64.max, 1 << 50])
    func absurd(_ asked: Int64) {
        let backoff = Backoff(base: 100, cap: 1_000)
        var random = SeededRandom(seed: 6)
        let delay = backoff.delay(
            failures: 3, atLeast: asked, askedCap: 3_600_000, using: &random)
        #expect((3_600_000...4_500_000).contains(delay))
    }
}
