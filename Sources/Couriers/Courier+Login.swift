internal import Contracts
internal import Dossiers
internal import Operating
internal import Wire

// What the answer to a login leads to.
extension Courier {
    func finishLogin(_ completion: HTTPCompletion, _ flight: Flight, now: Moment) {
        let answer = settings.contract.answer(completion.result, to: .login, now: now.wall)
        var signal: CircuitBreaker.Signal = .neutral
        switch (answer.outcome, answer.session) {
        case (.acknowledged, let secret?):
            keeper.loginSucceeded(secret, now: now)
            tellSession(opened: true, answer, now: now)
        case (.retry(let after), _), (.throttled(let after), _):
            loginFailed(after, now: now)
            signal = loginSignal(completion.result, answer)
        case (.unknown, _):
            loginFailed(nil, now: now)
            signal = loginSignal(completion.result, answer)
        default:
            // Refused in whatever words, or good without a session.
            keeper.loginRefused()
            tellSession(opened: false, answer, now: now)
            let cause = loginCause(completion.result)
            note(breaker.open(cause, now: now, using: &random), now: now)
            return
        }
        note(
            breaker.record(
                signal, generation: flight.breakerGeneration, now: now, using: &random), now: now)
    }

    private func loginFailed(_ after: Int64?, now: Moment) {
        keeper.loginFailed(
            after: after, askedCap: settings.policy.retryAfterCap, now: now.steady,
            using: &random)
    }

    private func loginCause(_ result: Result<HTTPResponse, HTTPFailure>) -> BreakerCause {
        guard case .failure(let failure) = result else { return .loginRefused }
        return failure.kind == .unsendable ? .unsendable : .insecure
    }

    private func loginSignal(_ result: Result<HTTPResponse, HTTPFailure>, _ answer: Answer)
        -> CircuitBreaker.Signal
    {
        var attempt = Attempt(
            operation: .state, call: .login, failures: 0, isUncertain: false, isKeyTrusted: false,
            wasSentAsNew: false, answer: answer, failure: nil, status: 0, acknowledged: 0)
        switch result {
        case .success(let response): attempt.status = response.status
        case .failure(let failure): attempt.failure = failure
        }
        return attempt.signal
    }
}
