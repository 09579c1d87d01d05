internal import Outbox
internal import Wire

/// The idempotency key of a request that carries several deliveries.
///
/// SHA-256 over a label and the deliveries' own keys, each length-prefixed, in the order of the request. The
/// same composition gives the same key however often it is sent; another one (an item more or less, another
/// order) gives another, so that no key ever stands for two contents. A delivery that goes alone keeps the
/// key that was fixed when it was recorded.
enum BatchKey {
    private static let label = "lienthongd batch 1"

    static func make(of deliveries: [Delivery], with hasher: SHA256) -> Digest? {
        guard deliveries.count > 1 else { return deliveries.first?.key }
        hasher.updatePart(label)
        for delivery in deliveries { hasher.updatePart(delivery.key) }
        return hasher.finish()
    }
}
