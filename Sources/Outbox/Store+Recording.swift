internal import Dossiers
internal import SQLite
package import Wire

extension Store {
    /// Records what capture found: deliveries for what is new, holds for what cannot be sent, and the
    /// cursors, all or nothing.
    ///
    /// Recording the same batch again adds nothing, unless it is forced.
    package func record(_ batch: CaptureBatch, now: Timestamp) throws -> RecordSummary {
        demandTransaction()
        memory.writtenAt = now
        var recording = Recording(isBacklog: batch.isBacklog, isForced: batch.isForced, now: now)
        recording.forced = batch.forced
        // A row that took over a deleted one's code may be in the same batch.
        try record(batch.missing, swept: batch.swept, &recording)
        for dossier in batch.dossiers { try record(dossier, &recording) }
        for cursor in batch.cursors { try dossiers.move(cursor) }
        return recording.summary
    }

    private func record(_ found: CapturedDossier, _ recording: inout Recording) throws {
        let before = try dossiers.find(found.sourceKey.rawValue)
        var captured = found
        // What could not be read is what it was, and keeps its lanes.
        if let before, case .held(let hold) = found.content, hold.rule.isUnread {
            captured.code = DossierCode(before.code)
        }
        // What was never here was never missed.
        if before != nil { try deletions.forget(captured.sourceKey.rawValue) }
        let ownership = try own(captured, before: before)
        var row =
            before
            ?? DossierRow(
                sourceKey: captured.sourceKey.rawValue, code: captured.code.rawValue,
                ownsCode: false, remarks: "", firstSeenAt: recording.now, changedAt: recording.now)
        row.code = captured.code.rawValue
        row.ownsCode = ownership.owns
        row.lanes = ownership.lanes
        row.remarks = RemarkText.write(captured.remarks)
        var changed = false
        var person: PersonRow?
        if let hold = ownership.hold {
            row.heldSince = row.heldSince ?? recording.now
            row.hold = hold
            recording.summary.held += 1
        } else if case .deliverable(let contents) = captured.content {
            row.hold = nil
            row.heldSince = nil
            if let question = captured.question {
                person = try ask(question, &recording)
                row.person = person?.id
            }
            for content in contents {
                let added = try record(
                    content, of: captured.code, lanes: &row.lanes, person: person, &recording)
                changed = changed || added
            }
        }
        try finish(row, before: before, person: person, changed: changed, &recording)
    }

    /// Writes the dossier's row when something about it is different, and counts what happened.
    private func finish(
        _ row: DossierRow, before: DossierRow?, person: PersonRow?, changed: Bool,
        _ recording: inout Recording
    ) throws {
        var row = row
        let code = DossierCode(row.code)
        if before == nil { recording.summary.created += 1 }
        if let hold = row.hold {
            if before?.hold != hold {
                recording.summary.newlyHeld.append(
                    HeldDossier(code: code, sourceKey: SourceKey(row.sourceKey), hold: hold))
            }
        } else if before?.hold != nil {
            recording.summary.released.append(code)
        }
        let answer = queuesWriteBacks ? person?.settledAt : nil
        let owesAnswer =
            answer != nil && (row.writtenBack != answer || before?.person != person?.id)
        if owesAnswer { row.writtenBack = answer }
        if changed || row != before {
            row.changedAt = recording.now
            try dossiers.save(row, over: before)
        } else {
            recording.summary.unchanged += 1
        }
        if owesAnswer, let person {
            try persons.queueWriteBack(sourceKey: row.sourceKey, person: person.id)
        }
    }

    /// Decides whether a row may use its code, and why it is held if it is.
    ///
    /// The first row of a code owns it; another one is held, until the first is gone from the source.
    private func own(_ captured: CapturedDossier, before: DossierRow?) throws -> Ownership {
        let (owns, hold) = try judge(captured, before: before)
        let keeps = before?.ownsCode == true && before?.code == captured.code.rawValue
        if keeps, owns, let before { return Ownership(owns: true, hold: hold, lanes: before.lanes) }
        // The code that it had stays what it is, with its lanes, for whoever comes to own it.
        if let before, before.ownsCode, !before.lanes.isEmpty {
            try strays.keep(before.lanes, of: before.code)
        }
        return Ownership(
            owns: owns, hold: hold,
            lanes: owns ? try strays.take(captured.code.rawValue) : DossierLanes())
    }

    private struct Ownership {
        var owns: Bool
        var hold: Hold?
        var lanes: DossierLanes
    }

