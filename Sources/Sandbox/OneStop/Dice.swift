/// Chance from a seed: the same seed and stream give the same draws on every machine.
///
/// One stream per dossier, per person and per worker, so that what one of them draws never moves
/// what another gets. The generator is SplitMix64.
struct Dice {
    private var state: UInt64

    init(seed: UInt64, stream: UInt64) {
        state = Dice.mix(seed &+ Dice.mix(stream &+ 0x6C69_656E_7468_6F6E))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Dice.mix(state)
    }

    /// A number in `0..<bound`; the bias of the remainder is far below what a sample shows.
    mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(max(bound, 1)))
    }

    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True in about `share` of all draws.
    mutating func happens(_ share: Double) -> Bool {
        Double(next() >> 11) / 9_007_199_254_740_992 < share
    }

    /// One of the items, which must not be empty.
    mutating func one<Item>(of items: [Item]) -> Item {
        items[below(items.count)]
    }

    /// An index, drawn in proportion to the weights.
    mutating func weighted(_ weights: [Int]) -> Int {
        var point = below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            if point < weight { return index }
            point -= weight
        }
        return 0
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
