internal import Operating
internal import Wire

/// The keys that are made from the state key, one for each use.
struct StateKey {
    /// Seals bodies.
    let seal: [UInt8]
    /// Keys the digests by which persons are known.
    let person: [UInt8]
    /// Seals what destinations said.
    let words: [UInt8]
    private let check: [UInt8]

    init(_ key: [UInt8]) throws(Trouble) {
        guard key.count >= 32 else { throw .storeKeyTooShort(key.count) }
        seal = SHA256.hmac(key: key, Array("lienthongd seal 1".utf8)).bytes
        person = SHA256.hmac(key: key, Array("lienthongd person 1".utf8)).bytes
        words = SHA256.hmac(key: key, Array("lienthongd words 1".utf8)).bytes
        check = SHA256.hmac(key: key, Array("lienthongd check 1".utf8)).bytes
    }

    /// What a store remembers of its key: it tells whether a key is the right one, and nothing else.
    func checkValue(epoch: [UInt8]) -> [UInt8] { SHA256.hmac(key: check, epoch).bytes }
}