    private func judge(_ captured: CapturedDossier, before: DossierRow?) throws
        -> (owns: Bool, hold: Hold?)
    {
        let code = captured.code.rawValue
        var hold: Hold?
        if case .held(let reason) = captured.content { hold = reason }
        switch hold?.rule {
        case .codeMissing, .codeTooLong, .codeShape, .duplicateCode: return (false, hold)
        // Never read, its code is made up of its key.
        case .some(let rule) where rule.isUnread && before == nil: return (false, hold)
        default: break
        }
        // The engine's rules are narrower; this is what the schema can keep.
        if code.isEmpty { return (false, hold ?? Hold(.codeMissing, field: "code")) }
        if code.unicodeScalars.count > 200 {
            return (false, hold ?? Hold(.codeTooLong, field: "code"))
        }
        // SQLite's `length` ends at a NUL.
        if code.utf8.contains(0) { return (false, hold ?? Hold(.codeShape, field: "code")) }
        if let before, before.ownsCode, before.code == code { return (true, hold) }
        guard var owner = try dossiers.owner(of: code),
            owner.sourceKey != captured.sourceKey.rawValue
        else { return (true, hold) }
        if try isGone(owner) {
            try succeed(owner)
            return (true, hold)
        }
        guard owner.hold?.rule == .sourceDeleted else {
            return (false, Hold(.duplicateCode, field: "code"))
        }
        let owning = owner
        owner.ownsCode = false
        owner.lanes = DossierLanes()
        if !owning.lanes.isEmpty { try strays.keep(owning.lanes, of: code) }
        try dossiers.save(owner, over: owning)
        return (true, hold)
    }

    // MARK: - Questions

    /// Records a question unless the person has a valid answer or a question under way.
    private func ask(_ question: PersonQuestion, _ recording: inout Recording) throws -> PersonRow {
        let destination = try number(of: question.destination)
        let identity = SHA256.hmac(key: key.person, question.identity)
        let validity = max(0, question.validityMilliseconds)
        var person =
            try persons.find(destination: destination, identity: identity)
            ?? persons.insert(destination: destination, identity: identity, validity: validity)
        guard !person.isPending else {
            if recording.forces(question.destination) {
                try unparkQuestion(person, question, &recording)
            }
            recording.summary.covered += 1
            return person
        }
        guard !person.isValid(at: recording.now) else {
            recording.summary.covered += 1
            return person
        }
        var lane =
            try person.lane.flatMap { try work.lanes.find($0) }
            ?? work.lanes.make(
                destination: destination, code: person.laneCode, confirmed: Lane.always)
        person.lane = lane.id
        lane.revision += 1
        try add(question.payload, operation: .verify, steps: nil, to: &lane, &recording)
        try work.promote(&lane, dueAt: recording.now)
        try work.lanes.save(&lane)
        person.isPending = true
        person.asked += 1
        person.validity = validity
        try persons.save(person)
        recording.summary.questions += 1
        return person
    }

    /// A parked question is asked again when an operator's resync meets the person.
    private func unparkQuestion(
        _ person: PersonRow, _ question: PersonQuestion, _ recording: inout Recording
    ) throws {
        guard
            var lane = try person.lane.flatMap({ try work.lanes.find($0) }),
            let parked = try work.deliveries.first(lane), parked.state == .parked
        else { return }
        lane.revision += 1
        let content = content(
            question.payload, operation: .verify, steps: nil, in: lane, revision: lane.revision)
        try work.ledger.append(
            work.decision(
                .superseded, on: parked, now: recording.now, note: parked.cause?.rawValue),
            to: &lane)
        lane.isBacklog = recording.isBacklog
        _ = try work.replace(parked, with: content, in: &lane, now: recording.now)
        try work.promote(&lane, dueAt: recording.now)
        try work.lanes.save(&lane)
        recording.freed(lane, memory)
    }

    // MARK: - Content

    /// Adds a delivery with the lane's current revision behind what the lane owes.
    func add(
        _ payload: Payload, operation: Operation, steps: [UInt8]?, to lane: inout Lane,
        _ recording: inout Recording
    ) throws {
        if lane.owed == 0 { lane.isBacklog = recording.isBacklog }
        let content = content(
            payload, operation: operation, steps: steps, in: lane, revision: lane.revision)
        // Steps are appended: what an unconfirmed lane may hold already is asked for first.
        let isDoubtful = operation == .history && lane.confirmed < memory.generation
        try work.add(content, isDoubtful: isDoubtful, to: &lane, now: recording.now)
    }

    /// Seals a body and fixes its idempotency key.
    func content(
        _ payload: Payload, operation: Operation, steps: [UInt8]?, in lane: Lane, revision: Int
    ) -> DeliveryContent {
        guard let destination = memory.names[lane.destination] else {
            preconditionFailure("lane \(lane.id) has no destination; the schema forbids it")
        }
        return DeliveryContent(
            operation: operation, revision: revision,
            key: IdempotencyKey.make(
                epoch: memory.keyEpoch, destination: destination, operation: operation,
                code: DossierCode(lane.code), revision: revision, bodyDigest: payload.digest,
                with: hasher),
            digest: payload.digest, steps: steps, body: seal.seal(payload.bytes))
    }
}

/// The batch at hand.
struct Recording {
    let isBacklog: Bool
    let isForced: Bool
    /// The destinations that are meant; empty for all.
    var forced: Set<DestinationID> = []
    let now: Timestamp
    var summary = RecordSummary()

    func forces(_ destination: DestinationID) -> Bool {
        isForced && (forced.isEmpty || forced.contains(destination))
    }

    mutating func freed(_ lane: Lane, _ memory: Memory) {
        guard let destination = memory.names[lane.destination] else { return }
        summary.freed.append(FreedLane(destination: destination, code: DossierCode(lane.code)))
    }
}
