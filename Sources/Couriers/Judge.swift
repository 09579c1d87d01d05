internal import Contracts
internal import Dossiers
internal import Outbox
internal import Wire

/// Turns an answer into a ruling. Pure: the same attempt, memory and chance give the same ruling.
///
/// Three rules stand above all others. A request that may have arrived is never simply sent again. A probe
/// that failed is never "not there". A destination that refuses us, or is away, costs no dossier an attempt.
struct Judge: Sendable {
    var backoff: Backoff
    var retryAfterCap: Int64
    var quietDelay: Int64
    /// Failed attempts after which a delivery is parked.
    var attempts: Int
    var verificationPatience: Int
    /// The calls that the contract describes.
    var calls: Set<Call.Kind>
    /// Whether a step that may be there already may be sent once more.
    var repeatsSteps: Bool
    /// Contradictions about existence that are followed at once before they count as failures.
    static let freeFlips = 3
    /// Probes that the destination may reject before we say that it cannot be asked.
    static let blanksBeforeUndecidable = 5
    /// Unlisted answers after which a delivery is refused, when others have passed meanwhile.
    static let strangeBeforeRejected = 5
    /// The same where nothing else passes: about an hour with the default back-off.
    static let strangeAtMost = 12
    /// Others' acknowledgements between two refusals that show that it is this delivery that is refused.
    static let acknowledgementsThatAccuse: Int64 = 10

    init(policy: CourierPolicy, calls: Set<Call.Kind>, repeatsSteps: Bool = false) {
        backoff = policy.backoff
        retryAfterCap = policy.retryAfterCap
        quietDelay = policy.quietDelay
        attempts = policy.attempts
        verificationPatience = policy.verificationPatience
        self.calls = calls
        self.repeatsSteps = repeatsSteps
    }

    func judge(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        var ruling =
            switch attempt.call {
            case .probe: judgeProbe(attempt, &streak, using: &random)
            case .verify, .lookup: judgeQuestion(attempt, &streak, using: &random)
            case .create, .update, .history, .login: judgeWrite(attempt, &streak, using: &random)
            }
        keepInDoubt(attempt, &streak, &ruling, using: &random)
        return ruling
    }

    /// What was in doubt before an attempt that settles nothing is in doubt after it. (A trusted key would
    /// let us send again, but the key may expire before the next chance.)
    private func keepInDoubt(
        _ attempt: Attempt, _ streak: inout Streak, _ ruling: inout Ruling,
        using random: inout SeededRandom
    ) {
        guard attempt.isUncertain, attempt.operation != .verify,
            attempt.answer.outcome.settlesNothing, case .again(var delay, let counts) = ruling.next
        else { return }
        if counts {
            streak.unknowns += 1
            guard streak.unknowns < attempts else {
                ruling.next = .parked(.undecidable)
                return
            }
            delay = max(delay, backoff.delay(failures: streak.unknowns, using: &random))
        }
        ruling.next = .uncertain(in: delay)
    }

    // MARK: Sending

    private func judgeWrite(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        // The contract reads words; whether bytes left is for the transport to say.
        let mayHaveArrived = attempt.failure?.mayHaveArrived ?? false
        switch attempt.answer.outcome {
        case .acknowledged:
            return Ruling(.acknowledged, existence: .present)
        case .exists:
            return judgeExists(attempt, &streak, using: &random)
        case .missing:
            return judgeMissing(attempt, &streak, using: &random)
        case .needsMapping:
            return Ruling(.parked(.needsMapping))
        case .rejected:
            return Ruling(.parked(attempt.answer.isKeyConflict ? .keyConflict : .rejected))
        case .unknown:
            return judgeUnlisted(attempt, &streak, using: &random)
                ?? unknown(attempt, &streak, using: &random)
        case .retry, .refused, .throttled, .sessionExpired:
            return mayHaveArrived
                ? unknown(attempt, &streak, using: &random)
                : judgePassing(attempt, &streak, using: &random)
        }
    }

