import Contracts
import Dossiers
import Outbox
import Testing
import Wire

@testable import Couriers

@Suite("A judge")
struct JudgeTests {
    private let judge = Judge(policy: CourierPolicy(), calls: Set(Call.Kind.allCases))

    private func attempt(
        _ call: Call.Kind, _ outcome: Outcome, operation: Dossiers.Operation = .state,
        failures: Int = 0,
        uncertain: Bool = false, trusted: Bool = false, sentAsNew: Bool = false,
        evidence: Evidence? = nil, verification: Verification? = nil,
        failure: HTTPFailure? = nil, status: Int = 200, conflict: Bool = false,
        acknowledged: Int64 = 0
    ) -> Attempt {
        Attempt(
            operation: operation, call: call, failures: failures, isUncertain: uncertain,
            isKeyTrusted: trusted, wasSentAsNew: sentAsNew,
            answer: Answer(
                outcome: outcome, evidence: evidence, verification: verification,
                isKeyConflict: conflict), failure: failure, status: failure == nil ? status : 0,
            acknowledged: acknowledged)
    }

    private func rule(_ attempt: Attempt, _ streak: Streak = Streak(), seed: UInt64 = 1) -> Ruling {
        var streak = streak
        var random = SeededRandom(seed: seed)
        return judge.judge(attempt, &streak, using: &random)
    }

    private static let lost = HTTPFailure(kind: .timedOut, mayHaveArrived: true, detail: "")
    private static let never = HTTPFailure(kind: .unreachable, mayHaveArrived: false, detail: "")

    @Test(
        "takes an acknowledgement for presence", arguments: [Call.Kind.create, .update, .history])
    func acknowledged(_ call: Call.Kind) {
        let ruling = rule(attempt(call, .acknowledged))
        #expect(ruling == Ruling(.acknowledged, existence: .present))
    }

    @Test("follows a contradiction about existence at once, but not for ever")
    func flips() {
        var streak = Streak()
        var random = SeededRandom(seed: 1)
        for _ in 0..<Judge.freeFlips {
            let ruling = judge.judge(attempt(.create, .exists), &streak, using: &random)
            #expect(ruling.next == .again(in: 0, counts: false))
            #expect(ruling.existence == .present)
            // That it is there although nobody sent it is news once.
            #expect(ruling.contradiction == (streak.flips == 1 ? .ofMemory : nil))
        }
        let last = judge.judge(attempt(.update, .missing), &streak, using: &random)
        #expect(last.existence == .absent)
        #expect(last.counts == true)
    }

    @Test(
        "parks steps whose dossier is gone until its header is there, and asks for it a few times")
    func header() {
        var streak = Streak()
        var random = SeededRandom(seed: 1)
        for round in 1...Judge.freeFlips + 1 {
            let ruling = judge.judge(
                attempt(.history, .missing, operation: .history), &streak, using: &random)
            #expect(ruling.next == .parked(.headerMissing))
            #expect(ruling.existence == .absent)
            #expect(ruling.needsHeader == (round <= Judge.freeFlips))
        }
    }

    @Test(
        "never sends again what may have arrived, whatever the words of the answer",
        arguments: [Call.Kind.create, .update, .history],
        [
            Outcome.unknown, .retry(afterMilliseconds: nil), .refused,
            .throttled(afterMilliseconds: 5), .sessionExpired,
        ])
    func mayHaveArrived(_ call: Call.Kind, _ outcome: Outcome) {
        let ruling = rule(attempt(call, outcome, failure: JudgeTests.lost))
        guard case .uncertain(let wait) = ruling.next else {
            Issue.record("\(ruling.next)")
            return
        }
        #expect(wait >= judge.quietDelay)
        #expect(ruling.existence == nil)
    }

    @Test("does not doubt what never left")
    func unreachable() {
        let ruling = rule(
            attempt(.create, .retry(afterMilliseconds: nil), failure: JudgeTests.never))
        #expect(ruling.counts == false)
        #expect(ruling.isRepeat)
    }

    @Test("does not count what is not the dossier's fault")
    func uncounted() {
        for outcome in [Outcome.throttled(afterMilliseconds: nil), .sessionExpired, .refused] {
            #expect(rule(attempt(.create, outcome)).counts == false)
        }
        #expect(rule(attempt(.create, .retry(afterMilliseconds: nil), status: 503)).counts == true)
    }

