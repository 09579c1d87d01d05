internal import Contracts
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

// What an answer leads to.
extension Courier {
    private static let streaksAtMost = 20_000

    func finish(_ completion: HTTPCompletion, now: Moment, hasher: SHA256) {
        // Not ours any more: a login of an account that was replaced, or another dispatcher's.
        guard let flight = flights.removeValue(forKey: completion.token) else { return }
        guard let first = flight.deliveries.first else {
            return finishLogin(completion, flight, now: now)
        }
        var reading = read(completion, flight, now: now)
        // What never came, or a certificate that is refused, says nothing about the session.
        let isDoubted = completion.isAnswer && doubtSession(&reading, flight, now: now)
        weigh(attempt(first, flight, completion, reading.whole), flight, completion, now: now)
        if !isDoubted, completion.isAnswer { comprehend(reading.whole, flight, now: now) }
        if reading.isRefusedWhole {
            return split(
                flight, reading.whole, completion, responseDigest(completion, flight, hasher),
                now: now)
        }
        if reading.whole.outcome == .acknowledged {
            planner.answered(flight.kind, count: flight.deliveries.count)
        } else if reading.whole.outcome == .refused || reading.whole.isUnlisted,
            flight.deliveries.count > 1
        {
            // A gateway may refuse us for the sake of one record: smaller batches, until it goes alone.
            planner.refused(flight.kind, count: flight.deliveries.count)
        }
        let digest = responseDigest(completion, flight, hasher)
        for (delivery, answer) in zip(flight.deliveries, reading.items) {
            var attempt = attempt(delivery, flight, completion, answer)
            attempt.isSessionDoubted = isDoubted
            var streak = streaks[delivery.id] ?? Streak()
            let unknowns = streak.unknowns
            let ruling = judge.judge(attempt, &streak, using: &random)
            if ruling.next == .lookup {
                remember(streak, of: delivery, after: ruling)
                followUps.append((delivery, .lookup))
                continue
            }
            let wait = wait(ruling, attempt, &streak, flight, now: now)
            // A trial is the destination's attempt.
            if wait.isExtra { streak.unknowns = min(streak.unknowns, max(unknowns, 1)) }
            remember(streak, of: delivery, after: ruling)
            settle(delivery, ruling, wait, attempt, completion, digest, now: now)
        }
        giveBackMisunderstood(flight.kind, now: now)
    }

    /// What the answer means for each delivery of the flight.
    private func read(_ completion: HTTPCompletion, _ flight: Flight, now: Moment) -> BatchAnswer {
        let isRepeat = flight.deliveries.contains(where: \.isUncertain)
        var reading =
            switch flight.asked {
            case .batch(let batch):
                settings.contract.answer(
                    completion.result, to: batch, now: now.wall, isRepeat: isRepeat,
                    memory: &answers)
            case .call(let call):
                BatchAnswer(
                    settings.contract.answer(
                        completion.result, to: call, now: now.wall, isRepeat: isRepeat))
            }
        // Without a session there is none that could expire: the destination refuses us.
        if flight.sessionGeneration == nil { reading.takeExpiryForRefusal() }
        return reading
    }

    func attempt(
        _ delivery: Delivery, _ flight: Flight, _ completion: HTTPCompletion, _ answer: Answer
    ) -> Attempt {
        var attempt = Attempt(
            operation: delivery.operation, call: flight.kind, failures: delivery.attempts,
            isUncertain: delivery.isUncertain, isKeyTrusted: flight.isKeyTrusted,
            wasSentAsNew: streaks[delivery.id]?.sentAsNew == delivery.key, answer: answer,
            failure: nil, status: 0, acknowledged: counters.acknowledged)
        attempt.isAlone = flight.deliveries.count == 1
        attempt.wasAbsent = delivery.existence == .absent
        attempt.isConfirmed = delivery.isConfirmed
        attempt.acknowledgedSteps = delivery.acknowledgedSteps
        attempt.stepCount = delivery.stepCount
        attempt.asksForTime = completion.asksForTime
        switch completion.result {
        case .success(let response): attempt.status = response.status
        case .failure(let failure): attempt.failure = failure
        }
        return attempt
    }

    /// What the answer says about the destination, whatever it says about the dossier.
    private func weigh(
        _ attempt: Attempt, _ flight: Flight, _ completion: HTTPCompletion, now: Moment
    ) {
        if let generation = flight.sessionGeneration {
            if attempt.answer.outcome == .sessionExpired, attempt.failure == nil {
                if keeper.expired(generation: generation), keeper.isFruitless {
                    shut(.sessionsRejected, now: now)
                }
            } else if attempt.pressure == .good, !attempt.answer.isUnlisted {
                keeper.accepted(generation: generation, now: now.steady)
            }
        }
        var back = Gate.Return(
            pass: flight.pass, signal: attempt.signal, pressure: attempt.pressure,
            elapsedMicroseconds: completion.elapsedMicroseconds,
            subject: flight.deliveries.count == 1 ? flight.deliveries[0].id.rawValue : nil,
            throttled: nil)
        if attempt.pressure == .good { lastSuccess = now.wall }
        if case .throttled(let after) = attempt.answer.outcome {
            counters.throttled += 1
            back.throttled = .init(asked: completion.asksForTime ? after : nil)
        }
        told(gate.cameBack(back, now: now, using: &random), now: now)
    }

