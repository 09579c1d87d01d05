internal import Couriers
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// `lienthongd queue`: what cannot be sent and why; sent again or given up, filtered and audited.
enum QueueCommand {
    static let spec = CommandSpec(
        name: "queue",
        operands:
            "list | show | retry | discard | forget | arrived | send | distrust | acknowledge | confirm-deletions [ID …]",
        operandCount: 1...1000,
        vietnamese:
            "Hồ sơ bị giữ (dữ liệu) và bản tin bị dừng (đích từ chối): xem, gửi lại, bỏ, quyết định (arrived: đích đã có; send: đích chưa có), distrust: tra cứu lại tất cả; mọi việc đều ghi sổ.",
        english:
            "Held dossiers (data) and parked deliveries (refused): list, show, retry, discard, decide (arrived: it is there; send: it is not), distrust: ask about everything; all is audited.",
        options: [
            .value("destination", "NAME", "chỉ đích này / only this destination"),
            .value("dossier", "MaHoSo", "chỉ hồ sơ này / only this dossier"),
            .value("cause", "CAUSE", "chỉ nguyên nhân này / only this cause: " + causes),
            .value("rule", "RULE", "chỉ quy tắc giữ này / only held by this rule"),
            .value(
                "steps", "N",
                "arrived: đếm được N bước của hồ sơ ở đích / so many of the dossier's steps were counted there"
            ),
            .flag(
                "discarded",
                "list: những gì đã bỏ mà hai đầu còn khác / what was discarded and still differs"),
            .value(
                "list", "FILE",
                "arrived: bảng mã hồ sơ và số bước đếm được ở đích / a sheet: codes, and the steps counted there"
            ),
            .value("before", "TIME", "chỉ bản tin ghi trước lúc đó / only recorded before then"),
            .flag(
                "may-double",
                "retry: gửi bước không hỏi trước, có thể bị ghi hai lần / steps go unasked, perhaps twice"
            ),
            .flag(
                "all",
                "mọi bản tin bị dừng; bản tin đang chờ thì tự gửi khi đến lượt / every parked delivery (retry, discard); one that waits goes by itself in its turn"
            ),
            .flag("dry-run", "chỉ đếm / only count"),
            .value("reason", "TEXT", "lý do, bắt buộc khi bỏ / why; required but for retry"),
            .value("limit", "N", "số dòng tối đa / at most so many lines (100)"),
        ],
        examples: [
            "lienthongd queue list", "lienthongd queue retry --cause needsMapping",
            "lienthongd queue show 1234",
            "lienthongd queue acknowledge --dossier H21.129-260105-0001 --reason \"xoá theo quyết định\"",
            "lienthongd queue arrived --dossier H21.129-260105-0001 --steps 3 --reason \"đếm trên Cổng\"",
            "lienthongd queue arrived --destination portal --list dem-buoc.csv --reason \"đếm trên Cổng\"",
            "lienthongd queue discard 1234 --reason \"hồ sơ trùng\"",
            "lienthongd queue forget 1234 --reason \"đích không cần nữa\"",
        ],
        run: run)

    private static let causes = ParkCause.allCases.map(\.rawValue).joined(separator: " | ")

    private static func run(_ arguments: Arguments) throws(Trouble) -> ExitCode {
        let place = try StatePlace(arguments)
        switch arguments.operands[0] {
        case "list" where arguments.has("discarded"): return try listDiscarded(place, arguments)
        case "list": return try list(place, arguments)
        case "forget": return try forget(place, arguments)
        case "show": return try show(place, arguments)
        case "retry": return try retry(place, arguments)
        case "discard": return try discard(place, arguments)
        case "arrived", "send": return try decide(place, arguments)
        case "distrust": return try distrust(place, arguments)
        case "acknowledge": return try acknowledge(place, arguments)
        case "confirm-deletions": return try confirmDeletions(place, arguments)
        case let word:
            let actions = [
                "list", "show", "retry", "discard", "forget", "arrived", "send", "distrust",
                "acknowledge",
                "confirm-deletions",
            ]
            throw .queueHow(word, nearest: Nearest.of(word, among: actions))
        }
    }

