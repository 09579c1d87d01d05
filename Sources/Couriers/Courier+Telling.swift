internal import Contracts
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

// What is told to the log, the counters and the tests.
extension Courier {
    /// Parked deliveries are work for people: more of them are told than of anything that mends itself.
    private static let parkedAllowance = 20
    /// In a period of thirty seconds: a hundred a second, a third of what journald takes from one service before
    /// it drops lines, errors among them.
    private static let arrivalAllowance = 3000

    func tell(
        _ delivery: Delivery, _ settlement: Settlement, _ attempt: Attempt, _ ruling: Ruling,
        elapsed: Int64, now: Moment
    ) {
        if attempt.call == .probe { tellProbe(delivery, attempt, now: now) }
        switch settlement {
        case .acknowledged:
            // Every dossier's arrival is in the log, but for those of a first load, which are counted.
            let isTold = damper.admits(
                .deliveryAcknowledged, allowance: Courier.arrivalAllowance, now: now.steady)
            var event = event(.deliveryAcknowledged, isTold ? .info : .debug, of: delivery, attempt)
            event.numbers = [.init("elapsed_us", elapsed)]
            events(event)
            if delivery.operation == .verify { tellVerification(delivery, ruling.verification) }
        case .again, .trimmed:
            guard ruling.isRepeat, damper.admits(.deliveryRetried, allowance: 1, now: now.steady)
            else { return }
            var event = event(.deliveryRetried, .info, of: delivery, attempt)
            event.errorCode = "LT-5121"
            events(event)
        case .uncertain:
            guard damper.admits(.deliveryUncertain, allowance: 1, now: now.steady) else { return }
            var event = event(.deliveryUncertain, .notice, of: delivery, attempt)
            event.errorCode = "LT-5122"
            events(event)
        case .parked(let cause):
            tellParked(
                delivery, cause, answerCode: ruling.refusal?.code ?? attempt.answer.code,
                outcome: attempt.answer.outcome,
                now: now)
        }
    }

    func tellParked(
        _ delivery: Delivery, _ cause: ParkCause, answerCode: String, outcome: Outcome, now: Moment
    ) {
        let allowance = Courier.parkedAllowance
        guard damper.admits(.deliveryParked, allowance: allowance, now: now.steady) else { return }
        events(
            Event(
                .deliveryParked, .warning, dossier: delivery.code.rawValue,
                destination: id.rawValue, operation: delivery.operation.name,
                outcome: outcome.name, attempt: delivery.attempts + 1,
                delivery: delivery.id.rawValue, errorCode: cause.troubleCode,
                answerCode: answerCode))
    }

    /// Which person it is about is not said, and cannot be: a delivery knows only a number of ours.
    private func tellVerification(_ delivery: Delivery, _ verification: Verification?) {
        events(
            Event(
                .verificationSettled, .debug, destination: id.rawValue,
                outcome: verification?.name, delivery: delivery.id.rawValue))
    }

    private func tellProbe(_ delivery: Delivery, _ attempt: Attempt, now: Moment) {
        guard damper.admits(.deliveryProbed, allowance: 1, now: now.steady) else { return }
        events(event(.deliveryProbed, .info, of: delivery, attempt))
    }

    private func event(
        _ kind: Event.Kind, _ level: Event.Level, of delivery: Delivery, _ attempt: Attempt
    ) -> Event {
        Event(
            kind, level, dossier: delivery.code.rawValue, destination: id.rawValue,
            operation: delivery.operation.name, outcome: attempt.answer.outcome.name,
            attempt: delivery.attempts + 1, delivery: delivery.id.rawValue,
            answerCode: attempt.answer.code, detail: attempt.failure?.detail)
    }

    func tellSplit(_ flight: Flight, now: Moment) {
        guard damper.admits(.batchSplit, allowance: 1, now: now.steady) else { return }
        events(
            Event(
                .batchSplit, .info, destination: id.rawValue,
                operation: flight.deliveries.first?.operation.name,
                numbers: [.init("deliveries", Int64(flight.deliveries.count))]))
    }

    /// - Parameter cause: nil when a session was given.
    func tellSession(_ cause: BreakerCause?, _ answer: Answer, now: Moment) {
        guard let cause else {
            return events(Event(.sessionOpened, .info, destination: id.rawValue))
        }
        if damper.admits(.sessionRefused, allowance: 2, now: now.steady) {
            events(
                Event(
                    .sessionRefused, .error, destination: id.rawValue,
                    outcome: answer.outcome.name, errorCode: cause.troubleCode,
                    answerCode: answer.code, detail: detail?.english))
        }
    }

    func tellThrottled(for milliseconds: Int64, now: Moment) {
        guard damper.admits(.throttled, allowance: 1, now: now.steady) else { return }
        events(
            Event(
                .throttled, .notice, destination: id.rawValue, errorCode: "LT-5120",
                numbers: [.init("pause_ms", milliseconds)]))
    }

    /// Follows a change of the breaker.
    func note(_ change: CircuitBreaker.Change?, now: Moment) {
        guard let change else { return }
        switch change {
        case .opened:
            let cause = gate.cause ?? .failing
            let pause = gate.reopens(in: now.steady) ?? 0
            events(
                Event(
                    .breakerOpened, cause.isRefusal ? .error : .warning, destination: id.rawValue,
                    errorCode: detail?.code ?? cause.troubleCode, detail: detail?.english,
                    numbers: [.init("pause_ms", pause)]))
        case .probing:
            keeper.giveAnotherChance()
            keeper.freshen(afterSilence: gate.cause == .unanswering, now: now.steady)
            events(Event(.breakerProbing, .info, destination: id.rawValue))
        case .closed:
            detail = nil
            events(Event(.breakerClosed, .notice, destination: id.rawValue))
        }
    }

    /// The summaries of what was held back.
    func flushEvents(now: Moment) {
        for (kind, suppressed) in damper.due(now: now.steady) {
            events(
                Event(
                    kind, .notice, destination: id.rawValue, detail: "summary",
                    numbers: [
                        .init("suppressed", suppressed),
                        .init("seconds", EventDamper.period / 1000),
                    ]))
        }
    }
}
