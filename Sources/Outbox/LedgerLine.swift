package import Dossiers
package import Wire

/// One line of the ledger: an attempt, a receipt or a decision, as it can be shown later.
package struct LedgerLine: Hashable, Sendable {
    /// What the line settled. The numbers are what the state store keeps.
    package enum Settled: Int, Hashable, Sendable, CaseIterable {
        case acknowledged = 1
        case again = 2
        case uncertain = 3
        case parked = 4
        /// A newer state of the same dossier took this one's place before it was sent.
        case superseded = 5
        /// The process ended while the delivery was under way.
        case interrupted = 6
        /// A step that had been sent was changed in the source; it is not sent again.
        case historyRewritten = 7
        /// A newer revision, or a settled verification, freed a blocked lane.
        case freed = 8
        case retriedByOperator = 9
        case discardedByOperator = 10
        case requested = 11
        case requestPaused = 12
        case requestResumed = 13
        case requestCancelled = 14
        case requestDone = 15
        /// The call that carried it with others was refused in one word; it goes again in a smaller one.
        case split = 16
        /// A dossier is gone from the source and is held for an operator.
        case deletionHeld = 20
        case deletionAcknowledged = 21
        /// An operator says that a disappearance that raised the alarm is meant.
        case deletionsConfirmed = 22
        /// An operator says that both sides need not agree about what was discarded.
        case differenceAccepted = 23

        package var name: String { "\(self)" }
    }

    /// From 1, without gaps.
    package var sequence: Int64
    package var at: Timestamp
    /// Empty for a line that is about no dossier.
    package var destination: String
    package var code: String
    package var delivery: Int64?
    package var revision: Int?
    package var operation: Operation?
    package var kind: Receipt.Kind
    /// The name of the ``Outcome``; nil for a decision that no answer led to.
    package var outcome: String?
    package var settled: Settled
    package var answerCode: String
    /// 0 when there was no answer.
    package var httpStatus: Int
    /// The first 16 bytes of the digests of what was sent and what came back, in hexadecimal.
    package var requestDigest: String?
    package var responseDigest: String?
    package var elapsedMicroseconds: Int64?
    /// From recording to this line.
    package var waitedMilliseconds: Int64?
    /// The park cause, or the operator's name and reason.
    package var note: String?
}

/// What walking the whole ledger showed.
package struct LedgerVerification: Hashable, Sendable {
    package var lines: Int64
    package var seals: Int64
    /// The chain's last hash in hexadecimal: written down elsewhere, it proves that nothing before it
    /// was changed or cut off.
    package var head: String
    /// The first line that does not fit its seal, or the place of a gap; nil when all is well.
    package var brokenAt: Int64?
}
