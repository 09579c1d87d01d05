import Testing

@testable import Couriers

@Suite("A retry budget")
struct RetryBudgetTests {
    @Test("keeps repeats to a tenth of a steady load, however much of it fails")
    func share() {
        var budget = RetryBudget(share: 0.1, reserve: 10, floorPerSecond: 1)
        var planned: [Int64] = []
        let seconds: Int64 = 300
        // 200 requests a second, half of which fail and want to be repeated at once.
        for millisecond in stride(from: Int64(0), to: seconds * 1000, by: 5) {
            budget.sentFirst(now: millisecond)
            if millisecond % 10 == 0 {
                planned.append(millisecond + budget.delayOfRepeat(now: millisecond))
            }
        }
        let sent = planned.count { $0 < seconds * 1000 }
        // Its share, the reserve, the floor.
        #expect(sent <= 200 * 300 / 10 + 10 + 300 + 60)
        #expect(sent >= 200 * 300 / 10)
    }

    @Test("lets a quiet destination repeat from its reserve at once")
    func reserve() {
        var budget = RetryBudget(share: 0.1, reserve: 10, floorPerSecond: 1)
        let delays = (0..<12).map { _ in budget.delayOfRepeat(now: 0) }
        #expect(delays.prefix(10).allSatisfy { $0 == 0 })
        #expect(delays[10] == 1_000)
        #expect(delays[11] == 2_000)
    }

    @Test("pays its debts with time, and does not save idle hours up")
    func floor() {
        var budget = RetryBudget(share: 0.1, reserve: 5, floorPerSecond: 1)
        for _ in 0..<25 { _ = budget.delayOfRepeat(now: 0) }
        #expect(budget.tokens == -20)
        #expect(budget.delayOfRepeat(now: 3_600_000) == 0)
        #expect(budget.tokens == 4)
    }

    @Test("puts no repeat off for longer than an hour")
    func bound() {
        var budget = RetryBudget(share: 0.1, reserve: 1, floorPerSecond: 1)
        var longest: Int64 = 0
        for _ in 0..<100_000 { longest = max(longest, budget.delayOfRepeat(now: 0)) }
        #expect(longest == RetryBudget.longestDelay)
    }
}

@Suite("A rate limit")
struct RateLimitTests {
    @Test("lets through its rate and its burst, and no more", arguments: [0.5, 3, 50, 1000])
    func rate(_ perSecond: Double) {
        var limit = RateLimit(perSecond: perSecond, burst: 5)
        var passed = 0
        for millisecond in Int64(0)..<60_000 {
            while limit.take(now: millisecond) { passed += 1 }
        }
        #expect(Double(passed) <= perSecond * 60 + 5)
        #expect(Double(passed) >= perSecond * 60)
    }

    @Test("says how long to wait, and is right")
    func wait() {
        var limit = RateLimit(perSecond: 4, burst: 1)
        #expect(limit.wait(now: 0) == 0)
        #expect(limit.take(now: 0) == true)
        #expect(limit.take(now: 0) == false)
        #expect(limit.wait(now: 0) == 250)
        #expect(limit.take(now: 249) == false)
        #expect(limit.take(now: 251) == true)
    }
}
