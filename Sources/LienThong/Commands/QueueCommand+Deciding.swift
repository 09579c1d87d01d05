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
