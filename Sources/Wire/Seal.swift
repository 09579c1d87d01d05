internal import CCrypto

/// Authenticated encryption of bytes at rest: AES-256-GCM, 12-byte random nonce in front, 16-byte tag behind.
///
/// Confined to the thread that made it.
package final class Seal {
    private static let nonceLength = 12
    private static let tagLength = 16
    /// Nonces drawn at a time: a draw costs the generator the same for one as for many.
    private static let noncesAtOnce = 64
    // One each way, with cipher and key in it: for a message only the nonce is set.
    private let sealing: OpaquePointer
    private let opening: OpaquePointer
    private var nonces: [UInt8] = []
    private var used = 0

    /// - Parameter key: 32 bytes.
    package init(key: [UInt8]) {
        precondition(key.count == 32, "an AES-256 key has 32 bytes")
        guard let sealing = EVP_CIPHER_CTX_new(), let opening = EVP_CIPHER_CTX_new() else {
            fatalError("EVP_CIPHER_CTX_new: out of memory")
        }
        precondition(EVP_EncryptInit_ex(sealing, EVP_aes_256_gcm(), nil, key, nil) == 1)
        precondition(EVP_DecryptInit_ex(opening, EVP_aes_256_gcm(), nil, key, nil) == 1)
        self.sealing = sealing
        self.opening = opening
    }

    deinit {
        EVP_CIPHER_CTX_free(sealing)
        EVP_CIPHER_CTX_free(opening)
    }

    /// Writes a nonce that no other message has.
    private func writeNonce(to place: UnsafeMutablePointer<UInt8>) {
        if used == nonces.count {
            nonces = SecureRandom.bytes(Seal.nonceLength * Seal.noncesAtOnce)
            used = 0
        }
        nonces.withUnsafeBufferPointer {
            guard let base = $0.baseAddress else { return }
            place.update(from: base + used, count: Seal.nonceLength)
        }
        used += Seal.nonceLength
    }

    package func seal(_ plain: [UInt8]) -> [UInt8] {
        let total = Seal.nonceLength + plain.count + Seal.tagLength
        return [UInt8](unsafeUninitializedCapacity: total) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            writeNonce(to: base)
            let context = sealing
            var written: Int32 = 0
            // None of these can fail with a 32-byte key, a 12-byte nonce and valid memory.
            precondition(EVP_EncryptInit_ex(context, nil, nil, nil, base) == 1)
            precondition(
                EVP_EncryptUpdate(
                    context, base + Seal.nonceLength, &written, plain, Int32(plain.count)) == 1)
            let end = base + Seal.nonceLength + plain.count
            precondition(EVP_EncryptFinal_ex(context, end, &written) == 1)
            precondition(
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, Int32(Seal.tagLength), end) == 1)
            count = total
        }
    }

    /// nil when the bytes were not sealed with this key or have changed since.
    package func open(_ sealed: [UInt8]) -> [UInt8]? { sealed.withUnsafeBytes { open($0) } }

    /// The same from bytes that lie elsewhere.
    package func open(_ sealed: UnsafeRawBufferPointer) -> [UInt8]? {
        let length = sealed.count - Seal.nonceLength - Seal.tagLength
        guard length >= 0 else { return nil }
        let context = opening
        var valid = false
        let plain = [UInt8](unsafeUninitializedCapacity: length + 16) { buffer, count in
            guard let base = buffer.baseAddress,
                let source = sealed.baseAddress?.assumingMemoryBound(to: UInt8.self)
            else { return }
            var written: Int32 = 0
            guard EVP_DecryptInit_ex(context, nil, nil, nil, source) == 1,
                EVP_DecryptUpdate(
                    context, base, &written, source + Seal.nonceLength, Int32(length)) == 1,
                EVP_CIPHER_CTX_ctrl(
                    context, EVP_CTRL_GCM_SET_TAG, Int32(Seal.tagLength),
                    UnsafeMutableRawPointer(mutating: source + Seal.nonceLength + length)) == 1,
                EVP_DecryptFinal_ex(context, base + length, &written) == 1
            else { return }
            valid = true
            count = length
        }
        return valid ? plain : nil
    }
}
