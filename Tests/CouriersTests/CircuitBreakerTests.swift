import Testing
import Wire

@testable import Couriers

@Suite("A circuit breaker")
struct CircuitBreakerTests {
    private var random = SeededRandom(seed: 3)
    private var breaker = CircuitBreaker(limits: CircuitBreaker.Limits())
    private var now = Moment(wall: Timestamp(milliseconds: 1_790_000_000_000), steady: 0)

    private mutating func say(_ signal: CircuitBreaker.Signal, times: Int = 1)
        -> CircuitBreaker.Change?
    {
        var last: CircuitBreaker.Change?
        for _ in 0..<times {
            let generation = breaker.launched(now: now.steady)
            last = breaker.record(signal, generation: generation, now: now, using: &random)
        }
        return last
    }

    private mutating func pass(_ milliseconds: Int64) -> CircuitBreaker.Change? {
        now = now.adding(milliseconds: milliseconds)
        return breaker.tick(now: now)
    }

    @Test("opens after failures in a row, and admits nothing")
    mutating func opens() {
        #expect(say(.failure(.failing), times: 9) == nil)
        #expect(say(.failure(.failing)) == .opened)
        #expect(breaker.admits == 0)
        #expect(breaker.cause == .failing)
    }

    @Test("opens when half of the answers are failures, though never many in a row")
    mutating func share() {
        var opened = false
        for _ in 0..<60 where !opened {
            _ = say(.good)
            opened = say(.failure(.failing)) == .opened
        }
        #expect(opened)
    }

    @Test("stays closed while few fail")
    mutating func few() {
        for _ in 0..<500 {
            _ = say(.good, times: 3)
            #expect(say(.failure(.failing)) == nil)
        }
    }

    @Test("takes refusals far more seriously, and waits longer each time, up to a minute")
    mutating func refusals() throws {
        #expect(say(.refusal(.refused), times: 2) == nil)
        #expect(say(.refusal(.refused)) == .opened)
        var waits: [Int64] = []
        for _ in 0..<6 {
            guard case .open(let until) = breaker.state else {
                Issue.record("it is not open")
                return
            }
            let wait = until - now.steady
            waits.append(wait)
            #expect(pass(wait) == .probing)
            #expect(say(.refusal(.refused)) == .opened)
        }
        for (wait, most) in zip(waits, [5, 10, 20, 40, 60, 60]) {
            #expect(wait <= most * 1_000 && wait >= most * 900)
        }
    }

    @Test("lets a refusal of one dossier pass among good answers")
    mutating func lone() {
        for _ in 0..<100 {
            _ = say(.refusal(.refused), times: 2)
            #expect(say(.good) == nil)
            _ = say(.good, times: 3)
        }
        #expect(breaker.state == .closed)
    }

    @Test("asks with one request at a time when its pause is over, and closes on good answers")
    mutating func halfOpen() {
        _ = say(.failure(.unreachable), times: 10)
        #expect(pass(4_000) == nil)
        #expect(pass(2_000) == .probing)
        #expect(breaker.admits == 1)
        let first = breaker.launched(now: now.steady)
        #expect(breaker.admits == 0)
        #expect(breaker.record(.good, generation: first, now: now, using: &random) == nil)
        #expect(breaker.admits == 1)
        let second = breaker.launched(now: now.steady)
        #expect(breaker.admits == 0)
        #expect(breaker.record(.good, generation: second, now: now, using: &random) == .closed)
        #expect(breaker.admits == .max)
    }

    @Test("opens again at one failure, for longer at first, and asks every seven seconds at most")
    mutating func again() {
        _ = say(.failure(.unreachable), times: 10)
        var pauses: [Int64] = []
        for _ in 0..<8 {
            guard case .open(let until) = breaker.state else {
                Issue.record("it is not open")
                return
            }
            pauses.append(until - now.steady)
            #expect(pass(until - now.steady) == .probing)
            #expect(say(.failure(.unreachable)) == .opened)
        }
        for (pause, ceiling) in zip(pauses, [5, 7, 7, 7, 7, 7, 7, 7]) {
            #expect((ceiling * 900...ceiling * 1000).contains(Int(pause)))
        }
    }

