internal import Operating

/// `lienthongd demo`: all of it, live in one terminal, nothing to configure, nothing left behind.
enum DemoCommand {
    static let spec = CommandSpec(
        name: "demo",
        vietnamese:
            "Trình diễn: một cửa mẫu, hai hệ thống quốc gia giả lập và dịch vụ, trong một cửa sổ, khoảng một phút.",
        english:
            "A sample one-stop, both national systems as a sandbox, and the daemon, live for about a minute.",
        options: [
            .value("seconds", "N", "độ dài / how long the office works (45)"),
            .value("dossiers", "N", "số hồ sơ có sẵn / dossiers at the start (400)"),
            .flag("keep", "giữ thư mục tạm / keep the temporary directory"),
        ],
        examples: ["lienthongd demo", "lienthongd demo --seconds 20"],
        run: run)

    private static func run(_ arguments: Arguments) throws(Trouble) -> ExitCode {
        Signals.block()
        let demo = try Demo(
            seconds: try number(arguments, "seconds", 45, 10...600),
            dossiers: try number(arguments, "dossiers", 400, 10...100_000),
            share: try ShareDirectory.locate(arguments.value("share")), keeps: arguments.has("keep")
        )
        return try demo.run()
    }

    private static func number(
        _ arguments: Arguments, _ name: String, _ standard: Int, _ range: ClosedRange<Int>
    ) throws(Trouble) -> Int {
        guard let text = arguments.value(name) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw .wrongOption(
                "--\(name)", expected: "\(range.lowerBound)…\(range.upperBound)", found: text)
        }
        return number
    }
}
