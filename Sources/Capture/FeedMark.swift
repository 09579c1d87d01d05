/// How far a feed has been read.
package struct FeedMark: Hashable, Sendable {
    /// Made with each installation, and in part anew whenever the notes may have been lost (after a dot): another
    /// feed is read from its beginning.
    package var generation: String
    /// On PostgreSQL a transaction number as in ``SourceMark/position``, on SQLite the last row's number.
    package var position: Int64

    package init(generation: String, position: Int64) {
        self.generation = generation
        self.position = position
    }

    /// What the state store keeps: `generation:position`.
    var text: String { "\(generation):\(position)" }

    init?(text: some StringProtocol) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let position = Int64(parts[1]) else { return nil }
        self.init(generation: String(parts[0]), position: position)
    }
}
