package import Dossiers

/// What recording one batch did.
package struct RecordSummary: Hashable, Sendable {
    /// Dossiers seen for the first time.
    package var created = 0
    /// Dossiers of the batch that added nothing.
    package var unchanged = 0
    /// Header deliveries recorded, superseding ones included.
    package var states = 0
    /// Progress steps recorded, and the deliveries that carry them.
    package var steps = 0
    package var histories = 0
    /// Waiting header deliveries that a newer one replaced.
    package var superseded = 0
    /// Dossiers of the batch that are held, whether they were before or not.
    package var held = 0
    /// Steps whose content changed after they were sent: remarked in the ledger, not sent again.
    package var historyRewritten = 0
    /// Questions about persons recorded.
    package var questions = 0
    /// Dossiers of the batch whose person needed no new question.
    package var covered = 0
    /// Dossiers that were deliverable, or unknown, and are held now.
    package var newlyHeld: [HeldDossier] = []
    /// Dossiers that were held and are deliverable now.
    package var released: [DossierCode] = []
    /// Lanes that were blocked by a parked delivery and are free now, because their dossier changed.
    package var freed: [FreedLane] = []
    /// Dossiers that were missed for the first time, and are looked for again.
    package var suspected = 0
    /// Those of them that the sweep missed, though a change feed that is trusted had not told it.
    package var untold: [SourceKey] = []
    /// Set when this batch raised the alarm of a mass disappearance: how many are missing.
    package var massMissing: Int64?
    /// True when what was missing is back or confirmed, and the alarm is over.
    package var massIsOver = false
    /// Rows that were held because of a row that is gone now: worth reading at once.
    package var toRead: [SourceKey] = []

    /// Lanes whose next step waits for its turn in the destination's order, and did not or did otherwise.
    package var newlyWaiting: [WaitingLane] = []
    /// Lanes that waited so and do not any more.
    package var noLongerWaiting: [FreedLane] = []

    package init() {}

    /// Deliveries that were added or replaced, of every kind.
    package var recorded: Int { states + histories + questions }
}

/// A dossier that became held, for the log.
package struct HeldDossier: Hashable, Sendable {
    package var code: DossierCode
    package var sourceKey: SourceKey
    package var hold: Hold
}

/// A lane whose next step waits for its turn, for the log.
package struct WaitingLane: Hashable, Sendable {
    package var destination: DestinationID
    package var code: DossierCode
    package var wait: StatusWait
}

/// A lane that a newer revision of its dossier freed, for the log.
package struct FreedLane: Hashable, Sendable {
    package var destination: DestinationID
    package var code: DossierCode
}
