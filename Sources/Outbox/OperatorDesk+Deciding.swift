internal import Dossiers
internal import SQLite
package import Wire

// What only a person can know: whether something arrived, and whether the store was restored.
extension OperatorDesk {
    /// The operator has seen it there: the delivery is done, and its lane goes on.
    ///
    /// Only what may have arrived can be said to have; anything else that the filter meets is left alone.
    package func arrived(_ filter: DeliveryFilter, reason: String, now: Timestamp) throws
        -> DeskResult
    {
        try each(filter, onlyDoubtful: true) { owed, lane in
            try work.ledger.append(
                decision(.acknowledged, on: owed, reason: "arrived: \(reason)", now: now),
                to: &lane)
            try work.remove(owed, from: &lane)
            lane.existence = .present
            if owed.operation == .state {
                lane.acknowledgedRevision = max(lane.acknowledgedRevision, owed.revision)
            }
            try work.promote(&lane, dueAt: now)
            try work.lanes.save(&lane)
        }
    }

    /// The operator has looked and it is not there: the delivery is sent without asking first.
    ///
    /// What comes after it in its lane cannot be there either, for it would have been sent later.
    package func sendAgain(_ filter: DeliveryFilter, reason: String, now: Timestamp) throws
        -> DeskResult
    {
        let generation = try transaction { try GenerationBook(meta: MetaTable(db)).report() }
            .generation
        return try each(filter, onlyDoubtful: true) { owed, lane in
            try work.ledger.append(
                decision(.retriedByOperator, on: owed, reason: "not there: \(reason)", now: now),
                to: &lane)
            try work.head(owed, of: &lane, .ready, dueAt: now, isDoubtful: false)
            if owed.operation == .history, lane.met >= generation {
                lane.confirmed = max(lane.confirmed, generation)
                try work.deliveries.trustSteps(of: &lane)
            }
            try work.lanes.save(&lane)
        }
    }

    /// Begins a new generation: every destination is asked what it holds before anything is sent there. A
    /// daemon that runs notices at once.
    package func distrust(reason: String, now: Timestamp) throws -> MemoryReport {
        try transaction {
            let book = GenerationBook(meta: try MetaTable(db))
            try book.begin(.told, by: "\(actor): \(reason)", work: work, now: now)
            return try book.report()
        }
    }
}
