internal import Glibc
internal import Operating

/// `lienthong-sandbox onestop make|work`.
package enum OneStopCommand {
    /// Runs the command and returns its exit code.
    package static func run(_ arguments: [String]) -> Int32 {
        if arguments.isEmpty || arguments.contains("--help") || arguments.contains("-h") {
            print(help)
            return arguments.isEmpty ? ExitCode.usage.rawValue : ExitCode.ok.rawValue
        }
        do {
            let rest = Array(arguments.dropFirst())
            switch arguments[0] {
            case "make": try make(rest)
            case "work": try work(rest)
            case "overhead": try overhead(rest)
            default:
                throw Trouble.optionUnknown(
                    arguments[0], command: "onestop",
                    nearest: Nearest.of(arguments[0], among: ["make", "work", "overhead"]))
            }
            return ExitCode.ok.rawValue
        } catch {
            return report(error)
        }
    }

    /// Tells a trouble on standard error and gives its exit code.
    static func report(_ error: any Error) -> Int32 {
        let trouble = Trouble.oneStop(error)
        let line = Array("\(trouble)\n".utf8)
        // Nobody is left to tell when standard error is closed.
        _ = write(STDERR_FILENO, line, line.count)
        return trouble.exit.rawValue
    }

    private static func make(_ arguments: [String]) throws {
        let options = try OptionReader(
            arguments, command: "onestop make",
            valued: [
                "--profile", "--database", "--dossiers", "--seed", "--province", "--sources",
                "--codes", "--catalogue", "--people", "--units", "--held-share", "--until",
                "--files-url",
            ])
        var order = SampleOrder(
            profile: options.text("--profile") ?? "reference",
            database: try options.required("--database"),
            dossiers: try options.integer("--dossiers", default: 1000, in: 1...5_000_000))
        order.seed = UInt64(try options.integer("--seed", default: 1, in: 0...Int(Int32.max)))
        order.province = options.text("--province") ?? order.province
        order.sources = options.text("--sources")
        order.codes = options.text("--codes")
        order.catalogue = options.text("--catalogue")
        order.people = options.text("--people")
        order.units = options.text("--units")
        order.heldShare = try options.share("--held-share", default: order.heldShare)
        order.until = options.text("--until")
        order.filesURL = options.text("--files-url") ?? order.filesURL
        let made = try SampleMaker.make(order)
        print(
            """
            \(made.dossiers) hồ sơ / dossiers, \(made.steps) bước / steps, \(made.files) tệp / files, \
            \(made.fees) khoản phí / fees
            \(made.people) người / people, \(made.procedures) thủ tục / procedures, \
            \(made.units) đơn vị / units
            """)
    }

    private static func work(_ arguments: [String]) throws {
        let options = try OptionReader(
            arguments, command: "onestop work",
            valued: [
                "--profile", "--database", "--rate", "--seconds", "--seed", "--late-commits",
                "--workers", "--province", "--codes", "--held-share", "--files-url",
                "--silent", "--deletions", "--deleted",
            ],
            switches: ["--notify", "--quiet"])
        var order = OfficeOrder(
            profile: options.text("--profile") ?? "reference",
            database: try options.required("--database"))
        order.rate = try options.rate("--rate", default: 20)
        order.seconds =
            options.has("--seconds")
            ? try options.integer("--seconds", default: 60, in: 1...1_000_000) : nil
        order.seed = UInt64(try options.integer("--seed", default: 1, in: 0...Int(Int32.max)))
        order.lateShare = try options.share("--late-commits", default: order.lateShare)
        order.workers = try options.integer("--workers", default: 3, in: 1...32)
        order.province = options.text("--province") ?? order.province
        order.codes = options.text("--codes")
        order.heldShare = try options.share("--held-share", default: order.heldShare)
        order.filesURL = options.text("--files-url") ?? order.filesURL
        order.notifies = options.has("--notify")
        order.silentShare = try options.share("--silent", default: 0)
        order.deletionShare = try options.share("--deletions", default: 0)
        let deleted = options.text("--deleted")
        let isQuiet = options.has("--quiet")
        StopSignal.install()
        let office = try Office(order)
        let counts = try office.run(
            progress: { counts in if !isQuiet { print(counts.line) } },
            isStopping: { StopSignal.isRaised })
        if let deleted {
            try writeFile(
                deleted, Array(office.deletedCodes.map { $0 + "\n" }.joined().utf8))
        }
        print(counts.line)
    }

    private static func overhead(_ arguments: [String]) throws {
        let options = try OptionReader(
            arguments, command: "onestop overhead",
            valued: ["--profile", "--database", "--against", "--transactions", "--seed"])
        let profile = options.text("--profile") ?? "reference"
        let seed = UInt64(try options.integer("--seed", default: 1, in: 0...Int(Int32.max)))
        var measured = OfficeOrder(
            profile: profile, database: try options.required("--database"))
        var plain = OfficeOrder(profile: profile, database: try options.required("--against"))
        measured.seed = seed
        plain.seed = seed
        let figures = try OfficeOverhead(measured, against: plain).run(
            transactions: try options.integer("--transactions", default: 3000, in: 100...1_000_000))
        print(figures.line)
    }

    private static let help = """
        lienthong-sandbox onestop — một hệ thống một cửa giả / an invented one-stop database

        onestop make --profile reference|opencps --database FILE|CONNINFO [--dossiers 1000]
            Tạo bảng và điền hồ sơ giả / makes the tables and fills them with invented dossiers.
            --seed N           cùng số, cùng dữ liệu / the same number, the same data
            --province NN      tỉnh theo mã, mặc định 52 Gia Lai / province, default 52 Gia Lai
            --held-share X     phần hồ sơ không gửi được / share that cannot be sent, default 0.01
            --until YYYY-MM-DD dữ liệu đến ngày này, mặc định hôm nay / up to this day, default today
            --catalogue OUT    danh mục cho cổng thử nghiệm / catalogue for the sandbox portal
            --people OUT       sổ dân cư thử nghiệm / register for the sandbox population database
            --units OUT        units.json5: đơn vị cũ và nơi kế thừa / dissolved units, successors
            --sources DIR      thư mục Config/sources; --codes DIR  thư mục Config/codes
            --files-url URL    đầu đường dẫn tệp / in front of file numbers

        onestop work --profile … --database … [--rate 20/s] [--seconds N] [--seed N]
            Làm việc như một văn phòng, đến khi có SIGTERM / works like an office, until SIGTERM.
            --late-commits X   phần giao dịch mở vài giây rồi mới ghi / share of transactions that
                               stay open for seconds and commit late (PostgreSQL), default 0.05
            --silent X         phần sửa mà không đổi ngày sửa / share of changes that move no time
            --deletions X      phần xoá hẳn hồ sơ / share that deletes a dossier, default 0
            --deleted OUT      ghi mã hồ sơ đã xoá / writes the codes of what it deleted
            --workers N        số cán bộ / officers at once, default 3
            --notify           NOTIFY lienthongd sau mỗi thay đổi / after each change (PostgreSQL)

        onestop overhead --profile … --database A --against B [--transactions 3000]
            Cùng một chuỗi giao dịch lần lượt trên hai bản sao, so thời gian / the same transactions on two
            copies in turn, their times compared: what a change feed in A costs.
        """
}
