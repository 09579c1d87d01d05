internal import Operating
internal import Outbox
internal import Wire

// What only a person can know.
extension QueueCommand {
    /// `arrived`: the operator has seen it there; `send`: the operator has seen that it is not there.
    static func decide(_ place: StatePlace, _ arguments: Arguments) throws(Trouble) -> ExitCode {
        let filter = try bounded(try filter(place, arguments), arguments)
        let reason = try reason(arguments)
        try demandParked(filter.ids, place)
        let desk = try place.desk()
        let hasArrived = arguments.operands[0] == "arrived"
        if let text = arguments.value("steps") {
            return try part(filter, text, desk, reason, place, arguments)
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

    /// `arrived --steps N`: of one delivery, so that nobody says the same of several.
    private static func part(
        _ filter: DeliveryFilter, _ text: String, _ desk: OperatorDesk, _ reason: String,
        _ place: StatePlace, _ arguments: Arguments
    ) throws(Trouble) -> ExitCode {
        guard arguments.operands[0] == "arrived", filter.ids.count == 1, let count = Int(text),
            count > 0
        else {
            throw .wrongOption(
                "--steps", expected: "queue arrived ID --steps N",
                vietnamese: "queue arrived SỐ --steps N", found: text)
        }
        let result = try onStore {
            arguments.has("dry-run")
                ? try desk.count(filter, onlyDoubtful: true)
                : try desk.arrived(filter, first: count, reason: reason, now: place.now)
        }
        guard result.deliveries > 0 else { throw .notInParts(count) }
        return report(
            result, vietnamese: "đã đến một phần; phần còn lại được đọc lại từ nguồn",
            english: "arrived in part; the rest is read again from the source", arguments)
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
    static func notInParts(_ count: Int) -> Trouble {
        Trouble(
            "LT-6023", .usage,
            vietnamese:
                "Bản tin này không ở trạng thái chưa rõ, hoặc không chở nhiều hơn \(count) bước.",
            english: "This delivery is not in doubt, or carries no more than \(count) steps.",
            fixVietnamese:
                "Nếu mọi bước đã có ở đích thì bỏ --steps; xem: lienthongd queue show SỐ",
            fix: "If all of its steps are there, leave --steps out; see: lienthongd queue show ID")
    }
}
