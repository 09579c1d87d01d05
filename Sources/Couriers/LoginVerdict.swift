internal import Contracts
internal import Dossiers
internal import Wire

/// What the answer to a login means.
///
/// Only words or a status that say so are a refused account: that holds a destination for minutes, so that the
/// account is not locked. Everything else is told as what it is.
enum LoginVerdict {
    case opened(Secret)
    /// The account or the address: time alone will hardly cure it.
    case refused(BreakerCause)
    /// Something passing; no sooner than after so many milliseconds.
    case failed(BreakerCause, after: Int64?)
    case throttled(after: Int64?)
    /// We ended it ourselves.
    case cancelled

    init(_ result: Result<HTTPResponse, HTTPFailure>, _ answer: Answer) {
        switch result {
        case .failure(let failure): self.init(failure)
        case .success(let response):
            if answer.outcome == .acknowledged, let session = answer.session {
                self = .opened(session)
            } else {
                self.init(response, answer)
            }
        }
    }

    private init(_ failure: HTTPFailure) {
        switch failure.kind {
        case .insecure: self = .refused(.insecure)
        case .unsendable: self = .refused(.unsendable)
        case .cancelled: self = .cancelled
        case .unreachable: self = .failed(.unreachable, after: nil)
        case .timedOut, .interrupted:
            self = .failed(failure.mayHaveArrived ? .unanswering : .unreachable, after: nil)
        case .tooLarge, .malformed: self = .failed(.unreadable, after: nil)
        }
    }

    private init(_ response: HTTPResponse, _ answer: Answer) {
        if case .throttled(let after) = answer.outcome {
            self = .throttled(after: after)
            return
        }
        var after: Int64?
        if case .retry(let asked) = answer.outcome { after = asked }
        let isReadable = (try? JSONValue(parsing: response.body)) != nil
        switch response.status {
        case 200..<300:
            // Good without a session says as little as a page for people.
            guard isReadable, answer.outcome == .refused, !answer.isGoodInWords else {
                self = .failed(.unreadable, after: after)
                return
            }
            // In words that nobody listed it is a refusal of some kind.
            self = .refused(answer.isUnlisted ? .refused : .loginRefused)
        case 401: self = .refused(.loginRefused)
        case 403: self = .refused(isReadable ? .loginRefused : .refused)
        case 300..<400, 404, 405, 410: self = .refused(.wrongAddress)
        case 408, 425, 429, 500...: self = .failed(.failing, after: after)
        default: self = .refused(.refused)
        }
    }
}

extension Answer {
    /// Whether the destination's own code says that all is well.
    fileprivate var isGoodInWords: Bool { code == "0" || code.isEmpty }
}
