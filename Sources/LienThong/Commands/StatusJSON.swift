internal import Outbox
internal import Wire

/// The status as JSON; its shape is kept stable for scripts.
enum StatusJSON {
    static func render(_ report: StatusReport, requests: [OperatorRequest], live: JSONValue?)
        -> [UInt8]
    {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("at", report.at.rfc3339)
        writer.member("running", live != nil)
        writer.member("dossiers", report.dossiers)
        writer.member("held", report.heldDossiers)
        writer.key("destinations")
        writer.beginArray()
        for lane in report.destinations { write(lane, to: &writer) }
        writer.endArray()
        writer.key("held_groups")
        writer.beginArray()
        for group in report.held { write(group, to: &writer) }
        writer.endArray()
        writer.key("verification")
        write(report.verification, to: &writer)
        writer.key("source")
        writer.beginObject()
        writer.member(
            "walking", report.cursors.contains { $0.name.hasPrefix("walk") && $0.value != nil })
        writer.member("write_backs_waiting", report.writeBacksWaiting)
        writer.endObject()
        writer.key("requests")
        writer.beginArray()
        for request in requests { RequestJSON.write(request, to: &writer) }
        writer.endArray()
        writer.member("ledger_lines", report.ledgerLines)
        writer.member("store_bytes", report.bytes)
        writer.key("live")
        if let live { write(live, to: &writer) } else { writer.null() }
        writer.endObject()
        return writer.finish()
    }

    private static func write(_ lane: LaneReport, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("destination", lane.destination)
        writer.member("lanes", lane.lanes)
        writer.member("due", lane.due)
        writer.member("later", lane.later)
        writer.member("behind", lane.behind)
        writer.member("waiting", lane.due + lane.later + lane.behind)
        writer.member("backlog", lane.backlog)
        writer.member("in_flight", lane.inFlight)
        writer.member("uncertain", lane.uncertain)
        writer.member("parked", lane.parked)
        writer.member("acknowledged", lane.acknowledged)
        writer.member("attempts", lane.attempts)
        writer.key("parked_by_cause")
        writer.beginObject()
        for parked in lane.parkedByCause { writer.member(parked.cause.rawValue, parked.count) }
        writer.endObject()
        if let oldest = lane.oldestDueAt { writer.member("oldest_due_at", oldest.rfc3339) }
        writer.endObject()
    }

    static func write(_ group: HeldGroup, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("rule", group.rule)
        writer.member("field", group.field)
        if let code = group.unmapped { writer.member("unmapped", code) }
        writer.member("count", group.count)
        writer.member("since", group.since.rfc3339)
        writer.key("examples")
        writer.beginArray()
        for example in group.examples { writer.string(example) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ counts: VerificationCounts, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("persons", counts.persons)
        writer.member("asked", counts.asked)
        writer.member("dossiers", counts.dossiersCovered)
        writer.member("matched", counts.matched)
        writer.member("mismatched", counts.mismatched)
        writer.member("not_found", counts.notFound)
        writer.member("unavailable", counts.unavailable)
        writer.member("pending", counts.pending)
        writer.endObject()
    }

    /// Copies a parsed value as it is.
    private static func write(_ value: JSONValue, to writer: inout JSONWriter) {
        switch value {
        case .null: writer.null()
        case .bool(let flag): writer.bool(flag)
        case .number(let text): writer.raw(Array(text.utf8))
        case .string(let text): writer.string(text)
        case .array(let items):
            writer.beginArray()
            for item in items { write(item, to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(member.name)
                write(member.value, to: &writer)
            }
            writer.endObject()
        }
    }
}
