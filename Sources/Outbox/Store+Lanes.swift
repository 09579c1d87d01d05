internal import Dossiers
internal import SQLite
internal import Wire

extension Store {
    /// Records what one destination should hold of a dossier; false when it adds nothing.
    func record(
        _ given: LaneContent, of code: DossierCode, lanes: inout DossierLanes, person: PersonRow?,
        _ recording: inout Recording
    ) throws -> Bool {
        var content = given
        let destination = try number(of: content.destination)
        let known = try lanes[destination].flatMap { try work.lanes.find($0) }
        let turns = turns(&content, known: known)
        let news = StepNews(content.steps, recorded: marks(of: known, for: turns))
        let isForced = recording.forces(content.destination)
        let hasNewState =
            content.state.map { isForced || known?.digest != $0.digest } ?? false
        let hasNewTurns = turns.map { $0.isNew || $0.wait != known?.statusWait } ?? false
        let isAskedAgain = isForced && content.state == nil
        guard hasNewState || !news.isEmpty || hasNewTurns || isAskedAgain else { return false }
        var lane =
            try known
            ?? work.lanes.make(
                destination: destination, code: code.rawValue,
                confirmed: trustsNewLane(of: content.destination) ? memory.generation : 0)
        if known == nil { lanes.add(lane) }
        wait(&lane, content: content, person: person, now: recording.now)
        // Everything that the lane owes is fresh from now on.
        if !recording.isBacklog { lane.isBacklog = false }
        var owed = try work.deliveries.list(lane)
        for step in news.changed {
            try rewrite(step, content: content, in: &lane, owed: &owed, &recording)
        }
        if hasNewState, let state = content.state {
            try recordState(state, in: &lane, owed: &owed, &recording)
        } else if content.state == nil {
            try freeParkedSteps(in: &lane, owed: &owed, &recording)
        }
        try recordSteps(news.added, content: content, in: &lane, &recording)
        lane.steps = news.marks
        if let turns { try remember(turns, in: &lane, &recording) }
        try work.promote(&lane, dueAt: recording.now)
        try work.lanes.save(&lane)
        return true
    }

    /// Makes a lane wait for a person who has never been settled; a lane that waits keeps its time.
    private func wait(
        _ lane: inout Lane, content: LaneContent, person: PersonRow?, now: Timestamp
    ) {
        guard content.waitsForVerification, lane.awaits == nil, let person,
            person.verification == nil
        else { return }
        lane.awaits = person.id
        lane.awaitsUntil = now.adding(milliseconds: verificationPatienceMilliseconds)
    }

    /// Adds a header, or puts it in the place of one that waits; it frees a lane that a parked delivery
    /// blocks.
    private func recordState(
        _ payload: Payload, in lane: inout Lane, owed: inout [Owed], _ recording: inout Recording
    ) throws {
        lane.revision += 1
        lane.stateRevision = lane.revision
        lane.digest = payload.digest
        recording.summary.states += 1
        for index in owed.indices
        where owed[index].state == .parked && owed[index].operation == .history {
            try work.unpark(owed[index], in: &lane, now: recording.now)
            owed[index].state = .behind
            recording.freed(lane, memory)
        }
        let flying = memory.flights[lane.destination]?.deliveries ?? []
        // What may be at the destination is never replaced. There are two headers to replace when one was
        // found not to have arrived while another waited behind it.
        let waiting = owed.filter {
            $0.operation == .state && $0.state != .uncertain && !flying.contains($0.id)
                && (!$0.isDoubtful || $0.state == .parked)
        }
        guard let first = waiting.first else {
            return try add(payload, operation: .state, steps: nil, to: &lane, &recording)
        }
        for other in waiting.dropFirst() {
            try work.ledger.append(
                work.decision(.superseded, on: other, now: recording.now), to: &lane)
            try work.remove(other, from: &lane)
            recording.summary.superseded += 1
        }
        try supersede(first, with: payload, in: &lane, &recording)
    }

    private func supersede(
        _ old: Owed, with payload: Payload, in lane: inout Lane, _ recording: inout Recording
    ) throws {
        try work.ledger.append(
            work.decision(.superseded, on: old, now: recording.now, note: old.cause?.rawValue),
            to: &lane)
        let content = content(
            payload, operation: .state, steps: nil, in: lane, revision: lane.revision)
        _ = try work.replace(old, with: content, in: &lane, now: recording.now)
        recording.summary.superseded += 1
        if old.state == .parked { recording.freed(lane, memory) }
    }

    // MARK: - History

    /// Adds new steps, several to a delivery, never joined with steps recorded before.
    private func recordSteps(
        _ steps: [StepPayload], content: LaneContent, in lane: inout Lane,
        _ recording: inout Recording
    ) throws {
        guard !steps.isEmpty else { return }
        let size = max(1, content.stepsPerDelivery)
        for start in stride(from: 0, to: steps.count, by: size) {
            let group = steps[start..<min(start + size, steps.count)]
            lane.revision += 1
            let carried = group.map {
                CarriedStep(mark: StepMark($0), count: $0.payload.bytes.count)
            }
            let body = StepBody.join(group.map(\.payload.bytes), separator: content.stepSeparator)
            try add(
                payload(of: body), operation: .history, steps: CarriedStep.pack(carried),
                to: &lane, &recording)
            recording.summary.histories += 1
        }
        recording.summary.steps += steps.count
    }

