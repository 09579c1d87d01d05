package import Dossiers
internal import SQLite
package import Wire

extension Store {
    /// Brings forward what waits because of its destination, as far as it does not wait for its own sake: fresh
    /// changes first, then what is in doubt, then the backlog, each by due time.
    ///
    /// Costs what it moves: it reads one index range from behind what is due.
    ///
    /// - Parameters:
    ///   - limit: deliveries at most, so that one transaction stays short.
    ///   - ready: when those that can be sent are due.
    ///   - uncertain: when those in doubt are due; what an earlier process sent may be at work until then.
    ///   - slack: milliseconds of waiting that are not worth a write.
    /// - Returns: how many were brought forward.
    package func release(
        _ destination: DestinationID, limit: Int, ready: Timestamp, uncertain: Timestamp,
        slack: Int64 = 0
    ) throws -> Int {
        demandTransaction()
        guard let id = memory.destinations[destination], limit > 0 else { return 0 }
        var released = 0
        for range in ReleaseRange.all {
            guard released < limit else { break }
            let due = range.isUncertain ? uncertain : ready
            let statement = try db.prepare(range.statement)
            statement.bind(1, due.milliseconds)
            statement.bind(2, id)
            statement.bind(3, due.milliseconds + slack)
            statement.bind(4, Int64(limit - released))
            try statement.run()
            released += db.changes
        }
        if released > 0 { work.lanes.forgetLanes() }
        return released
    }
}

/// One range of an index over due times, behind what is due.
private struct ReleaseRange {
    var index: String
    var condition: String
    var isUncertain = false

    static let all = [
        ReleaseRange(index: "lane_ready", condition: "head_state = 0 AND backlog = 0"),
        ReleaseRange(index: "lane_uncertain", condition: "head_state = 2", isUncertain: true),
        ReleaseRange(index: "lane_ready", condition: "head_state = 0 AND backlog = 1"),
    ]

    var statement: String {
        """
        UPDATE lane SET head_due = max(?1, own_until) WHERE id IN (
            SELECT id FROM lane INDEXED BY \(index)
            WHERE \(condition) AND destination = ?2 AND head_due > ?3 AND head_due - own_until > ?3 - ?1
            ORDER BY head_due, id LIMIT ?4)
        """
    }
}
