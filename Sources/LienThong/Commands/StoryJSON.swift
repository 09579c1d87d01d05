internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// A dossier's story as JSON; its shape is kept stable for scripts.
enum StoryJSON {
    static func render(_ story: DossierStory) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("dossier", story.code)
        writer.key("source")
        writer.beginArray()
        for row in story.rows { write(row, code: story.code, to: &writer) }
        writer.endArray()
        writer.key("lanes")
        writer.beginArray()
        for lane in story.lanes { write(lane, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.finish()
    }

    private static func write(_ row: SourceStory, code: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("key", row.sourceKey)
        writer.member("first_seen_at", row.firstSeenAt.rfc3339)
        writer.member("changed_at", row.changedAt.rfc3339)
        if let hold = row.hold {
            writer.member("held_by", hold.rule.rawValue)
            writer.member("field", hold.field)
            if let code = hold.unmapped { writer.member("unmapped", code) }
            writer.key("troubles")
            TroubleJSON.write([Trouble.held(hold, dossier: DossierCode(code))], to: &writer)
        }
        writer.key("remarks")
        writer.beginArray()
        for remark in row.remarks { writer.string("\(remark.kind.rawValue):\(remark.field)") }
        writer.endArray()
        if let person = row.person {
            writer.key("applicant")
            writer.beginObject()
            writer.member("person", person.person)
            writer.member("verification", person.verification?.name ?? "pending")
            if case .mismatched(let elements) = person.verification {
                writer.key("elements")
                writer.beginArray()
                for element in elements.map(\.rawValue).sorted() { writer.string(element) }
                writer.endArray()
            }
            writer.member("asked", Int64(person.asked))
            writer.member("dossiers", person.dossiers)
            writer.endObject()
        }
        writer.endObject()
    }

    private static func write(_ lane: LaneStory, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("destination", lane.destination)
        writer.member("existence", "\(lane.existence)")
        writer.member("settled", lane.isSettled)
        writer.member("state_revision", Int64(lane.stateRevision))
        writer.member("acknowledged_revision", Int64(lane.acknowledgedRevision))
        writer.member("steps", Int64(lane.steps))
        writer.key("deliveries")
        writer.beginArray()
        for delivery in lane.deliveries {
            writer.beginObject()
            writer.member("delivery", delivery.id)
            writer.member("operation", delivery.operation.name)
            writer.member("revision", Int64(delivery.revision))
            writer.member("state", delivery.state.name)
            writer.member("in_flight", delivery.isInFlight)
            writer.member("due_at", delivery.dueAt.rfc3339)
            writer.member("attempts", Int64(delivery.attempts))
            if let cause = delivery.cause { writer.member("cause", cause.rawValue) }
            writer.endObject()
        }
        writer.endArray()
        writer.key("ledger")
        writer.beginArray()
        for line in lane.ledger { write(line, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ line: LedgerLine, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("sequence", line.sequence)
        writer.member("at", line.at.rfc3339)
        writer.member("settled", line.settled.name)
        if let operation = line.operation { writer.member("operation", operation.name) }
        if let revision = line.revision { writer.member("revision", Int64(revision)) }
        if let outcome = line.outcome { writer.member("outcome", outcome) }
        if line.httpStatus > 0 { writer.member("http_status", Int64(line.httpStatus)) }
        if !line.answerCode.isEmpty { writer.member("answer_code", line.answerCode) }
        if let digest = line.requestDigest { writer.member("request_digest", digest) }
        if let digest = line.responseDigest { writer.member("response_digest", digest) }
        if let note = line.note { writer.member("note", note) }
        writer.endObject()
    }
}
