internal import Contracts
internal import Outbox

/// A request under way and what its answer will be held against.
struct Flight: Sendable {
    enum Asked: Sendable {
        case call(Call)
        /// Records of one delivery or several.
        case batch(Batch)
    }

    /// Empty for a login; several only for a batch, in its order.
    var deliveries: [Delivery]
    var asked: Asked
    var pass: Gate.Pass
    /// nil when the call carries no session.
    var sessionGeneration: Int?
    /// True when the key makes a second sending harmless: never for several deliveries, whose key is gone
    /// as soon as they go in another composition.
    var isKeyTrusted: Bool
    /// By how many milliseconds its time-out was shorter than what such a request may take: for so long it may be
    /// at work after we stopped waiting.
    var cutShort: Int64 = 0
    /// Part of a batch that was refused.
    var isHalf = false

    var kind: Call.Kind {
        switch asked {
        case .call(let call): call.kind
        case .batch(let batch): batch.kind
        }
    }
}
