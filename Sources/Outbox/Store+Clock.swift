internal import Dossiers
internal import SQLite
package import Wire

// Due times are kept by the wall clock, because they outlive the process; what they mean is a wait. When the
// wall clock jumps, the waits stay what they were: what was due is due, what had ten minutes left has ten
// minutes left.
extension Store {
    /// The longest wait that any policy can write, and an hour: what lies further ahead was written under a
    /// clock that ran ahead.
    static let horizonMilliseconds: Int64 = 25 * 3_600_000

    /// How many rows one transaction moves.
    static let clockPortion = 2000

    /// Moves what is planned by as much as the wall clock has jumped. Inside a transaction.
    ///
    /// - Parameters:
    ///   - delta: milliseconds; positive when the clock went forward.
    ///   - now: by the new clock.
    /// - Returns: false when some of what had been due is left for another call; then nothing else was
    ///   moved yet, and the call is made again with the same delta.
    package func clockMoved(by delta: Int64, now: Timestamp) throws -> Bool {
        demandTransaction()
        work.lanes.forgetLanes()
        let expected = now.milliseconds - delta
        if delta < 0, try pull(upTo: expected, to: now.milliseconds) == Store.clockPortion {
            return false
        }
        for range in DueRange.all(of: memory.names.keys.sorted()) {
            try update(
                "head_due = head_due + ?2, own_until = own_until + ?2", range, above: expected,
                value: delta)
        }
        let lanes = try db.prepare(
            "UPDATE lane SET awaits_until = awaits_until + ?1 WHERE awaits_until > ?2")
        lanes.bind(1, delta)
        lanes.bind(2, min(expected, now.milliseconds))
        try lanes.run()
        try moveDeletions(by: delta, above: min(expected, now.milliseconds))
        guard delta < 0 else { return true }
        // Answers given while the clock was ahead are good for as long as any other.
        let persons = try db.prepare(
            "UPDATE person SET settled_at = ?1, valid_until = ?1 + validity WHERE settled_at > ?1")
        persons.bind(1, now.milliseconds)
        try persons.run()
        // A row that was first seen in a time to come would not be missed until then. Read whole: no index
        // is worth keeping for a clock that is set back.
        let rows = try db.prepare("UPDATE dossier SET first_seen_at = ?1 WHERE first_seen_at > ?1")
        rows.bind(1, now.milliseconds)
        try rows.run()
        return true
    }

    /// The second look at a row that was missed waits as long as it would have.
    private func moveDeletions(by delta: Int64, above: Int64) throws {
        let suspects = try db.prepare(
            "UPDATE deletion SET due_at = due_at + ?1 WHERE state = 0 AND due_at > ?2")
        suspects.bind(1, delta)
        suspects.bind(2, above)
        try suspects.run()
    }

    /// After a start: the clock may have been set back while nobody looked. The ledger and `flight` know when the
    /// last process wrote; what lies beyond every wait is due.
    func mendClock(now: Timestamp) throws {
        let told = try db.integer("SELECT at FROM ledger ORDER BY seq DESC LIMIT 1") ?? 0
        let written = try db.integer("SELECT max(written_at) FROM flight") ?? 0
        let ahead = max(told, written) - now.milliseconds
        if ahead > 1000 {
            while try transaction({ try !clockMoved(by: -ahead, now: now) }) {}
        }
        let horizon = now.milliseconds + Store.horizonMilliseconds
        for range in DueRange.all(of: memory.names.keys.sorted())
        where try isAnything(range, above: horizon) {
            try transaction {
                work.lanes.forgetLanes()
                try update(
                    "head_due = ?2, own_until = 0", range, above: horizon, value: now.milliseconds)
            }
        }
    }

    /// Makes due now what was due by the old clock.
    private func pull(upTo expected: Int64, to now: Int64) throws -> Int {
        var left = Store.clockPortion
        for range in DueRange.all(of: memory.names.keys.sorted()) where left > 0 {
            let statement = try db.prepare(
                """
                UPDATE lane SET head_due = ?1 WHERE id IN (
                    SELECT id FROM lane INDEXED BY \(range.index)
                    WHERE \(range.condition) AND head_due > ?1 AND head_due <= ?2
                    ORDER BY head_due, id LIMIT ?3)
                """)
            statement.bind(1, now)
            statement.bind(2, expected)
            statement.bind(3, Int64(left))
            try statement.run()
            left -= db.changes
        }
        return Store.clockPortion - left
    }

    private func update(_ change: String, _ range: DueRange, above: Int64, value: Int64) throws {
        let statement = try db.prepare(
            """
            UPDATE lane SET \(change) WHERE id IN (
                SELECT id FROM lane INDEXED BY \(range.index)
                WHERE \(range.condition) AND head_due > ?1)
            """)
        statement.bind(1, above)
        statement.bind(2, value)
        try statement.run()
    }

    private func isAnything(_ range: DueRange, above: Int64) throws -> Bool {
        try reading {
            let statement = try db.prepare(
                """
                SELECT 1 FROM lane INDEXED BY \(range.index)
                WHERE \(range.condition) AND head_due > ?1 LIMIT 1
                """)
            statement.bind(1, above)
            return try statement.step()
        }
    }
}

/// One range of an index over due times, so that only what is moved is read.
private struct DueRange {
    var index: String
    var condition: String

    static func all(of destinations: [Int64]) -> [DueRange] {
        destinations.flatMap { destination in
            [0, 1].map {
                DueRange(
                    index: "lane_ready",
                    condition: "head_state = 0 AND destination = \(destination) AND backlog = \($0)"
                )
            } + [
                DueRange(
                    index: "lane_uncertain",
                    condition: "head_state = 2 AND destination = \(destination)")
            ]
        }
    }
}
