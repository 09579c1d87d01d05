internal import Dossiers
internal import SQLite
internal import Wire

// What an answer teaches about a lane whose memory is in doubt.
extension Store {
    /// The destination has just said whether it holds the dossier.
    func meet(_ lane: inout Lane) throws {
        guard lane.met < memory.generation else { return }
        lane.met = memory.generation
        // A header that was recorded in an earlier generation may have been sent then, and replaced since:
        // under its old key it would be answered from the destination's memory and change nothing.
        guard memory.generation > 1, let destination = memory.names[lane.destination] else {
            return
        }
        for header in try work.deliveries.headers(of: lane) {
            let key = IdempotencyKey.make(
                epoch: memory.keyEpoch, destination: destination, operation: .state,
                code: DossierCode(lane.code), revision: header.revision,
                bodyDigest: header.digest, with: hasher)
            if key != header.key { try work.deliveries.rekey(header.id, key) }
        }
    }

    /// Confirms a lane when nothing is left at the destination that we cannot explain: then no step that
    /// waits can be there. After what the attempt settled was written.
    func confirm(_ lane: inout Lane, _ holding: Holding?) throws {
        guard let holding, lane.confirmed < memory.generation, lane.met >= memory.generation
        else { return }
        if case .steps(let listed) = holding {
            guard try listed <= work.acknowledgedSteps(of: lane) else { return }
        }
        lane.confirmed = memory.generation
        try work.deliveries.trustSteps(of: &lane)
    }

    /// What the answer shows that the lane's memory does not explain: the dossier where we never sent it, or
    /// more steps than were ever recorded.
    func contradiction(of lane: Lane, by settled: SettledDelivery) -> Contradiction? {
        guard lane.confirmed >= memory.generation else { return nil }
        if let said = settled.contradiction, lane.acknowledgedRevision == 0 { return said }
        guard case .steps(let listed) = settled.holding,
            listed > lane.steps.count / StepMark.length
        else { return nil }
        return .ofMemory
    }

    /// Doubts the lane that was contradicted, and, if it is the first time for a while, everything.
    func contradict(_ lane: inout Lane, _ contradiction: Contradiction, now: Timestamp) throws {
        if contradiction == .ofMemory,
            try GenerationBook(meta: meta).mayBelieveContradiction(now: now)
        {
            try doubt(.contradicted, now: now)
        }
        lane.confirmed = 0
        lane.met = memory.generation
        try work.deliveries.doubtSteps(of: &lane)
        try work.ledger.append(
            LedgerEntry(at: now, settled: .uncertain, note: "contradicted"), to: &lane)
    }

    /// Takes the steps that the destination holds out of a delivery; the rest goes again, under a key of its
    /// own. Held are the first ones: ``Settlement/trimmed(held:at:)``.
    func trim(
        _ owed: Owed, held: Int, at due: Timestamp, answer: String, lane: inout Lane,
        now: Timestamp
    ) throws {
        guard let stored = try work.deliveries.content(owed.id),
            let (body, carried) = rest(of: stored, after: held)
        else {
            try work.ledger.append(
                work.decision(.parked, on: owed, now: now, note: ParkCause.undecidable.rawValue),
                to: &lane)
            return try park(
                owed, cause: .undecidable, answer: answer, attempts: owed.attempts, lane: &lane,
                now: now)
        }
        hasher.update(body)
        let payload = Payload(bytes: body, digest: hasher.finish())
        try work.deliveries.replace(
            owed.id,
            with: content(
                payload, operation: .history, steps: CarriedStep.pack(carried), in: lane,
                revision: owed.revision), now: now)
        lane.head = LaneHead(delivery: owed.id, state: .ready, dueAt: due, answer: answer)
    }

    /// nil when the body cannot be opened or is not what its steps say.
    private func rest(
        of stored: (steps: [UInt8], body: [UInt8]), after held: Int
    ) -> (body: [UInt8], carried: [CarriedStep])? {
        let carried = CarriedStep.unpack(stored.steps)
        guard held > 0, held < carried.count, let body = seal.open(stored.body) else { return nil }
        // The separator that it was joined with, which the contract may have changed since.
        let gaps = body.count - carried.reduce(0) { $0 + $1.count }
        guard gaps >= 0, gaps % (carried.count - 1) == 0 else { return nil }
        let width = gaps / (carried.count - 1)
        let separator = Array(body.dropFirst(carried[0].count).prefix(width))
        guard let parts = StepBody.split(body, carried.map(\.count), separator: separator) else {
            return nil
        }
        return (
            StepBody.join(Array(parts[held...]), separator: separator), Array(carried[held...])
        )
    }
}
