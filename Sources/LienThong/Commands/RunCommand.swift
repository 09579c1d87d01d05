internal import Operating
internal import Outbox
internal import Wire

/// `lienthongd run`: the daemon, in the foreground, as systemd wants it.
enum RunCommand {
    static let spec = CommandSpec(
        name: "run",
        vietnamese: "Chạy dịch vụ ở tiền cảnh, như systemd cần.",
        english: "The daemon, in the foreground, as systemd wants it.",
        options: [
            .flag(
                "once", "một lượt đầy đủ rồi thoát, cho timer hay cron / one full pass, then exit"),
            CommandSpec.Option(
                name: "resync", value: "all | MaHoSo | since:DATE", isValueOptional: true,
                help: "bắt đầu bằng đồng bộ lại / start with a resync"),
        ],
        examples: [
            "lienthongd run", "lienthongd run --once", "lienthongd run --resync=since:2026-01-01",
        ],
        run: run)

    private static func run(_ arguments: Arguments) throws(Trouble) -> ExitCode {
        // Before any thread exists, so that every thread has them blocked.
        Signals.block()
        var mode = Daemon.Mode()
        mode.isOnce = arguments.has("once")
        if let text = arguments.value("resync") { mode.resync = try filter(text) }
        let log = EventLog(target: EventLog.preferredTarget, threshold: .info)
        defer {
            log.finish()
            ServiceManager.finish()
        }
        let path = arguments.value("config")
        let share = arguments.value("share")
        let daemon = try Daemon(clock: .system, log: log) { () throws(Trouble) in
            try Composition.load(path: path, share: share)
        }
        return try daemon.run(mode)
    }

    private static func filter(_ text: String) throws(Trouble) -> ResyncFilter {
        var filter = ResyncFilter()
        if text.isEmpty || text == "all" { return filter }
        if text.hasPrefix("since:") {
            filter.since = try DateOption.parse(String(text.dropFirst(6)), option: "--resync")
        } else {
            filter.codes = [text]
        }
        return filter
    }
}
