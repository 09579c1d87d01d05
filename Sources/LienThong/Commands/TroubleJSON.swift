internal import Operating
internal import Wire

/// Troubles as JSON, the same in every command's `--json`.
enum TroubleJSON {
    static func render(_ troubles: [Trouble]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("troubles")
        write(troubles, to: &writer)
        writer.endObject()
        return writer.finish()
    }

    static func write(_ troubles: [Trouble], to writer: inout JSONWriter) {
        writer.beginArray()
        for trouble in troubles {
            writer.beginObject()
            writer.member("code", trouble.code)
            writer.member("vi", trouble.vietnamese)
            writer.member("en", trouble.english)
            writer.member("fixVi", trouble.fixVietnamese)
            writer.member("fixEn", trouble.fix)
            writer.endObject()
        }
        writer.endArray()
    }
}
