internal import Dossiers
internal import SQLite
package import Wire

// A destination that cannot be asked for its steps shows them to a person: he counts them on its page.

/// Why a count of a destination's steps cannot be taken.
package enum ListingRefusal: Error, Hashable, Sendable {
    /// Nothing that the filter meets is in doubt, or more than one dossier is.
    case notOneDossier(found: Int)
    /// The destination has acknowledged more than that.
    case tooFew(acknowledged: Int)
    /// So many were never recorded.
    case tooMany(recorded: Int)
}

extension OperatorDesk {
    /// The operator has counted a dossier's steps at its destination: the first `count` of those recorded are
    /// there, the others are not, and nothing of the lane is in doubt any more.
    ///
    /// A delivery of which only a part is there is taken back with all that comes after it, and recorded again
    /// from the source, in its order: bodies are sealed, and a command has no key.
    ///
    /// - Parameter isRehearsal: everything is judged and counted, and nothing is changed.
    /// - Throws: ``ListingRefusal``, with nothing changed.
    package func listed(
        _ filter: DeliveryFilter, steps count: Int, reason: String, now: Timestamp,
        isRehearsal: Bool = false
    ) throws -> DeskResult {
        let doubtful = try doubtful(filter)
        guard let parked = doubtful.first, doubtful.count == 1 else {
            throw ListingRefusal.notOneDossier(found: doubtful.count)
        }
        do {
            return try transaction {
                let result = try take(parked, steps: count, reason, now: now)
                if isRehearsal { throw Rehearsed(result: result) }
                return result
            }
        } catch let rehearsed as Rehearsed {
            return rehearsed.result
        }
    }

    /// Rolls back what was only to be tried.
    private struct Rehearsed: Error { let result: DeskResult }

    private func take(_ parked: Int64, steps count: Int, _ reason: String, now: Timestamp) throws
        -> DeskResult
    {
        guard let found = try work.find(parked), found.owed.state == .parked,
            found.owed.isDoubtful
        else { throw ListingRefusal.notOneDossier(found: 0) }
        let owed = found.owed
        var lane = found.lane
        let acknowledged = try work.acknowledgedSteps(of: lane)
        guard count >= acknowledged else {
            throw ListingRefusal.tooFew(acknowledged: acknowledged)
        }
        let recorded = lane.steps.count / StepMark.length
        guard count <= recorded else { throw ListingRefusal.tooMany(recorded: recorded) }
        let settled = try take(count - acknowledged, of: &lane, reason, now: now)
        if count > 0 { lane.existence = .present }
        let generation = try GenerationBook(meta: MetaTable(db)).report().generation
        if lane.met >= generation { lane.confirmed = max(lane.confirmed, generation) }
        try work.deliveries.trustSteps(of: &lane)
        try release(owed, &lane, reason, now: now)
        try work.promote(&lane, dueAt: now)
        try work.lanes.save(&lane)
        return DeskResult(deliveries: settled, lanes: 1)
    }

    /// What is parked and may have arrived, of those that the filter meets.
    private func doubtful(_ filter: DeliveryFilter) throws -> [Int64] {
        try StoreFailure.translating(files.database) {
            try parked(filter).filter { try work.find($0)?.owed.isDoubtful == true }
        }
    }

    /// Takes the first so many owed steps as arrived; returns how many deliveries that settled.
    private func take(_ count: Int, of lane: inout Lane, _ reason: String, now: Timestamp) throws
        -> Int64
    {
        var left = count
        var settled: Int64 = 0
        // Steps that are recorded again from the source, once one delivery had to be parted.
        var back: Set<Int64> = []
        for owed in try work.deliveries.list(lane) where owed.operation == .history {
            let content = try work.deliveries.content(owed.id)
            let carried = CarriedStep.unpack(content?.steps ?? [])
            if back.isEmpty, left >= carried.count {
                try settle(owed, .acknowledged, "arrived: \(reason)", &lane, now: now)
                left -= carried.count
            } else if back.isEmpty, left == 0 {
                break
            } else {
                let isFirst = back.isEmpty
                back.formUnion(carried[(isFirst ? left : 0)...].map(\.mark.id))
                try settle(
                    owed, isFirst ? .acknowledged : .superseded,
                    isFirst ? "first \(left) arrived: \(reason)" : "read again: \(reason)", &lane,
                    now: now)
            }
            settled += 1
        }
        guard !back.isEmpty else { return settled }
        forget(back, in: &lane)
        try readAgain([lane.code], for: lane.destination, now: now)
        return settled
    }

    private func settle(
        _ owed: Owed, _ settled: LedgerLine.Settled, _ reason: String, _ lane: inout Lane,
        now: Timestamp
    ) throws {
        try work.ledger.append(
            decision(settled, on: owed, reason: reason, now: now), to: &lane)
        try work.remove(owed, from: &lane)
    }

    /// The parked delivery goes again, when it was not settled.
    private func release(_ owed: Owed, _ lane: inout Lane, _ reason: String, now: Timestamp) throws
    {
        guard try work.deliveries.find(owed.id, in: lane) != nil else { return }
        try work.ledger.append(
            decision(.retriedByOperator, on: owed, reason: "not there: \(reason)", now: now),
            to: &lane)
        try work.head(owed, of: &lane, .ready, dueAt: now, isDoubtful: false)
    }

    /// The lane has never heard of these steps.
    private func forget(_ steps: Set<Int64>, in lane: inout Lane) {
        lane.steps = StepMark.pack(StepMark.unpack(lane.steps).filter { !steps.contains($0.id) })
        lane.told = lane.told.map { told in
            ToldStep.write(ToldStep.read(told).filter { !steps.contains($0.id) })
        }
    }
}
