internal import Glibc
internal import Operating
internal import Outbox
internal import Wire

/// `lienthongd reload`: has the running daemon read its configuration again and says what became of it. The
/// signal alone says nothing: a refused configuration would look like a good one.
enum ReloadCommand {
    static let spec = CommandSpec(
        name: "reload",
        vietnamese: "Cho dịch vụ đang chạy đọc lại cấu hình, và cho biết có được chấp nhận không.",
        english:
            "Has the running daemon read its configuration again, and says whether it took it.",
        options: [
            .value("pid", "PID", "tiến trình dịch vụ, như systemd biết / the daemon's process")
        ],
        examples: ["systemctl reload lienthongd", "lienthongd reload"],
        run: run)

    /// Stopping and starting the pipeline takes up to a quarter of this; the rest is for a slow disk.
    private static let patience: Int64 = 60_000

    private static func run(_ arguments: Arguments) throws(Trouble) -> ExitCode {
        let place = try StatePlace(arguments)
        let process = try process(arguments, place)
        let before = ReloadAnswer.current(in: place.directory)
        guard kill(process, SIGHUP) == 0 else { throw .nothingToReload }
        let deadline = WallClock.system.now().steady + patience
        while WallClock.system.now().steady < deadline {
            if let bytes = ReloadAnswer.current(in: place.directory), bytes != before,
                let answer = ReloadAnswer(bytes, by: process)
            {
                if let trouble = answer.trouble { throw trouble }
                Output.text("Cấu hình mới đã có hiệu lực. / The new configuration is in force.")
                return .ok
            }
            guard kill(process, 0) == 0 else { throw .nothingToReload }
            usleep(50_000)
        }
        throw .reloadUnanswered(seconds: patience / 1000)
    }

    private static func process(_ arguments: Arguments, _ place: StatePlace) throws(Trouble)
        -> Int32
    {
        if let text = arguments.value("pid") {
            guard let process = Int32(text), process > 1 else {
                throw .wrongOption("--pid", expected: "a process's number", found: text)
            }
            return process
        }
        let reader = try place.reader()
        let now = place.now
        guard let process = try onStore({ try reader.status(now: now).daemon }) else {
            throw .nothingToReload
        }
        return process
    }
}

extension Trouble {
    static var nothingToReload: Trouble {
        Trouble(
            "LT-6033", .unavailable,
            vietnamese: "Dịch vụ không chạy, không có gì để nạp lại.",
            english: "The daemon does not run: there is nothing to reload.",
            fixVietnamese: "Khởi động: systemctl start lienthongd",
            fix: "Start it: systemctl start lienthongd")
    }

    static func reloadUnanswered(seconds: Int64) -> Trouble {
        Trouble(
            "LT-6034", .temporaryFailure,
            vietnamese:
                "Dịch vụ chưa cho biết cấu hình mới có được chấp nhận không, sau \(seconds) giây.",
            english:
                "The daemon has not said whether it takes the new configuration, in \(seconds) s.",
            fixVietnamese: "Xem nhật ký và trạng thái: journalctl -u lienthongd; lienthongd status",
            fix: "See the log and the status: journalctl -u lienthongd; lienthongd status")
    }
}
