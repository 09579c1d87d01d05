internal import Capture
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// The source seam: what one session of the daemon sees of the ``Office``.
///
/// While it answers, the office goes on: transactions commit between any two statements.
final class OfficeSource: DossierSource {
    private let office: Office
    private let plan: Plan
    private let draw: Draw
    private var session = -1
    private var sessionNumber = 0
    /// What the capture thread asked to sleep in its last turn; nil when it worked.
    var sleep: Int64?
    /// How long the statements of the last turn took.
    var spent: Int64 = 0
    private(set) var failures = 0
    /// What the feed had when the last mark was taken, since the position that was asked for.
    private var ahead: (position: Int64, keys: [SourceKey])?
    var isCalm = false

    init(office: Office, plan: Plan, draw: Draw) {
        self.office = office
        self.plan = plan
        self.draw = draw
    }

    var dossiersPerQuery: Int { plan.office.page }
    var hasWriteBack: Bool { true }
    private(set) var feed = FeedState.absent

    func feedSize() throws(Trouble) -> Int64 {
        try statement()
        return Int64(office.feed.count)
    }

    func trimFeed(before position: Int64, limit: Int) throws(Trouble) -> Int {
        try statement()
        let count = office.feed.trim(before: position, limit: limit)
        // The commit's confirmation may be lost.
        if !isCalm, draw.happens(plan.office.error) { throw fail("LT-3001") }
        return count
    }

    private func statement() throws(Trouble) {
        let slowest = plan.office.slowness
        let usual = plan.office.isSlowAlways ? draw.within(1...slowest) : draw.spread(1...slowest)
        spent += isCalm ? 1 : usual
        goOn(0.3)
        if office.downUntil > office.clock.steady { throw fail("LT-3001") }
        if session != office.sessions {
            session = office.sessions
            sessionNumber += 1
        }
        if !isCalm, draw.happens(plan.office.error) {
            office.sessions += 1
            throw fail(draw.happens(0.5) ? "LT-3001" : "LT-3002")
        }
    }

    /// Others work meanwhile.
    private func goOn(_ chance: Double) {
        guard let due = office.nextCommit, draw.happens(chance) || due <= office.clock.steady else {
            return
        }
        if draw.happens(0.5) { office.commitAll() } else { office.commitDue() }
    }

    private func fail(_ code: String) -> Trouble {
        failures += 1
        return Trouble(
            code, .unavailable, vietnamese: "Nguồn giả lập không trả lời.",
            english: "The simulated source does not answer.", fixVietnamese: "Chờ.", fix: "Wait.")
    }

    func mark(now: Timestamp, ahead look: LookAhead?) throws(Trouble) -> SourceMark {
        ahead = nil
        try statement()
        // Its statements, in the real source's order: the feed's end, then what says whether to look, and what
        // is asked ahead.
        feed = office.feed.state(running: office.position)
        goOn(0.3)
        office.isClockSeen = true
        let mark = mark(now)
        guard let position = look?.since.feed?.position, feed.mark != nil else { return mark }
        goOn(0.3)
        ahead = (position, office.feed.keys(since: position).sorted().map { SourceKey($0) })
        return mark
    }

    private func mark(_ now: Timestamp) -> SourceMark {
        let version = plan.office.tellsVersion ? "\(sessionNumber)/\(office.commits)" : ""
        switch office.engine {
        case .numbers:
            return SourceMark(
                position: office.position, takenAt: CaseMaker.text(office.time), identity: "office",
                version: version, feed: feed.mark)
        case .times:
            let newest = min(now.milliseconds, office.newest ?? now.milliseconds)
            return SourceMark(
                position: 0, takenAt: CaseMaker.text(newest), identity: "office",
                version: version, feed: feed.mark)
        }
    }

