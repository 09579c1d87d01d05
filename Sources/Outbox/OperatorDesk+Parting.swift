internal import Dossiers
internal import SQLite
package import Wire

extension OperatorDesk {
    /// The operator has seen only the first so many steps of a delivery there: they count as arrived, and what
    /// comes after them in the lane is taken back and recorded again from the source, in its order.
    ///
    /// It cannot be sent from here: bodies are sealed, and a command has no key. What comes later in the lane
    /// goes back as well, for it would otherwise overtake what is read again.
    ///
    /// - Parameter count: from 1 to one less than the delivery carries. A delivery that it does not fit, or that
    ///   is not in doubt, is left alone.
    package func arrived(
        _ filter: DeliveryFilter, first count: Int, reason: String, now: Timestamp
    ) throws -> DeskResult {
        let generation = try transaction { try GenerationBook(meta: MetaTable(db)).report() }
            .generation
        var result = DeskResult()
        _ = try each(filter, onlyDoubtful: true) { owed, lane in
            guard owed.operation == .history,
                let stored = try work.deliveries.content(owed.id)
            else { return }
            let carried = CarriedStep.unpack(stored.steps)
            guard (1..<carried.count).contains(count) else { return }
            try work.ledger.append(
                decision(
                    .acknowledged, on: owed, reason: "first \(count) arrived: \(reason)", now: now),
                to: &lane)
            try work.deliveries.delete(owed.id)
            var back = Set(carried[count...].map(\.mark.id))
            for later in try work.deliveries.list(lane: lane.id) where later.operation == .history {
                let content = try work.deliveries.content(later.id)
                back.formUnion(CarriedStep.unpack(content?.steps ?? []).map(\.mark.id))
                try work.ledger.append(
                    decision(.superseded, on: later, reason: "read again: \(reason)", now: now),
                    to: &lane)
                try work.deliveries.delete(later.id)
            }
            take(back, from: &lane)
            lane.existence = .present
            if lane.met >= generation { lane.confirmed = max(lane.confirmed, generation) }
            try work.lanes.save(&lane)
            try work.promote(lane, now: now)
            result.deliveries += 1
            result.lanes += 1
            try askAgain(lane, now: now)
        }
        return result
    }

    /// The lane has never heard of these steps.
    private func take(_ steps: Set<Int64>, from lane: inout Lane) {
        lane.steps = StepMark.pack(StepMark.unpack(lane.steps).filter { !steps.contains($0.id) })
        lane.told = lane.told.map { told in
            ToldStep.write(ToldStep.read(told).filter { !steps.contains($0.id) })
        }
    }

    private func askAgain(_ lane: Lane, now: Timestamp) throws {
        let name = try db.prepare("SELECT name FROM destination WHERE id = ?1")
        name.bind(1, lane.destination)
        guard try name.step(), let destination = name.text(0) else { return }
        var filter = ResyncFilter()
        filter.codes = [lane.code]
        filter.destinations = [DestinationID(destination)]
        filter.isOnlyDifferent = true
        _ = try record(filter, now: now)
    }
}
