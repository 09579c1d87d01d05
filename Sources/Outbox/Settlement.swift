package import Dossiers
package import Wire

/// What becomes of a delivery after an attempt, a probe or a decision.
package enum Settlement: Hashable, Sendable {
    /// The destination holds it: the delivery goes, the ledger keeps its receipt.
    case acknowledged
    /// Ready again at that time. A throttled or interrupted attempt is not a failed one.
    case again(at: Timestamp, countsAsAttempt: Bool)
    /// It may have arrived: to be probed at that time before anything is sent again.
    case uncertain(at: Timestamp)
    /// Of a delivery's steps the destination holds the first so many: they are taken out, and the rest is
    /// ready at that time.
    case trimmed(held: Int, at: Timestamp)
    /// Cannot succeed as it stands; blocks its own lane only.
    case parked(ParkCause)
}

/// Why a delivery is parked. The raw value is what the state store keeps.
package enum ParkCause: String, Hashable, Sendable, CaseIterable {
    /// The destination refuses this content.
    case rejected
    /// The destination does not know a code of ours.
    case needsMapping
    /// The outcome is unknown and the destination's probe cannot tell.
    case undecidable
    /// The destination holds later steps of a delivery and not the earlier ones: the rest cannot follow in
    /// order.
    case outOfOrder
    /// Every attempt that the policy allows has failed.
    case exhausted
    /// The destination says that this idempotency key belongs to other content.
    case keyConflict
    /// The stored body cannot be opened (state key changed or damaged).
    case unreadable
    /// Steps of a dossier that the destination does not have: they wait until its header is recorded
    /// again, which the daemon has asked for.
    case headerMissing
}

/// One settled delivery with what the ledger should remember of it.
package struct SettledDelivery: Sendable {
    package var id: DeliveryID
    package var settlement: Settlement
    package var outcome: Outcome
    /// What the attempt taught about the dossier's existence at the destination; nil when nothing.
    package var existence: Existence?
    /// What else the destination was seen to hold; nil when the answer does not tell.
    package var holding: Holding?
    /// Set when the answer is one that our memory does not explain.
    package var contradiction: Contradiction?
    package var receipt: Receipt
    /// The code of the answer that decided, when it is an earlier one than the receipt's.
    package var answerCode: String?
    /// What the destination said, to be kept for whoever has to put it right; nil keeps what it said before.
    package var words: Words?
    /// The answer to a question about a person; only for ``Operation/verify``.
    package var verification: Verification?
    /// Until when what goes again waits for its own sake: because the destination asked for that, because what was
    /// sent may still be at work, or because it fails where others pass. It is brought no further forward when the
    /// destination is well (``Store/release(_:limit:ready:uncertain:slack:)``).
    package var ownUntil = Timestamp(milliseconds: 0)

    package init(
        id: DeliveryID, settlement: Settlement, outcome: Outcome, existence: Existence? = nil,
        receipt: Receipt, verification: Verification? = nil
    ) {
        self.id = id
        self.settlement = settlement
        self.outcome = outcome
        self.existence = existence
        self.receipt = receipt
        self.verification = verification
    }
}

/// A delivery whose call was refused as a whole while it carried others too: it stays claimed, and goes again in
/// a smaller call. The ledger gets a line, so that its story tells what happened.
package struct SplitDelivery: Sendable {
    package var id: DeliveryID
    package var outcome: Outcome
    /// How many deliveries the refused call carried.
    package var company: Int
    package var receipt: Receipt

    package init(id: DeliveryID, outcome: Outcome, company: Int, receipt: Receipt) {
        self.id = id
        self.outcome = outcome
        self.company = company
        self.receipt = receipt
    }
}

/// What is kept of one exchange: digests and numbers, never content.
package struct Receipt: Hashable, Sendable {
    package enum Kind: Int, Hashable, Sendable { case sent = 1, probed = 2, decided = 3 }
    package var kind: Kind
    package var requestDigest: Digest?
    package var responseDigest: Digest?
    /// 0 when there was no answer.
    package var httpStatus: Int
    /// The destination's own code, as the contract normalises it; at most 32 characters are kept.
    package var answerCode: String
    package var elapsedMicroseconds: Int64

    package init(
        kind: Kind, requestDigest: Digest? = nil, responseDigest: Digest? = nil,
        httpStatus: Int = 0,
        answerCode: String = "", elapsedMicroseconds: Int64 = 0
    ) {
        self.kind = kind
        self.requestDigest = requestDigest
        self.responseDigest = responseDigest
        self.httpStatus = httpStatus
        self.answerCode = answerCode
        self.elapsedMicroseconds = elapsedMicroseconds
    }
}
