package import Dossiers
package import Wire

/// What it takes for a row that is gone from the source to be held as deleted. Durations in milliseconds.
package struct DeletionRules: Hashable, Sendable {
    /// How long after it was first missed a row is looked for a second time.
    package var patienceMilliseconds: Int64 = 600_000
    /// More than this share of all dossiers, and more than ``rows``, gone within ``windowMilliseconds`` is no
    /// office's work but a wrong database, a restored copy or a lost permission: nothing is held then.
    package var share = 0.01
    package var rows: Int64 = 20
    package var windowMilliseconds: Int64 = 86_400_000

    package init() {}
}

/// Keys that a reading of the source did not find.
package struct MissingKeys: Sendable {
    package var keys: [SourceKey] = []
    /// True when their deletion was seen (the change feed), or when this was the second look: they are held
    /// at once. Otherwise they are suspected, and looked for again.
    package var isCertain = false

    package init(_ keys: [SourceKey] = [], isCertain: Bool = false) {
        self.keys = keys
        self.isCertain = isCertain
    }
}

/// All keys that the source has in a range, to be compared with those that the store has.
package struct SweptKeys: Sendable {
    package var after: SourceKey?
    /// The range's last key; nil when the range has no end.
    package var through: SourceKey?
    package var present: [SourceKey]
    /// When the source was asked: what was first seen later is not compared.
    package var listedAt: Timestamp
    /// What a change feed that is trusted has told by now and nobody has read yet; nil when there is none.
    package var told: Set<SourceKey>?

    package init(
        after: SourceKey?, through: SourceKey?, present: [SourceKey], listedAt: Timestamp
    ) {
        self.listedAt = listedAt
        self.after = after
        self.through = through
        self.present = present
    }
}

/// Rows that are gone from the source, for `status`.
package struct DeletionCounts: Hashable, Sendable {
    package var suspected: Int64 = 0
    package var held: Int64 = 0
    package var acknowledged: Int64 = 0
    package var alarm: DeletionAlarm?

    package init() {}
}

/// More has disappeared at once than an office deletes; nothing is held until an operator confirms it.
package struct DeletionAlarm: Hashable, Sendable {
    package var since: Timestamp
    package var missing: Int64
    /// How many dossiers were known then.
    package var known: Int64
}

/// One row that is gone.
package struct DeletionEntry: Hashable, Sendable {
    /// The numbers are what the state store keeps.
    package enum State: Int, Hashable, Sendable {
        case suspected = 0
        case held = 1
        case acknowledged = 2

        package var name: String { "\(self)" }
    }
    package var code: String
    package var sourceKey: Int64
    package var state: State
    package var missedAt: Timestamp
    package var decidedAt: Timestamp?
}
