package import Dossiers
package import Wire

/// The name under which a destination may recognise a request that it has seen before.
package enum IdempotencyKey {
    /// SHA-256 over the length-prefixed parts.
    ///
    /// The epoch is random per store, so that a store that was lost and made anew never reuses a key for
    /// other content; the revision makes A → B → A three keys.
    package static func make(
        epoch: [UInt8], destination: DestinationID, operation: Operation, code: DossierCode,
        revision: Int, bodyDigest: Digest, with hasher: SHA256
    ) -> Digest {
        hasher.updatePart(epoch)
        hasher.updatePart(destination.rawValue)
        hasher.updatePart(operation.name)
        hasher.updatePart(code.rawValue)
        hasher.updatePart(String(revision))
        hasher.updatePart(bodyDigest)
        return hasher.finish()
    }
}