    private static func list(_ place: StatePlace, _ arguments: Arguments) throws(Trouble)
        -> ExitCode
    {
        let reader = try place.reader()
        let limit = try limit(arguments)
        let filter = try filter(place, arguments)
        let rule = try rule(arguments)
        // A rule is about what is held, a filter about what is parked; neither is about the other.
        let parked = try onStore { rule == nil ? try reader.parked(filter, limit: limit) : [] }
        let groups =
            filter == DeliveryFilter()
            ? try onStore { try reader.heldGroups() }.filter { rule == nil || $0.rule == rule } : []
        let held = try onStore {
            rule == nil ? [] : try reader.held(rule: rule, limit: limit)
        }
        if arguments.has("json") {
            Output.json(QueueText.json(parked: parked, groups: groups, held: held))
        } else {
            Output.text(
                QueueText.render(
                    parked: parked, groups: groups, held: held, codes: place.codes, now: place.now))
        }
        return parked.isEmpty && groups.isEmpty ? .ok : .findings
    }

    private static func show(_ place: StatePlace, _ arguments: Arguments) throws(Trouble)
        -> ExitCode
    {
        let reader = try place.openingReader()
        let filter = try filter(place, arguments)
        let limit = try limit(arguments)
        let parked = try onStore { try reader.parked(filter, limit: limit) }
        try demand(filter.ids, among: parked.map { DeliveryID($0.delivery) })
        if arguments.has("json") {
            Output.json(QueueText.json(parked: parked, groups: [], held: []))
        } else {
            for entry in parked { Output.text(QueueText.explain(entry)) }
            if parked.isEmpty {
                Output.text("Không có bản tin nào như vậy đang bị dừng. / None such is parked.")
            }
        }
        return parked.isEmpty ? .ok : .findings
    }

    private static func retry(_ place: StatePlace, _ arguments: Arguments) throws(Trouble)
        -> ExitCode
    {
        let filter = try bounded(try filter(place, arguments), arguments)
        try demandParked(filter.ids, place)
        let mayDouble = arguments.has("may-double")
        if !mayDouble { try RetryRisk(place, arguments).demandNone(in: filter) }
        let desk = try place.desk()
        let result = try onStore {
            arguments.has("dry-run")
                ? try desk.count(filter)
                : try desk.retry(filter, mayDouble: mayDouble, now: place.now)
        }
        let code = report(
            result, vietnamese: "được gửi lại", english: "to be sent again", arguments)
        if filter.ids.isEmpty, !arguments.has("json") { try tellWaiting(place, filter) }
        return code
    }

    /// What a retry leaves alone, for somebody who expects that it hurries everything: what waits was not refused,
    /// and goes by itself when its time has come.
    private static func tellWaiting(_ place: StatePlace, _ filter: DeliveryFilter) throws(Trouble) {
        let report = try onStore { try place.reader().status(now: place.now) }
        let lanes = report.destinations.filter {
            filter.destination == nil || $0.destination == filter.destination?.rawValue
        }
        let waiting = lanes.reduce(0) { $0 + $1.due + $1.later + $1.uncertain }
        guard waiting > 0 else { return }
        let next = lanes.compactMap(\.nextDueAt).min().map {
            let wait = StatusText.age(from: place.now, to: $0)
            return " (lượt hẹn kế tiếp sau / the next is due in \(wait))"
        }
        Output.text(
            "Không đụng đến \(waiting) bản tin đang chờ: tự gửi khi đến lượt. / \(waiting) that wait are left alone: they go by themselves.\(next ?? "")"
        )
    }

    private static func discard(_ place: StatePlace, _ arguments: Arguments) throws(Trouble)
        -> ExitCode
    {
        let filter = try bounded(try filter(place, arguments), arguments)
        let reason = try reason(arguments)
        try demandParked(filter.ids, place)
        let desk = try place.desk()
        let result = try onStore {
            arguments.has("dry-run")
                ? try desk.count(filter) : try desk.discard(filter, reason: reason, now: place.now)
        }
        return report(result, vietnamese: "đã bỏ", english: "discarded", arguments)
    }

    static func reason(_ arguments: Arguments) throws(Trouble) -> String {
        guard let reason = arguments.value("reason"), !reason.isEmpty else {
            throw .discardWithoutReason
        }
        return reason
    }

    static func report(
        _ result: DeskResult, vietnamese: String, english: String, _ arguments: Arguments
    ) -> ExitCode {
        if arguments.has("json") {
            var writer = JSONWriter()
            result.write(into: &writer)
            Output.json(writer.finish())
        } else {
            let dry = arguments.has("dry-run") ? " (--dry-run)" : ""
            Output.text(
                "\(result.deliveries) bản tin \(vietnamese). / \(result.deliveries) deliveries \(english).\(dry)"
            )
        }
        return .ok
    }

