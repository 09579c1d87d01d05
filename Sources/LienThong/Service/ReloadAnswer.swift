internal import Glibc
package import Operating
package import Wire

/// What became of the last reload, in a small file beside the store: `lienthongd reload` waits for it, so that
/// whoever asked for a reload is told that it was refused.
package struct ReloadAnswer {
    /// nil when the new configuration is in force.
    package var trouble: Trouble?
    package var at: Timestamp

    private static func path(in directory: String) -> String { "\(directory)/reload.json" }

    /// A disk that takes nothing has been told already; whoever waits then hears nothing.
    func write(in directory: String) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("at", at.milliseconds)
        writer.member("pid", Int64(getpid()))
        if let trouble {
            writer.member("code", trouble.code)
            writer.member("exit", Int64(trouble.exit.rawValue))
            writer.member("vi", trouble.vietnamese)
            writer.member("en", trouble.english)
            writer.member("fixVi", trouble.fixVietnamese)
            writer.member("fixEn", trouble.fix)
        }
        writer.endObject()
        let bytes = writer.finish()
        let path = ReloadAnswer.path(in: directory)
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return }
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        close(descriptor)
        if isWritten { rename(temporary, path) } else { unlink(temporary) }
    }

    /// The file as it is now, to be compared.
    static func current(in directory: String) -> [UInt8]? { readFile(path(in: directory)) }

    init(trouble: Trouble?, at: Timestamp) {
        self.trouble = trouble
        self.at = at
    }

    /// nil when the bytes are no answer of that process.
    init?(_ bytes: [UInt8], by process: Int32) {
        guard let value = try? JSONValue(parsing: bytes), value["pid"]?.text == "\(process)",
            let at = value["at"]?.text.flatMap({ Int64($0) })
        else { return nil }
        self.at = Timestamp(milliseconds: at)
        guard let code = value["code"]?.text else { return }
        func text(_ name: String) -> String { value[name]?.text ?? "" }
        trouble = Trouble(
            code, ExitCode(rawValue: Int32(text("exit")) ?? 78) ?? .configuration,
            vietnamese: text("vi"), english: text("en"), fixVietnamese: text("fixVi"),
            fix: text("fixEn"))
    }
}
