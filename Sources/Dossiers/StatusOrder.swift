/// The order in which a destination takes the statuses of one dossier (contracts.md §5.3: 1 → 3 → 7 → 4 → 5).
///
/// The numbers of a code list are not its order. A status goes out when everything before it has gone out;
/// one that jumps ahead waits for what is missing, which is never invented and never skipped.
package struct StatusOrder: Hashable, Sendable {
    /// A status beside the road, such as "supplement required" or "refused".
    package struct Side: Hashable, Sendable {
        package var status: String
        /// It may stand once this status of the road has been told, and no longer once `before` has.
        package var after: String
        package var before: String?
        /// May be told again (a second supplement).
        package var mayRepeat: Bool
        /// Nothing may follow it.
        package var isEnd: Bool

        package init(
            status: String, after: String, before: String? = nil, mayRepeat: Bool = false,
            isEnd: Bool = false
        ) {
            self.status = status
            self.after = after
            self.before = before
            self.mayRepeat = mayRepeat
            self.isEnd = isEnd
        }
    }

    /// What becomes of a step that comes too late to be told in its place.
    package enum Late: String, Hashable, Sendable, CaseIterable {
        /// It waits, and everything behind it, until a person decides: the safe choice.
        case hold
        /// It is not sent; the ledger says so.
        case drop
    }

    /// The road, first to last.
    package var road: [String]
    package var sides: [Side]
    /// Statuses of ours that the destination has no counterpart for: their steps are not sent.
    package var untold: Set<String>
    /// A status that is told already and was the last one told, of all or of the road: the road taken up
    /// again after a supplement.
    package var repeated: Late
    /// A status whose turn is over.
    package var earlier: Late

    package init(
        road: [String], sides: [Side] = [], untold: Set<String> = [], repeated: Late = .hold,
        earlier: Late = .hold
    ) {
        self.road = road
        self.sides = sides
        self.untold = untold
        self.repeated = repeated
        self.earlier = earlier
    }
}

/// Why the next step of a dossier cannot be told to a destination yet.
package struct StatusWait: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Statuses before it are missing.
        case missing
        /// It was told already, and the contract says that a person decides.
        case repeated
        /// Its turn is over.
        case earlier
        /// The road has ended.
        case ended
        /// The destination's order has no place for it.
        case unplaced
        /// A field that the destination demands is empty or too long.
        case field
    }
    package var reason: Reason
    /// The destination's code of the step that waits.
    package var status: String
    /// The statuses that are missing, or the field.
    package var needs: [String]

    package init(_ reason: Reason, status: String, needs: [String] = []) {
        self.reason = reason
        self.status = status
        self.needs = needs
    }

    /// One line, for the state store: `missing 4 3,7`.
    package var line: String { "\(reason.rawValue) \(status) \(needs.joined(separator: ","))" }

    package init?(line: String) {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let reason = Reason(rawValue: String(parts[0])) else { return nil }
        self.init(
            reason, status: String(parts[1]), needs: parts[2].split(separator: ",").map(String.init)
        )
    }
}
