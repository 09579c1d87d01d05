internal import Capture
internal import Operating
internal import Outbox
internal import Wire

/// `lienthongd source`: the change feed in the office's own database; printed, installed, shown, removed.
enum SourceCommand {
    static let spec = CommandSpec(
        name: "source", operands: "install | uninstall | show", operandCount: 1...1,
        vietnamese:
            "Bảng theo dõi thay đổi trong cơ sở dữ liệu một cửa: xem, cài, gỡ. Không cài vẫn chạy được.",
        english:
            "The change feed in the one-stop database: show, install, remove. Everything works without it.",
        options: [
            .value(
                "connection", "CONNINFO|FILE",
                "tài khoản chủ của các bảng / the account that owns the tables"),
            .value(
                "grant", "ROLE",
                "tài khoản của chương trình / the daemon's account (found by itself)"),
            .flag(
                "no-notify", "không đánh thức chương trình / does not wake the daemon (PostgreSQL)"),
            .flag("print", "chỉ in câu lệnh SQL / print the SQL, change nothing"),
        ],
        examples: [
            "lienthongd source install --print",
            "lienthongd source install --connection \"host=db dbname=opencps user=owner\"",
            "lienthongd source show", "lienthongd source uninstall --connection \"…\"",
        ],
        run: run)

    private static func run(_ arguments: Arguments) throws(Trouble) -> ExitCode {
        let action = arguments.operands[0]
        let actions = ["install", "uninstall", "show"]
        guard actions.contains(action) else {
            throw .sourceHow(action, nearest: Nearest.of(action, among: actions))
        }
        let composition = try Composition.load(
            path: arguments.value("config"), share: arguments.value("share"), makesKey: false)
        guard action != "show" else { return try show(composition, arguments) }
        let own = SourceOpening.place(composition)
        let installer = try FeedInstaller(
            composition.profile, at: arguments.value("connection") ?? own,
            notifies: !arguments.has("no-notify"))
        if action == "uninstall" {
            guard !arguments.has("print") else { return print(installer.removal) }
            let wasThere = try installer.uninstall()
            tellDaemon(isDismissed: true, composition)
            Output.text(
                wasThere
                    ? "Đã gỡ hết, không để lại gì. / Removed, nothing is left of it."
                    : "Chưa từng được cài. / There was none.")
            return .ok
        }
        let isPostgres = composition.configuration.source.isPostgres
        var role = arguments.value("grant")
        // Printing asks nobody; what is printed has a place for the name then.
        if isPostgres, role == nil {
            role = arguments.has("print") ? "lienthongd" : try DatabaseSource.postgresUser(own)
        }
        guard !arguments.has("print") else { return print(installer.script(grantingTo: role)) }
        let isNew = try installer.install(grantingTo: isPostgres ? role : nil)
        tellDaemon(isDismissed: false, composition)
        let tables = installer.tables.joined(separator: ", ")
        Output.text(
            isNew
                ? "Đã cài trigger trên: \(tables). Chương trình tự nhận ra. / "
                    + "Triggers installed on: \(tables). The daemon finds them by itself."
                : "Đã có sẵn đúng như vậy, không thay đổi gì. / Just so already, nothing changed.")
        return .ok
    }

    /// A feed that is gone on purpose is no trouble. Where there is no store yet, nobody could take it for one.
    private static func tellDaemon(isDismissed: Bool, _ composition: Composition) {
        do throws(Trouble) {
            let desk = try OperatorDesk(
                directory: composition.configuration.stateDirectory, actor: StatePlace.actor)
            try onStore { try desk.dismissFeed(isDismissed) }
        } catch {
            guard isDismissed, error.code != "LT-4011" else { return }
            Output.text(
                "Chương trình đang chạy sẽ báo LT-3020 cho đến khi khởi động lại: không ghi được vào kho (\(error.code)). / "
                    + "A running daemon reports LT-3020 until it is restarted: its store could not be told (\(error.code))."
            )
        }
    }

    private static func print(_ sql: String) -> ExitCode {
        Output.text("BEGIN;\n\(sql)\nCOMMIT;")
        return .ok
    }

    private static func show(_ composition: Composition, _ arguments: Arguments) throws(Trouble)
        -> ExitCode
    {
        let source = try SourceOpening.open(composition)
        let found = try source.inspectFeed(now: WallClock.system.now().wall)
        source.disconnect()
        if arguments.has("json") {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("feed", found.name)
            writer.member("rows", found.rows)
            writer.endObject()
            Output.json(writer.finish())
        } else {
            Output.text(found.trouble?.description ?? found.text)
        }
        return found.trouble == nil ? .ok : .findings
    }
}

extension FeedReport {
    /// What `source show --json` says.
    var name: String {
        switch state {
        case .absent: "absent"
        case .unfit(let fault): fault.name
        case .ready: "ready"
        }
    }

    var text: String {
        guard case .ready = state else { return "chưa cài / not installed" }
        let (vietnamese, english) =
            rows > FeedReport.countLimit
            ? ("hơn \(FeedReport.countLimit)", "over \(FeedReport.countLimit)")
            : ("\(rows)", "\(rows)")
        return "đang dùng được, \(vietnamese) dòng / in use, \(english) rows"
    }
}

extension Trouble {
    static func sourceHow(_ word: String, nearest: String?) -> Trouble {
        Trouble(
            "LT-6022", .usage,
            vietnamese: "“\(word)” không phải việc của lệnh source: install, uninstall, show.",
            english: "“\(word)” is nothing that source does: install, uninstall, show.",
            fixVietnamese: nearest.map { "Có phải ý bạn là: lienthongd source \($0)?" }
                ?? "Xem: lienthongd source --help",
            fix: nearest.map { "Did you mean: lienthongd source \($0)?" }
                ?? "See: lienthongd source --help")
    }
}
