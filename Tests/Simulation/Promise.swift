/// A promise that a world can be told to hold the daemon to, or to leave alone.
///
/// A trouble that the daemon cannot bear yet, and a check that it does not pass, stay switched off by name until
/// it does; they are then taken into ``kept`` for good.
package enum Promise: String, Sendable, CaseIterable {
    /// What waits because of a destination goes soon after the destination is well.
    case release
    /// A new dossier is heard of within seconds, whatever is owed beside it to a portal that limits us.
    case fresh
    /// Whatever keeps a destination from being reached is told while it lasts.
    case told
    /// What was answered with a time to come back is not sent again before it.
    case retryAfter
    /// With a true witness nobody is asked without a reason.
    case doubt
    /// A person is asked about once, however the name is spelled.
    case person
    /// Logins are few while sessions are given and not accepted, and while none are given.
    case logins
    /// Success in words that nobody listed is no refusal, and parks no more than some tens.
    case success
    /// Errors in words that nobody listed park nothing.
    case errors
    /// A session that ended is renewed, whatever its end is called.
    case session
    /// A source that goes back to an older copy of itself is read again from there.
    case fork

    /// What today's daemon is held to.
    package static let kept: Set<Promise> = [
        .fresh, .retryAfter, .doubt, .person, .logins, .success, .errors, .session, .fork,
    ]

    /// `all`, `kept`, `none`, or names with commas; nil when a name is none.
    package static func named(_ list: String) -> Set<Promise>? {
        switch list {
        case "all": return Set(allCases)
        case "kept": return kept
        case "none": return []
        default:
            let found = list.split(separator: ",").map { Promise(rawValue: String($0)) }
            return found.contains(nil) ? nil : Set(found.compactMap { $0 })
        }
    }
}
