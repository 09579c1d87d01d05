internal import Contracts
internal import Dossiers
internal import Outbox
internal import Wire

// Before an answer is held against a delivery: is it about a session that is over, and is it understood at all?
extension Courier {
    /// Puts an answer down to its session where it may be about nothing else; the session is given up then.
    func doubtSession(_ reading: inout BatchAnswer, _ flight: Flight, now: Moment) -> Bool {
        guard let generation = flight.sessionGeneration, let first = flight.deliveries.first else {
            return false
        }
        let outcome = reading.whole.outcome
        guard outcome == .refused || reading.whole.isUnlisted else {
            if outcome == .acknowledged { sessionDoubt.welcomed(first.id, generation: generation) }
            return false
        }
        guard
            sessionDoubt.blames(
                generation, for: first.id, hasWorked: keeper.hasWorked(generation: generation),
                isReplaced: generation < keeper.generation, now: now.steady)
        else { return false }
        keeper.giveUp(generation: generation)
        // What nobody listed may be a yes, of which only a question tells. Anything else did nothing.
        let mayHaveActed = flight.kind == .create || flight.kind == .history
        if outcome == .refused || !mayHaveActed { reading.takeForExpiry() }
        return true
    }

    /// Stops when answers are not understood, and gives back what was parked before that was known.
    func comprehend(_ answer: Answer, _ flight: Flight, now: Moment) {
        // Of several only one is to blame: they are sent in smaller calls, until it stands alone.
        guard let first = flight.deliveries.first,
            comprehension.heard(answer, to: flight.kind, about: first.id)
        else { return }
        shut(.notUnderstood, now: now)
    }

    /// After the answer's own settlements were decided.
    func giveBackMisunderstood(_ call: Call.Kind, now: Moment) {
        for id in comprehension.takeParked(of: call) where !isUnderWay(id) {
            // Steps that were answered strangely may be there.
            let settlement: Settlement =
                call == .history
                ? .uncertain(at: now.wall) : .again(at: now.wall, countsAsAttempt: false)
            unsaved.append(
                SettledDelivery(
                    id: id, settlement: settlement, outcome: .unknown,
                    receipt: Receipt(kind: .decided)))
            counters.parked -= 1
        }
    }

    /// Freed by an operator meanwhile, and sent again.
    private func isUnderWay(_ id: DeliveryID) -> Bool {
        queue.contains { $0.id == id } || claimed.contains { $0.id == id }
            || followUps.contains { $0.delivery.id == id }
            || halves.contains { $0.deliveries.contains { $0.id == id } }
            || flights.values.contains { $0.deliveries.contains { $0.id == id } }
    }
}
