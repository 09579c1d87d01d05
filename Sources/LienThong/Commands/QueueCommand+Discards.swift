internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

// What was discarded stays in sight until a later delivery has made it good, or a person says that it need not.
extension QueueCommand {
    /// `queue list --discarded`.
    static func listDiscarded(_ place: StatePlace, _ arguments: Arguments) throws(Trouble)
        -> ExitCode
    {
        let reader = try place.reader()
        let filter = try filter(place, arguments)
        let limit = try limit(arguments)
        let found = try onStore { try reader.discarded(filter, limit: limit) }
        if arguments.has("json") {
            Output.json(json(found))
        } else if found.isEmpty {
            Output.text(
                "Không có gì đã bỏ mà hai đầu còn khác. / Nothing discarded makes a difference.")
        } else {
            Output.text("Đã bỏ, hai đầu còn khác / discarded, both sides differ:")
            for entry in found { Output.text(line(entry)) }
            Output.text(
                "      → Gửi lại phần đầu hồ sơ: lienthongd resync --dossier MaHoSo. Bước đã bỏ thì không gửi lại được."
            )
            Output.text(
                "      → Send the header again: lienthongd resync --dossier CODE. Steps that were discarded are not sent again."
            )
            Output.text("      → Không cần khớp: lienthongd queue forget ID --reason \"…\"")
            Output.text("      → They need not agree: lienthongd queue forget ID --reason \"…\"")
        }
        return found.isEmpty ? .ok : .findings
    }

    /// `queue forget`: both sides need not agree about it.
    static func forget(_ place: StatePlace, _ arguments: Arguments) throws(Trouble) -> ExitCode {
        let filter = try bounded(try filter(place, arguments), arguments)
        let reason = try reason(arguments)
        let reader = try place.reader()
        let known = try onStore { try reader.discarded(filter, limit: .max) }
        let numbers = Set(known.map(\.delivery))
        if let stranger = filter.ids.first(where: { !numbers.contains($0.rawValue) }) {
            throw .notDiscarded(stranger)
        }
        let desk = try place.desk()
        let count = try onStore {
            arguments.has("dry-run")
                ? known.count : try desk.forget(filter, reason: reason, now: place.now)
        }
        if arguments.has("json") {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("deliveries", Int64(count))
            writer.endObject()
            Output.json(writer.finish())
        } else {
            Output.text(
                "\(count) bản tin đã bỏ không còn được nhắc. / \(count) discarded deliveries need not agree any more."
            )
        }
        return .ok
    }

    private static func line(_ entry: DiscardedEntry) -> String {
        "  #\(entry.delivery)  \(entry.destination)  \(entry.code)  \(entry.operation.name) "
            + "r\(entry.revision)  \(entry.discardedAt.rfc3339)  \(entry.note)"
    }

    private static func json(_ found: [DiscardedEntry]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("discarded")
        writer.beginArray()
        for entry in found {
            writer.beginObject()
            writer.member("delivery", entry.delivery)
            writer.member("destination", entry.destination)
            writer.member("code", entry.code)
            writer.member("operation", entry.operation.name)
            writer.member("revision", Int64(entry.revision))
            writer.member("discardedAt", entry.discardedAt.rfc3339)
            writer.member("note", entry.note)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.finish()
    }
}

extension Trouble {
    static func notDiscarded(_ id: DeliveryID) -> Trouble {
        Trouble(
            "LT-6032", .usage,
            vietnamese: "Không có bản tin đã bỏ nào số #\(id.rawValue) mà hai đầu còn khác.",
            english: "No discarded delivery #\(id.rawValue) makes a difference.",
            fixVietnamese: "Xem danh sách: lienthongd queue list --discarded",
            fix: "See the list: lienthongd queue list --discarded")
    }
}
