internal import Dossiers
package import Wire

extension Contract {
    /// What the end of an exchange means: the file's rules for an answer, fixed rules for its absence.
    ///
    /// - Parameter isRepeat: whether an earlier sending of the same delivery may have arrived.
    package func answer(
        _ result: Result<HTTPResponse, HTTPFailure>, to call: Call, now: Timestamp,
        isRepeat: Bool = false
    ) -> Answer {
        switch result {
        case .failure(let failure):
            Answer(outcome: Contract.outcome(of: failure, isWrite: call.kind.isWrite))
        case .success(let response): answer(response, to: call, now: now, isRepeat: isRepeat)
        }
    }

    /// A write that may have arrived is unknown, which costs a probe; anything else is only asked again.
    static func outcome(of failure: HTTPFailure, isWrite: Bool) -> Outcome {
        switch failure.kind {
        case .insecure, .unsendable: .refused
        case .unreachable, .timedOut, .interrupted, .tooLarge, .malformed, .cancelled:
            failure.mayHaveArrived && isWrite ? .unknown : .retry(afterMilliseconds: nil)
        }
    }

    private func answer(
        _ response: HTTPResponse, to call: Call, now: Timestamp, isRepeat: Bool
    ) -> Answer {
        let facts = AnswerFacts(response, plan: plan.answers, now: now)
        var answer = verdict(
            facts, kind: call.kind, rules: plan.answers.rules, isRepeat: isRepeat)
        switch call {
        case .login: readSession(facts, into: &answer)
        case .probe(_, let history): readEvidence(facts, history: history, into: &answer)
        case .verify, .lookup: readVerification(facts, call: call, into: &answer)
        case .create, .update, .history: break
        }
        return answer
    }

    func verdict(
        _ facts: AnswerFacts, kind: Call.Kind, rules: [AnswerRule], isRepeat: Bool = false
    ) -> Answer {
        let rule = rules.first {
            $0.matches(
                facts, call: kind, honoursKey: honoursIdempotencyKey, isRepeat: isRepeat)
        }
        let verdict = rule?.outcome ?? .unlisted
        let delay = facts.retryAfterMilliseconds ?? rule?.defaultDelayMilliseconds
        var answer = Answer(outcome: verdict.outcome(after: delay), code: facts.code)
        answer.isKeyConflict = verdict == .keyConflict
        answer.isUnlisted = verdict == .unlisted && facts.form == .readable
        answer.isUnreadable = facts.form == .unreadable
        if answer.outcome.isUnwelcome {
            // What a question finds may be somebody's data: of its answers only the message is kept.
            answer.words =
                facts.words
                ?? (kind.isWrite ? Words(String(decoding: facts.start, as: UTF8.self)) : nil)
        }
        return answer
    }

    /// A login is good only with a session (contracts.md §2.2), and cannot expire, exist or be missing.
    private func readSession(_ facts: AnswerFacts, into answer: inout Answer) {
        switch answer.outcome {
        case .acknowledged:
            guard case .json(let value) = facts.document,
                let session = plan.answers.sessionPaths.lazy.compactMap({ value.at($0)?.text })
                    .first,
                !session.isEmpty
            else {
                answer.outcome = .refused
                return
            }
            answer.session = Secret(session)
        case .retry, .throttled, .refused: break
        case .unknown where answer.isUnlisted: answer.outcome = .refused
        case .unknown: answer.outcome = .retry(afterMilliseconds: nil)
        case .exists, .missing, .sessionExpired, .needsMapping, .rejected:
            answer.outcome = .refused
        }
    }

    /// An answer that shows neither presence nor absence is no evidence: it is asked for again.
    private func readEvidence(
        _ facts: AnswerFacts, history: [UInt8]?, into answer: inout Answer
    ) {
        switch answer.outcome {
        case .acknowledged, .exists:
            guard let evidence = plan.probe?.evidence(in: facts, history: history) else {
                answer.outcome = .retry(afterMilliseconds: nil)
                return
            }
            answer.evidence = evidence
            answer.stepsListed = plan.probe?.listed(in: facts)
            answer.outcome = evidence == .absent ? .missing : .acknowledged
        case .missing: answer.evidence = .absent
        case .unknown: answer.outcome = .retry(afterMilliseconds: nil)
        case .retry, .throttled, .sessionExpired, .needsMapping, .rejected, .refused: break
        }
    }

    private func readVerification(
        _ facts: AnswerFacts, call: Call, into answer: inout Answer
    ) {
        switch answer.outcome {
        case .missing:
            answer.verification = .notFound
            answer.outcome = .acknowledged
        case .acknowledged, .exists:
            guard case .xml(let root) = facts.document,
                let finding = plan.verification?.finding(in: root, call: call, dialect: plan.soap)
            else {
                answer.outcome = .retry(afterMilliseconds: nil)
                return
            }
            answer.verification = finding
            answer.outcome = .acknowledged
        case .unknown: answer.outcome = .retry(afterMilliseconds: nil)
        case .retry, .throttled, .sessionExpired, .needsMapping, .rejected, .refused: break
        }
    }
}

extension Outcome {
    /// Whether its words are what somebody needs to put something right.
    fileprivate var isUnwelcome: Bool {
        switch self {
        case .acknowledged, .exists, .missing: false
        case .retry, .throttled, .sessionExpired, .needsMapping, .rejected, .refused, .unknown: true
        }
    }
}

extension AnswerRule.Verdict {
    func outcome(after milliseconds: Int64?) -> Outcome {
        switch self {
        case .acknowledged: .acknowledged
        case .exists: .exists
        case .missing: .missing
        case .retry: .retry(afterMilliseconds: milliseconds)
        case .throttled: .throttled(afterMilliseconds: milliseconds)
        case .sessionExpired: .sessionExpired
        case .needsMapping: .needsMapping
        case .rejected, .keyConflict: .rejected
        case .refused: .refused
        case .unknown, .unlisted: .unknown
        }
    }
}
