/// Something that happened, as the log, the counters and the tests see it.
///
/// Events have fixed fields and no free text from outside, so that a citizen's data cannot slip into a
/// log: what is not one of these fields cannot be said.
package struct Event: Sendable, Hashable {
    package enum Level: Int, Sendable, Hashable {
        // The numbers are syslog's priorities.
        case error = 3
        case warning = 4
        case notice = 5
        case info = 6
        case debug = 7
    }

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case daemonStarting, daemonReady, daemonStopping, daemonStopped
        case configurationReloaded, configurationRefused
        case captureRecorded, captureHeld, captureReleased, captureFailed, captureRecovered
        case captureWalkStarted, captureWalkFinished
        case feedUsed, feedLost, feedTrimmed, feedGrows
        case sweepFinished, sweepLate
        case deletionSuspected, deletionsAlarmed, deletionsAlarmOver
        case sourceWrittenBack
        case deliveryAcknowledged, deliveryRetried, deliveryUncertain, deliveryProbed
        case deliveryParked, deliveryReleased, deliveryDiscarded, batchSplit
        case sessionOpened, sessionRefused
        case breakerOpened, breakerProbing, breakerClosed
        case throttled
        case verificationSettled
        case resyncRequested, resyncFinished
        case storeUpgrading, storeFailed, storeRecovered, storeReopened
        case clockJumped
        case progressStalled, progressResumed
        case memoryDoubted, witnessFailed
        case statusReported
        case logLinesLost
    }

    package var kind: Kind
    package var level: Level
    package var dossier: String?
    package var destination: String?
    package var operation: String?
    package var outcome: String?
    package var attempt: Int?
    package var delivery: Int64?
    /// The code of the ``Trouble`` that this event is about.
    package var errorCode: String?
    /// A destination's own answer code, as the contract normalises it.
    package var answerCode: String?
    /// Words of a library (libcurl, SQLite, SQLSTATE) that name hosts, files and columns only.
    package var detail: String?
    package var numbers: [Number]

    package struct Number: Sendable, Hashable {
        package var name: String
        package var value: Int64
        package init(_ name: String, _ value: Int64) {
            self.name = name
            self.value = value
        }
    }

    package init(
        _ kind: Kind, _ level: Level = .info, dossier: String? = nil, destination: String? = nil,
        operation: String? = nil, outcome: String? = nil, attempt: Int? = nil,
        delivery: Int64? = nil, errorCode: String? = nil, answerCode: String? = nil,
        detail: String? = nil, numbers: [Number] = []
    ) {
        self.kind = kind
        self.level = level
        self.dossier = dossier
        self.destination = destination
        self.operation = operation
        self.outcome = outcome
        self.attempt = attempt
        self.delivery = delivery
        self.errorCode = errorCode
        self.answerCode = answerCode
        self.detail = detail
        self.numbers = numbers
    }
}

/// Where events go: the log, the counters, a test. Called from any thread; must not block for long.
package typealias EventSink = @Sendable (Event) -> Void