    func changedKeys(
        since mark: SourceMark, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        if key == nil, let ahead, let before = mark.feed, ahead.position == before.position,
            before.generation == feed.mark?.generation
        {
            return Array(ahead.keys.prefix(limit))
        }
        try statement()
        let after = key?.rawValue ?? 0
        func timed() -> [Int64] {
            office.changed(
                since: (mark.position, OfficeSource.milliseconds(mark.takenAt) - mark.reach),
                after: after,
                limit: limit)
        }
        // As `DatabaseSource` puts both nets together.
        guard let now = feed.mark else { return timed().map { SourceKey($0) } }
        if office.feed.state(running: office.position).mark?.generation != now.generation {
            throw fail("LT-3002")
        }
        guard let before = mark.feed, before.generation == now.generation else {
            let noted = office.feed.keys(since: 0).filter { $0 > after }
            return noted.union(timed()).sorted().prefix(limit).map { SourceKey($0) }
        }
        return office.feed.keys(since: before.position).filter { $0 > after }.sorted()
            .prefix(limit).map { SourceKey($0) }
    }

    func allKeys(
        _ filter: ResyncFilter, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        try statement()
        let after = key?.rawValue ?? 0
        return office.keys.filter { $0 > after && fits($0, filter) }.prefix(limit)
            .map { SourceKey($0) }
    }

    private func fits(_ key: Int64, _ filter: ResyncFilter) -> Bool {
        guard let header = office.shown(key)?.header else { return false }
        let accepted = OfficeSource.milliseconds(header[.acceptedAt] ?? "")
        if let since = filter.since, accepted < since.milliseconds { return false }
        if let until = filter.until, accepted >= until.milliseconds { return false }
        if !filter.procedures.isEmpty,
            !filter.procedures.contains(header[.localProcedureCode] ?? ""),
            !filter.procedures.contains(header[.procedureCode] ?? "")
        {
            return false
        }
        return filter.units.isEmpty || filter.units.contains(header[.unitCode] ?? "")
    }

    func keys(ofCodes codes: [String]) throws(Trouble) -> [(code: String, key: SourceKey)] {
        try statement()
        return office.keys.compactMap { key in
            let code = office.code(key)
            return codes.contains(code) ? (code, SourceKey(key)) : nil
        }
    }

    func read(_ keys: [SourceKey]) throws(Trouble) -> [SourceDossier] {
        if !isCalm, let key = keys.first?.rawValue, !office.isLocked(key),
            draw.happens(plan.office.slips)
        {
            office.begin([key], commitIn: 0, [{ $0[key] = nil }])
        }
        try statement()
        if keys.contains(where: { office.isUnreadable($0.rawValue) }) {
            throw .sourceValueUnreadable(file: "header.sql", reason: "simulated")
        }
        // One state of the database for the whole page; it may still fail in the middle of it.
        let page = keys.sorted().compactMap { office.shown($0.rawValue) }
        if !isCalm, draw.happens(plan.office.error) { throw fail("LT-3002") }
        return page
    }

    func mappings() throws(Trouble) -> Digest? {
        try statement()
        return SHA256.digest(Array("\(office.mappingVersion)".utf8))
    }

    func writeBack(_ answers: [WriteBack]) throws(Trouble) {
        try statement()
        if office.refusesWrites { throw fail("LT-3002") }
        for answer in answers {
            office.answers[answer.sourceKey.rawValue] = answer.verification
            office.trace.note(
                "office \(answer.code.rawValue) takes answer \(answer.verification.name)")
        }
        // The commit's confirmation may be lost.
        if !isCalm, draw.happens(plan.office.error) { throw fail("LT-3001") }
    }

    /// Sleeps in virtual time: the world turns the capture thread again when it is over.
    func wait(milliseconds: Int64, interruptedBy descriptor: Int32?) throws(Trouble) -> Bool {
        sleep = milliseconds
        return false
    }

    func check() throws(Trouble) {}
    func disconnect() { session = -1 }

    /// The office's naive text as milliseconds since 1970.
    static func milliseconds(_ text: String) -> Int64 {
        let digits = Array(text.utf8)
        guard digits.count == 23 else { return .min }
        func number(_ range: Range<Int>) -> Int {
            digits[range].reduce(0) { $0 * 10 + Int($1) - 48 }
        }
        return Timestamp(
            vietnam: CivilTime(
                year: number(0..<4), month: number(5..<7), day: number(8..<10),
                hour: number(11..<13), minute: number(14..<16), second: number(17..<19),
                millisecond: number(20..<23))
        ).milliseconds
    }
}
