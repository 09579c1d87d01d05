internal import Contracts
internal import Dossiers
internal import Outbox
internal import Wire

/// What is to be done first with a claimed delivery.
enum FirstCall: Hashable, Sendable {
    case call(Call.Kind)
    /// Nothing can be done with it.
    case parked(ParkCause)
}

/// Chooses the first call of a delivery: what we know of the dossier's existence, whether an earlier attempt
/// may have arrived, and what the destination can be asked.
struct CallChooser: Sendable {
    var calls: Set<Call.Kind>
    var existence: CourierPolicy.ExistencePolicy
    var honoursKeys: Bool
    var keyLifetime: Int64
    /// The contract's word that a step may be sent twice.
    var repeatsHistory = false
    /// Operations of which several deliveries may have shared a request of this process.
    var batched: Set<Operation> = []
    /// Operations of which an earlier process, whatever its settings were, may have sent several in a request.
    var batchable: Set<Operation> = []

    /// True when the destination recognises the delivery's own key.
    ///
    /// A key's age counts from its recording, which is no later than its first sending. The wall clock can be
    /// set back, so what was sent by this process ages on the steady clock as well, and what an earlier
    /// process left in doubt is asked about instead, where the destination can be asked. A lane whose memory
    /// is in doubt may have used the key long ago.
    ///
    /// - Parameter firstSent: when this process first sent it, on the steady clock; nil when it did not.
    func recognisesKey(of delivery: Delivery, now: Moment, firstSent: Int64?) -> Bool {
        guard honoursKeys, delivery.isConfirmed else { return false }
        // Recorded in the future: the clock was set back since, and nobody knows how old the key is.
        let age = now.wall.milliseconds - delivery.recordedAt.milliseconds
        guard age >= 0, age < keyLifetime else { return false }
        guard delivery.isUncertain else { return true }
        guard let firstSent else { return !calls.contains(.probe) }
        return now.steady - firstSent < keyLifetime
    }

    /// True when sending once more under its own key, whatever was sent before, is harmless.
    ///
    /// Not where deliveries may go in batches. What is in doubt may have gone in one, under the batch's key;
    /// under its own the destination would take it for something new. Repeating the identical batch would
    /// be as good, but its composition is known only to the process that sent it: after a crash nobody can
    /// tell which deliveries went together, nor that one went alone. So every item of a doubtful batch is
    /// asked about on its own, which needs no memory and is right in either case. Today's settings
    /// do not tell how an earlier process sent what it left in doubt, for `batch` may have been lowered in
    /// between; the contract's bound does.
    func trustsKey(of delivery: Delivery, now: Moment, firstSent: Int64?) -> Bool {
        let wentBefore = delivery.isUncertain && firstSent == nil
        return !batched.contains(delivery.operation)
            && !(wentBefore && batchable.contains(delivery.operation))
            && recognisesKey(of: delivery, now: now, firstSent: firstSent)
    }

    func first(for delivery: Delivery, now: Moment, firstSent: Int64?) -> FirstCall {
        if delivery.operation == .verify { return .call(.verify) }
        let canProbe = calls.contains(.probe)
        if delivery.isUncertain, !trustsKey(of: delivery, now: now, firstSent: firstSent) {
            if canProbe { return .call(.probe) }
            // A header is replaced as a whole, so sending it again is harmless; steps are appended.
            if delivery.operation == .history, !repeatsHistory { return .parked(.undecidable) }
        }
        switch delivery.operation {
        case .verify: return .call(.verify)
        case .history: return .call(.history)
        case .state: return .call(stateCall(of: delivery, canProbe: canProbe))
        }
    }

    private func stateCall(of delivery: Delivery, canProbe: Bool) -> Call.Kind {
        guard calls.contains(.update) else { return .create }
        guard calls.contains(.create) else { return .update }
        switch delivery.existence {
        case .present: return .update
        case .absent: return .create
        case .unknown:
            // Just probed and still unknown cannot be: a finding sets the existence.
            let asks = existence == .probeFirst || !delivery.isMet
            return asks && canProbe && !delivery.isUncertain ? .probe : .create
        }
    }
}

extension Call {
    /// The call of that kind for a delivery; nil for a login, which belongs to none.
    init?(_ kind: Kind, for delivery: Delivery) {
        switch kind {
        case .login: return nil
        case .create: self = .create(body: delivery.body)
        case .update: self = .update(body: delivery.body)
        case .history: self = .history(body: delivery.body)
        case .probe:
            self = .probe(
                delivery.code, history: delivery.operation == .history ? delivery.body : nil)
        case .verify: self = .verify(body: delivery.body)
        case .lookup: self = .lookup(body: delivery.body)
        }
    }
}
