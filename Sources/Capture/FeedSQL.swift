/// The statements that make, read, trim and remove a feed, for one kind of database.
struct FeedSQL {
    /// Makes everything, in one transaction that the caller holds; what an earlier version left is replaced.
    var install: String
    var uninstall: String
    /// What is there: generation, definition, whether it is complete, whether it may be read.
    var state: String
    /// Where the feed ends now.
    var position: String
    /// Keys since a position, in order, after a key. Three parameters: position, key, limit.
    var keys: String
    /// Removes some rows before a position. Two parameters: position, limit.
    var trim: String
    /// How many rows there are, about.
    var size: String

    /// What the feed's table carries as a remark: `lienthongd feed GENERATION DEFINITION`.
    static func remark(_ feed: ChangeFeed, _ generation: String) -> String {
        "lienthongd feed \(generation) \(feed.definition)"
    }

    /// Reads a remark; nil for anything else.
    static func read(remark: String) -> (generation: String, definition: String)? {
        guard let start = remark.firstRange(of: "lienthongd feed ")?.upperBound else { return nil }
        let words = remark[start...].split(separator: " ", maxSplits: 2)
        guard words.count >= 2 else { return nil }
        return (String(words[0]), String(words[1].prefix(16)))
    }
}
