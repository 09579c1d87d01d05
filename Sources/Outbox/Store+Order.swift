internal import Dossiers
internal import Wire

// What a destination's own order asks of recording.
extension Store {
    /// The content with those of its steps alone that have their turn; nil when the destination has no order.
    func turns(_ content: inout LaneContent, known: Lane?) -> StepTurns? {
        guard let order = content.order else { return nil }
        let turns = StepTurns(
            content.steps, order: order, told: known?.told.map(ToldStep.read),
            recorded: known?.steps ?? [])
        content.steps = turns.admitted
        // One at a time: each is acknowledged before the next goes.
        content.stepsPerDelivery = 1
        return turns
    }

    /// The lane's marks without those of steps that take their turn anew, under another status.
    func marks(of lane: Lane?, for turns: StepTurns?) -> [UInt8] {
        guard let lane else { return [] }
        guard let turns, !turns.moved.isEmpty else { return lane.steps }
        let moved = Set(turns.moved.map(\.id.rawValue))
        return StepMark.pack(StepMark.unpack(lane.steps).filter { !moved.contains($0.id) })
    }

    /// Remembers what was told, and what the lane waits for.
    func remember(_ turns: StepTurns, in lane: inout Lane, _ recording: inout Recording) throws {
        for step in turns.dropped {
            try work.ledger.append(
                LedgerEntry(
                    at: recording.now, revision: lane.revision, operation: .history,
                    settled: .superseded,
                    note: "step \(step.id.rawValue) left out: status \(step.status)"),
                to: &lane)
        }
        for step in turns.moved {
            try work.ledger.append(
                LedgerEntry(
                    at: recording.now, revision: lane.revision, operation: .history,
                    settled: .historyRewritten,
                    note: "step \(step.id.rawValue) has status \(step.status) now"),
                to: &lane)
            recording.summary.historyRewritten += 1
        }
        lane.told = ToldStep.write(turns.told)
        guard lane.statusWait != turns.wait else { return }
        guard let destination = memory.names[lane.destination] else { return }
        let code = DossierCode(lane.code)
        if let wait = turns.wait {
            recording.summary.newlyWaiting.append(
                WaitingLane(destination: destination, code: code, wait: wait))
            lane.statusWaitSince = recording.now
        } else {
            recording.summary.noLongerWaiting.append(
                FreedLane(destination: destination, code: code))
            lane.statusWaitSince = nil
        }
        lane.statusWait = turns.wait
    }

    /// Without a header to record, news of the dossier's steps is what frees a parked one.
    func freeParkedSteps(
        in lane: inout Lane, owed: inout [Owed], _ recording: inout Recording
    ) throws {
        for index in owed.indices
        where owed[index].state == .parked && owed[index].operation == .history {
            try work.unpark(owed[index], in: &lane, now: recording.now)
            owed[index].state = .behind
            recording.freed(lane, memory)
        }
    }
}
