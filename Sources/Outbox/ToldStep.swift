internal import Dossiers

/// What became of a step in a lane whose destination has an order.
struct ToldStep: Hashable {
    var id: Int64
    var status: String
    /// False when the contract's order left it out.
    var isSent: Bool

    /// One line for each step: `12 +7`, or `13 -7` for one that was left out.
    static func read(_ text: String) -> [ToldStep] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let id = Int64(parts[0]), let sign = parts[1].first else {
                return nil
            }
            return ToldStep(id: id, status: String(parts[1].dropFirst()), isSent: sign == "+")
        }
    }

    static func write(_ steps: [ToldStep]) -> String {
        steps.map { "\($0.id) \($0.isSent ? "+" : "-")\($0.status)" }.joined(separator: "\n")
    }
}

/// A dossier's steps put into a destination's order: which may be recorded now, and what the rest waits for.
struct StepTurns {
    /// Known steps that may be rewritten, then those whose turn it is, in the order's order.
    var admitted: [StepPayload] = []
    var dropped: [StepPayload] = []
    /// Known steps that have another status now: what was told stays told, the new status takes its turn.
    var moved: [StepPayload] = []
    var wait: StatusWait?
    var told: [ToldStep]
    /// Whether anything is told or dropped that was not before.
    var isNew: Bool { !dropped.isEmpty || sends }
    private(set) var sends = false

    /// - Parameters:
    ///   - told: what the lane remembers; nil for a lane that never had an order, whose recorded steps
    ///     then count as told.
    ///   - recorded: the lane's step marks.
    init(
        _ steps: [StepPayload], order: StatusOrder, told remembered: [ToldStep]?, recorded: [UInt8]
    ) {
        let marks = Set(StepMark.unpack(recorded).map(\.id))
        told =
            remembered
            ?? steps.filter { marks.contains($0.id.rawValue) }.map {
                ToldStep(id: $0.id.rawValue, status: $0.status, isSent: true)
            }
        let known = Set(told)
        let knownIDs = Set(told.map(\.id))
        var candidates: [StatusOrder.Candidate] = []
        for (place, step) in steps.enumerated() {
            let id = step.id.rawValue
            if known.contains(ToldStep(id: id, status: step.status, isSent: true)) {
                if step.lacks == nil { admitted.append(step) }
            } else if !known.contains(ToldStep(id: id, status: step.status, isSent: false)) {
                candidates.append(
                    StatusOrder.Candidate(place: place, status: step.status, lacks: step.lacks))
            }
        }
        let sequence = order.sequence(
            candidates, told: told.filter(\.isSent).map(\.status))
        for place in sequence.sent {
            let step = steps[place]
            if knownIDs.contains(step.id.rawValue) { moved.append(step) }
            admitted.append(step)
            told.append(ToldStep(id: step.id.rawValue, status: step.status, isSent: true))
        }
        for place in sequence.dropped {
            let step = steps[place]
            dropped.append(step)
            told.append(ToldStep(id: step.id.rawValue, status: step.status, isSent: false))
        }
        sends = !sequence.sent.isEmpty
        wait = sequence.wait
    }
}
