internal import SQLite

extension StoreReader {
    /// What SQLite finds wrong with the file, or we with what it says; nil when it is sound. Reads the whole file.
    ///
    /// The corresponding pragma is `quick_check`.
    package func findDamage() throws -> String? {
        try snapshot {
            let finding = try db.text("PRAGMA quick_check(1)")
            guard finding == "ok" else { return finding ?? "no answer" }
            for (contradiction, query) in StoreReader.contradictions
            where try db.integer(query) != nil {
                return contradiction
            }
            return nil
        }
    }

    /// What must not be, and what finds one such. No constraint of one table can say these.
    private static let contradictions: [(String, String)] = [
        (
            "lanes owe more or less than there is",
            """
            SELECT 1 WHERE (SELECT count(*) FROM delivery) <> (SELECT total(owed) FROM lane)
                OR EXISTS (SELECT 1 FROM delivery WHERE NOT EXISTS (
                    SELECT 1 FROM lane WHERE lane.id = delivery.id >> 28 AND owed > 0))
            """
        ),
        (
            "a lane's head is nothing that it owes, or is not in the doubt that it says",
            """
            SELECT 1 FROM (SELECT head_state, \(DeliveryNumber.sql("doubt", of: "head")) AS doubt
                FROM lane WHERE head IS NOT NULL)
            WHERE doubt IS NULL OR (head_state = 0 AND doubt = 1)
                OR (head_state = 2 AND doubt = 0) LIMIT 1
            """
        ),
        (
            "a lane owes something and neither waits nor goes on",
            "SELECT 1 FROM lane WHERE owed > 0 AND head IS NULL AND awaits IS NULL LIMIT 1"
        ),
        (
            "a destination's counts are not what there is",
            """
            SELECT 1 FROM flight JOIN (
                SELECT destination, sum(owed) AS owed, count(*) AS lanes FROM lane
                GROUP BY destination) AS counted USING (destination)
            WHERE flight.owed <> counted.owed OR flight.lanes <> counted.lanes LIMIT 1
            """
        ),
    ]
}
