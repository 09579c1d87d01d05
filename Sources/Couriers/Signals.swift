internal import Contracts
internal import Dossiers
internal import Wire

/// What an answer says about how much a destination can take.
enum Pressure: Hashable, Sendable {
    case good
    case pushback
    case none
}

extension Attempt {
    /// What the answer says about the destination as a whole.
    var signal: CircuitBreaker.Signal {
        if let failure {
            switch failure.kind {
            case .insecure: return .refusal(.insecure)
            case .unsendable: return .refusal(.unsendable)
            case .cancelled: return .neutral
            case .unreachable: return .failure(.unreachable)
            case .timedOut, .interrupted:
                return .failure(failure.mayHaveArrived ? .unanswering : .unreachable)
            case .tooLarge, .malformed: return .failure(.failing)
            }
        }
        switch answer.outcome {
        case .acknowledged, .exists, .missing, .needsMapping, .rejected: return .good
        // It answers, and is well; whether we understand it is another question (``Comprehension``).
        case .unknown where answer.isUnlisted: return .good
        case .throttled, .sessionExpired: return .neutral
        case .refused: return .refusal(.refused)
        case .retry: return isKeyTrusted && status == 409 ? .neutral : .failure(.failing)
        // A well-formed answer that cannot be believed is about its dossier, not about the destination.
        case .unknown: return (200..<300).contains(status) ? .neutral : .failure(.failing)
        }
    }

    var pressure: Pressure {
        if let failure { return failure.kind == .cancelled ? .none : .pushback }
        switch answer.outcome {
        case .acknowledged, .exists, .missing, .needsMapping, .rejected: return .good
        case .unknown where answer.isUnlisted: return .good
        case .throttled, .retry: return .pushback
        case .unknown: return (200..<300).contains(status) ? .none : .pushback
        case .sessionExpired, .refused: return .none
        }
    }
}
