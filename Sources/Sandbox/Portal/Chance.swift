/// Decides by seed, so that the same seed and the same requests give the same faults.
///
/// A decision depends on the seed, the fault, what the request is about (its dossier or person) and how
/// often that was asked before; never on what other connections do meanwhile.
struct Chance: Sendable {
    private let base: UInt64

    init(seed: UInt64, about: UInt64, occurrence: UInt32) {
        base = Chance.mix(Chance.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ about) &+ UInt64(occurrence)
    }

    /// 0 ≤ x < 1, the same for the same salt.
    func uniform(_ salt: String) -> Double {
        Double(number(salt) >> 11) / Double(1 << 53)
    }

    func number(_ salt: String) -> UInt64 { Chance.mix(base ^ Hash64.of(salt)) }

    func hits(_ fault: Switch, _ switches: Switches) -> Bool {
        let rate = switches.rate(fault)
        return rate > 0 && uniform(fault.rawValue) < rate
    }

    /// The finalizer of SplitMix64.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// FNV-1a over 64 bits: for tables and comparisons inside one run, never for security.
enum Hash64 {
    static func of(_ bytes: some Sequence<UInt8>, from start: UInt64 = 0xCBF2_9CE4_8422_2325)
        -> UInt64
    {
        var hash = start
        for byte in bytes {
            hash ^= UInt64(byte)
            hash = hash &* 0x100_0000_01B3
        }
        return hash
    }

    static func of(_ text: String) -> UInt64 { of(text.utf8) }
}
