internal import Operating
internal import Wire

/// `lienthongd check`: everything that could keep the daemon from its work, tried, each finding with its fix.
enum CheckCommand {
    static let spec = CommandSpec(
        name: "check",
        vietnamese:
            "Chạy thử mọi thứ: cấu hình, bảng mã, từng câu lệnh trên cơ sở dữ liệu nguồn, hồ sơ mẫu, chứng thư, đăng nhập, đĩa, đồng hồ; báo mọi lỗi một lần, kèm cách sửa.",
        english:
            "Tries everything: configuration, mappings, each statement on the source, sampled dossiers, certificates, logins, disk, clock; all faults at once, each with its fix.",
        options: [
            .flag("offline", "không dùng mạng và cơ sở dữ liệu nguồn / no network, no source"),
            .flag("quiet", "chỉ in lỗi / print findings only"),
        ],
        examples: ["lienthongd check", "lienthongd check --offline"],
        run: run)

    private static func run(_ arguments: Arguments) throws(Trouble) -> ExitCode {
        let inspection = Inspection(isOffline: arguments.has("offline"))
        inspection.run(config: arguments.value("config"), share: arguments.value("share"))
        if arguments.has("json") {
            Output.json(json(inspection.findings))
        } else {
            for finding in inspection.findings {
                switch finding {
                case .fine(let text):
                    if !arguments.has("quiet") { Output.text("✓ \(text)") }
                case .note(let text):
                    if !arguments.has("quiet") { Output.text("• \(text)") }
                case .trouble(let trouble):
                    Output.text("✗ \(trouble.description)")
                }
            }
        }
        return inspection.worst
    }

    private static func json(_ findings: [Inspection.Finding]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("fine")
        writer.beginArray()
        for case .fine(let text) in findings { writer.string(text) }
        writer.endArray()
        writer.key("notes")
        writer.beginArray()
        for case .note(let text) in findings { writer.string(text) }
        writer.endArray()
        writer.key("troubles")
        TroubleJSON.write(
            findings.compactMap { if case .trouble(let trouble) = $0 { trouble } else { nil } },
            to: &writer)
        writer.endObject()
        return writer.finish()
    }
}
