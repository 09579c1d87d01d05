internal import Dossiers
package import Wire

extension DossierStory {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("code", code)
        writer.list("rows", rows) { $0.write(into: &$1) }
        writer.list("lanes", lanes) { $0.write(into: &$1) }
        writer.endObject()
    }
}

extension SourceStory {
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("sourceKey", sourceKey)
        writer.member("firstSeenAt", firstSeenAt)
        writer.member("changedAt", changedAt)
        writer.key("hold")
        if let hold {
            writer.beginObject()
            writer.member("rule", hold.rule.rawValue)
            writer.member("field", hold.field)
            writer.optional("unmapped", hold.unmapped)
            writer.optional("since", heldSince)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.key("deletion")
        if let deletion { deletion.write(into: &writer) } else { writer.null() }
        writer.list("remarks", remarks) { remark, writer in
            writer.beginObject()
            writer.member("kind", remark.kind.rawValue)
            writer.member("field", remark.field)
            writer.endObject()
        }
        writer.key("person")
        if let person { person.write(into: &writer) } else { writer.null() }
        writer.endObject()
    }
}

extension PersonStory {
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("person", person)
        writer.optional("verification", verification?.name)
        if case .mismatched(let elements) = verification {
            writer.texts("elements", elements.map(\.rawValue).sorted())
        }
        writer.optional("settledAt", settledAt)
        writer.optional("validUntil", validUntil)
        writer.member("pending", isPending)
        writer.member("asked", Int64(asked))
        writer.member("dossiers", dossiers)
        writer.endObject()
    }
}

extension LaneStory {
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("destination", destination)
        writer.member("settled", isSettled)
        writer.member("existence", "\(existence)")
        writer.member("confirmed", isConfirmed)
        writer.member("revision", Int64(revision))
        writer.member("stateRevision", Int64(stateRevision))
        writer.member("acknowledgedRevision", Int64(acknowledgedRevision))
        writer.member("steps", Int64(steps))
        writer.optional("waitsUntil", waitsUntil)
        writer.key("statusWait")
        if let statusWait {
            writer.beginObject()
            writer.member("reason", statusWait.reason.rawValue)
            writer.member("status", statusWait.status)
            writer.texts("needs", statusWait.needs)
            writer.optional("since", statusWaitSince)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.list("deliveries", deliveries) { $0.write(into: &$1) }
        writer.list("ledger", ledger) { $0.write(into: &$1) }
        writer.endObject()
    }
}

extension DeliveryStory {
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("operation", operation.name)
        writer.member("revision", Int64(revision))
        writer.member("state", state.name)
        writer.member("inFlight", isInFlight)
        writer.member("backlog", isBacklog)
        writer.member("dueAt", dueAt)
        writer.member("attempts", Int64(attempts))
        writer.member("recordedAt", recordedAt)
        writer.optional("cause", cause?.rawValue)
        writer.member("answerCode", answerCode)
        writer.member("steps", Int64(stepCount))
        writer.key("words")
        if case .open(let words) = saying { writer.string(words.shown) } else { writer.null() }
        writer.member("wordsSealed", saying == .sealed)
        writer.endObject()
    }
}
