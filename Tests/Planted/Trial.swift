/// One world to hunt in: a seed, and how big it is.
struct Trial: Hashable, Comparable, CustomStringConvertible {
    /// As `simulate` knows them.
    enum Size: String, CaseIterable {
        case sharp, tiny, usual

        /// How many sharp worlds come before one of these: about as many as cost what it does.
        var weight: Int {
            switch self {
            case .sharp: 1
            case .tiny: 10
            case .usual: 200
            }
        }
    }

    var size: Size
    var seed: Int

    var arguments: [String] {
        ["--seed", String(seed)] + (size == .usual ? [] : ["--\(size.rawValue)"])
    }

    var description: String { size == .usual ? "\(seed)" : "\(seed) \(size.rawValue)" }

    /// The worlds of some sizes: as many of the smallest as there are seeds, the others among them.
    static func all(_ sizes: [Size], seeds: [Int]) -> [Trial] {
        let least = sizes.map(\.weight).min() ?? 1
        return sizes.flatMap { size in
            let count = (seeds.count * least + size.weight - 1) / size.weight
            return seeds.prefix(count).map { Trial(size: size, seed: $0) }
        }.sorted()
    }

    /// Whichever comes sooner in a hunt.
    static func < (one: Trial, other: Trial) -> Bool {
        let places = (one.seed * one.size.weight, other.seed * other.size.weight)
        return places.0 == places.1 ? one.size.weight < other.size.weight : places.0 < places.1
    }
}
