internal import Contracts
internal import Dossiers
internal import Operating
internal import Wire

// What the answer to a login leads to.
extension Courier {
    /// Logins in a row that bring nothing, after which nothing is sent: the first may have met a hiccup.
    private static let hiccups = 2

    func finishLogin(_ completion: HTTPCompletion, _ flight: Flight, now: Moment) {
        let answer = settings.contract.answer(completion.result, to: .login, now: now.wall)
        var back = Gate.Return(
            pass: flight.pass, signal: .neutral, pressure: .none,
            elapsedMicroseconds: completion.elapsedMicroseconds, subject: nil, throttled: nil)
        switch LoginVerdict(completion.result, answer) {
        case .opened(let secret):
            keeper.loginSucceeded(secret, now: now)
            tellSession(nil, answer, now: now)
            told(gate.cameBack(back, now: now, using: &random), now: now)
            gate.entered()
        case .refused(let cause):
            keeper.loginRefused()
            told(gate.cameBack(back, now: now, using: &random), now: now)
            shut(cause, now: now)
            tellSession(cause, answer, now: now)
        case .failed(let cause, let after):
            loginFailed(after, now: now)
            told(gate.cameBack(back, now: now, using: &random), now: now)
            // The session at hand is used while another is asked for.
            guard keeper.ticket == nil else { return }
            let trouble = cause == .unreadable ? unreadable(completion.result) : nil
            let isHiccup =
                keeper.failures < Courier.hiccups && cause != .unanswering && !gate.isTrying
            guard !isHiccup else { return }
            shut(cause, trouble, now: now)
            tellSession(cause, answer, now: now)
        case .throttled(let after):
            loginFailed(after, now: now)
            back.throttled = .init(asked: after)
            told(gate.cameBack(back, now: now, using: &random), now: now)
        case .cancelled:
            loginFailed(nil, now: now)
            told(gate.cameBack(back, now: now, using: &random), now: now)
        }
    }

    private func loginFailed(_ after: Int64?, now: Moment) {
        keeper.loginFailed(
            after: after, askedCap: settings.policy.retryAfterCap, now: now.steady,
            using: &random)
    }

    /// What came in an answer's place: its type and length, never its words.
    private func unreadable(_ result: Result<HTTPResponse, HTTPFailure>) -> Trouble {
        guard case .success(let response) = result else {
            return .destination(id, holds: .unreadable)
        }
        return .unreadable(
            id, type: response.contentType ?? "", length: response.body.count,
            status: response.status)
    }

    func told(_ news: Gate.News, now: Moment) {
        if let pause = news.pause { tellThrottled(for: pause, now: now) }
        if news.change == .opened { detail = nil }
        note(news.change, now: now)
    }
}
