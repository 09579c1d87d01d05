internal import Dossiers
internal import Operating
internal import Outbox
internal import Spreadsheet
internal import Wire

/// The codes of a list that an office sends: a spreadsheet with a column of them.
enum ResyncList {
    /// A request keeps its codes whole, and is read once a second while it is open.
    static let limit = 50_000
    /// How the column is headed, folded: as people write it, and as the portal's exports do.
    private static let headings: Set<String> = [
        "mahoso", "mãhồsơ", "sohoso", "sốhồsơ", "mãsốhồsơ", "mahs", "mãhs", "code", "dossier",
    ]

    static func codes(in path: String) throws(Trouble) -> [String] {
        let codes = SpreadsheetFile.column(headings, of: try SpreadsheetFile.rows(path: path))
        guard !codes.isEmpty else { throw .listEmpty(path) }
        guard codes.count <= limit else { throw .listTooLong(path, count: codes.count) }
        return codes
    }
}

/// What became of each code of a request, as the store knows it now.
enum ResyncResults {
    private struct Line {
        var code: String
        var destination = ""
        var result: String
        var detail = ""
    }

    static func print(_ id: Int64, _ place: StatePlace, _ arguments: Arguments) throws(Trouble)
        -> ExitCode
    {
        let reader = try place.reader()
        let request = try onStore { try reader.request(id) }
        guard let request else { throw .noSuchRequest(id, state: "results") }
        guard !request.filter.codes.isEmpty else { throw .resultsOfWhat(id) }
        if arguments.has("json") {
            var writer = JSONWriter()
            writer.beginArray()
            for code in request.filter.codes {
                for line in try lines(code, request, reader) { write(line, to: &writer) }
            }
            writer.endArray()
            Output.json(writer.finish())
            return .ok
        }
        // The mark tells spreadsheets that it is UTF-8.
        Output.raw("\u{FEFF}" + DelimitedText.line(["MaHoSo", "Dich", "KetQua", "ChiTiet"]))
        for code in request.filter.codes {
            for line in try lines(code, request, reader) {
                Output.raw(
                    DelimitedText.line([line.code, line.destination, line.result, line.detail]))
            }
        }
        return .ok
    }

    private static func lines(
        _ code: String, _ request: OperatorRequest, _ reader: StoreReader
    ) throws(Trouble) -> [Line] {
        guard let story = try onStore({ try reader.dossier(DossierCode(code)) }) else {
            return [Line(code: code, result: request.state == .done ? "missing" : "waiting")]
        }
        if let hold = story.rows.lazy.compactMap(\.hold).first {
            return [
                Line(
                    code: code, result: "held",
                    detail: "\(hold.rule.code) \(hold.rule.rawValue) \(hold.field)")
            ]
        }
        let wanted = Set(request.filter.destinations.map(\.rawValue))
        let lanes = story.lanes.filter { wanted.isEmpty || wanted.contains($0.destination) }
        guard !lanes.isEmpty else { return [Line(code: code, result: "waiting")] }
        return lanes.map { lane in
            var line = Line(code: code, destination: lane.destination, result: "acknowledged")
            if let parked = lane.deliveries.first(where: { $0.state == .parked }) {
                line.result = "parked"
                line.detail = [parked.cause?.rawValue ?? "", parked.answerCode].joined(
                    separator: " ")
            } else if lane.deliveries.contains(where: { $0.state == .uncertain }) {
                line.result = "uncertain"
            } else if !lane.isSettled {
                line.result = "waiting"
            }
            return line
        }
    }

    private static func write(_ line: Line, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("code", line.code)
        writer.member("destination", line.destination)
        writer.member("result", line.result)
        writer.member("detail", line.detail)
        writer.endObject()
    }
}

extension Trouble {
    static func listEmpty(_ path: String) -> Trouble {
        Trouble(
            "LT-6112", .dataError,
            vietnamese: "Danh sách \(path) không có mã hồ sơ nào.",
            english: "The list \(path) holds no dossier code.",
            fixVietnamese: "Đặt mã hồ sơ vào cột có tiêu đề MaHoSo, hoặc vào cột đầu tiên.",
            fix: "Put the codes into a column that is headed MaHoSo, or into the first column.")
    }

    static func listTooLong(_ path: String, count: Int) -> Trouble {
        Trouble(
            "LT-6113", .dataError,
            vietnamese: "Danh sách \(path) có \(count) mã; tối đa \(ResyncList.limit).",
            english:
                "The list \(path) holds \(count) codes; at most \(ResyncList.limit) are taken.",
            fixVietnamese:
                "Chia thành nhiều danh sách, hoặc dùng --since, --unit, --procedure, --all.",
            fix: "Split it, or use --since, --unit, --procedure or --all.")
    }

    static func resultsOfWhat(_ id: Int64) -> Trouble {
        Trouble(
            "LT-6114", .dataError,
            vietnamese: "Yêu cầu #\(id) không có danh sách mã, nên không có kết quả từng mã.",
            english: "Request #\(id) has no list of codes, so there are no results by code.",
            fixVietnamese: "Xem tiến độ: lienthongd resync --requests",
            fix: "See its progress: lienthongd resync --requests")
    }
}