    private static func rule(_ arguments: Arguments) throws(Trouble) -> String? {
        guard let text = arguments.value("rule") else { return nil }
        guard Hold.Rule(rawValue: text) != nil else {
            let rules = Hold.Rule.allCases.map(\.rawValue).joined(separator: " | ")
            throw .wrongOption("--rule", expected: rules, found: text)
        }
        return text
    }

    /// Refuses numbers of deliveries that are not parked: a mistyped one would do nothing in silence.
    static func demandParked(_ ids: [DeliveryID], _ place: StatePlace) throws(Trouble) {
        guard !ids.isEmpty else { return }
        let reader = try place.reader()
        var filter = DeliveryFilter()
        filter.ids = ids
        let parked = try onStore { try reader.parked(filter, limit: ids.count) }
        try demand(ids, among: parked.map { DeliveryID($0.delivery) })
    }

    private static func demand(_ ids: [DeliveryID], among parked: [DeliveryID]) throws(Trouble) {
        for id in ids where !parked.contains(id) { throw .notParked(id) }
    }

    static func filter(_ place: StatePlace, _ arguments: Arguments) throws(Trouble)
        -> DeliveryFilter
    {
        var filter = DeliveryFilter()
        for operand in arguments.operands.dropFirst() {
            guard let id = Int64(operand) else {
                throw .wrongOption(
                    "ID", expected: "a delivery's number", vietnamese: "số của một bản tin",
                    found: operand)
            }
            filter.ids.append(DeliveryID(id))
        }
        filter.destination = arguments.value("destination").map { DestinationID($0) }
        if let destination = filter.destination { try place.demand(destination) }
        filter.code = arguments.value("dossier").map { DossierCode($0) }
        if let text = arguments.value("cause") {
            guard let cause = ParkCause(rawValue: text) else {
                throw .wrongOption("--cause", expected: causes, found: text)
            }
            filter.cause = cause
        }
        if let text = arguments.value("before") {
            filter.before = try DateOption.parse(text, option: "--before")
        }
        return filter
    }

    /// Refuses to act on everything unless `--all` says so.
    static func bounded(_ filter: DeliveryFilter, _ arguments: Arguments) throws(Trouble)
        -> DeliveryFilter
    {
        guard filter != DeliveryFilter() || arguments.has("all") else { throw .queueOfWhat }
        return filter
    }

    static func limit(_ arguments: Arguments) throws(Trouble) -> Int {
        guard let text = arguments.value("limit") else { return 100 }
        guard let limit = Int(text), (1...100_000).contains(limit) else {
            throw .wrongOption("--limit", expected: "1…100000", found: text)
        }
        return limit
    }
}

extension Trouble {
    static func queueHow(_ word: String, nearest: String?) -> Trouble {
        Trouble(
            "LT-6013", .usage,
            vietnamese:
                "“\(word)” không phải việc của lệnh queue: list, show, retry, discard, forget, arrived, send, distrust, acknowledge, confirm-deletions.",
            english:
                "“\(word)” is nothing that queue does: list, show, retry, discard, forget, arrived, send, distrust, acknowledge, confirm-deletions.",
            fixVietnamese: nearest.map { "Có phải ý bạn là: lienthongd queue \($0)?" }
                ?? "Xem: lienthongd queue --help",
            fix: nearest.map { "Did you mean: lienthongd queue \($0)?" }
                ?? "See: lienthongd queue --help")
    }

    static func notParked(_ id: DeliveryID) -> Trouble {
        Trouble(
            "LT-6014", .noInput,
            vietnamese: "Không có bản tin #\(id.rawValue) nào đang bị dừng.",
            english: "No delivery #\(id.rawValue) is parked.",
            fixVietnamese: "Xem các bản tin bị dừng: lienthongd queue list",
            fix: "See what is parked: lienthongd queue list")
    }

    static var discardWithoutReason: Trouble {
        Trouble(
            "LT-6009", .usage,
            vietnamese: "Việc này phải có lý do; lý do được ghi vào sổ.",
            english: "This needs a reason; it is written into the ledger.",
            fixVietnamese: "Thêm --reason \"…\" (không ghi thông tin cá nhân).",
            fix: "Add --reason \"…\" (no personal data in it).")
    }

    static var queueOfWhat: Trouble {
        Trouble(
            "LT-6010", .usage,
            vietnamese: "Cần nói rõ bản tin nào: số, điều kiện lọc, hoặc --all.",
            english: "Say which deliveries: numbers, a filter, or --all.",
            fixVietnamese: "Ví dụ: lienthongd queue retry --destination portal --cause rejected",
            fix: "For example: lienthongd queue retry --destination portal --cause rejected")
    }
}
