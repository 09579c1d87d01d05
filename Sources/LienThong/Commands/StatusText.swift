internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// The status as an operator reads it.
enum StatusText {
    static func render(
        _ report: StatusReport, requests: [OperatorRequest], live: JSONValue?, now: Timestamp
    ) -> String {
        var lines = [head(report, live: live), ""]
        lines.append(
            row(
                "đích", "chờ", "đang gửi", "hẹn lại", "sau", "chưa rõ", "dừng", "đã nhận",
                "trễ nhất"))
        lines.append(
            row(
                "destination", "due", "in flight", "later", "behind", "unclear", "parked", "acked",
                "oldest"))
        for lane in report.destinations {
            let oldest = lane.oldestDueAt.map { age(from: $0, to: now) } ?? "–"
            lines.append(
                row(
                    lane.destination, "\(lane.due)", "\(lane.inFlight)", "\(lane.later)",
                    "\(lane.behind)",
                    "\(lane.uncertain)", "\(lane.parked)", "\(lane.acknowledged)", oldest))
            lines += patience(lane, now: now)
            lines += standing(lane.destination, live: live)
            if lane.unconfirmed > 0 {
                lines.append(
                    "    ? chưa xác nhận với đích / not confirmed yet: \(lane.unconfirmed) trên / of "
                        + "\(lane.lanes) hồ sơ / dossiers (tra cứu trước khi gửi / asked before sending)"
                )
            }
            for parked in lane.parkedByCause {
                lines.append("    ✗ \(parked.cause.rawValue): \(parked.count)")
            }
            for waiting in lane.statusWaits.prefix(8) {
                let needs = waiting.wait.needs.joined(separator: ", ")
                let example = waiting.examples.first.map { ", ví dụ / e.g. \($0)" } ?? ""
                lines.append(
                    "    ✗ \(waiting.wait.reason.code) \(waiting.wait.reason.rawValue) "
                        + "\(waiting.wait.status) ← \(needs): \(waiting.count)\(example)")
            }
        }
        lines.append("")
        lines += memory(report)
        lines += verification(report.verification)
        lines += held(report)
        lines += nets(report, live: live)
        lines += work(report, requests: requests)
        lines += troubles(live)
        return lines.joined(separator: "\n")
    }

    private static func head(_ report: StatusReport, live: JSONValue?) -> String {
        let state =
            if let live {
                "đang chạy / running (pid \(live["pid"]?.text ?? "?"), "
                    + "\((Int64(live["residentKiB"]?.text ?? "") ?? 0) / 1024) MiB)"
            } else if let pid = report.daemon {
                "đang khởi động hoặc không ghi được / starting, or cannot write (pid \(pid))"
            } else {
                "không chạy / not running"
            }
        return "lienthongd \(state)   hồ sơ / dossiers: \(report.dossiers)   \(report.at.rfc3339)"
    }

    /// Who has waited longest, and when something is tried again.
    private static func patience(_ lane: LaneReport, now: Timestamp) -> [String] {
        var words: [String] = []
        if let oldest = lane.waitingLongest {
            let age = age(from: oldest.recordedAt, to: now)
            words.append("chờ lâu nhất / waiting longest: \(age) (\(oldest.code))")
        }
        if let next = lane.nextDueAt {
            let wait = age(from: now, to: next)
            words.append("lượt hẹn kế tiếp / next is due: \(wait)")
        }
        return words.isEmpty ? [] : ["    " + words.joined(separator: " · ")]
    }

    private static func standing(_ destination: String, live: JSONValue?) -> [String] {
        guard
            let standing = live?["destinations"]?.items?.first(where: {
                $0["destination"]?.text == destination
            }), let breaker = standing["breaker"]?.text, breaker != "closed"
        else { return [] }
        let why = standing["trouble"]?.text ?? ""
        return ["    ✗ ngắt / breaker \(breaker) \(why)"]
    }

    /// Why everything is asked for first, while something is still to be asked for.
    private static func memory(_ report: StatusReport) -> [String] {
        guard let cause = report.memory.cause,
            report.destinations.contains(where: { $0.unconfirmed > 0 })
        else { return [] }
        let trouble = Trouble.memoryDoubted(cause, store: report.path)
        let since = report.memory.since.map { " \($0.rfc3339)" } ?? ""
        return [
            "? \(trouble.code)\(since): \(trouble.vietnamese)", "  \(trouble.english)",
        ]
    }

