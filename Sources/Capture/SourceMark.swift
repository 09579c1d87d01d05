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

    package init(position: Int64, takenAt: String, identity: String = "", version: String = "") {
        self.position = position
        self.takenAt = takenAt
        self.identity = identity
        self.version = version
    }

    /// What the state store keeps: `position|time|identity`.
    package var text: String { "\(position)|\(takenAt)|\(identity)" }

    /// Reads ``text``; nil for anything else.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let position = Int64(parts[0]), !parts[1].isEmpty else {
            return nil
        }
        self.init(position: position, takenAt: String(parts[1]), identity: String(parts[2]))
    }

    /// True when the source has gone back to before an earlier mark: restored from a copy, or replaced.
    func isAnotherHistory(than earlier: SourceMark) -> Bool {
        identity != earlier.identity || position < earlier.position
    }

    /// This mark with the earlier of both times, for a clock that was set back between them.
    func reachingBack(to other: SourceMark) -> SourceMark {
        var mark = self
        mark.takenAt = min(takenAt, other.takenAt)
        return mark
    }
}
