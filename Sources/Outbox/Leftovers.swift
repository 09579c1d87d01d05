internal import SQLite

/// What a store holds that waits for a later try. Costs what it counts, whatever was delivered before.
package struct Leftovers: Hashable, Sendable {
    /// Due now or later, not parked and not behind what is parked; ``uncertain`` ones among them.
    package var deliveries: Int64
    package var uncertain: Int64
    /// Answers about applicants that the source does not have yet.
    package var answers: Int64
    package var requests: Int64
}

extension StoreReader {
    package func leftovers() throws -> Leftovers {
        try snapshot {
            func count(_ rest: String) throws -> Int64 {
                try db.integer("SELECT count(*) FROM \(rest)") ?? 0
            }
            let uncertain = try count("lane WHERE head_state = 2")
            return Leftovers(
                deliveries: try count("lane WHERE head_state = 0") + uncertain,
                uncertain: uncertain, answers: try count("write_back"),
                requests: try count("request WHERE state = 0"))
        }
    }
}
