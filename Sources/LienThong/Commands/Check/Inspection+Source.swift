internal import Capture
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

// The one-stop database: every statement carried out, a sample normalized, its times compared with the clock.
extension Inspection {
    /// More words are counted only.
    private static let wordsShown = 12

    /// - Parameter statuses: the words of the code table, of which some are left unsent on purpose.
    func checkSource(_ composition: Composition, statuses: StatusTable) {
        let source = composition.configuration.source
        let now = WallClock.system.now().wall
        guard
            let reader = attempt({ () throws(Trouble) in try SourceOpening.open(composition) })
        else { return }
        defer { reader.disconnect() }
        let found = SourceOpening.trial(composition).run(
            reader, writesBack: source.writesBack, now: now)
        for trouble in found.troubles { add(trouble) }
        if found.troubles.isEmpty {
            fine(
                "cơ sở dữ liệu một cửa / one-stop database: \(composition.profile.name), "
                    + "\(found.statements) câu lệnh đã chạy thử / statements tried")
        }
        if found.writesBack { fine("ghi kết quả xác thực / write-back: có quyền / may write") }
        if let ahead = found.clockAhead, abs(ahead) > 30_000 {
            add(.databaseClock(ahead / 1000))
        }
        if let sample = found.sample { checkSample(sample, composition, statuses, now: now) }
        // Without a connection there is nothing to say of its feed.
        guard found.statements > 0 else { return }
        attempt { () throws(Trouble) in
            if try reader.isShared() {
                fine(
                    "kết nối qua bộ gom kết nối, không được đánh thức, chỉ hỏi theo chu kỳ / "
                        + "through a connection pooler: not woken by changes, polled")
            }
            let feed = try reader.inspectFeed(now: now)
            if let trouble = feed.trouble { throw trouble }
            fine("bảng theo dõi thay đổi / change feed: \(feed.text)")
        }
    }

    private func checkSample(
        _ sample: [SourceDossier], _ composition: Composition, _ statuses: StatusTable,
        now: Timestamp
    ) {
        guard !sample.isEmpty else {
            return add(.sourceShowsNothing(composition.profile.directory))
        }
        let report = SampleReport(sample, composition.renderer)
        let text = "\(report.sendable) / \(report.dossiers)"
        if report.sendable > 0 {
            fine("hồ sơ mẫu gửi được / sampled dossiers that can be sent: \(text)")
        } else {
            add(.sampleUnsendable(report.dossiers))
        }
        let codes = composition.configuration.codesDirectory
        for rule in Inspection.mapped {
            let words = report.groups.filter {
                $0.code == rule.code && $0.unmapped.map(statuses.leavesUnsent) == false
            }
            guard !words.isEmpty else { continue }
            add(
                .sampleUnmapped(
                    rule,
                    words: words.prefix(Inspection.wordsShown).map {
                        "“\($0.unmapped ?? "")” (\($0.count))"
                    }, more: max(0, words.count - Inspection.wordsShown),
                    dossiers: words.reduce(0) { $0 + $1.count }, of: report.dossiers, codes: codes))
        }
        let others = report.groups.filter {
            $0.unmapped.map(statuses.leavesUnsent) ?? true
        }
        for group in others.prefix(Inspection.wordsShown) {
            let word = group.unmapped.map { " “\($0)”" } ?? ""
            note(
                "bị giữ / held: \(group.code) \(group.rule) \(group.field)\(word): \(group.count), "
                    + "ví dụ / e.g. \(group.example)")
        }
        for finding in SourceTimes(sample, zone: composition.profile.zone).findings(now: now) {
            add(.sourceTimes(finding, zone: composition.profile.zone.identifier))
        }
    }

    /// The rules whose cure is a line in a code table.
    private static let mapped: [Hold.Rule] = [
        .statusUnmapped, .procedureUnmapped, .unitUnmapped, .unitReplacedUnmapped,
    ]
}
