internal import Capture
internal import Dossiers
internal import Operating
internal import Outbox
internal import Synchronization
package import Wire

/// Turns the capture step on its thread and carries what it asks for to the writer's thread and back.
///
/// Nothing waits here for the disk: batches are handed over, and their confirmation comes as news.
package final class CaptureLoop {
    private let reader: SourceReader
    private let source: any DossierSource
    private let desk: StoreDesk
    private let inbox: CaptureInbox
    private let board: Board
    private let events: EventSink
    private let clock: WallClock
    private let tally = HeldTallyBox()

    init(
        _ composition: Composition, source: any DossierSource, cursors: [String: String],
        desk: StoreDesk, inbox: CaptureInbox, board: Board, clock: WallClock,
        events: @escaping EventSink
    ) {
        let configuration = composition.configuration
        var settings = CaptureSettings()
        settings.pollMilliseconds = configuration.source.pollMilliseconds
        settings.mappingsMilliseconds = configuration.source.mappingsMilliseconds
        settings.keysPerLook = configuration.source.keysPerLook
        settings.configurationDigest = composition.mappingDigest
        settings.sweepPeriodMilliseconds = configuration.source.sweepPeriod
        settings.sweepShare = configuration.source.sweepShare
        settings.boot = clock.boot
        settings.diaryPath = configuration.stateDirectory + "/reading"
        settings.stopwatch = { clock.now().steady }
        self.source = source
        reader = SourceReader(
            source: source, renderer: composition.renderer, settings: settings,
            cursors: cursors, events: events)
        self.desk = desk
        self.inbox = inbox
        self.board = board
        self.events = events
        self.clock = clock
    }

    /// One turn: the news, one piece of work, and a sleep when there is none.
    package func step(now: Moment) -> Int64 {
        for news in inbox.takeAll() { reader.accept(news) }
        for event in tally.value.withLock({ $0.due(now: now.steady) }) { events(event) }
        if let work = reader.step(now: now) {
            hand(over: work)
        } else if !board.isStopping {
            reader.pause(now: now, inbox: inbox)
        }
        board.captureStands(reader.standing)
        return 0
    }

    package func close() { source.disconnect() }

    private func hand(over work: CaptureWork) {
        switch work {
        case .record(let step): record(step)
        case .wroteBack(let ids):
            desk.post(feedsCapture: true) { store, _ in try store.writeBacksDone(ids) }
        case .heldKeysWanted(let after, let limit):
            let inbox = inbox
            let keys = Slot<[SourceKey]>()
            desk.post { store, _ in
                keys.put(try store.heldKeys(after: after, limit: limit))
            } finish: {
                inbox.post(.heldKeys(keys.take() ?? []))
            }
        }
    }

    private func record(_ step: CaptureStep) {
        let inbox = inbox, board = board, events = events, tally = tally, clock = clock
        let summary = Slot<RecordSummary>()
        desk.post { store, now in
            var result = try store.record(step.batch, now: now)
            if try store.reviewDeletions(now: now) { result.massIsOver = true }
            if let progress = step.progress {
                try CaptureLoop.save(progress, result, in: store, now: now)
            }
            summary.put(result)
        } finish: {
            inbox.post(.recorded)
            guard let result = summary.take() else { return }
            board.added(result.recorded)
            if !result.toRead.isEmpty { inbox.post(.toRead(result.toRead)) }
            if !result.untold.isEmpty { inbox.post(.untold(result.untold)) }
            CaptureLoop.tell(
                result, progress: step.progress, tally, now: clock.now().steady, events)
        }
    }

    /// Adds what this step did to what the request has done so far.
    private static func save(
        _ progress: RequestProgress, _ result: RecordSummary, in store: Store, now: Timestamp
    ) throws {
        guard let request = try store.request(progress.id) else { return }
        var counts = request.counts
        counts.read += Int64(progress.read)
        counts.missing += Int64(progress.missing)
        counts.unchanged += Int64(result.unchanged)
        counts.held += Int64(result.held)
        counts.recorded += Int64(max(0, progress.read - result.unchanged - result.held))
        try store.progress(
            of: progress.id, cursor: progress.cursor, counts: counts, isDone: progress.isDone,
            now: now)
    }

    private static func tell(
        _ cause: HeldTally.Cause, of code: DossierCode, _ tally: HeldTallyBox, now: Int64,
        _ events: EventSink
    ) {
        let event = tally.value.withLock { $0.add(cause, dossier: code.rawValue, now: now) }
        if let event { events(event) }
    }

    private static func tellDeletions(_ result: RecordSummary, _ events: EventSink) {
        if result.suspected > 0 {
            events(
                Event(
                    .deletionSuspected, .info,
                    numbers: [.init("dossiers", Int64(result.suspected))]))
        }
        if let missing = result.massMissing {
            let trouble = Trouble.massDisappearance(missing)
            events(
                Event(
                    .deletionsAlarmed, .error, errorCode: trouble.code,
                    detail: trouble.english + " → " + trouble.fix,
                    numbers: [.init("missing", missing)]))
        }
        if result.massIsOver { events(Event(.deletionsAlarmOver, .notice)) }
    }

    private static func tell(
        _ result: RecordSummary, progress: RequestProgress?, _ tally: HeldTallyBox, now: Int64,
        _ events: EventSink
    ) {
        for held in result.newlyHeld {
            tell(HeldTally.Cause(held.hold), of: held.code, tally, now: now, events)
        }
        for code in result.released {
            events(Event(.captureReleased, .notice, dossier: code.rawValue))
        }
        for lane in result.newlyWaiting {
            tell(
                HeldTally.Cause(
                    code: lane.wait.reason.code, words: lane.wait.line,
                    destination: lane.destination.rawValue), of: lane.code, tally, now: now, events)
        }
        for lane in result.noLongerWaiting {
            events(
                Event(
                    .captureReleased, .notice, dossier: lane.code.rawValue,
                    destination: lane.destination.rawValue))
        }
        for freed in result.freed {
            events(
                Event(
                    .deliveryReleased, .notice, dossier: freed.code.rawValue,
                    destination: freed.destination.rawValue))
        }
        if result.recorded > 0 {
            events(
                Event(
                    .captureRecorded, .info,
                    numbers: [
                        .init("states", Int64(result.states)), .init("steps", Int64(result.steps)),
                        .init("questions", Int64(result.questions)),
                        .init("superseded", Int64(result.superseded)),
                        .init("unchanged", Int64(result.unchanged)),
                        .init("held", Int64(result.held)),
                        .init("rewritten", Int64(result.historyRewritten)),
                    ]))
        }
        tellDeletions(result, events)
        if let progress, progress.isDone {
            events(Event(.resyncFinished, .notice, numbers: [.init("request", progress.id)]))
        }
    }
}

/// The tally is added to by the writer's thread and read by capture's.
final class HeldTallyBox: Sendable {
    let value = Mutex(HeldTally())
}
