package import Wire

extension DeletionCounts {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("suspected", suspected)
        writer.member("held", held)
        writer.member("acknowledged", acknowledged)
        if let alarm {
            writer.key("alarm")
            writer.beginObject()
            writer.member("since", alarm.since)
            writer.member("missing", alarm.missing)
            writer.member("known", alarm.known)
            writer.endObject()
        }
        writer.endObject()
    }
}

extension DeletionEntry {
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("dossier", code)
        writer.member("sourceKey", sourceKey)
        writer.member("state", state.name)
        writer.member("missedAt", missedAt)
        writer.optional("decidedAt", decidedAt)
        writer.endObject()
    }
}
