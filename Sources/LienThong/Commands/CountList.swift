internal import Dossiers
internal import Operating
internal import Outbox
internal import Spreadsheet
internal import Wire

/// `queue arrived --list FILE`: a sheet of dossiers and of how many steps of each were counted at the destination.
struct CountList {
    private struct Line {
        var code: String
        var count: Int
    }

    private struct Decided {
        var dossiers: Int64 = 0
        var deliveries: Int64 = 0
    }

    private let lines: [Line]

    /// Two columns, a code and a number; rows that have none, such as a heading, are no lines.
    init(_ path: String) throws(Trouble) {
        lines = try SpreadsheetFile.rows(path: path).compactMap { row in
            guard row.count >= 2, let count = Int(CountList.trimmed(row[1])), count >= 0,
                case let code = CountList.trimmed(row[0]), !code.isEmpty
            else { return nil }
            return Line(code: code, count: count)
        }
        guard !lines.isEmpty else { throw .countsEmpty(path) }
    }

    private static func trimmed(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Takes each line on its own: one that cannot be true is told and changes nothing.
    func take(_ place: StatePlace, _ arguments: Arguments) throws(Trouble) -> ExitCode {
        guard arguments.operands == ["arrived"], let name = arguments.value("destination") else {
            throw .wrongOption(
                "--list", expected: "queue arrived --destination NAME --list FILE",
                vietnamese: "queue arrived --destination ĐÍCH --list TỆP",
                found: arguments.operands.joined(separator: " "))
        }
        let destination = DestinationID(name)
        try place.demand(destination)
        let reason = try QueueCommand.reason(arguments)
        let desk = try place.desk()
        var decided = Decided()
        var refused: [(code: String, why: Trouble)] = []
        for line in lines {
            let filter = DeliveryFilter(destination: destination, code: DossierCode(line.code))
            do throws(Trouble) {
                let result = try listed(
                    filter, line.count, desk, reason, place, isRehearsal: arguments.has("dry-run"))
                decided.deliveries += result.deliveries
                decided.dossiers += 1
            } catch {
                // The store's own trouble is every line's.
                guard error.code == "LT-6023" else { throw error }
                refused.append((line.code, error))
            }
        }
        return report(decided, refused, arguments)
    }

    private func listed(
        _ filter: DeliveryFilter, _ count: Int, _ desk: OperatorDesk, _ reason: String,
        _ place: StatePlace, isRehearsal: Bool
    ) throws(Trouble) -> DeskResult {
        try onStore {
            do {
                return try desk.listed(
                    filter, steps: count, reason: reason, now: place.now, isRehearsal: isRehearsal)
            } catch let refusal as ListingRefusal {
                throw Trouble.listingRefused(refusal, counted: count)
            }
        }
    }

    private func report(
        _ decided: Decided, _ refused: [(code: String, why: Trouble)], _ arguments: Arguments
    ) -> ExitCode {
        if arguments.has("json") {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("dossiers", decided.dossiers)
            writer.member("deliveries", decided.deliveries)
            writer.key("refused")
            writer.beginArray()
            for line in refused {
                writer.beginObject()
                writer.member("code", line.code)
                writer.key("troubles")
                TroubleJSON.write([line.why], to: &writer)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
            Output.json(writer.finish())
        } else {
            for line in refused {
                Output.text("✗ \(line.code): \(line.why.vietnamese) / \(line.why.english)")
            }
            let dry = arguments.has("dry-run") ? " (--dry-run)" : ""
            Output.text(
                "\(decided.dossiers) hồ sơ đã quyết định, \(refused.count) không. / "
                    + "\(decided.dossiers) dossiers decided, \(refused.count) not.\(dry)")
        }
        return refused.isEmpty ? .ok : .findings
    }
}

extension Trouble {
    static func countsEmpty(_ path: String) -> Trouble {
        Trouble(
            "LT-6025", .dataError,
            vietnamese: "Tệp \(path) không có dòng nào gồm mã hồ sơ và số bước.",
            english: "\(path) has no line with a dossier's code and a number of steps.",
            fixVietnamese: "Cột đầu là mã hồ sơ, cột thứ hai là số bước đếm được ở đích.",
            fix: "Put the code into the first column and the number of steps into the second.")
    }
}
