internal import Dossiers
internal import Operating
internal import Wire

/// Compiles `order`: in which order a destination takes the statuses of a dossier's steps.
struct OrderCompiler {
    let root: Settings
    let step: [MemberPlan<StepField>]
    let texts: RecordTexts

    /// - Returns: nil when the file names no order; else the order and the destination's code for each
    ///   ``Status``, by its number.
    func compile() throws(Trouble) -> (order: StatusOrder, statuses: [String])? {
        guard let section = try root.optionalSection("order") else { return nil }
        guard let statuses = statuses() else {
            throw .contractIncomplete(
                file: root.file, place: "records.step (from: \"status\")", neededBy: "order")
        }
        let codes = Set(statuses.filter { !$0.isEmpty })
        if let odd = codes.sorted().first(where: { $0.contains { $0.isWhitespace || $0 == "," } }) {
            throw section.wrong("statuses", "codes without blanks and commas", "\"\(odd)\"")
        }
        let road = try section.texts("statuses")
        guard road.count > 1 else {
            throw section.wrong("statuses", "two statuses or more, first to last", "\(road.count)")
        }
        var order = StatusOrder(road: road)
        order.untold = Set(try section.texts("unsent"))
        order.repeated = try late(section, "repeated")
        order.earlier = try late(section, "earlier")
        for side in try section.sections("beside") {
            order.sides.append(try self.side(side, road: road))
        }
        try check(order, codes, section)
        return (order, statuses)
    }

    private func late(_ section: Settings, _ key: String) throws(Trouble) -> StatusOrder.Late {
        let words = StatusOrder.Late.allCases.map(\.rawValue)
        let word = try section.choice(key, of: words, default: "hold")
        return StatusOrder.Late(rawValue: word) ?? .hold
    }

    private func side(_ section: Settings, road: [String]) throws(Trouble) -> StatusOrder.Side {
        let after = try section.string("after")
        let before = section.has("before") ? try section.string("before") : nil
        let side = StatusOrder.Side(
            status: try section.string("status"), after: after, before: before,
            mayRepeat: try section.bool("repeats", default: false),
            isEnd: try section.bool("ends", default: false))
        let start = try rank(after, section, "after", road)
        if let before {
            let end = try rank(before, section, "before", road)
            guard end > start else {
                throw section.wrong(
                    "before", "a status that comes after \"\(after)\" in order.statuses",
                    "\"\(before)\"")
            }
        }
        return side
    }

    private func rank(_ status: String, _ section: Settings, _ key: String, _ road: [String])
        throws(Trouble) -> Int
    {
        guard let rank = road.firstIndex(of: status) else {
            throw .contractUnknownName(
                file: root.file, place: "\(section.place).\(key)", name: status,
                nearest: Nearest.of(status, among: road))
        }
        return rank
    }

    /// Every code that a step can have stands in exactly one place.
    private func check(_ order: StatusOrder, _ codes: Set<String>, _ section: Settings)
        throws(Trouble)
    {
        let places =
            order.road.map { ("statuses", $0) } + order.sides.map { ("beside", $0.status) }
            + order.untold.sorted().map { ("unsent", $0) }
        var met: Set<String> = []
        for (key, status) in places {
            guard codes.contains(status) else {
                throw .contractUnknownName(
                    file: root.file, place: "\(section.place).\(key)", name: status,
                    nearest: Nearest.of(status, among: codes.sorted()))
            }
            guard met.insert(status).inserted else {
                throw .contractNameTwice(
                    file: root.file, place: "\(section.place).\(key) (\"\(status)\")")
            }
        }
        if let left = codes.subtracting(met).min() {
            throw .contractStatusUnplaced(file: root.file, place: section.place, status: left)
        }
    }

    /// nil when no member of a step says its status.
    private func statuses() -> [String]? {
        for member in step {
            guard case .field(.status, let rule) = member.content else { continue }
            let count = (Vocabulary.status.words.map(\.number).max() ?? 0) + 1
            return (0..<count).map { number in
                let piece = texts.codes[Int(rule.codes) + number]
                return OrderCompiler.plain(Array(texts.bytes[piece.range]))
            }
        }
        return nil
    }

    /// A code as its table has it, from the JSON that stands ready for it; empty for none.
    private static func plain(_ json: [UInt8]) -> String {
        Result(catching: { () throws(JSONError) in try JSONValue(parsing: json) }).success?.text
            ?? ""
    }
}
