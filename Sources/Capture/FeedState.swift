/// What is found of a feed in the source.
package enum FeedState: Hashable, Sendable {
    /// The profile describes none, or none is installed.
    case absent
    /// Something of it is missing, switched off, made from another profile, or may not be read.
    case unfit(FeedFault)
    case ready(FeedMark)

    /// Judges what the source says of the feed; asks for its end only when it can be used.
    static func read<E: Error>(
        _ facts: FeedFacts, of feed: ChangeFeed, end: () throws(E) -> FeedEnd
    ) throws(E) -> FeedState {
        guard let found = FeedSQL.read(remark: facts.remark) else {
            guard facts.hasTriggers else { return .absent }
            return .unfit(.orphaned(facts.isCaught ? .caught : .failing))
        }
        guard facts.isReadable else { return .unfit(.unreadable) }
        guard !facts.isOnStandby else { return .unfit(.standby) }
        guard found.definition == feed.definition else { return .unfit(.outdated) }
        guard found.origin == facts.origin else { return .unfit(.copied) }
        guard facts.isComplete else { return .unfit(.incomplete) }
        let end = try end()
        if let lost = end.lost { return .unfit(.failing(lost)) }
        let generation = end.life.isEmpty ? found.generation : "\(found.generation).\(end.life)"
        return .ready(FeedMark(generation: generation, position: end.position))
    }

    var isUnfit: Bool { if case .unfit = self { true } else { false } }

    /// Only the triggers are left of it: once they are gone too, all is as it should be.
    var isOrphaned: Bool { if case .unfit(.orphaned) = self { true } else { false } }

    package var mark: FeedMark? { if case .ready(let mark) = self { mark } else { nil } }
}

/// What the source's catalogue says of a feed.
struct FeedFacts {
    /// What the feed's table carries: ``FeedSQL/remark(_:_:origin:)``.
    var remark: String
    /// Every table of the profile has its triggers, switched on.
    var isComplete: Bool
    var isReadable = true
    /// The server replays another one's work, and has no tables that are not logged.
    var isOnStandby = false
    /// Which server and database this is; nil where that cannot be said.
    var origin: String?
    /// Tables carry triggers of ours; asked only where our own table is not what it should be.
    var hasTriggers = false
    /// The triggers catch their errors; SQLite has no way to.
    var isCaught = false
}

/// Where a feed ends, and what its triggers say of themselves.
struct FeedEnd {
    var position: Int64
    /// Changes whenever notes may be gone; empty where that cannot be.
    var life = ""
    /// What a trigger could not note, and why; nil when all was noted.
    var lost: String?
}

/// Why an installed feed cannot be used.
package enum FeedFault: Hashable, Sendable {
    /// A trigger is gone, switched off, or sits on another table than the one that now has its name.
    case incomplete
    /// The table of notes is gone, and its triggers are still there.
    case orphaned(Orphans)
    /// It was made by another version of the daemon, or from another of the profile.
    case outdated
    /// The daemon's account may not read it.
    case unreadable
    /// A trigger could not note a change: where, and the database's code.
    case failing(String)
    /// It came here in a copy of another database.
    case copied
    /// The server is a standby.
    case standby

    /// What triggers do without their table.
    package enum Orphans: Hashable, Sendable {
        /// They fail, and every write of the office to these tables with them.
        case failing
        /// They note nothing; what the office writes comes through.
        case caught
    }

    package var name: String {
        switch self {
        case .incomplete: "incomplete"
        case .orphaned: "orphaned"
        case .outdated: "outdated"
        case .unreadable: "unreadable"
        case .failing: "failing"
        case .copied: "copied"
        case .standby: "standby"
        }
    }
}
