/// How many dossiers go in one call of a kind: as many as are allowed, fewer for a while after a call was
/// refused as a whole.
///
/// Halved by each refusal, grown by an eighth of the bound by each call of that size that was not refused.
/// Only what happened decides: the same answers give the same sizes. Not remembered over a restart, which
/// costs one more split.
struct BatchSize: Hashable, Sendable {
    let most: Int
    private(set) var current: Int

    init(most: Int) {
        self.most = max(1, most)
        current = self.most
    }

    /// A call for so many dossiers was refused in one word.
    mutating func refused(_ count: Int) {
        current = max(1, min(current, count) / 2)
    }

    /// A call for so many was answered, whatever about each. A smaller one shows nothing about this size.
    mutating func answered(_ count: Int) {
        guard count >= current else { return }
        current = min(most, current + max(1, most / 8))
    }
}
