internal import Outbox
internal import Wire

/// The status as JSON; its shape is kept stable for scripts: what the store says, the open requests, and
/// what only the running daemon knows (`live`, null when none runs).
enum StatusJSON {
    static func render(_ report: StatusReport, requests: [OperatorRequest], live: JSONValue?)
        -> [UInt8]
    {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("running", live != nil)
        writer.key("store")
        report.write(into: &writer)
        writer.key("requests")
        writer.beginArray()
        for request in requests { request.write(into: &writer) }
        writer.endArray()
        writer.key("live")
        if let live { write(live, to: &writer) } else { writer.null() }
        writer.endObject()
        return writer.finish()
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