    @Test("parks after the last attempt, and not before")
    func exhausted() {
        let last = rule(attempt(.create, .retry(afterMilliseconds: nil), failures: 999))
        #expect(last.next == .parked(.exhausted))
        #expect(
            rule(attempt(.create, .retry(afterMilliseconds: nil), failures: 998)).counts == true)
    }

    @Test("parks what cannot succeed, with its cause")
    func parked() {
        #expect(rule(attempt(.create, .rejected)).next == .parked(.rejected))
        #expect(rule(attempt(.update, .needsMapping)).next == .parked(.needsMapping))
        #expect(rule(attempt(.create, .rejected, conflict: true)).next == .parked(.keyConflict))
    }

    @Test("waits for the first request when its key is still at work, and stays in doubt")
    func conflict() {
        let ruling = rule(
            attempt(.create, .retry(afterMilliseconds: 2_000), trusted: true, status: 409))
        guard case .uncertain(let wait) = ruling.next else {
            Issue.record("\(ruling.next)")
            return
        }
        #expect(wait >= 2_000)
    }

    // MARK: Probes

    @Test(
        "never takes a failed probe for absence",
        arguments: [
            Outcome.retry(afterMilliseconds: nil), .throttled(afterMilliseconds: nil),
            .sessionExpired, .refused, .unknown, .rejected, .needsMapping, .acknowledged, .missing,
        ])
    func blank(_ outcome: Outcome) {
        let ruling = rule(attempt(.probe, outcome, uncertain: true))
        guard case .uncertain = ruling.next else {
            Issue.record("\(ruling.next)")
            return
        }
        #expect(ruling.existence == nil)
    }

    @Test("sends again what a probe shows to be absent, and counts the attempt that failed")
    func absent() {
        let ruling = rule(attempt(.probe, .missing, uncertain: true, evidence: .absent))
        #expect(ruling.next == .again(in: 0, counts: true))
        #expect(ruling.existence == .absent)
    }

    @Test("believes that a header arrived only when it was sent as new")
    func present() {
        let evidence = Evidence.present(stepsHeld: nil)
        let known = rule(
            attempt(.probe, .acknowledged, uncertain: true, sentAsNew: true, evidence: evidence))
        #expect(known.next == .acknowledged)
        let unknown = rule(attempt(.probe, .acknowledged, uncertain: true, evidence: evidence))
        #expect(unknown.next == .again(in: 0, counts: true))
        #expect(unknown.existence == .present)
    }

    @Test(
        "decides about steps by what a probe shows of them",
        arguments: [
            (StepsHeld.all, Ruling.Next.acknowledged),
            (StepsHeld.none, .again(in: 0, counts: true)),
            (.some([0, 1]), .trimmed(held: 2)), (.some([1]), .parked(.outOfOrder)),
            (.some([0, 2]), .parked(.outOfOrder)), (nil, .parked(.undecidable)),
        ] as [(StepsHeld?, Ruling.Next)])
    func steps(_ held: StepsHeld?, _ next: Ruling.Next) {
        let ruling = rule(
            attempt(
                .probe, .acknowledged, operation: .history, uncertain: true,
                evidence: .present(stepsHeld: held)))
        #expect(ruling.next == next)
        #expect(ruling.existence == .present)
    }

    @Test("gives up asking when the destination rejects the question itself")
    func unaskable() {
        var streak = Streak()
        var random = SeededRandom(seed: 1)
        var rulings: [Ruling.Next] = []
        for _ in 0..<Judge.blanksBeforeUndecidable {
            rulings.append(
                judge.judge(attempt(.probe, .rejected, uncertain: true), &streak, using: &random)
                    .next)
        }
        #expect(rulings.last == .parked(.undecidable))
        #expect(!rulings.dropLast().contains(.parked(.undecidable)))
    }

    @Test("keeps a doubt until something settles it", arguments: [true, false])
    func doubt(_ trusted: Bool) {
        for outcome in [Outcome.retry(afterMilliseconds: nil), .sessionExpired, .refused] {
            let ruling = rule(
                attempt(.create, outcome, uncertain: true, trusted: trusted, status: 503))
            guard case .uncertain = ruling.next else {
                Issue.record("\(outcome): \(ruling.next)")
                return
            }
        }
        #expect(rule(attempt(.create, .acknowledged, uncertain: true)).next == .acknowledged)
    }

    // MARK: Refusals

    @Test("counts refusals only of a delivery that is refused while others pass")
    func refusals() {
        var streak = Streak()
        var random = SeededRandom(seed: 1)
        for _ in 0..<20 {
            let storm = judge.judge(attempt(.create, .refused), &streak, using: &random)
            #expect(storm.counts == false)
        }
        let lone = judge.judge(
            attempt(.create, .refused, acknowledged: 10), &streak, using: &random)
        #expect(lone.counts == true)
    }

    // MARK: Questions

    @Test("asks who it is only when the answer is no")
    func lookup() {
        let yes = rule(
            attempt(.verify, .acknowledged, operation: .verify, verification: .matched))
        #expect(yes == Ruling(.acknowledged, verification: .matched))
        let no = rule(
            attempt(.verify, .acknowledged, operation: .verify, verification: .notFound))
        #expect(no.next == .lookup)
        let found = rule(
            attempt(
                .lookup, .acknowledged, operation: .verify, verification: .mismatched([.name])))
        #expect(found == Ruling(.acknowledged, verification: .mismatched([.name])))
    }

    @Test("lets go of those who wait after a few questions without an answer, and keeps asking")
    func patience() {
        var streak = Streak()
        var random = SeededRandom(seed: 1)
        for round in 0..<6 {
            let ruling = judge.judge(
                attempt(
                    .verify, .retry(afterMilliseconds: nil), operation: .verify, failures: round,
                    failure: JudgeTests.lost), &streak, using: &random)
            #expect(ruling.counts == true)
            #expect(ruling.verification == (round + 1 >= 3 ? .unavailable : nil))
        }
    }

    @Test("asks again after a crash without a doubt: a question has no effect")
    func question() {
        let ruling = rule(
            attempt(.verify, .retry(afterMilliseconds: nil), operation: .verify, uncertain: true))
        #expect(ruling.counts == true)
    }
}

extension Ruling {
    /// Whether it goes again and counts; nil when it does not go again.
    var counts: Bool? {
        if case .again(_, let counts) = next { counts } else { nil }
    }
}
