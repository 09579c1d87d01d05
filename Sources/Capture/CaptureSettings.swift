package import Contracts
package import Dossiers
internal import Wire

/// How capture paces itself. Durations are milliseconds.
package struct CaptureSettings: Sendable {
    /// How often the source is looked at when nobody says that something changed.
    package var pollMilliseconds: Int64 = 5_000
    /// The most time between two looks when somebody keeps saying so; all of it without a feed.
    package var gapMilliseconds: Int64 = 500
    /// With a feed: the share of time that looks may spend at the source when somebody keeps saying so, so
    /// that the walk gets its turns and the office its database.
    package var lookShare = 0.25
    /// How often the source's own mappings are compared.
    package var mappingsMilliseconds: Int64 = 60_000
    /// How often at least a source without changes has its mark recorded, so that a restart need not
    /// look back further.
    package var markMilliseconds: Int64 = 300_000
    /// The first wait after a failure of the source, doubled with each further one up to the limit.
    package var retryMilliseconds: Int64 = 1_000
    package var retryLimitMilliseconds: Int64 = 60_000
    /// How many batches may wait to be recorded while the next is made.
    package var outstandingLimit = 2
    /// How many changed keys are asked for at once.
    package var keysPerLook = 10_000
    /// How many pages of fresh changes pass before another reading gets one.
    package var lookPagesInARow = 4
    /// How many dossiers a batch has at most, whatever the profile says.
    package var dossiersPerBatch = 400
    /// How many answers one transaction writes back: few, because each keeps a row of the office locked.
    package var answersPerWriteBack = 50
    /// A digest of the code tables and of whatever else may free a held dossier.
    package var configurationDigest = ""
    /// A file for what page is being read, beside the state; nil for none.
    package var diaryPath: String?
    /// ``WallClock/boot``.
    package var boot = ""

    /// Within what time the background sweep goes over the whole source; 0 for no sweep.
    package var sweepPeriodMilliseconds: Int64 = 0
    /// The share of time that the sweep may spend at the source.
    package var sweepShare = 0.05
    /// How many dossiers the sweep reads at once, and the least pause between two readings.
    package var dossiersPerSweep = 200
    package var sweepGapMilliseconds: Int64 = 1_000
    /// What the sweep's own time is measured with: milliseconds of a clock that only moves forward.
    package var stopwatch: @Sendable () -> Int64 = { WallClock.system.now().steady }
    /// How often what changed is also looked for by its time while a feed is there, the source's history is compared
    /// with what is remembered of it, and what may hide rows is asked for.
    package var netMilliseconds: Int64 = 600_000
    /// How often the feed is trimmed, and how many rows a transaction removes at most.
    package var trimMilliseconds: Int64 = 30_000
    package var rowsPerTrim = 2_000
    /// More rows than this in the feed are told as a trouble.
    package var feedRowsLimit: Int64 = 200_000

    package init() {}
}

/// A destination as capture sees it.
package struct CaptureDestination: Sendable {
    package var id: DestinationID
    package var contract: Contract
    /// True when its header waits until the applicant's verification is settled.
    package var waitsForVerification: Bool
    /// How long an answer about a person stays good, in milliseconds; for the verifying destination.
    package var validityMilliseconds: Int64
    /// National codes of the procedures whose dossiers go there; empty for all.
    package var procedures: Set<String>

    package init(
        id: DestinationID, contract: Contract, waitsForVerification: Bool = false,
        validityMilliseconds: Int64 = 180 * 86_400_000, procedures: Set<String> = []
    ) {
        self.id = id
        self.contract = contract
        self.waitsForVerification = waitsForVerification
        self.validityMilliseconds = validityMilliseconds
        self.procedures = procedures
    }

    /// Codes come with or without the ministry's suffix: `2.000986.000.00.00.H22` is `2.000986`.
    func takes(_ procedure: String) -> Bool {
        procedures.isEmpty || procedures.contains(procedure)
            || procedures.contains(
                procedure.split(separator: ".").prefix(2).joined(separator: "."))
    }
}