    /// An answer that nobody listed is remembered, until the destination has said whether anything arrived.
    ///
    /// - Returns: nil when it is to be asked.
    private func judgeUnlisted(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling? {
        // What several were answered together, or under a session that may be over, is no word about this one.
        guard attempt.answer.isUnlisted, attempt.isAlone, !attempt.isSessionDoubted else {
            streak.refusal = nil
            return nil
        }
        // A header is replaced as a whole: to send it again does no harm, and no question tells which version of
        // it is there.
        if attempt.call == .update {
            return unlistedAgain(attempt, &streak, using: &random) ?? Ruling(.parked(.rejected))
        }
        streak.refusal = Refusal(code: attempt.answer.code, words: attempt.answer.words)
        return nil
    }

    /// What certainly did no harm, or is not there, goes again: words that nobody listed may be about the
    /// destination's own trouble, which passes. Whoever is answered so time and again while others pass is meant
    /// himself.
    ///
    /// - Returns: nil when that has been shown, or after a dozen.
    func unlistedAgain(
        _ attempt: Attempt, _ streak: inout Streak, existence: Existence? = nil,
        using random: inout SeededRandom
    ) -> Ruling? {
        if streak.strange == 0 { streak.acknowledgedAtStrange = attempt.acknowledged }
        streak.strange += 1
        let passed = attempt.acknowledged - streak.acknowledgedAtStrange
        let isItsOwn =
            streak.strange >= Judge.strangeBeforeRejected
            && passed >= Judge.acknowledgementsThatAccuse
        guard !isItsOwn, streak.strange < min(attempts, Judge.strangeAtMost) else { return nil }
        let delay = backoff.delay(failures: streak.strange - 1, using: &random)
        return Ruling(.again(in: delay, counts: false), existence: existence, isRepeat: true)
    }

    /// It may have arrived: wait for the dust to settle, then ask (or send again under its key).
    private func unknown(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        streak.unknowns += 1
        guard streak.unknowns < attempts else { return Ruling(.parked(.undecidable)) }
        let extra =
            streak.unknowns < 2 ? 0 : backoff.delay(failures: streak.unknowns - 2, using: &random)
        return Ruling(.uncertain(in: quietDelay + extra), isRepeat: true)
    }

    private func judgeExists(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        switch attempt.call {
        case .create:
            // Never sent, never known, and yet there.
            let isNews = isNews(attempt, streak)
            var ruling = flip(to: .present, attempt, &streak, using: &random)
            if isNews { ruling.contradiction = attempt.wasAbsent ? .ofLane : .ofMemory }
            return ruling
        case .history:
            // Some of the steps, or all: only a probe can tell.
            return unknown(attempt, &streak, using: &random)
        default:
            return failed(attempt, existence: .present, using: &random)
        }
    }

    private func judgeMissing(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        switch attempt.call {
        case .update:
            return flip(to: .absent, attempt, &streak, using: &random)
        case .history:
            return headerFirst(&streak)
        default:
            return failed(attempt, existence: .absent, using: &random)
        }
    }

    /// The destination knows better than we do: follow at once, a bounded number of times.
    private func flip(
        to existence: Existence, _ attempt: Attempt, _ streak: inout Streak,
        using random: inout SeededRandom
    ) -> Ruling {
        streak.flips += 1
        guard streak.flips <= Judge.freeFlips else {
            return failed(attempt, existence: existence, using: &random)
        }
        return Ruling(.again(in: 0, counts: false), existence: existence)
    }

    /// Steps of a dossier that the destination does not have: its header goes first. It is no longer in
    /// the store, so it has to be recorded again; when it is, it frees its lane and goes ahead.
    func headerFirst(_ streak: inout Streak) -> Ruling {
        streak.flips += 1
        return Ruling(
            .parked(.headerMissing), existence: .absent,
            needsHeader: streak.flips <= Judge.freeFlips)
    }
}

extension Outcome {
    /// True when it leaves open whether an earlier attempt arrived.
    var settlesNothing: Bool {
        switch self {
        case .retry, .throttled, .sessionExpired, .refused, .unknown: true
        case .acknowledged, .exists, .missing, .needsMapping, .rejected: false
        }
    }
}
