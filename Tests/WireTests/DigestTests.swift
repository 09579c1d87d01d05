import Foundation
import Testing
import Wire

@Suite("Digests and encodings") struct DigestTests {
    @Test(
        "are those of the standard",
        arguments: [
            // FIPS 180-4's own examples.
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(text: String, hex: String) {
        #expect(SHA256.digest(Array(text.utf8)).hex == hex)
        let hasher = SHA256()
        for _ in 0..<2 {
            for character in text { hasher.update(String(character)) }
            #expect(hasher.finish().hex == hex)
        }
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { hasher.update($0) }
        #expect(hasher.finish().hex == hex)
    }

    @Test("of a million letters a is right in pieces of any size")
    func long() {
        let hasher = SHA256()
        let piece = [UInt8](repeating: 0x61, count: 1000)
        for _ in 0..<1000 { hasher.update(piece) }
        #expect(
            hasher.finish().hex
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("with a key are those of RFC 4231")
    func hmac() {
        #expect(
            SHA256.hmac(key: [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8)).hex
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            SHA256.hmac(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8)).hex
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            SHA256.hmac(
                key: [UInt8](repeating: 0xAA, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
            ).hex == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        #expect(
            SHA256.hmac(key: [], []).hex
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test("of joined parts differ when the parts differ")
    func parts() {
        func digest(_ parts: [String]) -> Digest {
            let hasher = SHA256()
            for part in parts { hasher.updatePart(part) }
            return hasher.finish()
        }
        #expect(digest(["ab", "c"]) != digest(["a", "bc"]))
        #expect(digest(["ab", ""]) != digest(["ab"]))
        #expect(digest(["ab", "c"]) == digest(["ab", "c"]))
    }

    @Test("survive as bytes, and take no other length")
    func bytes() throws {
        let digest = SHA256.digest([1])
        #expect(try #require(Digest(bytes: digest.bytes)) == digest)
        #expect(digest.bytes.count == 32)
        #expect(Hex.encode(digest.bytes) == digest.hex)
        #expect(
            digest.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } == digest.prefix64)
        #expect(Digest(bytes: digest.bytes.dropLast()) == nil)
        #expect(Digest(bytes: digest.bytes + [0]) == nil)
        #expect(Digest(bytes: (digest.bytes + [0]).dropLast()) == digest)
    }

    @Test("in hexadecimal come back, and what is none is refused")
    func hex() {
        let all = (0...255).map { UInt8($0) }
        #expect(Hex.decode(Hex.encode(all)) == all)
        #expect(Hex.decode("00fFaA") == [0, 0xFF, 0xAA])
        #expect(Hex.decode("") == [])
        for text in ["0", "0g", "0x00", " 00", "００", "é0"] { #expect(Hex.decode(text) == nil) }
    }

    @Test("in Base64 are those of RFC 4648 and of Foundation")
    func base64() {
        let vectors = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==",
            "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy",
        ]
        for (plain, encoded) in vectors { #expect(Base64.encode(Array(plain.utf8)) == encoded) }
        for count in [47, 48, 49, 1000, 10_000] {
            let bytes = SecureRandom.bytes(count)
            #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
        }
    }

    @Test("from the generator have their length and do not repeat")
    func random() {
        #expect(SecureRandom.bytes(0).isEmpty)
        #expect(SecureRandom.bytes(16).count == 16)
        #expect(SecureRandom.bytes(16) != SecureRandom.bytes(16))
    }
}

@Suite("A seal") struct SealTests {
    private let key = (0..<32).map { UInt8($0) }

    @Test(
        "opens to what was sealed, whatever its length",
        arguments: [0, 1, 15, 16, 17, 4096, 1_000_003])
    func roundTrip(count: Int) throws {
        let seal = Seal(key: key)
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let sealed = seal.seal(plain)
        #expect(sealed.count == count + 28)
        #expect(seal.open(sealed) == plain)
        #expect(Seal(key: key).open(sealed) == plain)
        if count >= 16 { #expect(!sealed.contains(plain)) }
    }

    @Test("never gives the same bytes twice")
    func fresh() {
        let seal = Seal(key: key)
        #expect(seal.seal([1, 2, 3]) != seal.seal([1, 2, 3]))
        // More than are drawn at a time.
        let nonces = (0..<300).map { _ in Array(seal.seal([]).prefix(12)) }
        #expect(Set(nonces).count == nonces.count)
    }

    @Test("opens nothing that was changed in any bit, cut or lengthened")
    func tampered() {
        let seal = Seal(key: key)
        let sealed = seal.seal(Array("000123456789".utf8))
        for place in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[place] ^= 1 << UInt8(bit)
                #expect(seal.open(changed) == nil)
            }
            #expect(seal.open(Array(sealed[..<place])) == nil)
        }
        #expect(seal.open(sealed + [0]) == nil)
        // A failure leaves the context fit for use.
        #expect(seal.open(sealed) == Array("000123456789".utf8))
    }

    @Test("opens nothing of another key")
    func otherKey() {
        let sealed = Seal(key: key).seal([1, 2, 3])
        #expect(Seal(key: key.reversed()).open(sealed) == nil)
    }

    @Test("has AES-256-GCM's form: nonce, text, tag")
    func knownAnswer() throws {
        // Test case 14 of the GCM specification: zero key, zero nonce, sixteen zero bytes.
        let cipher = try #require(Hex.decode("cea7403d4d606b6e074ec5d3baf39d18"))
        let tag = try #require(Hex.decode("d0d1c8a799996bf0265b98b5d48ab919"))
        let sealed = [UInt8](repeating: 0, count: 12) + cipher + tag
        #expect(
            Seal(key: [UInt8](repeating: 0, count: 32)).open(sealed)
                == [UInt8](repeating: 0, count: 16))
    }
}
