package import Dossiers
package import Wire

// The life of a delivery. A lane is (destination, dossier code); only the head of a lane is ever ready.
//
//             record                promote               claim
//   ────────▶ behind ─────────────▶ ready ─────────────▶ in flight (in memory, marked on disk)
//               │                   ▲  ▲ again(at)          │
//               │ newer state       │  └────────────────────┤
//               ▼                   │ probe says "not there"│ answer lost, crash
//           superseded          uncertain ◀─────────────────┤
//             (gone)                │ probe says "there"    │ acknowledged
//                                   └──────────▶ gone, with a line in the ledger
//                                                           │ rejected
//   parked ◀────────────────────────────────────────────────┘
//     └─▶ ready: an operator's retry, or a newer revision of the same dossier

/// One thing owed to one destination, claimed and opened for sending.
package struct Delivery: Sendable {
    package var id: DeliveryID
    package var destination: DestinationID
    package var lane: Int64
    /// The dossier's code; for a verification, `person-N`, which says nothing about the person.
    package var code: DossierCode
    package var operation: Operation
    package var revision: Int
    /// Fixed when the delivery was recorded; the same on every attempt.
    package var key: Digest
    package var body: [UInt8]
    package var bodyDigest: Digest
    /// Attempts that counted as failed.
    package var attempts: Int
    package var recordedAt: Timestamp
    package var isBacklog: Bool
    /// True when an earlier attempt may have arrived: probe before sending.
    package var isUncertain: Bool
    /// Whether the destination holds the dossier, as far as we know.
    package var existence: Existence
    /// How many steps the body carries; 0 unless the operation is history.
    package var stepCount: Int
    /// False when the store's memory of this dossier is new, lost or restored and the destination has not
    /// been asked since whether it holds the dossier: it is asked before anything is sent.
    package var isMet: Bool
    /// False until nothing unexplained is left there (``Store/doubt(_:now:)``).
    package var isConfirmed: Bool
    /// How many steps of the dossier the destination has acknowledged, as far as we know; only of a history
    /// delivery that is uncertain.
    package var acknowledgedSteps = 0

    package init(
        id: DeliveryID, destination: DestinationID, lane: Int64, code: DossierCode,
        operation: Operation, revision: Int, key: Digest, body: [UInt8], bodyDigest: Digest,
        attempts: Int, recordedAt: Timestamp, isBacklog: Bool, isUncertain: Bool,
        existence: Existence, stepCount: Int, isMet: Bool = true, isConfirmed: Bool = true
    ) {
        self.id = id
        self.destination = destination
        self.lane = lane
        self.code = code
        self.operation = operation
        self.revision = revision
        self.key = key
        self.body = body
        self.bodyDigest = bodyDigest
        self.attempts = attempts
        self.recordedAt = recordedAt
        self.isBacklog = isBacklog
        self.isUncertain = isUncertain
        self.existence = existence
        self.stepCount = stepCount
        self.isMet = isMet
        self.isConfirmed = isConfirmed
    }
}

/// Whether a destination holds a dossier. The numbers are what the state store keeps.
package enum Existence: Int, Hashable, Sendable {
    case unknown = 0
    case present = 1
    case absent = 2
}
