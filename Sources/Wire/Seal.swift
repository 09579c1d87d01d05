internal import CCrypto

/// Authenticated encryption of bytes at rest: AES-256-GCM, 12-byte random nonce in front, 16-byte tag behind.
///
/// Confined to the thread that made it.
package final class Seal {
    private static let nonceLength = 12
    private static let tagLength = 16
    private let key: [UInt8]
    private let context: OpaquePointer

    /// - Parameter key: 32 bytes.
    package init(key: [UInt8]) {
        precondition(key.count == 32, "an AES-256 key has 32 bytes")
        guard let context = EVP_CIPHER_CTX_new() else {
            fatalError("EVP_CIPHER_CTX_new: out of memory")
        }
        self.key = key
        self.context = context
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    package func seal(_ plain: [UInt8]) -> [UInt8] {
        let nonce = SecureRandom.bytes(Seal.nonceLength)
        let total = Seal.nonceLength + plain.count + Seal.tagLength
        return [UInt8](unsafeUninitializedCapacity: total) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            base.update(from: nonce, count: nonce.count)
            var written: Int32 = 0
            // None of these can fail with a 32-byte key, a 12-byte nonce and valid memory.
            precondition(EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1)
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
    package func open(_ sealed: [UInt8]) -> [UInt8]? {
        let length = sealed.count - Seal.nonceLength - Seal.tagLength
        guard length >= 0 else { return nil }
        var valid = false
        let plain = sealed.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: length + 16) { buffer, count in
                guard let source = input.baseAddress, let base = buffer.baseAddress else { return }
                var written: Int32 = 0
                guard EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, source) == 1,
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
        }
        return valid ? plain : nil
    }
}
