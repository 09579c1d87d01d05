package import Dossiers
package import Wire

/// A record in a destination's own words, or the reason why it cannot be said in them.
package enum Rendered: Sendable {
    case ready(RenderedPayload, [Remark])
    case held(Hold, [Remark])
}

/// A rendered record and the SHA-256 of its bytes. The bytes carry a citizen's data.
package struct RenderedPayload: Sendable {
    package var bytes: [UInt8]
    package var digest: Digest

    package init(bytes: [UInt8], digest: Digest) {
        self.bytes = bytes
        self.digest = digest
    }
}
