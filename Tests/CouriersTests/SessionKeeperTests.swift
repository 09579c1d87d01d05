import Contracts
import Testing
import Wire

@testable import Couriers

@Suite("A session keeper")
struct SessionKeeperTests {
    private var random = SeededRandom(seed: 9)
    private var keeper = SessionKeeper(lifetime: nil, backoff: Backoff(base: 1_000, cap: 60_000))

    private func moment(_ steady: Int64) -> Moment {
        Moment(wall: Timestamp(milliseconds: 1_790_000_000_000 + steady), steady: steady)
    }

    private mutating func open(at steady: Int64 = 0) -> Int {
        keeper.loginSent(1, now: 0)
        keeper.loginSucceeded(Secret("s"), now: moment(steady))
        return keeper.ticket?.generation ?? 0
    }

    @Test("wants one login at a time")
    mutating func single() {
        #expect(keeper.needsLogin(now: 0))
        keeper.loginSent(1, now: 0)
        #expect(!keeper.needsLogin(now: 0))
        keeper.loginSucceeded(Secret("s"), now: moment(0))
        #expect(!keeper.needsLogin(now: 1))
        #expect(keeper.ticket != nil)
    }

    @Test("does not let an answer about an old session end a newer one")
    mutating func old() {
        let first = open()
        #expect(keeper.expired(generation: first) == true)
        let second = open()
        for _ in 0..<99 { #expect(keeper.expired(generation: first) == false) }
        #expect(keeper.ticket?.generation == second)
    }

    @Test("uses a stale session until the new one is there")
    mutating func stale() {
        keeper = SessionKeeper(lifetime: 600_000, backoff: Backoff(base: 1_000, cap: 60_000))
        _ = open()
        #expect(!keeper.needsLogin(now: 599_999))
        #expect(keeper.needsLogin(now: 600_000))
        keeper.loginSent(2, now: 0)
        #expect(keeper.ticket != nil)
        keeper.loginFailed(after: nil, askedCap: 60_000, now: 600_000, using: &random)
        #expect(keeper.ticket != nil)
        #expect(!keeper.needsLogin(now: 600_000))
    }

    @Test("backs off when logins fail, and says until when")
    mutating func failing() {
        for _ in 0..<5 {
            keeper.loginSent(1, now: 0)
            keeper.loginFailed(after: 5_000, askedCap: 60_000, now: 0, using: &random)
        }
        #expect(!keeper.needsLogin(now: 4_999))
        #expect(keeper.retryAt(now: 0) ?? 0 >= 5_000)
        #expect(keeper.needsLogin(now: 70_000))
    }

    @Test("notices that sessions are given and never accepted")
    mutating func fruitless() {
        for _ in 0..<3 {
            #expect(!keeper.isFruitless)
            let generation = open()
            _ = keeper.expired(generation: generation)
        }
        #expect(keeper.isFruitless)
        keeper.giveAnotherChance()
        #expect(!keeper.isFruitless)
    }

    @Test("does not mistake short-lived sessions for rejected ones")
    mutating func shortLived() {
        for _ in 0..<50 {
            let generation = open()
            keeper.accepted(generation: generation, now: 0)
            _ = keeper.expired(generation: generation)
        }
        #expect(!keeper.isFruitless)
    }
}
