/// What a destination's answer means: a closed set, one per attempt, whatever the destination's words.
package enum Outcome: Hashable, Sendable {
    /// The destination holds what we sent.
    case acknowledged
    /// A create found the dossier already there.
    case exists
    /// An update, a step or a probe found the dossier not there.
    case missing
    /// A passing fault; again later, no sooner than the milliseconds when given.
    case retry(afterMilliseconds: Int64?)
    /// The destination asks for less; not a failed attempt.
    case throttled(afterMilliseconds: Int64?)
    /// The session is no longer good; not a failed attempt.
    case sessionExpired
    /// The destination does not know a code of ours (procedure, unit): a mapping cures it.
    case needsMapping
    /// The destination refuses this content; sending it again unchanged changes nothing.
    case rejected
    /// The destination refuses us, not the dossier (password, certificate, moved host): everything holds.
    case refused
    /// Whether the destination acted is not known: probe, then decide.
    case unknown

    package var name: String {
        switch self {
        case .acknowledged: "acknowledged"
        case .exists: "exists"
        case .missing: "missing"
        case .retry: "retry"
        case .throttled: "throttled"
        case .sessionExpired: "sessionExpired"
        case .needsMapping: "needsMapping"
        case .rejected: "rejected"
        case .refused: "refused"
        case .unknown: "unknown"
        }
    }
}