    private func remember(_ streak: Streak, of delivery: Delivery, after ruling: Ruling) {
        var streak = streak
        streak.isRepeat = ruling.isRepeat
        switch ruling.next {
        // How often a header was asked for must outlive the parking, or it would be asked for for ever.
        case .parked(.headerMissing): streaks[delivery.id] = streak
        case .acknowledged, .parked: streaks[delivery.id] = nil
        // Even when empty: what goes again is not a first attempt.
        case .again, .uncertain, .trimmed, .lookup: streaks[delivery.id] = streak
        }
        // Deliveries that were superseded while they waited leave their memory behind.
        if streaks.count > Courier.streaksAtMost { streaks.removeAll() }
    }

    private func settle(
        _ delivery: Delivery, _ ruling: Ruling, _ wait: Wait, _ attempt: Attempt,
        _ completion: HTTPCompletion, _ responseDigest: Digest?, now: Moment
    ) {
        let settlement = settlement(ruling, wait, of: delivery, now: now)
        if settlement == .parked(.headerMissing), attempt.isUncertain {
            // A dossier that is not there has no steps: that doubt is settled before it is parked.
            unsaved.append(
                SettledDelivery(
                    id: delivery.id, settlement: .again(at: now.wall, countsAsAttempt: false),
                    outcome: attempt.answer.outcome, existence: ruling.existence,
                    receipt: Receipt(kind: .decided)))
        }
        var settled = SettledDelivery(
            id: delivery.id, settlement: settlement, outcome: attempt.answer.outcome,
            existence: ruling.existence,
            receipt: receipt(delivery, attempt, completion, responseDigest),
            verification: ruling.verification)
        settled.answerCode = ruling.refusal?.code
        settled.words = ruling.refusal?.words ?? attempt.answer.words
        settled.holding = holding(attempt, now: now)
        settled.contradiction = ruling.contradiction
        if wait.own > 0 { settled.ownUntil = now.wall.adding(milliseconds: wait.own) }
        unsaved.append(settled)
        switch settlement {
        case .acknowledged:
            counters.acknowledged += 1
            if delivery.operation == .state { headersAsked.remove(delivery.code) }
        // What follows a question that was answered is its first sending.
        case .again, .trimmed: if ruling.isRepeat { counters.retried += 1 }
        case .uncertain: counters.uncertain += 1
        case .parked:
            counters.parked += 1
            comprehension.parked(delivery.id, by: attempt.call)
        }
        if ruling.needsHeader, !headersAsked.contains(delivery.code),
            !headersWanted.contains(delivery.code)
        {
            headersWanted.append(delivery.code)
        }
        tell(
            delivery, settlement, attempt, ruling,
            elapsed: completion.elapsedMicroseconds, now: now)
    }

    /// What the answer shows that the destination holds besides.
    private func holding(_ attempt: Attempt, now: Moment) -> Holding? {
        switch attempt.call {
        case .create: return attempt.answer.outcome == .acknowledged ? .nothing : nil
        case .probe:
            guard let evidence = attempt.answer.evidence else { return nil }
            if evidence == .absent { return .nothing }
            // Steps that an earlier process sent may be on their way.
            return isDusty(now) ? nil : attempt.answer.stepsListed.map(Holding.steps)
        case .update, .history, .verify, .lookup, .login: return nil
        }
    }

    private func settlement(_ ruling: Ruling, _ wait: Wait, of delivery: Delivery, now: Moment)
        -> Settlement
    {
        switch ruling.next {
        // `lookup` was followed before; acknowledging it here would invent an answer.
        case .lookup: return .again(at: now.wall, countsAsAttempt: false)
        case .acknowledged: return .acknowledged
        case .again(0, false) where !ruling.isRepeat:
            // A question was answered, nothing failed: it keeps its place, or a whole backlog would be
            // asked about before the first of it is sent.
            return .again(at: min(delivery.recordedAt, now.wall), countsAsAttempt: false)
        case .again(_, let counts):
            return .again(
                at: now.wall.adding(milliseconds: wait.milliseconds),
                countsAsAttempt: counts && !wait.isExtra)
        case .uncertain:
            return .uncertain(at: now.wall.adding(milliseconds: wait.milliseconds))
        case .trimmed(let held): return .trimmed(held: held, at: now.wall)
        case .parked(let cause): return .parked(cause)
        }
    }

    func receipt(
        _ delivery: Delivery, _ attempt: Attempt, _ completion: HTTPCompletion,
        _ responseDigest: Digest?
    ) -> Receipt {
        Receipt(
            kind: attempt.call == .probe ? .probed : .sent,
            requestDigest: attempt.call == .probe ? nil : delivery.bodyDigest,
            responseDigest: responseDigest, httpStatus: attempt.status,
            answerCode: attempt.answer.code,
            elapsedMicroseconds: completion.elapsedMicroseconds)
    }

    /// Of the whole answer, the same for each item of a batch.
    private func responseDigest(
        _ completion: HTTPCompletion, _ flight: Flight, _ hasher: SHA256
    ) -> Digest? {
        guard case .success(let response) = completion.result, !response.body.isEmpty else {
            return nil
        }
        // What a question finds may be somebody's data: it is not kept.
        if flight.kind.isWrite { return answers.digest(of: response, with: hasher) }
        hasher.update(response.body)
        return hasher.finish()
    }
}

extension HTTPCompletion {
    fileprivate var isAnswer: Bool { if case .success = result { true } else { false } }
}
