internal import Contracts
internal import Dossiers
internal import Outbox
internal import Wire

extension Judge {
    /// Retry, throttled, expired, refused: nothing arrived, and another time may be better.
    func judgePassing(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        switch attempt.answer.outcome {
        case .throttled(let after):
            let delay = backoff.delay(
                failures: 0, atLeast: after, askedCap: retryAfterCap, using: &random)
            return Ruling(.again(in: delay, counts: false), isRepeat: true)
        case .sessionExpired:
            return Ruling(.again(in: 0, counts: false))
        case .refused:
            return judgeRefused(attempt, &streak, using: &random)
        case .retry(let after):
            if let failure = attempt.failure, !failure.mayHaveArrived {
                // Never left us: the breaker's business, no attempt of this delivery.
                let delay = backoff.delay(failures: 0, using: &random)
                return Ruling(.again(in: delay, counts: false), isRepeat: true)
            }
            if attempt.status == 409 {
                // The first request with this key is still at work: wait for its answer, and however old
                // the key is by then, ask before anything is sent again.
                let delay = backoff.delay(
                    failures: 0, atLeast: after, askedCap: retryAfterCap, using: &random)
                return Ruling(.uncertain(in: delay), isRepeat: true)
            }
            return failed(attempt, after: after, using: &random)
        case .acknowledged, .exists, .missing, .needsMapping, .rejected, .unknown:
            return failed(attempt, using: &random)
        }
    }

    /// A failed attempt that counts; the last one that the policy allows parks the delivery.
    func failed(
        _ attempt: Attempt, existence: Existence? = nil, after: Int64? = nil,
        using random: inout SeededRandom
    ) -> Ruling {
        guard attempt.failures + 1 < attempts else {
            return Ruling(.parked(.exhausted), existence: existence)
        }
        let delay = backoff.delay(
            failures: attempt.failures, atLeast: after, askedCap: retryAfterCap, using: &random)
        return Ruling(.again(in: delay, counts: true), existence: existence, isRepeat: true)
    }

    /// The destination refuses us. That is nobody's attempt, unless it accepts everyone else's.
    private func judgeRefused(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        let since = attempt.acknowledged - streak.acknowledgedAtRefusal
        let isItsOwn = streak.refusals > 0 && since >= Judge.acknowledgementsThatAccuse
        streak.refusals += 1
        streak.acknowledgedAtRefusal = attempt.acknowledged
        if isItsOwn { return failed(attempt, using: &random) }
        let delay = backoff.delay(failures: streak.refusals, using: &random)
        return Ruling(.again(in: delay, counts: false), isRepeat: true)
    }

    // MARK: Probing

    func judgeProbe(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        guard let evidence = attempt.answer.evidence,
            attempt.answer.outcome == .acknowledged || attempt.answer.outcome == .missing
        else { return judgeBlankProbe(attempt, &streak, using: &random) }
        streak.blanks = 0
        let existence: Existence = evidence == .absent ? .absent : .present
        guard attempt.isUncertain else {
            var ruling = Ruling(.again(in: 0, counts: false), existence: existence)
            // Its steps may be there as well, which nobody would ask about in a lane that is trusted.
            if attempt.operation == .state, existence == .present, isNews(attempt, streak) {
                ruling.contradiction = .ofMemory
            }
            return ruling
        }
        switch (attempt.operation, evidence) {
        case (.history, .absent):
            return headerFirst(&streak)
        case (.history, .present(stepsHeld: .all?)):
            return isTwin(attempt, found: attempt.stepCount)
                ? Ruling(.parked(.undecidable), existence: .present)
                : Ruling(.acknowledged, existence: .present)
        case (.history, .present(stepsHeld: StepsHeld.none?)):
            return notThere(attempt, &streak, existence: .present, using: &random)
        case (.history, .present(stepsHeld: .some(let places)?)):
            return judgePart(attempt, places)
        case (.history, .present):
            return cannotTell(attempt, &streak, using: &random)
        case (_, .present) where attempt.wasSentAsNew:
            return Ruling(.acknowledged, existence: .present)
        case (_, .present):
            return sendAgain(attempt, &streak, existence: .present, using: &random)
        case (_, .absent):
            return notThere(attempt, &streak, existence: .absent, using: &random)
        }
    }

    /// Nothing arrived: an answer that nobody listed was a refusal, when it comes again; anything else was a failed
    /// attempt.
    private func notThere(
        _ attempt: Attempt, _ streak: inout Streak, existence: Existence,
        using random: inout SeededRandom
    ) -> Ruling {
        guard let refusal = streak.refusal else {
            return sendAgain(attempt, &streak, existence: existence, using: &random)
        }
        streak.unknowns = 0
        if let again = unlistedAgain(attempt, &streak, existence: existence, using: &random) {
            streak.refusal = nil
            return again
        }
        var ruling = Ruling(.parked(.rejected), existence: existence)
        ruling.refusal = refusal
        return ruling
    }

