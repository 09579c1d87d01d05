import Testing

@testable import Capture

@Suite("What looks may take of the source's time")
struct LookAllowanceTests {
    /// Looks of one length that somebody asks for all the time: when each begins.
    private func beginnings(
        of count: Int, took: Int64, share: Double? = 0.25, from start: Int64 = 50_000
    ) -> [Int64] {
        var allowance = LookAllowance()
        var now = start
        return (0..<count).map { _ in
            now = max(now, allowance.nextAt)
            let began = now
            now += took
            allowance.looked(from: began, to: now, share: share, longestRest: 500)
            return began
        }
    }

    @Test("what comes now and then is looked for at once")
    func sporadic() {
        var allowance = LookAllowance()
        for second: Int64 in 1...100 {
            #expect(allowance.nextAt <= second * 10)
            // Two milliseconds of ten are less than a quarter.
            allowance.looked(
                from: second * 10, to: second * 10 + 2, share: 0.25, longestRest: 500)
        }
    }

    @Test("over time looks take no more than their share", arguments: [1, 7, 100] as [Int64])
    func sustained(took: Int64) {
        let begun = beginnings(of: 3_000, took: took)
        // Once what may run ahead is spent, which takes a third of a second.
        let late = begun.drop { $0 < 52_000 }
        let time = Double(late.last! - late.first!)
        let share = Double(took) * Double(late.count - 1) / time
        #expect(abs(share - 0.25) < 0.01)
        #expect(begun[1] == begun[0] + took)
    }

    @Test("a look that took long is followed by the longest rest, not by three times its length")
    func bounded() {
        let begun = beginnings(of: 20, took: 10_000)
        for (first, second) in zip(begun, begun.dropFirst()) {
            #expect(second <= first + 10_500)
        }
    }

    @Test("without a feed every look is followed by the longest rest")
    func withoutFeed() {
        #expect(beginnings(of: 3, took: 1, share: nil) == [50_000, 50_501, 51_002])
    }
}
