internal import Dossiers
package import Wire

// The stable JSON of what commands show: names never change, new ones may come. Times are RFC 3339.

extension JSONWriter {
    mutating func member(_ name: String, _ value: Timestamp) { member(name, value.rfc3339) }

    mutating func optional(_ name: String, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    mutating func optional(_ name: String, _ value: Timestamp?) { optional(name, value?.rfc3339) }

    mutating func optional(_ name: String, _ value: Int64?) {
        key(name)
        if let value { number(value) } else { null() }
    }

    mutating func list<Element>(
        _ name: String, _ elements: [Element], _ write: (Element, inout JSONWriter) -> Void
    ) {
        key(name)
        beginArray()
        for element in elements { write(element, &self) }
        endArray()
    }

    mutating func texts(_ name: String, _ values: [String]) {
        list(name, values) { $1.string($0) }
    }
}

extension StatusReport {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("at", at)
        writer.member("store", path)
        writer.member("schema", Int64(schema))
        writer.member("bytes", bytes)
        writer.optional("daemon", daemon.map(Int64.init))
        writer.member("dossiers", dossiers)
        writer.member("heldDossiers", heldDossiers)
        writer.list("destinations", destinations) { $0.write(into: &$1) }
        writer.list("held", held) { $0.write(into: &$1) }
        writer.key("verification")
        verification.write(into: &writer)
        writer.key("cursors")
        writer.beginObject()
        for cursor in cursors { writer.optional(cursor.name, cursor.value) }
        writer.endObject()
        writer.member("discarded", discarded)
        writer.member("openRequests", openRequests)
        writer.member("writeBacksWaiting", writeBacksWaiting)
        writer.key("deletions")
        deletions.write(into: &writer)
        writer.member("ledgerLines", ledgerLines)
        writer.optional("lastLineAt", lastLineAt)
        writer.key("memory")
        writer.beginObject()
        writer.member("generation", memory.generation)
        writer.optional("cause", memory.cause?.rawValue)
        writer.optional("since", memory.since)
        writer.endObject()
        writer.endObject()
    }
}

extension LaneReport {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("destination", destination)
        writer.member("lanes", lanes)
        writer.member("waiting", waiting)
        writer.member("due", due)
        writer.member("later", later)
        writer.member("behind", behind)
        writer.member("backlog", backlog)
        writer.member("uncertain", uncertain)
        writer.member("parked", parked)
        writer.member("inFlight", inFlight)
        writer.member("unconfirmed", unconfirmed)
        writer.member("acknowledged", acknowledged)
        writer.member("attempts", attempts)
        ParkedCount.write(parkedByCause, into: &writer)
        writer.list("statusWaits", statusWaits) { waiting, writer in
            writer.beginObject()
            writer.member("reason", waiting.wait.reason.rawValue)
            writer.member("status", waiting.wait.status)
            writer.texts("needs", waiting.wait.needs)
            writer.member("count", waiting.count)
            writer.member("since", waiting.since)
            writer.texts("examples", waiting.examples)
            writer.endObject()
        }
        writer.optional("oldestDueAt", oldestDueAt)
        writer.optional("waitingSince", waitingLongest?.recordedAt)
        writer.optional("waitingLongest", waitingLongest?.code)
        writer.optional("nextDueAt", nextDueAt)
        writer.endObject()
    }
}

extension ParkedCount {
    static func write(_ counts: [ParkedCount], into writer: inout JSONWriter) {
        writer.key("parkedByCause")
        writer.beginObject()
        for count in counts { writer.member(count.cause.rawValue, count.count) }
        writer.endObject()
    }
}

extension VerificationCounts {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("persons", persons)
        writer.member("asked", asked)
        writer.member("dossiersCovered", dossiersCovered)
        writer.member("matched", matched)
        writer.member("mismatched", mismatched)
        writer.member("notFound", notFound)
        writer.member("unavailable", unavailable)
        writer.member("pending", pending)
        writer.endObject()
    }
}

extension HeldGroup {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("rule", rule)
        writer.member("field", field)
        writer.optional("unmapped", unmapped)
        writer.member("count", count)
        writer.member("since", since)
        writer.texts("examples", examples)
        writer.endObject()
    }
}

extension HeldEntry {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("code", code)
        writer.member("sourceKey", sourceKey)
        writer.member("rule", rule)
        writer.member("field", field)
        writer.optional("unmapped", unmapped)
        writer.member("since", since)
        writer.endObject()
    }
}

extension ParkedEntry {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("delivery", delivery)
        writer.member("destination", destination)
        writer.member("code", code)
        writer.member("operation", operation.name)
        writer.member("revision", Int64(revision))
        writer.member("cause", cause.rawValue)
        writer.member("answerCode", answerCode)
        writer.member("attempts", Int64(attempts))
        writer.member("recordedAt", recordedAt)
        writer.member("parkedAt", parkedAt)
        writer.member("blocked", blocked)
        writer.endObject()
    }
}

extension DeskResult {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("deliveries", deliveries)
        writer.member("lanes", lanes)
        ParkedCount.write(byCause, into: &writer)
        writer.endObject()
    }
}

extension LedgerLine {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("sequence", sequence)
        writer.member("at", at)
        writer.member("destination", destination)
        writer.member("code", code)
        writer.optional("delivery", delivery)
        writer.optional("revision", revision.map(Int64.init))
        writer.optional("operation", operation?.name)
        writer.member("kind", "\(kind)")
        writer.optional("outcome", outcome)
        writer.member("settled", settled.name)
        writer.member("answerCode", answerCode)
        writer.member("httpStatus", Int64(httpStatus))
        writer.optional("requestDigest", requestDigest)
        writer.optional("responseDigest", responseDigest)
        writer.optional("elapsedMicroseconds", elapsedMicroseconds)
        writer.optional("waitedMilliseconds", waitedMilliseconds)
        writer.optional("note", note)
        writer.endObject()
    }
}

extension LedgerVerification {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("lines", lines)
        writer.member("seals", seals)
        writer.member("head", head)
        writer.optional("brokenAt", brokenAt)
        writer.endObject()
    }
}

extension OperatorRequest {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("state", state.name)
        writer.key("filter")
        filter.write(into: &writer)
        writer.member("requestedBy", requestedBy)
        writer.member("requestedAt", requestedAt)
        writer.member("updatedAt", updatedAt)
        writer.member("read", counts.read)
        writer.member("recorded", counts.recorded)
        writer.member("unchanged", counts.unchanged)
        writer.member("held", counts.held)
        writer.member("missing", counts.missing)
        writer.endObject()
    }
}
