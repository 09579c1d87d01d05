internal import Couriers
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// `lienthongd explain MaHoSo`: one dossier's whole story, what happens next, and what to do.
enum ExplainCommand {
    static let spec = CommandSpec(
        name: "explain", operands: "MaHoSo", operandCount: 1...1,
        vietnamese:
            "Kể lại toàn bộ đường đi của một hồ sơ: nguồn, bản tin, lần gửi, biên nhận, việc tiếp theo.",
        english:
            "One dossier's whole story: source, deliveries, attempts, receipts, what happens next.",
        options: [], examples: ["lienthongd explain H21.129-260105-0001"], run: run)

    private static func run(_ arguments: Arguments) throws(Trouble) -> ExitCode {
        let place = try StatePlace(arguments)
        let reader = try place.openingReader()
        let code = arguments.operands[0]
        guard let story = try onStore({ try reader.dossier(DossierCode(code)) }) else {
            let near = try onStore { try reader.codes(like: String(code.prefix(8)), limit: 3) }
            throw .dossierUnknown(code, near: near)
        }
        if arguments.has("json") {
            var writer = JSONWriter()
            story.write(into: &writer)
            Output.json(writer.finish())
        } else {
            Output.text(StoryText.render(story, codes: place.codes, now: place.now))
        }
        let held = story.rows.contains { $0.hold != nil }
        let parked = story.lanes.contains { $0.deliveries.contains { $0.state == .parked } }
        return held || parked ? .findings : .ok
    }
}

extension Trouble {
    static func dossierUnknown(_ code: String, near: [String]) -> Trouble {
        let similar = near.isEmpty ? "" : " (\(near.joined(separator: ", ")))"
        return Trouble(
            "LT-6011", .noInput,
            vietnamese: "Chưa từng thấy hồ sơ “\(code)” trong cơ sở dữ liệu một cửa\(similar).",
            english:
                "The dossier “\(code)” has never been seen in the one-stop database\(similar).",
            fixVietnamese: "Kiểm tra mã; nếu hồ sơ có thật: lienthongd resync --dossier \(code)",
            fix: "Check the code; if the dossier exists: lienthongd resync --dossier \(code)")
    }
}
