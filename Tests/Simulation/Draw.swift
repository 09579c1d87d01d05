/// Chance from a seed. Each part of the world draws from a stream of its own, so that what one part draws
/// never moves what another gets. The generator is SplitMix64.
final class Draw: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64, stream: UInt64) {
        state = Draw.mix(seed &+ Draw.mix(stream &+ 0x6C69_656E_7468_6F6E))
    }

    func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Draw.mix(state)
    }

    func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// True in about `share` of all draws.
    func happens(_ share: Double) -> Bool {
        share > 0 && Double(next() >> 11) / 9_007_199_254_740_992 < share
    }

    func one<Item>(of items: [Item]) -> Item { items[below(items.count)] }

    /// A number whose magnitude is drawn before its digits, so that short and long are equally likely.
    func spread(_ range: ClosedRange<Int64>) -> Int64 {
        var top = max(range.lowerBound, 1)
        while top < range.upperBound, happens(0.7) { top = min(top * 2, range.upperBound) }
        return within(range.lowerBound...max(top, range.lowerBound))
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
