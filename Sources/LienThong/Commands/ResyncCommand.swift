internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// `lienthongd resync`: asks for dossiers to be read and sent again, as a request that survives a crash.
enum ResyncCommand {
    static let spec = CommandSpec(
        name: "resync",
        vietnamese:
            "Yêu cầu đọc lại và gửi lại hồ sơ; yêu cầu được lưu, chạy tiếp sau sự cố, không gửi lại bước đã gửi.",
        english:
            "Reads dossiers again and sends their state again; durable, resumable; steps are never repeated.",
        options: [
            .flag("all", "mọi hồ sơ / every dossier"),
            .value("dossier", "MaHoSo", "một hồ sơ, lặp lại được / one dossier; may be repeated"),
            .value(
                "list", "FILE",
                "danh sách mã hồ sơ, XLSX hoặc CSV / a list of codes, XLSX or CSV"),
            .value("since", "DATE", "nộp hoặc sửa từ lúc / submitted or modified from"),
            .value("until", "DATE", "đến trước lúc / and before"),
            .value(
                "procedure", "CODE", "theo thủ tục, lặp lại được / by procedure; may be repeated"),
            .value("unit", "CODE", "theo đơn vị, lặp lại được / by unit; may be repeated"),
            .value("destination", "NAME", "chỉ đích này / only this destination"),
            .flag(
                "only-different",
                "chỉ gửi phần khác lần ghi trước / only what differs from the last record"),
            .value("pause", "ID", "tạm dừng yêu cầu / pause a request"),
            .value("resume", "ID", "cho chạy tiếp / resume it"),
            .value("cancel", "ID", "huỷ / cancel it"),
            .flag("requests", "các yêu cầu và tiến độ / requests and their progress"),
            .value(
                "results", "ID",
                "kết quả từng mã của yêu cầu, dạng CSV / what became of each code, as CSV"),
        ],
        examples: [
            "lienthongd resync --dossier H21.129-260105-0001",
            "lienthongd resync --since 2026-01-01",
            "lienthongd resync --all --only-different", "lienthongd resync --requests",
            "lienthongd resync --list danh-sach.xlsx",
            "lienthongd resync --results 7 > ket-qua.csv",
        ],
        run: run)

    private static func run(_ arguments: Arguments) throws(Trouble) -> ExitCode {
        let place = try StatePlace(arguments)
        if arguments.has("requests") { return try list(place, arguments) }
        if let text = arguments.value("results") {
            return try ResyncResults.print(try number(text, option: "results"), place, arguments)
        }
        for (option, state) in [
            ("pause", OperatorRequest.State.paused), ("resume", .open), ("cancel", .cancelled),
        ] {
            guard let text = arguments.value(option) else { continue }
            return try move(text, option: option, to: state, place, arguments)
        }
        let filter = try filter(arguments)
        for destination in filter.destinations { try place.demand(destination) }
        let desk = try place.desk()
        let id = try onStore { try desk.request(filter, now: place.now) }
        if arguments.has("json") {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("request", id)
            writer.endObject()
            Output.json(writer.finish())
        } else {
            Output.text(
                "Đã ghi yêu cầu #\(id). Xem tiến độ: lienthongd resync --requests\n"
                    + "Request #\(id) is recorded. Progress: lienthongd resync --requests")
        }
        return .ok
    }

    /// - Throws: LT-6007 when nothing says which dossiers are meant.
    static func filter(_ arguments: Arguments) throws(Trouble) -> ResyncFilter {
        var filter = ResyncFilter()
        filter.codes = arguments.all("dossier")
        for path in arguments.all("list") { filter.codes += try ResyncList.codes(in: path) }
        if let text = arguments.value("since") {
            filter.since = try DateOption.parse(text, option: "--since")
        }
        if let text = arguments.value("until") {
            filter.until = try DateOption.parse(text, option: "--until")
        }
        if let since = filter.since, let until = filter.until, since >= until {
            throw .wrongOption(
                "--until", expected: "later than --since", vietnamese: "thời điểm sau --since",
                found: arguments.value("until") ?? "")
        }
        filter.procedures = arguments.all("procedure")
        filter.units = arguments.all("unit")
        filter.destinations = arguments.all("destination").map { DestinationID($0) }
        filter.isOnlyDifferent = arguments.has("only-different")
        guard arguments.has("all") != !filter.isEverything else { throw .resyncOfWhat }
        // A list of codes is a list: a condition beside it would be left out in silence.
        let hasConditions =
            filter.since != nil || filter.until != nil || !filter.procedures.isEmpty
            || !filter.units.isEmpty
        guard filter.codes.isEmpty || !hasConditions else { throw .resyncOfWhat }
        return filter
    }

    private static func number(_ text: String, option: String) throws(Trouble) -> Int64 {
        guard let id = Int64(text) else {
            throw .wrongOption(
                "--\(option)", expected: "a request's number", vietnamese: "số của một yêu cầu",
                found: text)
        }
        return id
    }

    private static func list(_ place: StatePlace, _ arguments: Arguments) throws(Trouble)
        -> ExitCode
    {
        let reader = try place.reader()
        let requests = try onStore { try reader.requests(limit: 50) }
        if arguments.has("json") {
            var writer = JSONWriter()
            writer.beginArray()
            for request in requests { request.write(into: &writer) }
            writer.endArray()
            Output.json(writer.finish())
            return .ok
        }
        for request in requests {
            Output.text(
                "#\(request.id) \(request.state.name) · \(request.requestedBy) · "
                    + "\(request.requestedAt.rfc3339) · đọc / read \(request.counts.read) · ghi / recorded "
                    + "\(request.counts.recorded) · không đổi / unchanged \(request.counts.unchanged) · "
                    + "giữ / held \(request.counts.held) · không thấy / missing \(request.counts.missing)"
            )
        }
        if requests.isEmpty { Output.text("Chưa có yêu cầu nào. / No requests yet.") }
        return .ok
    }

    private static func move(
        _ text: String, option: String, to state: OperatorRequest.State, _ place: StatePlace,
        _ arguments: Arguments
    ) throws(Trouble) -> ExitCode {
        let id = try number(text, option: option)
        let desk = try place.desk()
        guard try onStore({ try desk.move(id, to: state, now: place.now) }) else {
            throw .noSuchRequest(id, state: state.name)
        }
        if arguments.has("json") {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("request", id)
            writer.member("state", state.name)
            writer.endObject()
            Output.json(writer.finish())
        } else {
            Output.text("Yêu cầu #\(id): \(state.name). / Request #\(id): \(state.name).")
        }
        return .ok
    }
}

extension Trouble {
    static var resyncOfWhat: Trouble {
        Trouble(
            "LT-6007", .usage,
            vietnamese:
                "Cần nói rõ đồng bộ lại hồ sơ nào: --all, hoặc mã hồ sơ, hoặc các điều kiện; chỉ một trong ba.",
            english: "Say which dossiers: --all, or codes, or conditions; one of the three.",
            fixVietnamese:
                "Ví dụ: lienthongd resync --dossier MaHoSo, hoặc --since 2026-01-01, hoặc --all",
            fix: "For example: lienthongd resync --dossier CODE, or --since 2026-01-01, or --all")
    }

    static func noSuchRequest(_ id: Int64, state: String) -> Trouble {
        Trouble(
            "LT-6008", .dataError,
            vietnamese: "Không có yêu cầu #\(id) nào chuyển được sang “\(state)”.",
            english: "There is no request #\(id) that can become “\(state)”.",
            fixVietnamese: "Xem: lienthongd resync --requests",
            fix: "See: lienthongd resync --requests")
    }
}
