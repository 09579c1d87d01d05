/// The statements that make, read, trim and remove a feed, for one kind of database.
struct FeedSQL {
    /// Makes everything but the triggers on the office's tables, and tries it.
    var make: String
    /// Puts the triggers on the office's tables: the only part that locks them.
    var attach: String
    /// Removes everything.
    var uninstall: String
    /// What is there: the columns of ``FeedFacts``.
    var state: String
    /// Where the feed ends now: the columns of ``FeedEnd``.
    var position: String
    /// Keys since a position, in order, after a key. Three parameters: position, key, limit.
    var keys: String
    /// Removes some rows before a position. Two parameters: position, limit.
    var trim: String
    /// How many rows there are, about.
    var size: String

    /// What the feed's table carries as a remark: `lienthongd feed GENERATION DEFINITION ORIGIN`.
    static func remark(_ feed: ChangeFeed, _ generation: String) -> String {
        "lienthongd feed \(generation) \(feed.definition)"
    }

    /// Reads a remark; nil for anything else.
    static func read(remark: String) -> (
        generation: String, definition: String, origin: String?
    )? {
        guard let start = remark.firstRange(of: "lienthongd feed ")?.upperBound else { return nil }
        let words = remark[start...].split(separator: " ", maxSplits: 3)
        guard words.count >= 2 else { return nil }
        let origin = words.count > 2 && !words[2].hasPrefix("*/") ? String(words[2]) : nil
        return (String(words[0]), String(words[1].prefix(16)), origin)
    }

    /// How much of notes may pile up while nobody reads them; then the triggers stop, and say so.
    static let mostBytes = 256 << 20
    static let mostRows = 5_000_000

    /// What a note about a related table's value is called: its place in the profile, above this.
    static let relatedKind = 10
}