    /// The dossier is there, and which steps it has is not said.
    private func cannotTell(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        guard repeatsSteps, streak.refusal == nil else {
            var ruling = Ruling(
                .parked(repeatsSteps ? .rejected : .undecidable), existence: .present)
            ruling.refusal = streak.refusal
            return ruling
        }
        return sendAgain(attempt, &streak, existence: .present, using: &random)
    }

    /// Whether nothing that we remember explains that the dossier is there.
    func isNews(_ attempt: Attempt, _ streak: Streak) -> Bool {
        attempt.isConfirmed && !attempt.isUncertain && attempt.failures == 0
            && streak.unknowns == 0 && streak.flips == 0
    }

    /// Some of the steps are there: the first ones are taken out and the rest follows them in order.
    private func judgePart(_ attempt: Attempt, _ places: [Int]) -> Ruling {
        if isTwin(attempt, found: places.count) {
            return Ruling(.parked(.undecidable), existence: .present)
        }
        let isPrefix = places == Array(0..<places.count)
        return Ruling(
            isPrefix ? .trimmed(held: places.count) : .parked(.outOfOrder), existence: .present)
    }

    /// Whether fewer steps are listed than were acknowledged and found together: then what was found may be
    /// an earlier step of the dossier with the same words.
    private func isTwin(_ attempt: Attempt, found: Int) -> Bool {
        guard let listed = attempt.answer.stepsListed else { return false }
        return listed < attempt.acknowledgedSteps + found
    }

    /// The finding shows that the earlier attempt failed: it counts, and the next one follows at once the
    /// first time.
    private func sendAgain(
        _ attempt: Attempt, _ streak: inout Streak, existence: Existence,
        using random: inout SeededRandom
    ) -> Ruling {
        // Nothing is in doubt any more: should it be parked one day, then because every attempt failed.
        streak.unknowns = 0
        var ruling = failed(attempt, existence: existence, using: &random)
        if attempt.failures == 0, case .again(_, let counts) = ruling.next {
            ruling.next = .again(in: 0, counts: counts)
        }
        return ruling
    }

    /// No finding is no finding: never "not there".
    private func judgeBlankProbe(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        let wait: Int64
        switch attempt.answer.outcome {
        case .sessionExpired:
            wait = 0
        case .throttled(let after):
            wait = backoff.delay(
                failures: 0, atLeast: after, askedCap: retryAfterCap, using: &random)
        case .retry(let after):
            wait = backoff.delay(
                failures: streak.blanks, atLeast: after, askedCap: retryAfterCap, using: &random)
            streak.blanks += 1
        case .rejected, .needsMapping:
            streak.blanks += 1
            if attempt.isUncertain, streak.blanks >= Judge.blanksBeforeUndecidable {
                return Ruling(.parked(.undecidable))
            }
            wait = backoff.delay(failures: streak.blanks, using: &random)
        case .acknowledged, .exists, .missing, .refused, .unknown:
            wait = backoff.delay(failures: streak.blanks, using: &random)
            streak.blanks += 1
        }
        let isRepeat = attempt.answer.outcome != .sessionExpired
        return attempt.isUncertain
            ? Ruling(.uncertain(in: wait), isRepeat: isRepeat)
            : Ruling(.again(in: wait, counts: false), isRepeat: isRepeat)
    }

    // MARK: Asking about a person

    func judgeQuestion(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        switch attempt.answer.outcome {
        case .acknowledged, .missing:
            guard let finding = attempt.answer.verification ?? missing(attempt.answer) else {
                return blankQuestion(attempt, &streak, using: &random)
            }
            if attempt.call == .verify, finding == .notFound, calls.contains(.lookup) {
                return Ruling(.lookup)
            }
            return Ruling(.acknowledged, verification: finding)
        case .rejected, .needsMapping:
            return Ruling(
                .parked(attempt.answer.outcome == .rejected ? .rejected : .needsMapping),
                verification: .unavailable)
        case .throttled, .sessionExpired, .refused:
            return judgePassing(attempt, &streak, using: &random)
        case .retry, .unknown, .exists:
            return blankQuestion(attempt, &streak, using: &random)
        }
    }

    private func missing(_ answer: Answer) -> Verification? {
        answer.outcome == .missing ? .notFound : nil
    }

    /// Asking again is harmless; whoever waits for the answer is let go after a while.
    private func blankQuestion(
        _ attempt: Attempt, _ streak: inout Streak, using random: inout SeededRandom
    ) -> Ruling {
        streak.blanks += 1
        var ruling = judgePassing(attempt, &streak, using: &random)
        if max(streak.blanks, attempt.failures + 1) >= verificationPatience {
            ruling.verification = .unavailable
        }
        return ruling
    }
}
