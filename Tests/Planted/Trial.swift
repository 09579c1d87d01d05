/// One world to hunt in: a seed, and how big it is.
struct Trial: Hashable, Comparable, CustomStringConvertible {
    /// As `simulate` knows them; small ones first: many of them cost what one of the others does.
    enum Size: String, CaseIterable { case sharp, tiny, usual }

    var size: Size
    var seed: Int

    var arguments: [String] {
        ["--seed", String(seed)] + (size == .usual ? [] : ["--\(size.rawValue)"])
    }

    var description: String { size == .usual ? "\(seed)" : "\(seed) \(size.rawValue)" }

    static func < (one: Trial, other: Trial) -> Bool {
        let sizes = Size.allCases
        let places = (sizes.firstIndex(of: one.size) ?? 0, sizes.firstIndex(of: other.size) ?? 0)
        return places.0 == places.1 ? one.seed < other.seed : places.0 < places.1
    }
}
