internal import Outbox
internal import Wire

/// A resync request as JSON.
enum RequestJSON {
    static func write(_ request: OperatorRequest, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", request.id)
        writer.member("state", request.state.name)
        writer.member("by", request.requestedBy)
        writer.member("requested_at", request.requestedAt.rfc3339)
        writer.member("updated_at", request.updatedAt.rfc3339)
        writer.member("read", request.counts.read)
        writer.member("recorded", request.counts.recorded)
        writer.member("unchanged", request.counts.unchanged)
        writer.member("held", request.counts.held)
        writer.member("missing", request.counts.missing)
        writer.endObject()
    }
}
