internal import Dossiers
package import Operating
internal import Outbox
package import Wire

/// The capture step: reads what changed in the source and hands it over in batches to be recorded.
///
/// Several readings share the source, the more urgent first, one page at a time:
/// a *look* for fresh changes since the last mark; answers to be written back; operators' requests; held
/// dossiers, when a mapping has changed; the first *walk* over everything.
///
/// Every page is recorded together with the place it brings its reading to, so that a crash repeats at most
/// the pages that were not on disk. Confined to the capture thread; what other threads have to say comes
/// as ``CaptureNews``.
package final class SourceReader {
    let source: any DossierSource
    let renderer: DossierRenderer
    let settings: CaptureSettings
    let events: EventSink

    /// The mark of the last look that ended; nil before the first.
    var poll: SourceMark?
    /// True when `poll` is further than what was handed over to be recorded.
    var isPollUnrecorded = false
    var pollRecordedAt: Int64 = .min
    /// The look under way.
    var look: SourceLook?
    /// What the source's version was when the last look that ended began.
    var version: String?
    var walk: SourceWalk
    var requests: [RequestWalk] = []
    /// Requests whose end is on its way to the disk.
    var finishedRequests: Set<Int64> = []
    var held: HeldCheck
    /// The source's own mappings when they were last compared.
    var mappingsSeen: Digest?
    /// Why they cannot be read.
    var unreadMappings: Trouble?
    var listing = KeyListing()
    var writeBacks: [WriteBack] = []
    var seen = SeenDossiers()
    var pages: PageReading
    var trust: FeedTrust
    var witness: HistoryWitness
    var doubts = SourceDoubts()
    var zone = ZoneWatch()
    /// Keys that a look did not find, so that each is told once. In memory only, and bounded.
    var missed: Set<SourceKey> = []
    var suspects: [SourceKey] = []
    var toRead: [SourceKey] = []
    var sweep: SourceSweep
    var feedWatch = FeedWatch()

    var nextLook: Int64 = .min
    /// When the look at hand or the last one began.
    var lookBegan: Int64 = .min
    /// When a look may begin because somebody said that something changed.
    var allowance = LookAllowance()
    /// True from a look's end until the clock has been read again.
    var isLookMeasured = true
    private var lookPagesInARow = 0
    var isWoken = false
    var outstanding = 0
    var pageSize: Int
    /// Fresh changes, everything else, and answers fail apart: none keeps the others back.
    private var lookBackoff: Backoff
    private var backlogBackoff: Backoff
    var writeBackBackoff: Backoff
    private var dossiersRead: Int64 = 0
    private var looks: Int64 = 0

    /// - Parameter cursors: everything that the state store remembers of earlier runs.
    package init(
        source: any DossierSource, renderer: DossierRenderer, settings: CaptureSettings,
        cursors: [String: String], events: @escaping EventSink
    ) {
        self.source = source
        self.renderer = renderer
        self.settings = settings
        self.events = events
        pages = PageReading(diary: PageDiary(path: settings.diaryPath))
        let backoff = Backoff(
            first: settings.retryMilliseconds, limit: settings.retryLimitMilliseconds)
        lookBackoff = backoff
        backlogBackoff = backoff
        writeBackBackoff = backoff
        pageSize = max(1, min(source.dossiersPerQuery, settings.dossiersPerBatch))
        poll = cursors[CursorName.poll].flatMap { SourceMark(text: $0) }
        look = cursors[CursorName.look].flatMap { SourceLook(text: $0) }
        walk = SourceWalk(text: cursors[CursorName.walk])
        held = HeldCheck(recorded: cursors[CursorName.held])
        sweep = SourceSweep(text: cursors[CursorName.sweep])
        trust = FeedTrust(text: cursors[CursorName.trust])
        witness = HistoryWitness(text: cursors[CursorName.witness])
        feedWatch.recorded = poll?.feed
        // Without its mark a look under way means nothing.
        if poll == nil { look = nil }
    }

    deinit { pages.close() }

    /// The next thing to be recorded or asked; nil when nothing is due or enough is on its way.
    package func step(now: Moment) -> CaptureWork? {
        measureLook(now)
        guard outstanding < settings.outstandingLimit else { return nil }
        // A look that does not end must not keep the rest back for ever.
        let isOthersTurn = look != nil && lookPagesInARow >= settings.lookPagesInARow
        var work =
            isOthersTurn
            ? writeBackOn(now) ?? backlogStep(now) ?? lookStep(now)
            : lookStep(now) ?? writeBackOn(now) ?? backlogStep(now)
        if case .record(var step) = work {
            outstanding += 1
            step.batch.cursors += memoMoves()
            work = .record(step)
            feedWatch.handed(step.batch)
        }
        return work
    }

    private func lookStep(_ now: Moment) -> CaptureWork? {
        guard lookBackoff.allows(now.steady), look != nil || isLookDue(now) else { return nil }
        lookPagesInARow += 1
        do throws(Trouble) {
            let work = try lookOn(now)
            recovered(lookBackoff.succeeded())
            return work
        } catch {
            lookBackoff.failed(error, at: now.steady)
            report(error, failures: lookBackoff.failures)
            return nil
        }
    }

    private func backlogStep(_ now: Moment) -> CaptureWork? {
        // Not while fresh changes cannot be read: it would fail in the same way.
        guard lookBackoff.failures == 0, backlogBackoff.allows(now.steady) else { return nil }
        lookPagesInARow = 0
        do throws(Trouble) {
            var work = try requestOn()
            if work == nil { work = try heldOn(now) }
            if work == nil { work = try walkOn() }
            if work == nil { work = try missingOn() }
            if work == nil { try trimOn(now) }
            if work == nil { try doubtOn(now) }
            if work == nil { work = try netOn(now) }
            if work == nil { work = try sweepOn(now) }
            guard let work else { return nil }
            recovered(backlogBackoff.succeeded())
            return work
        } catch {
            backlogBackoff.failed(error, at: now.steady)
            report(error, failures: backlogBackoff.failures)
            return nil
        }
    }

    /// Takes what the other threads have to say.
    package func accept(_ news: CaptureNews) {
        switch news {
        case .recorded:
            outstanding = max(0, outstanding - 1)
            feedWatch.batchRecorded()
        case .suspects(let keys): suspects = keys
        case .toRead(let keys): toRead = Array((toRead + keys).suffix(1000))
        case .requests(let open): acceptRequests(open)
        case .heldKeys(let keys): held.accept(keys)
        case .writeBacks(let owed): writeBacks = owed
        case .look: isWoken = true
        case .untold(let keys): accuse(keys.filter { seen.knows($0) })
        case .feedDismissed: feedWatch.dismissed()
        }
    }

    /// What is remembered beside the places, when it has changed.
    private func memoMoves() -> [CursorMove] {
        var moves: [CursorMove] = []
        if trust.isUnrecorded {
            moves.append(CursorMove(name: CursorName.trust, value: trust.text))
        }
        if witness.isUnrecorded {
            moves.append(CursorMove(name: CursorName.witness, value: witness.text))
        }
        trust.recorded()
        witness.recorded()
        return moves
    }

    /// Milliseconds until ``step(now:)`` may have something to do, unless there is news before.
    package func nextWake(now: Moment) -> Int64 {
        if outstanding >= settings.outstandingLimit { return settings.pollMilliseconds }
        var due = look != nil ? .min : nextLook
        if isWoken { due = min(due, allowance.nextAt) }
        due = max(due, lookBackoff.retryAt)
        let hasBacklog = walk.isUnderWay || !requests.isEmpty || held.isReady
        if lookBackoff.failures == 0, let chore = nextChore(now) {
            due = min(due, max(chore, backlogBackoff.retryAt))
        }
        if hasBacklog, lookBackoff.failures == 0 { due = min(due, backlogBackoff.retryAt) }
        if !writeBacks.isEmpty { due = min(due, writeBackBackoff.retryAt) }
        return due <= now.steady ? 0 : due - now.steady
    }

    /// Sleeps until something may be due, the source or the inbox wakes it.
    package func pause(now: Moment, inbox: CaptureInbox) {
        let milliseconds = nextWake(now: now)
        guard milliseconds > 0 else { return }
        do throws(Trouble) {
            let isNotified = try source.wait(
                milliseconds: milliseconds, interruptedBy: inbox.descriptor)
            if isNotified { isWoken = true }
        } catch {
            // Whatever was notified meanwhile is lost with the connection.
            isWoken = true
            lookBackoff.failed(error, at: now.steady)
            report(error, failures: lookBackoff.failures)
        }
    }

    package var standing: SourceStanding {
        SourceStanding(
            trouble: lookBackoff.trouble ?? backlogBackoff.trouble,
            failures: lookBackoff.failures + backlogBackoff.failures,
            writeBackTrouble: writeBackBackoff.trouble,
            dossiersRead: dossiersRead, looks: looks, isWalking: walk.isUnderWay,
            net: trust.isTrusted(feedMark) ? feedWatch.net : "overlap",
            feedTrouble: trust.trouble(feedMark) ?? feedWatch.trouble,
            doubts: doubts.troubles
                + [zone.trouble, listing.trouble, unreadMappings].compactMap { $0 },
            sweep: settings.sweepPeriodMilliseconds > 0
                ? sweep.standing(settings.sweepPeriodMilliseconds) : nil,
            isCaughtUp: lookBackoff.failures == 0 && looks > 0 && look == nil && !isWoken
                && !walk.isUnderWay && requests.isEmpty && held.hasCompared && !held.isUnderWay
                && outstanding == 0)
    }

    /// Reads and renders a page.
    ///
    /// - Parameter onlyNews: leaves out dossiers that look as they did when they were last captured.
    func page(_ keys: [SourceKey], onlyNews: Bool = false) throws(Trouble) -> FoundPage {
        var found = FoundPage()
        for piece in pages.pieces(of: keys) {
            pages.begin(piece)
            defer { pages.end() }
            found.add(try piecePage(Array(piece), onlyNews: onlyNews))
        }
        pages.survived(keys)
        return found
    }

    /// Somebody says that these have changed.
    func changed(_ keys: [SourceKey]) { pages.haveChanged(keys) }

    private func piecePage(_ keys: [SourceKey], onlyNews: Bool) throws(Trouble) -> FoundPage {
        let read = try pages.read(keys, from: source)
        let dossiers = read.dossiers
        let missing = keysMissing(keys, among: dossiers, and: read.held)
        // One that comes back may look as it did, and is news all the same: it is held as deleted by then.
        for key in missing { seen.forget(key) }
        var removed: [SourceKey] = []
        var changed: [SourceKey] = []
        var news: [Int] = []
        dossiersRead += Int64(dossiers.count)
        if pages.hasHalved { halvePage() } else { growPage() }
        var captured: [CapturedDossier] = []
        captured.reserveCapacity(dossiers.count + read.held.count)
        for row in read.held {
            // Mended, it may look as it did before.
            seen.forget(row.key)
            if onlyNews, !row.isNews { continue }
            captured.append(renderer.unread(row.key, row.hold))
        }
        for (place, dossier) in dossiers.enumerated() {
            if dossier.isRemoved {
                removed.append(dossier.key)
                seen.forget(dossier.key)
                continue
            }
            let verdict = seen.look(at: dossier)
            if case .changed = verdict { changed.append(dossier.key) }
            if onlyNews, case .same = verdict { continue }
            captured.append(renderer.captured(dossier))
            news.append(place)
        }
        for place in news.suffix(HistoryWitness.limit) { witness.note(dossiers[place]) }
        witness.forget(removed + missing)
        return FoundPage(
            dossiers: captured, absent: missing, removed: removed, changed: changed,
            newest: newest(dossiers, changed: changed))
    }

    private func keysMissing(
        _ keys: [SourceKey], among dossiers: [SourceDossier], and held: [PageReading.HeldRow]
    ) -> [SourceKey] {
        guard dossiers.count + held.count < keys.count else { return [] }
        let found = Set(dossiers.map(\.key) + held.map(\.key))
        return keys.filter { !found.contains($0) }
    }

    /// The newest time of each dossier that is not what it was.
    private func newest(_ dossiers: [SourceDossier], changed: [SourceKey]) -> [Timestamp] {
        guard !changed.isEmpty, changed.count <= 20 else { return [] }
        return dossiers.compactMap { dossier in
            changed.contains(dossier.key) ? renderer.newestTime(of: dossier) : nil
        }
    }

    func countLook() { looks += 1 }

    private func recovered(_ failures: Int) {
        guard failures > 0 else { return }
        events(
            Event(
                .captureRecovered, .notice,
                numbers: [Event.Number("failures", Int64(failures))]))
    }

    private func report(_ trouble: Trouble, failures: Int) {
        events(
            Event(
                .captureFailed, .error, attempt: failures, errorCode: trouble.code,
                detail: trouble.english + " → " + trouble.fix))
        // A source that is too slow for a page is asked for less at once.
        if trouble.code == Trouble.sourceSlowCode || trouble.isAboutRows { halvePage() }
        // The session may be another one next time: its version says nothing about the last one's.
        version = nil
    }

    private func halvePage() { pageSize = max(min(10, pageSize), pageSize / 2) }

    private func growPage() {
        let whole = max(1, min(source.dossiersPerQuery, settings.dossiersPerBatch))
        if pageSize < whole { pageSize = min(whole, pageSize + max(1, pageSize / 8)) }
    }
}

/// A page, read and rendered.
struct FoundPage {
    var dossiers: [CapturedDossier] = []
    /// Keys of which the source has no row.
    var absent: [SourceKey] = []
    /// Keys whose row says that the dossier is deleted: as good as none.
    var removed: [SourceKey] = []
    /// Keys that were read before, and looked otherwise then.
    var changed: [SourceKey] = []
    /// The newest time of each of these, when they are few.
    var newest: [Timestamp] = []

    mutating func add(_ piece: FoundPage) {
        dossiers += piece.dossiers
        absent += piece.absent
        removed += piece.removed
        changed += piece.changed
        newest += piece.newest
    }

    var missing: [SourceKey] { removed.isEmpty ? absent : (absent + removed).sorted() }
}

// A reader belongs to the capture thread.
@available(*, unavailable)
extension SourceReader: Sendable {}

/// The names under which the state store keeps capture's places.
package enum CursorName {
    package static let poll = "poll"
    package static let look = "look"
    package static let walk = "walk"
    package static let held = "held"
    package static let sweep = "sweep"
    package static let trust = "trust"
    package static let witness = "witness"
}
