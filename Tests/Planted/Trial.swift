/// One world to hunt in: a seed, and how big it is.
struct Trial: Hashable, Comparable, CustomStringConvertible {
    var isTiny: Bool
    var seed: Int

    var arguments: [String] { ["--seed", String(seed)] + (isTiny ? ["--tiny"] : []) }

    var description: String { isTiny ? "\(seed) tiny" : "\(seed)" }

    /// The small ones first: many of them cost what one of the others does.
    static func < (one: Trial, other: Trial) -> Bool {
        one.isTiny == other.isTiny ? one.seed < other.seed : one.isTiny
    }
}
