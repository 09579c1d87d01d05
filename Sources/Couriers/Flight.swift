internal import Contracts
internal import Outbox

/// A request under way and what its answer will be held against.
struct Flight: Sendable {
    /// nil for a login.
    var delivery: Delivery?
    var call: Call
    var breakerGeneration: Int
    /// nil when the call carries no session.
    var sessionGeneration: Int?
    /// True when the key makes a second sending harmless.
    var isKeyTrusted: Bool
}
