internal import Couriers
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// Parked deliveries and held dossiers as an operator reads them.
enum QueueText {
    static func render(
        parked: [ParkedEntry], groups: [HeldGroup], held: [HeldEntry], codes: String,
        now: Timestamp
    ) -> String {
        var lines: [String] = []
        if !parked.isEmpty { lines.append("Bị dừng / parked:") }
        for entry in parked {
            lines.append(
                "  #\(entry.delivery)  \(entry.destination)  \(entry.code)  \(entry.operation.name) "
                    + "r\(entry.revision)  \(entry.cause.rawValue) \(entry.answerCode)  "
                    + "\(StatusText.age(from: entry.parkedAt, to: now))"
                    + (entry.blocked > 0 ? "  +\(entry.blocked) phía sau / behind" : ""))
        }
        if !groups.isEmpty { lines.append("Bị giữ vì dữ liệu / held:") }
        for group in groups {
            let trouble = Trouble.held(
                Hold(group), dossier: group.examples.first.map { DossierCode($0) }, codes: codes)
            lines.append(
                "  \(trouble.code)  \(group.rule) \(group.field)"
                    + (group.unmapped.map { " “\($0)”" } ?? "") + ": \(group.count)")
            lines.append("      → \(trouble.fixVietnamese)")
            lines.append("      → \(trouble.fix)")
        }
        for entry in held { lines.append("    \(entry.code)  \(entry.rule) \(entry.field)") }
        return lines.isEmpty
            ? "Không có gì bị dừng hay bị giữ. / Nothing is parked or held."
            : lines.joined(separator: "\n")
    }

    static func explain(_ entry: ParkedEntry) -> String {
        let trouble = trouble(of: entry)
        return
            "#\(entry.delivery) \(entry.destination) \(entry.code) \(entry.operation.name) r\(entry.revision)\n"
            + trouble.description
            + (entry.saying.map { "\n  " + SayingText.render($0, of: entry.destination) } ?? "")
    }

    static func trouble(of entry: ParkedEntry) -> Trouble {
        Trouble.parked(
            entry.cause, destination: DestinationID(entry.destination),
            code: DossierCode(entry.code),
            answerCode: entry.answerCode)
    }

    static func json(parked: [ParkedEntry], groups: [HeldGroup], held: [HeldEntry]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("parked")
        writer.beginArray()
        for entry in parked {
            writer.beginObject()
            writer.key("delivery")
            entry.write(into: &writer)
            writer.key("troubles")
            TroubleJSON.write([trouble(of: entry)], to: &writer)
            SayingText.write(entry.saying, into: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.key("heldGroups")
        writer.beginArray()
        for group in groups { group.write(into: &writer) }
        writer.endArray()
        writer.key("held")
        writer.beginArray()
        for entry in held { entry.write(into: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.finish()
    }
}

extension Hold {
    /// The hold that a group stands for. A rule that this build does not know reads as `fieldMissing`.
    init(_ group: HeldGroup) {
        self.init(
            Rule(rawValue: group.rule) ?? .fieldMissing, field: group.field,
            unmapped: group.unmapped)
    }
}
