internal import Dossiers
internal import SQLite
package import Wire

extension Store {
    /// Settles what came back; each delivery's path ends in exactly one ledger line.
    package func settle(_ settled: [SettledDelivery], now: Timestamp) throws {
        demandTransaction()
        memory.writtenAt = now
        for one in settled { try settle(one, now: now) }
    }

    /// Notes in the ledger that calls were refused as a whole; the deliveries stay claimed and as they are.
    package func note(_ splits: [SplitDelivery], now: Timestamp) throws {
        demandTransaction()
        for split in splits {
            // One that was given up meanwhile is nobody's any more.
            guard let found = try work.find(split.id.rawValue) else { continue }
            let owed = found.owed
            var lane = found.lane
            var entry = work.decision(
                .split, on: owed, now: now, note: "refused with \(split.company - 1) others")
            entry.take(split.receipt)
            entry.outcome = split.outcome
            try work.ledger.append(entry, to: &lane)
            try work.lanes.save(&lane)
        }
    }

    private func settle(_ settled: SettledDelivery, now: Timestamp) throws {
        land(settled.id.rawValue)
        // Only what is owed can be settled; a second settlement of the same delivery finds nothing.
        guard let found = try work.find(settled.id.rawValue) else { return }
        let owed = found.owed
        var lane = found.lane
        count(settled, for: owed.destination)
        if let existence = settled.existence {
            lane.existence = existence
            try meet(&lane)
        }
        try work.ledger.append(entry(settled, owed: owed, now: now), to: &lane)
        switch settled.settlement {
        case .acknowledged: try acknowledge(owed, lane: &lane, settled: settled, now: now)
        case .again(let at, let counts):
            try work.head(
                owed, of: &lane, .ready, dueAt: at, attempts: owed.attempts + (counts ? 1 : 0),
                isDoubtful: false, answer: settled.receipt.answerCode, ownUntil: settled.ownUntil)
        case .uncertain(let at):
            // A question has no effect, so there is nothing to be uncertain of: it is asked again.
            let isQuestion = owed.operation == .verify
            try work.head(
                owed, of: &lane, isQuestion ? .ready : .uncertain, dueAt: at,
                attempts: owed.attempts, isDoubtful: !isQuestion,
                answer: settled.receipt.answerCode, ownUntil: settled.ownUntil)
        case .trimmed(let held, let at):
            try trim(
                owed, held: held, at: at, answer: settled.receipt.answerCode, lane: &lane,
                now: now)
        case .parked(let cause):
            try park(
                owed, cause: cause, answer: settled.answerCode ?? settled.receipt.answerCode,
                attempts: owed.attempts + 1, lane: &lane, now: now)
        }
        // An acknowledged one is gone, and its words with it.
        if let said = settled.words, settled.settlement != .acknowledged {
            try words.put(said, of: owed.id, at: now)
        }
        if let contradiction = contradiction(of: lane, by: settled) {
            try contradict(&lane, contradiction, now: now)
        } else {
            try confirm(&lane, settled.holding)
        }
        if settled.settlement == .acknowledged {
            // What stood behind takes the place of what was sent: a dossier's progress follows its header, and
            // does not queue up again behind all that was recorded later.
            try work.promote(&lane, dueAt: min(owed.dueAt, now))
        }
        try work.lanes.save(&lane)
        if owed.operation == .verify { try settlePerson(of: lane, settled, now: now) }
    }

    private func acknowledge(
        _ owed: Owed, lane: inout Lane, settled: SettledDelivery, now: Timestamp
    ) throws {
        try work.remove(owed, from: &lane)
        guard owed.operation != .verify else { return }
        lane.existence = settled.existence ?? .present
        try meet(&lane)
        if owed.operation == .state {
            lane.acknowledgedRevision = max(lane.acknowledgedRevision, owed.revision)
        }
    }

    /// Parks a delivery. A newer state that waits in the same lane goes ahead at once: it may be the cure.
    func park(
        _ owed: Owed, cause: ParkCause, answer: String, attempts: Int, lane: inout Lane,
        now: Timestamp
    ) throws {
        try work.head(
            owed, of: &lane, .parked, dueAt: now, attempts: attempts,
            isDoubtful: owed.isDoubtful || cause.leavesDoubt, answer: answer, cause: cause)
        let rest = try work.deliveries.list(lane)
        guard let newer = rest.first(where: { $0.operation == .state && $0.state == .behind })
        else { return }
        var parked = owed
        parked.cause = cause
        if owed.operation == .state {
            try work.ledger.append(
                work.decision(.superseded, on: parked, now: now, note: cause.rawValue), to: &lane)
            try work.remove(owed, from: &lane)
        } else {
            try work.unpark(parked, in: &lane, now: now)
        }
        guard lane.awaits == nil else { return }
        try work.head(
            newer, of: &lane, newer.isDoubtful ? .uncertain : .ready, dueAt: now,
            isDoubtful: newer.isDoubtful)
    }

    private func count(_ settled: SettledDelivery, for destination: Int64) {
        var flight = memory.flights[destination] ?? Flight()
        if settled.receipt.kind == .sent { flight.attempts += 1 }
        if settled.settlement == .acknowledged { flight.acknowledged += 1 }
        flight.isChanged = true
        memory.flights[destination] = flight
    }

    private func entry(_ settled: SettledDelivery, owed: Owed, now: Timestamp) -> LedgerEntry {
        var note = settled.verification?.note
        let kind: LedgerLine.Settled =
            switch settled.settlement {
            case .acknowledged: .acknowledged
            case .again, .trimmed: .again
            case .uncertain: .uncertain
            case .parked: .parked
            }
        if case .parked(let cause) = settled.settlement { note = cause.rawValue }
        if case .trimmed(let held, _) = settled.settlement {
            note = "\(held) steps are there; the rest is sent"
        }
        var entry = work.decision(kind, on: owed, now: now, note: note)
        entry.take(settled.receipt)
        entry.outcome = settled.outcome
        return entry
    }

    // MARK: - Verifications

    /// Keeps the answer about a person, frees the lanes that waited for it, and queues it for the source.
    private func settlePerson(of lane: Lane, _ settled: SettledDelivery, now: Timestamp) throws {
        guard let id = PersonRow.id(ofLaneCode: lane.code), var person = try persons.find(id)
        else { return }
        let isAnswered = settled.settlement == .acknowledged
        let isParked = if case .parked = settled.settlement { true } else { false }
        // Waiting for a throttled question is no answer yet.
        guard
            let verification = settled.verification ?? (isAnswered || isParked ? .unavailable : nil)
        else { return }
        let changed = person.verification != verification || isAnswered
        person.isPending = !isAnswered
        person.verification = verification
        if changed { person.settledAt = now }
        person.validUntil =
            verification == .unavailable ? nil : now.adding(milliseconds: person.validity)
        try persons.save(person)
        if changed && queuesWriteBacks {
            try persons.queueWriteBacks(of: id, settledAt: now)
        }
        while case let waiting = try work.lanes.waiting(for: id, limit: 256), !waiting.isEmpty {
            for lane in waiting { try release(lane: lane, now: now) }
        }
    }
}