    /// A step that was recorded has other content now.
    ///
    /// While its delivery certainly has not arrived, the delivery gets the new content, under the same
    /// revision and a new key, in the same place: its body is opened, the one step exchanged, and sealed
    /// again. Once it may have arrived it is not sent again; the ledger says that it differs.
    private func rewrite(
        _ step: StepPayload, content: LaneContent, in lane: inout Lane, owed: inout [Owed],
        _ recording: inout Recording
    ) throws {
        let flying = memory.flights[lane.destination]?.deliveries ?? []
        for index in owed.indices {
            let old = owed[index]
            guard old.operation == .history, old.isUntouched, !flying.contains(old.id),
                let stored = try work.deliveries.content(old.id),
                let (body, carried) = exchange(step, in: stored, separator: content.stepSeparator)
            else { continue }
            try work.ledger.append(
                work.decision(.superseded, on: old, now: recording.now, note: old.cause?.rawValue),
                to: &lane)
            _ = try work.replace(
                old,
                with: self.content(
                    payload(of: body), operation: .history, steps: CarriedStep.pack(carried),
                    in: lane, revision: old.revision), in: &lane, now: recording.now)
            owed[index].state = .behind
            owed[index].cause = nil
            recording.summary.superseded += 1
            if old.state == .parked { recording.freed(lane, memory) }
            return
        }
        try work.ledger.append(
            LedgerEntry(
                at: recording.now, revision: lane.revision, operation: .history,
                settled: .historyRewritten, note: "step \(step.id.rawValue)"),
            to: &lane)
        recording.summary.historyRewritten += 1
    }

    /// A joined body with one step exchanged; nil when it does not carry the step or cannot be opened.
    private func exchange(
        _ step: StepPayload, in stored: (steps: [UInt8], body: [UInt8]), separator: [UInt8]
    ) -> (body: [UInt8], carried: [CarriedStep])? {
        var carried = CarriedStep.unpack(stored.steps)
        guard let place = carried.firstIndex(where: { $0.mark.id == step.id.rawValue }),
            let body = seal.open(stored.body),
            var parts = StepBody.split(body, carried.map(\.count), separator: separator)
        else { return nil }
        parts[place] = step.payload.bytes
        carried[place] = CarriedStep(mark: StepMark(step), count: step.payload.bytes.count)
        return (StepBody.join(parts, separator: separator), carried)
    }

    private func payload(of body: [UInt8]) -> Payload {
        hasher.update(body)
        return Payload(bytes: body, digest: hasher.finish())
    }
}

/// Several steps in one body.
enum StepBody {
    static func join(_ parts: [[UInt8]], separator: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(parts.reduce(0) { $0 + $1.count + separator.count })
        for (index, part) in parts.enumerated() {
            if index > 0 { body.append(contentsOf: separator) }
            body.append(contentsOf: part)
        }
        return body
    }

    /// nil when the lengths do not fill the body, as when the contract's separator has changed since.
    static func split(_ body: [UInt8], _ counts: [Int], separator: [UInt8]) -> [[UInt8]]? {
        let total = counts.reduce(0, +) + separator.count * max(0, counts.count - 1)
        guard total == body.count else { return nil }
        var parts: [[UInt8]] = []
        var offset = 0
        for count in counts {
            parts.append(Array(body[offset..<(offset + count)]))
            offset += count + separator.count
        }
        return parts
    }
}

/// What a dossier's steps add to those that a lane has recorded.
struct StepNews {
    /// In the dossier's order.
    var added: [StepPayload] = []
    var changed: [StepPayload] = []
    /// What the lane remembers afterwards, packed.
    var marks: [UInt8]

    var isEmpty: Bool { added.isEmpty && changed.isEmpty }

    init(_ steps: [StepPayload], recorded: [UInt8]) {
        marks = recorded
        // Nearly always the same steps in the same order.
        let given = StepMark.pack(steps)
        guard given != recorded else { return }
        if recorded.isEmpty, StepNews.areDistinct(steps) {
            added = steps
            marks = given
            return
        }
        var known = StepMark.unpack(recorded)
        var places: [Int64: Int] = [:]
        for (index, mark) in known.enumerated() { places[mark.id] = index }
        var met: Set<Int64> = []
        for step in steps where met.insert(step.id.rawValue).inserted {
            let mark = StepMark(step)
            if let place = places[mark.id] {
                guard known[place].digest != mark.digest else { continue }
                known[place] = mark
                changed.append(step)
            } else {
                places[mark.id] = known.count
                known.append(mark)
                added.append(step)
            }
        }
        marks = StepMark.pack(known)
    }

    /// Whether no id comes twice; few steps are compared with each other faster than put into a set.
    private static func areDistinct(_ steps: [StepPayload]) -> Bool {
        guard steps.count <= 16 else { return Set(steps.map(\.id)).count == steps.count }
        for place in steps.indices {
            for other in steps[..<place] where other.id == steps[place].id { return false }
        }
        return true
    }
}