    @Test("does not listen to answers from before it opened")
    mutating func generations() {
        let old = breaker.launched(now: now.steady)
        _ = say(.failure(.failing), times: 10)
        _ = pass(6_000)
        #expect(breaker.record(.good, generation: old, now: now, using: &random) == nil)
        #expect(
            breaker.record(.failure(.failing), generation: old, now: now, using: &random) == nil)
        #expect(breaker.state == .halfOpen)
        #expect(breaker.admits == 1)
    }

    @Test("does not take one delivery's refusals for the destination's")
    mutating func oneSubject() {
        for _ in 0..<20 {
            let generation = breaker.launched(now: now.steady)
            let change = breaker.record(
                .refusal(.refused), generation: generation, subject: 7, now: now, using: &random)
            #expect(change == nil)
        }
        var last: CircuitBreaker.Change?
        for subject: Int64 in [8, 9] {
            let generation = breaker.launched(now: now.steady)
            last = breaker.record(
                .refusal(.refused), generation: generation, subject: subject, now: now,
                using: &random)
        }
        #expect(last == .opened)
    }

    @Test("tries a refused login four times in a quarter of an hour at most, later once an hour")
    mutating func logins() {
        var tries: [Int64] = []
        while now.steady < 12 * 3_600_000 {
            tries.append(now.steady)
            _ = breaker.open(.loginRefused, now: now, using: &random)
            guard case .open(let until) = breaker.state else { return }
            _ = pass(until - now.steady)
        }
        for start in tries {
            let quarter = tries.count { $0 >= start && $0 < start + 900_000 }
            #expect(quarter <= 4, "\(quarter) logins within a quarter of an hour: \(tries)")
        }
        #expect(tries.count { $0 >= 3_600_000 } <= 13)
    }

    @Test("gives the place of a probe that said nothing to another")
    mutating func neutral() {
        _ = say(.failure(.failing), times: 10)
        _ = pass(6_000)
        #expect(say(.neutral, times: 20) == nil)
        #expect(breaker.admits == 1)
    }

    @Test("counts a pause from trial to trial: one that hung has waited already")
    mutating func hanging() {
        _ = say(.failure(.unanswering), times: 10)
        _ = pass(6_000)
        let trial = breaker.launched(now: now.steady)
        now = now.adding(milliseconds: 5_000)
        #expect(
            breaker.record(.failure(.unanswering), generation: trial, now: now, using: &random)
                == .opened)
        guard case .open(let until) = breaker.state else {
            Issue.record("it is not open")
            return
        }
        #expect((1_000...2_000).contains(until - now.steady))
    }

    private mutating func failure(of subject: Int64) -> CircuitBreaker.Change? {
        let generation = breaker.launched(now: now.steady)
        return breaker.record(
            .failure(.failing), generation: generation, subject: subject, now: now,
            using: &random)
    }

    @Test("opens after a few failures where little is sent, of several deliveries")
    mutating func quick() {
        #expect(failure(of: 1) == nil)
        now = now.adding(milliseconds: 4_000)
        #expect(failure(of: 2) == nil)
        #expect(failure(of: 3) == nil)
        now = now.adding(milliseconds: 2_000)
        #expect(failure(of: 1) == .opened)
    }

    @Test("does not take one delivery's failures for the destination's, for a while")
    mutating func oneFailing() {
        for _ in 0..<9 {
            now = now.adding(milliseconds: 4_000)
            #expect(failure(of: 7) == nil)
        }
    }

    @Test("tries a destination at once after a reload, and still says why")
    mutating func reload() {
        _ = say(.failure(.unreachable), times: 10)
        var next = CircuitBreaker(limits: CircuitBreaker.Limits(), after: breaker)
        #expect(next.state == .halfOpen)
        #expect(next.cause == .unreachable)
        #expect(next.admits == 1)
        next = CircuitBreaker(
            limits: CircuitBreaker.Limits(), after: CircuitBreaker(limits: CircuitBreaker.Limits()))
        #expect(next.state == .closed)
    }
}
