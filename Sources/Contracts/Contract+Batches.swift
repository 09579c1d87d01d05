internal import Dossiers
package import Operating
package import Wire

extension Contract {
    /// How much one call of that kind may carry; one dossier when the file does not say.
    package func bounds(of kind: Call.Kind) -> BatchBounds {
        plan.operations[kind]?.batch ?? .single
    }

    /// Builds the request of a batch; a batch of one is that dossier's ordinary request.
    ///
    /// - Parameter key: of the batch as it is composed here, never of one of several items.
    package func request(
        _ batch: Batch, account: Account, session: Secret?, key: Digest?, now: Moment,
        nonce: [UInt8]
    ) throws(Trouble) -> HTTPRequest {
        try form(batch.kind, account: account, session: session, now: now, nonce: nonce)
            .request(batch.items.map(\.body), key: key)
    }

    /// What the end of an exchange means for each item.
    ///
    /// Fixed here, for no file should be able to undo it: what is ambiguous about several items is unknown
    /// of each of them. A fault of the server (5xx), an answer that is no document, a list of items that
    /// cannot be read or speaks of dossiers that were not sent, an item that the list leaves out: any of
    /// these may have been taken.
    ///
    /// - Parameter memory: of this destination's last answer.
    package func answer(
        _ result: Result<HTTPResponse, HTTPFailure>, to batch: Batch, now: Timestamp,
        isRepeat: Bool = false, memory: inout AnswerMemory
    ) -> BatchAnswer {
        switch result {
        case .failure(let failure):
            let whole = Answer(outcome: Contract.outcome(of: failure, isWrite: true))
            return BatchAnswer(whole, items: batch.items.map { _ in whole })
        case .success(let response):
            let facts = memory.facts(of: response) {
                AnswerFacts(response, plan: plan.answers, now: now)
            }
            let whole = memory.verdict(on: response, kind: batch.kind, isRepeat: isRepeat) {
                verdict(facts, kind: batch.kind, rules: plan.answers.rules, isRepeat: isRepeat)
            }
            return answer(facts, whole, to: batch)
        }
    }

    private func answer(_ facts: AnswerFacts, _ whole: Answer, to batch: Batch) -> BatchAnswer {
        let isSeveral = batch.items.count > 1
        if let plan = plan.answers.items, facts.status < 500, whole.outcome.isAboutContent,
            isSeveral || batch.items.contains(where: { $0.records > 1 })
        {
            switch plan.read(facts, batch, verdict: { listed(plan, $0, kind: batch.kind) }) {
            case .understood(let items):
                var exchange = whole
                exchange.outcome = .acknowledged
                return BatchAnswer(exchange, items: items)
            case .garbled where isSeveral: return .unknown(whole, of: batch)
            case .garbled, .absent: break
            }
        }
        let each = BatchAnswer(whole, items: batch.items.map { _ in whole })
        guard isSeveral else { return each }
        switch whole.outcome {
        case .acknowledged, .throttled, .sessionExpired, .refused, .unknown: return each
        case .retry:
            // "Come back later" is believed only in words: a bare 5xx, a gateway's page or a 409 may
            // hide that the batch is still at work.
            let isSaid = facts.form == .readable && facts.status < 500 && facts.status != 409
            return isSaid ? each : .unknown(whole, of: batch)
        case .exists, .missing, .needsMapping, .rejected:
            guard facts.status < 500 else { return .unknown(whole, of: batch) }
            var refused = each
            refused.isRefusedWhole = true
            return refused
        }
    }

    /// One entry of a list of items: the list's own rules first, then those for whole answers.
    private func listed(_ plan: ItemPlan, _ facts: AnswerFacts, kind: Call.Kind) -> Answer {
        verdict(facts, kind: kind, rules: plan.rules + self.plan.answers.rules)
    }
}

extension BatchAnswer {
    static func unknown(_ whole: Answer, of batch: Batch) -> BatchAnswer {
        var answer = whole
        answer.outcome = .unknown
        return BatchAnswer(answer, items: batch.items.map { _ in answer })
    }
}

extension Outcome {
    /// True when the answer speaks of what was sent, not of our session, our rights or its own load: only
    /// then can a list in it be about our items.
    fileprivate var isAboutContent: Bool {
        switch self {
        case .acknowledged, .exists, .missing, .needsMapping, .rejected, .unknown: true
        case .retry, .throttled, .sessionExpired, .refused: false
        }
    }
}