    private static func verification(_ counts: VerificationCounts) -> [String] {
        guard counts.persons > 0 else { return [] }
        return [
            "xác thực công dân / persons verified: \(counts.persons) người / persons, "
                + "hỏi / asked \(counts.asked), cho / for \(counts.dossiersCovered) hồ sơ / dossiers",
            "    khớp / matched \(counts.matched) · lệch / mismatched \(counts.mismatched) · "
                + "không có / not found \(counts.notFound) · chưa hỏi được / unavailable "
                + "\(counts.unavailable) · đang chờ / pending \(counts.pending)",
        ]
    }

    private static func held(_ report: StatusReport) -> [String] {
        var lines: [String] = []
        if report.discarded > 0 {
            lines.append(
                "đã bỏ, hai đầu còn khác / discarded, both sides differ: \(report.discarded)   "
                    + "(lienthongd queue list --discarded)")
        }
        guard report.heldDossiers > 0 else { return lines }
        lines += ["bị giữ vì dữ liệu / held: \(report.heldDossiers)   (lienthongd queue list)"]
        for group in report.held.prefix(8) {
            let code = group.unmapped.map { " “\($0)”" } ?? ""
            let example = group.examples.first.map { ", ví dụ / e.g. \($0)" } ?? ""
            lines.append("    \(group.rule) \(group.field)\(code): \(group.count)\(example)")
        }
        return lines
    }

    private static func nets(_ report: StatusReport, live: JSONValue?) -> [String] {
        var lines: [String] = []
        if let net = live?["source"]?["net"]?.text {
            let words =
                net == "feed"
                ? "bảng theo dõi / change feed" : "cột ngày sửa đổi / modification times"
            var line = "nhận biết thay đổi nhờ / changes are found by: \(words)"
            if let sweep = live?["source"]?["sweep"] {
                line +=
                    "; rà soát / sweep \(sweep["swept"]?.text ?? "0")"
                    + " / \(sweep["lastRound"]?.text ?? "0")"
            }
            lines.append(line)
        }
        let deletions = report.deletions
        if let alarm = deletions.alarm {
            let trouble = Trouble.massDisappearance(alarm.missing)
            lines += trouble.description.split(separator: "\n").map { "✗ \($0)" }
        }
        if deletions.suspected + deletions.held + deletions.acknowledged > 0 {
            lines.append(
                "mất ở nguồn / gone from the source: nghi ngờ / suspected \(deletions.suspected), "
                    + "bị giữ / held \(deletions.held), "
                    + "đã ghi nhận / acknowledged \(deletions.acknowledged)")
        }
        return lines
    }

    private static func work(_ report: StatusReport, requests: [OperatorRequest]) -> [String] {
        var lines: [String] = []
        for request in requests where request.state == .open || request.state == .paused {
            lines.append(
                "đồng bộ lại / resync #\(request.id) \(request.state.name): đã đọc / read "
                    + "\(request.counts.read), ghi / recorded \(request.counts.recorded)")
        }
        if report.writeBacksWaiting > 0 {
            lines.append("chờ ghi trả về nguồn / to write back: \(report.writeBacksWaiting)")
        }
        return lines
    }

    private static func troubles(_ live: JSONValue?) -> [String] {
        (live?["troubles"]?.items ?? []).flatMap { trouble in
            [
                "✗ \(trouble["code"]?.text ?? ""): \(trouble["vi"]?.text ?? "")",
                "  \(trouble["en"]?.text ?? "")",
                "  → \(trouble["fixVi"]?.text ?? "")", "  → \(trouble["fixEn"]?.text ?? "")",
            ]
        }
    }

    private static func row(_ cells: String...) -> String {
        cells.enumerated().map { index, cell in
            let width = index == 0 ? 13 : 10
            let padding = String(repeating: " ", count: max(0, width - cell.count))
            return index == 0 ? cell + padding : padding + cell
        }.joined()
    }

    /// `3h12m`, `45s`.
    static func age(from start: Timestamp, to end: Timestamp) -> String {
        let seconds = max(0, end.milliseconds - start.milliseconds) / 1000
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m\(seconds % 60)s"
        case ..<86_400: return "\(seconds / 3600)h\(seconds / 60 % 60)m"
        default: return "\(seconds / 86_400)d\(seconds / 3600 % 24)h"
        }
    }
}
