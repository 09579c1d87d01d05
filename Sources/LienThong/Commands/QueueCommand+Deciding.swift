internal import Operating
internal import Outbox
internal import Wire

// What only a person can know.
extension QueueCommand {
    /// `arrived`: the operator has seen it there; `send`: the operator has seen that it is not there.
    static func decide(_ place: StatePlace, _ arguments: Arguments) throws(Trouble) -> ExitCode {
        if let path = arguments.value("list") {
            return try CountList(path).take(place, arguments)
        }
        let filter = try bounded(try filter(place, arguments), arguments)
        let reason = try reason(arguments)
        try demandParked(filter.ids, place)
        let desk = try place.desk()
        let hasArrived = arguments.operands[0] == "arrived"
        if let text = arguments.value("steps") {
            return try list(filter, text, desk, reason, place, arguments)
        }
        let result = try onStore {
            if arguments.has("dry-run") { return try desk.count(filter, onlyDoubtful: true) }
            return hasArrived
                ? try desk.arrived(filter, reason: reason, now: place.now)
                : try desk.sendAgain(filter, reason: reason, now: place.now)
        }
        return hasArrived
            ? report(
                result, vietnamese: "được coi là đã đến", english: "taken as arrived", arguments)
            : report(
                result, vietnamese: "được gửi mà không tra cứu",
                english: "to be sent without asking", arguments)
    }

    /// `arrived --steps N`: so many of a dossier's steps were counted at its destination.
    private static func list(
        _ filter: DeliveryFilter, _ text: String, _ desk: OperatorDesk, _ reason: String,
        _ place: StatePlace, _ arguments: Arguments
    ) throws(Trouble) -> ExitCode {
        guard arguments.operands[0] == "arrived", let count = Int(text), count >= 0 else {
            throw .wrongOption(
                "--steps", expected: "queue arrived --dossier CODE --steps N",
                vietnamese: "queue arrived --dossier MaHoSo --steps N", found: text)
        }
        let result = try onStore {
            do {
                return try desk.listed(
                    filter, steps: count, reason: reason, now: place.now,
                    isRehearsal: arguments.has("dry-run"))
            } catch let refusal as ListingRefusal {
                throw Trouble.listingRefused(refusal, counted: count)
            }
        }
        return report(
            result, vietnamese: "được coi là đã đến; các bước sau sẽ được gửi theo thứ tự",
            english: "taken as arrived; the steps after them are sent in their order", arguments)
    }

    /// Everything is asked for at its destination before it is sent, as after a restore.
    static func distrust(_ place: StatePlace, _ arguments: Arguments) throws(Trouble) -> ExitCode {
        let reason = try reason(arguments)
        let desk = try place.desk()
        let memory = try onStore { try desk.distrust(reason: reason, now: place.now) }
        if arguments.has("json") {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("generation", memory.generation)
            writer.endObject()
            Output.json(writer.finish())
        } else {
            Output.text(
                "Mọi hồ sơ sẽ được tra cứu ở đích trước khi gửi (thế hệ \(memory.generation)). / "
                    + "Every dossier is asked for before it is sent (generation \(memory.generation))."
            )
        }
        return .ok
    }
}

extension Trouble {
    static func listingRefused(_ refusal: ListingRefusal, counted: Int) -> Trouble {
        let (vietnamese, english) =
            switch refusal {
            case .notOneDossier(let found):
                (
                    "\(found) hồ sơ ở trạng thái chưa rõ; --steps nói về đúng một hồ sơ ở một đích.",
                    "\(found) dossiers are in doubt; --steps is about one, at one destination."
                )
            case .tooFew(let acknowledged):
                (
                    "Đích đã nhận \(acknowledged) bước, không thể chỉ có \(counted).",
                    "The destination has acknowledged \(acknowledged) steps; it cannot hold \(counted)."
                )
            case .tooMany(let recorded):
                (
                    "Chỉ có \(recorded) bước được ghi ở đây, đích không thể có \(counted).",
                    "Only \(recorded) steps are recorded here; the destination cannot hold \(counted)."
                )
            }
        return Trouble(
            "LT-6023", .usage, vietnamese: vietnamese, english: english,
            fixVietnamese:
                "Chưa có gì thay đổi. Đếm lại các bước trên trang của đích; so với: lienthongd explain MaHoSo",
            fix:
                "Nothing was changed. Count the steps on the destination's page again; compare: lienthongd explain CODE"
        )
    }
}
