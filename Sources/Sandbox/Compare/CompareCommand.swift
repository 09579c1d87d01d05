internal import Operating

/// `lienthong-sandbox compare`.
package enum CompareCommand {
    /// Runs the command: 0 when both ends agree, 1 when they do not.
    package static func run(_ arguments: [String]) -> Int32 {
        if arguments.contains("--help") || arguments.contains("-h") {
            print(help)
            return ExitCode.ok.rawValue
        }
        do {
            let options = try OptionReader(
                arguments, command: "compare",
                valued: [
                    "--profile", "--database", "--portal", "--codes", "--units", "--sources",
                    "--file-url", "--limit", "--deleted",
                ], switches: ["--json"])
            var order = ComparisonOrder(
                profile: options.text("--profile") ?? "reference",
                database: try options.required("--database"),
                portal: try options.required("--portal"))
            order.codes = options.text("--codes")
            order.units = options.text("--units")
            order.sources = options.text("--sources")
            order.fileURL = options.text("--file-url")
            if let path = options.text("--deleted") {
                guard let text = readText(path) else {
                    throw Trouble.sandboxFileUnreadable(path, option: "--deleted")
                }
                order.deleted = Set(text.split(separator: "\n").map(String.init))
            }
            order.limit = try options.integer("--limit", default: 20, in: 0...1_000_000)
            let report = try Comparison.run(order)
            print(options.has("--json") ? report.json : report.text)
            return (report.isClean ? ExitCode.ok : ExitCode.findings).rawValue
        } catch {
            return OneStopCommand.report(error)
        }
    }

    private static let help = """
        lienthong-sandbox compare — so từng hồ sơ ở hai đầu / both ends, dossier by dossier

        compare --profile reference|opencps --database FILE|CONNINFO --portal http://127.0.0.1:PORT
            --codes DIR     thư mục Config/codes; --units FILE  units.json5 khác / another one
            --sources DIR   thư mục Config/sources; --file-url URL  đường dẫn tệp / address of files
            --deleted FILE  mã hồ sơ đã xoá (onestop work --deleted) / codes that the office deleted
            --limit N       số khác biệt kể ra / differences told one by one, default 20
            --json
        Thoát với 0 khi hai đầu khớp, 1 khi khác / exits with 0 when both ends agree, else 1.
        Đọc cơ sở dữ liệu tại một thời điểm; hãy so khi đã gửi xong / reads one state of the database:
        compare when everything has been sent.
        """
}
