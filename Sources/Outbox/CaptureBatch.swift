package import Dossiers
package import Wire

/// What one step of capture found, ready to be recorded: dossiers rendered for their destinations,
/// dossiers held with their reason, and how far the source has been read.
///
/// Recorded in one transaction: the cursors move if and only if everything in the batch is on disk.
package struct CaptureBatch: Sendable {
    package var cursors: [CursorMove]
    package var dossiers: [CapturedDossier]
    /// True when the dossiers come from a walk over the whole source, so that fresh changes pass them.
    package var isBacklog: Bool
    /// True when an operator asked for it: an unchanged state is sent again under a new revision.
    /// Steps that were recorded before are never sent again.
    package var isForced: Bool
    /// The destinations that are meant when the batch is forced; empty for all. What is new is recorded for
    /// every destination: a dossier may have been held until now.
    package var forced: Set<DestinationID> = []
    /// Keys that the source does not have any more.
    package var missing = MissingKeys()
    /// The piece of the source that the background sweep has just listed whole.
    package var swept: SweptKeys?

    package init(
        cursors: [CursorMove] = [], dossiers: [CapturedDossier] = [], isBacklog: Bool = false,
        isForced: Bool = false
    ) {
        self.cursors = cursors
        self.dossiers = dossiers
        self.isBacklog = isBacklog
        self.isForced = isForced
    }
}

/// A named place in the source; a nil value forgets it.
package struct CursorMove: Hashable, Sendable {
    package var name: String
    package var value: String?
    package init(name: String, value: String?) {
        self.name = name
        self.value = value
    }
}

/// One dossier of a batch.
package struct CapturedDossier: Sendable {
    package enum Content: Sendable {
        case deliverable([LaneContent])
        case held(Hold)
    }
    package var code: DossierCode
    package var sourceKey: SourceKey
    package var content: Content
    package var remarks: [Remark]
    /// The question about the applicant; nil when there is none to ask.
    package var question: PersonQuestion?

    package init(
        code: DossierCode, sourceKey: SourceKey, content: Content, remarks: [Remark] = [],
        question: PersonQuestion? = nil
    ) {
        self.code = code
        self.sourceKey = sourceKey
        self.content = content
        self.remarks = remarks
        self.question = question
    }
}

/// What one destination should hold of a dossier.
package struct LaneContent: Sendable {
    package var destination: DestinationID
    /// The rendered header record; nil for a destination that takes steps alone.
    package var state: Payload?
    /// Every step of the dossier, in order; the store tells the new ones from the recorded ones.
    package var steps: [StepPayload]
    /// How many steps one request may carry, and the bytes between two of them.
    package var stepsPerDelivery: Int
    package var stepSeparator: [UInt8]
    /// The order that this destination demands; nil when steps go as they come.
    package var order: StatusOrder?
    /// True when this destination is to wait until the applicant's verification is settled.
    package var waitsForVerification: Bool

    package init(
        destination: DestinationID, state: Payload?, steps: [StepPayload] = [],
        stepsPerDelivery: Int = 10, stepSeparator: [UInt8] = [UInt8(ascii: ",")],
        order: StatusOrder? = nil,
        waitsForVerification: Bool = false
    ) {
        self.destination = destination
        self.state = state
        self.steps = steps
        self.stepsPerDelivery = stepsPerDelivery
        self.stepSeparator = stepSeparator
        self.order = order
        self.waitsForVerification = waitsForVerification
    }
}

/// Rendered bytes and their digest. The bytes carry a citizen's data and are sealed on disk.
package struct Payload: Sendable {
    package var bytes: [UInt8]
    package var digest: Digest
    package init(bytes: [UInt8], digest: Digest) {
        self.bytes = bytes
        self.digest = digest
    }
}

/// One rendered step, known by its source's key.
package struct StepPayload: Sendable {
    package var id: SourceKey
    package var payload: Payload
    /// With an order: the destination's code of the step's status.
    package var status: String
    /// With an order: the field for want of which the step cannot be said; its payload is then empty.
    package var lacks: String?
    package init(
        id: SourceKey, payload: Payload, status: String = "", lacks: String? = nil
    ) {
        self.id = id
        self.payload = payload
        self.status = status
        self.lacks = lacks
    }
}

/// A question about a person for a population database, asked once per person and validity period.
package struct PersonQuestion: Sendable {
    package var destination: DestinationID
    /// Identity number, name and birth in a canonical form; the store keeps only a keyed digest of it.
    package var identity: [UInt8]
    package var payload: Payload
    /// How long an answer stays good, in milliseconds.
    package var validityMilliseconds: Int64

    package init(
        destination: DestinationID, identity: [UInt8], payload: Payload, validityMilliseconds: Int64
    ) {
        self.destination = destination
        self.identity = identity
        self.payload = payload
        self.validityMilliseconds = validityMilliseconds
    }
}
