internal import CCrypto

/// A 32-byte digest (SHA-256 or HMAC-SHA-256).
package struct Digest: Hashable, Sendable {
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64

    /// Takes exactly 32 bytes; nil for any other count.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for (index, byte) in bytes.enumerated() {
            let shifted = UInt64(byte) << UInt64(56 - 8 * (index % 8))
            switch index / 8 {
            case 0: words.0 |= shifted
            case 1: words.1 |= shifted
            case 2: words.2 |= shifted
            default: words.3 |= shifted
            }
        }
        (a, b, c, d) = words
    }

    /// The same for an array, for the row path: the generic one costs a microsecond.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self = bytes.withUnsafeBytes { Digest($0) }
    }

    /// Takes the first 32 bytes.
    package init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= 32, "a digest has 32 bytes")
        func word(_ offset: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        (a, b, c, d) = (word(0), word(8), word(16), word(24))
    }

    package var bytes: [UInt8] { withBytes { [UInt8]($0) } }

    /// Lends the 32 bytes without an allocation.
    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withUnsafeBytes(of: (a.bigEndian, b.bigEndian, c.bigEndian, d.bigEndian), body)
    }

    /// The first eight bytes as one number, for compact sets where a collision is bounded by scope.
    package var prefix64: UInt64 { a }

    /// Lower-case hexadecimal.
    package var hex: String { withBytes { Hex.encode($0) } }

    /// The same between quotation marks: a string of a structured header field (RFC 8941 §3.3.3).
    package var quotedHex: String { withBytes { Hex.encode($0, quoted: true) } }
}

/// SHA-256 through libcrypto, its context kept between uses (a new context costs more than a dossier).
///
/// Confined to the thread that made it.
package final class SHA256 {
    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new() else { fatalError("EVP_MD_CTX_new: out of memory") }
        self.context = context
        // Cannot fail: SHA-256 is in OpenSSL's default provider, which is always loaded.
        precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "EVP_DigestInit_ex")
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Begins anew with the algorithm that the context has: to name it again would have OpenSSL look its
    /// provider up again, which takes three thousand instructions.
    private func reset() {
        precondition(EVP_DigestInit_ex(context, nil, nil) == 1, "EVP_DigestInit_ex")
    }

    package func update(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    package func update(_ text: String) {
        var text = text
        _ = text.withUTF8 { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Adds a length-prefixed part, so that joined parts cannot be confused ("ab"+"c" is not "a"+"bc").
    package func updatePart(_ bytes: [UInt8]) {
        withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { update($0) }
        update(bytes)
    }

    package func updatePart(_ text: String) {
        withUnsafeBytes(of: UInt64(text.utf8.count).bigEndian) { update($0) }
        update(text)
    }

    package func updatePart(_ digest: Digest) {
        withUnsafeBytes(of: UInt64(32).bigEndian) { update($0) }
        digest.withBytes { update($0) }
    }

    /// The digest of everything since the last call; ready for the next.
    package func finish() -> Digest {
        let digest = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
            var length: UInt32 = 0
            EVP_DigestFinal_ex(context, buffer.baseAddress, &length)
            precondition(length == 32, "SHA-256 gives 32 bytes")
            return Digest(UnsafeRawBufferPointer(buffer))
        }
        reset()
        return digest
    }

    package static func digest(_ bytes: [UInt8]) -> Digest {
        let hasher = SHA256()
        hasher.update(bytes)
        return hasher.finish()
    }

    /// HMAC-SHA-256. The corresponding C function is `HMAC`.
    package static func hmac(key: [UInt8], _ message: [UInt8]) -> Digest {
        let bytes = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            var length: UInt32 = 0
            _ = HMAC(
                EVP_sha256(), key, Int32(key.count), message, message.count, buffer.baseAddress,
                &length)
            count = Int(length)
        }
        guard let digest = Digest(bytes: bytes) else { fatalError("HMAC-SHA-256 gives 32 bytes") }
        return digest
    }
}

package enum Hex {
    package static func encode(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { encode($0) }
    }

    /// - Parameter quoted: puts quotation marks around it.
    package static func encode(_ bytes: UnsafeRawBufferPointer, quoted: Bool = false) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2 + 2) { out in
            var place = 0
            func mark() {
                guard quoted else { return }
                out[place] = UInt8(ascii: "\"")
                place += 1
            }
            mark()
            for byte in bytes {
                out[place] = digit(byte >> 4)
                out[place + 1] = digit(byte & 15)
                place += 2
            }
            mark()
            return place
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        // Nine and below have no letter's distance to make up for.
        value &+ UInt8(ascii: "0") &+ (value > 9 ? UInt8(ascii: "a") - UInt8(ascii: "9") - 1 : 0)
    }

    /// nil when the text is not an even number of hexadecimal digits.
    package static func decode(_ text: String) -> [UInt8]? {
        var out: [UInt8] = []
        var high: UInt8?
        for character in text.utf8 {
            guard let value = value(of: character) else { return nil }
            if let first = high {
                out.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? out : nil
    }

    /// What one hexadecimal digit counts; nil when it is none.
    static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

package enum Base64 {
    /// Standard alphabet with padding. The corresponding C function is `EVP_EncodeBlock`.
    package static func encode(_ bytes: [UInt8]) -> String {
        guard !bytes.isEmpty else { return "" }
        let out = [UInt8](unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4 + 1) {
            buffer, count in
            count = Int(EVP_EncodeBlock(buffer.baseAddress, bytes, Int32(bytes.count)))
        }
        return String(decoding: out, as: UTF8.self)
    }
}

/// Random bytes from libcrypto's generator. The corresponding C function is `RAND_bytes`.
package enum SecureRandom {
    package static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            // A failure means that the kernel gives no entropy: nothing we send would be safe.
            precondition(RAND_bytes(buffer.baseAddress, Int32(count)) == 1, "RAND_bytes")
            initialized = count
        }
    }
}
