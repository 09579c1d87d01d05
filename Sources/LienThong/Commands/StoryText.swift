internal import Couriers
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// A dossier's story as an operator reads it.
enum StoryText {
    static func render(_ story: DossierStory, codes: String, now: Timestamp) -> String {
        var lines = ["Hồ sơ / dossier \(story.code)"]
        for row in story.rows { lines += source(row, code: story.code, codes: codes, now: now) }
        for lane in story.lanes { lines += self.lane(lane, code: story.code, now: now) }
        return lines.joined(separator: "\n")
    }

    private static func deletion(_ entry: DeletionEntry) -> String {
        let state =
            switch entry.state {
            case .suspected: "không thấy, sẽ tìm lại / missed, to be looked for again"
            case .held: "đã mất, chờ người quyết định / gone, waits for a decision"
            case .acknowledged: "đã ghi nhận là đã xoá / acknowledged as deleted"
            }
        return "  ✗ ở nguồn / in the source: \(state), từ / since \(entry.missedAt.rfc3339)"
    }

    private static func source(
        _ row: SourceStory, code: String, codes: String, now: Timestamp
    ) -> [String] {
        var lines = [
            "  nguồn / source: khoá / key \(row.sourceKey), thấy lần đầu / first seen "
                + "\(row.firstSeenAt.rfc3339), đổi / changed \(row.changedAt.rfc3339)"
        ]
        if let deletion = row.deletion { lines.append(self.deletion(deletion)) }
        if let hold = row.hold {
            let trouble = Trouble.held(hold, dossier: DossierCode(code), codes: codes)
            lines.append(
                "  ✗ GIỮ / HELD \(row.heldSince.map { StatusText.age(from: $0, to: now) } ?? "")")
            lines += trouble.description.split(separator: "\n").map { "    \($0)" }
        }
        for remark in row.remarks { lines.append("  · \(remark.kind.rawValue): \(remark.field)") }
        if let person = row.person {
            let answer =
                person.verification.map { text(of: $0) } ?? "đang chờ / pending"
            lines.append(
                "  công dân / applicant: person-\(person.person) → \(answer), "
                    + "hỏi / asked \(person.asked), cho / for \(person.dossiers) hồ sơ / dossiers"
                    + (person.validUntil.map { ", đến / until \($0.rfc3339)" } ?? ""))
        }
        return lines
    }

    static func text(of verification: Verification) -> String {
        switch verification {
        case .matched: "khớp / matched"
        case .mismatched(let elements):
            "lệch / mismatched: " + elements.map(\.rawValue).sorted().joined(separator: ", ")
        case .notFound: "không có trong CSDL / not found"
        case .unavailable: "chưa hỏi được / unavailable"
        }
    }

    private static func lane(_ lane: LaneStory, code: String, now: Timestamp) -> [String] {
        let mark = lane.isSettled ? "✓" : "…"
        let existence =
            switch lane.existence {
            case .present: "đã có / present"
            case .absent: "chưa có / absent"
            case .unknown: "chưa rõ / unknown"
            }
        var lines = [
            "",
            "\(mark) \(lane.destination): \(existence), bản ghi / header r\(lane.acknowledgedRevision) of "
                + "r\(lane.stateRevision), bước / steps \(lane.steps - lane.stepsOwed) of \(lane.steps)",
        ]
        if !lane.isConfirmed {
            lines.append(
                "    ? chưa xác nhận với đích, sẽ tra cứu trước khi gửi / not confirmed with it yet, asked before anything is sent"
            )
        }
        for line in lane.ledger { lines.append("    " + ledger(line)) }
        if let until = lane.waitsUntil {
            lines.append(
                "    → chờ xác thực công dân đến / waits for the verification until \(until.rfc3339)"
            )
        }
        if let wait = lane.statusWait {
            let trouble = Trouble.waiting(
                wait, dossier: DossierCode(code), destination: lane.destination)
            let age = lane.statusWaitSince.map { StatusText.age(from: $0, to: now) } ?? ""
            lines.append("    ✗ CHỜ TRẠNG THÁI / WAITS FOR A STATUS \(age)")
            lines += trouble.description.split(separator: "\n").map { "      \($0)" }
        }
        for delivery in lane.deliveries {
            lines += self.delivery(delivery, lane: lane, code: code, now: now)
        }
        if lane.isSettled { lines.append("    → không còn gì phải gửi / nothing is owed") }
        return lines
    }

    private static func ledger(_ line: LedgerLine) -> String {
        // A question is no sending: "again" behind one is the first time, or the question once more.
        let way =
            switch line.kind {
            case .sent: "gửi / sent"
            case .probed: "hỏi / asked"
            case .decided: "ghi / noted"
            }
        var text =
            "\(line.at.rfc3339)  \(way)  \(line.operation?.name ?? "") r\(line.revision ?? 0)  \(line.settled.name)"
        if let outcome = line.outcome { text += "  \(outcome)" }
        if line.httpStatus > 0 { text += "  HTTP \(line.httpStatus)" }
        if !line.answerCode.isEmpty { text += "  mã / code \(line.answerCode)" }
        if let elapsed = line.elapsedMicroseconds { text += "  \(elapsed / 1000) ms" }
        if let digest = line.requestDigest { text += "  sha256 \(digest.prefix(8))" }
        if let note = line.note { text += "  \(note)" }
        return text
    }

    private static func delivery(
        _ delivery: DeliveryStory, lane: LaneStory, code: String, now: Timestamp
    ) -> [String] {
        let steps = delivery.stepCount > 0 ? " (\(delivery.stepCount) bước / steps)" : ""
        let name = "#\(delivery.id) \(delivery.operation.name) r\(delivery.revision)\(steps)"
        let said =
            delivery.saying.map { ["      " + SayingText.render($0, of: lane.destination)] } ?? []
        return line(delivery, name, lane: lane, code: code, now: now) + said
    }

    private static func line(
        _ delivery: DeliveryStory, _ name: String, lane: LaneStory, code: String, now: Timestamp
    ) -> [String] {
        switch delivery.state {
        case .parked:
            let trouble = Trouble.parked(
                delivery.cause ?? .rejected, destination: DestinationID(lane.destination),
                code: DossierCode(code), answerCode: delivery.answerCode)
            return ["    ✗ \(name)"]
                + trouble.description.split(separator: "\n").map { "      \($0)" }
        case .behind:
            return ["    → \(name): sau bản tin trước của cùng hồ sơ / behind the one before it"]
        case .uncertain:
            return [
                "    → \(name): không rõ đích đã nhận chưa, sẽ tra cứu trước khi gửi / "
                    + "outcome unknown, the destination is asked before anything is sent"
            ]
        case .ready:
            let due =
                delivery.dueAt > now
                ? "gửi lại lúc / again at \(delivery.dueAt.rfc3339)" : "đến lượt / due"
            let flying = delivery.isInFlight ? "đang gửi / in flight" : due
            return ["    → \(name): \(flying), lần hỏng / failed attempts \(delivery.attempts)"]
        }
    }
}
