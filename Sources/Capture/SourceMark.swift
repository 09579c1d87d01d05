package import Wire

/// Where a source stood at one moment: what was committed before it has been seen when a round that began
/// with this mark is over; what was not is looked for by the next round.
package struct SourceMark: Hashable, Sendable {
    /// On PostgreSQL the lowest transaction number that was still in progress, as 64 bits; 0 on SQLite.
    package var position: Int64
    /// The source's naive time, in its own zone; texts of one source compare as their times do.
    package var takenAt: String
    /// Which database this is. Another one has to be read from its beginning.
    package var identity: String
    /// Equal to that of an earlier mark of the same session when nothing was committed in between; empty
    /// when the source cannot tell. Not kept on disk.
    package var version: String
    /// How far the change feed has been read, when there is one that can be used.
    package var feed: FeedMark?
    /// Which of a server's histories this is: another one after a failover or a restore to a point in time; nil
    /// when the source does not say.
    package var lineage: String?
    /// When it was taken, on the daemon's own steady clock; nil when nobody noted it.
    package var uptime: Uptime?
    /// How much further back than the overlap rows are looked for, in milliseconds. Not kept on disk.
    package var reach: Int64 = 0

    package init(
        position: Int64, takenAt: String, identity: String = "", version: String = "",
        feed: FeedMark? = nil
    ) {
        self.position = position
        self.takenAt = takenAt
        self.identity = identity
        self.version = version
        self.feed = feed
    }

    /// What the state store keeps: `position|time|identity`, `|line=lineage` and `|feed=generation:position` where
    /// there are these, and `|at=milliseconds/boot`.
    package var text: String {
        "\(position)|\(takenAt)|\(identity)" + (lineage.map { SourceMark.lineTag + $0 } ?? "")
            + (feed.map { SourceMark.feedTag + $0.text } ?? "")
            + (uptime.map { SourceMark.uptimeTag + $0.text } ?? "")
    }
    private static let lineTag = "|line="
    private static let feedTag = "|feed="
    private static let uptimeTag = "|at="

    /// Reads ``text``; nil for anything else.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let position = Int64(parts[0]), !parts[1].isEmpty else {
            return nil
        }
        let all = String(parts[2])
        let last = all.ranges(of: SourceMark.uptimeTag).last
        let rest = last.map { String(all[..<$0.lowerBound]) } ?? all
        let tag = rest.ranges(of: SourceMark.feedTag).last
        let before = rest[..<(tag?.lowerBound ?? rest.endIndex)]
        let line = before.ranges(of: SourceMark.lineTag).last
        self.init(
            position: position, takenAt: String(parts[1]),
            identity: String(before[..<(line?.lowerBound ?? before.endIndex)]),
            feed: tag.flatMap { FeedMark(text: rest[$0.upperBound...]) })
        lineage = line.map { String(before[$0.upperBound...]) }
        uptime = last.flatMap { Uptime(text: all[$0.upperBound...]) }
    }

    /// True when the source has gone back to before an earlier mark: restored from a copy, or replaced.
    func isAnotherHistory(than earlier: SourceMark) -> Bool {
        if identity != earlier.identity || position < earlier.position { return true }
        if let lineage, let before = earlier.lineage, lineage != before { return true }
        guard let feed, let before = earlier.feed, feed.generation == before.generation else {
            return false
        }
        return feed.position < before.position
    }

    /// True when everything since this mark stands in the feed that the other mark was taken of.
    func isCovered(byFeedOf other: SourceMark) -> Bool {
        feed != nil && feed?.generation == other.feed?.generation
    }

    /// True when there was a feed and this is another: what the first one noted last, nobody has read. A crash
    /// empties its table; a newer version is installed in place of an older one.
    func hasLostNotes(since earlier: SourceMark) -> Bool {
        guard let now = feed?.generation, let before = earlier.feed?.generation else {
            return false
        }
        return now != before
    }

    /// The same mark without what a feed that is not trusted could spare.
    var withoutFeed: SourceMark {
        var mark = self
        mark.feed = nil
        return mark
    }

    /// How long after this mark the other one was taken; nil when nobody knows.
    func elapsed(until other: SourceMark) -> Int64? {
        guard let uptime else { return nil }
        return other.uptime?.elapsed(since: uptime)
    }

    /// This mark for a look that has taken the other one, whatever happened to the source's clock between.
    ///
    /// A clock that was set back just after this mark has run up to the other one since: what was written
    /// first has a time that much earlier than the other one's.
    func reachingBack(to other: SourceMark) -> SourceMark {
        var mark = self
        mark.takenAt = min(takenAt, other.takenAt)
        mark.reach = elapsed(until: other) ?? 0
        return mark
    }
}
