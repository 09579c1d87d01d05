import Testing

@testable import Couriers

@Suite("A retry budget")
struct RetryBudgetTests {
    @Test("keeps repeats to a tenth of a steady load, however much of it fails")
    func share() {
        var budget = RetryBudget(share: 0.1, reserve: 10)
        var waiting: [Int64: Int] = [:]
        var sent = 0
        // 200 requests a second, half of which fail and want to be repeated at once.
        for now in stride(from: Int64(0), to: 120_000, by: 5) {
            budget.sentFirst(now: now)
            var due = now % 10 == 0 ? 1 : 0
            for time in (now - 4)...now { due += waiting.removeValue(forKey: time) ?? 0 }
            for _ in 0..<due {
                if let wait = budget.take(now: now) {
                    #expect((1...RetryBudget.longestWait).contains(wait))
                    waiting[now + wait, default: 0] += 1
                } else {
                    sent += 1
                }
            }
        }
        #expect(sent <= 200 * 120 / 10 + 10)
        #expect(sent >= 200 * 120 / 10 * 9 / 10)
    }

    @Test("lets a quiet destination repeat from its reserve at once, and one in five seconds after")
    func reserve() {
        var budget = RetryBudget(share: 0.1, reserve: 10)
        let waits = (0..<12).map { _ in budget.take(now: 10_000) }
        #expect(waits.prefix(10).allSatisfy { $0 == nil })
        #expect(waits[10] == 5_000)
        #expect(waits[11] == 10_000)
        #expect(budget.take(now: 15_000) == nil)
        #expect(budget.take(now: 15_000) != nil)
        // An idle hour is no licence for a burst.
        #expect(budget.take(now: 3_600_000) == nil)
        #expect(budget.take(now: 3_600_000) != nil)
    }

    @Test("sends no repeat away for longer than three quarters of a minute")
    func bound() {
        var budget = RetryBudget(share: 0.1, reserve: 1)
        var longest: Int64 = 0
        for _ in 0..<100_000 { longest = max(longest, budget.take(now: 0) ?? 0) }
        #expect(longest == RetryBudget.longestWait)
    }

    @Test("knows a destination that rests")
    func rest() {
        var budget = RetryBudget(share: 0.1, reserve: 1)
        #expect(budget.isAtRest(now: 0))
        budget.sentFirst(now: 5_000)
        #expect(!budget.isAtRest(now: 6_900))
        #expect(budget.isAtRest(now: 7_000))
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
