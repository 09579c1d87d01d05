package import Dossiers
package import Wire

/// Everything the state store knows of one dossier code, for `explain`.
package struct DossierStory: Hashable, Sendable {
    package var code: String
    /// The source rows of this code: one, or more when others were held as duplicates of it.
    package var rows: [SourceStory]
    package var lanes: [LaneStory]
}

/// One source row of a dossier.
package struct SourceStory: Hashable, Sendable {
    package var sourceKey: Int64
    package var firstSeenAt: Timestamp
    /// When capture last found it different.
    package var changedAt: Timestamp
    package var hold: Hold?
    package var heldSince: Timestamp?
    /// What is known of its deletion; nil while the row is there.
    package var deletion: DeletionEntry?
    package var remarks: [Remark]
    package var person: PersonStory?
}

/// What is known of a dossier's applicant, without saying who it is.
package struct PersonStory: Hashable, Sendable {
    package var person: Int64
    /// nil while the question waits for its first answer.
    package var verification: Verification?
    package var settledAt: Timestamp?
    package var validUntil: Timestamp?
    package var isPending: Bool
    /// How often the question was recorded, and for how many dossiers.
    package var asked: Int
    package var dossiers: Int64
}

/// One lane of a dossier.
package struct LaneStory: Hashable, Sendable {
    package var destination: String
    package var revision: Int
    package var existence: Existence
    /// False while what the destination holds of it is to be asked before anything is sent.
    package var isConfirmed: Bool
    /// Steps recorded, sent or not.
    package var steps: Int
    /// Of these, the ones that a delivery still has to bring.
    package var stepsOwed: Int
    /// The revision of the newest header recorded, and of the newest acknowledged; 0 for none.
    package var stateRevision: Int
    package var acknowledgedRevision: Int
    /// Until when the lane waits for the applicant's verification; nil when it does not.
    package var waitsUntil: Timestamp?
    /// Why the next step waits for its turn in the destination's order, and since when.
    package var statusWait: StatusWait?
    package var statusWaitSince: Timestamp?
    /// What is still owed, in its order: the first two hundred.
    package var deliveries: [DeliveryStory]
    /// Oldest first.
    package var ledger: [LedgerLine]

    /// Whether the destination has acknowledged everything recorded so far.
    package var isSettled: Bool {
        deliveries.isEmpty && stateRevision == acknowledgedRevision && statusWait == nil
    }
}

/// One delivery that is still owed.
package struct DeliveryStory: Hashable, Sendable {
    package enum State: Int, Hashable, Sendable {
        case ready = 0
        case behind = 1
        case uncertain = 2
        case parked = 3

        package var name: String { "\(self)" }
    }

    package var id: Int64
    package var operation: Operation
    package var revision: Int
    package var state: State
    package var isInFlight: Bool
    package var isBacklog: Bool
    package var dueAt: Timestamp
    package var attempts: Int
    package var recordedAt: Timestamp
    package var cause: ParkCause?
    package var answerCode: String
    package var stepCount: Int
    /// What the destination last said of it; nil when nothing is kept.
    package var saying: Saying?
}
