package import Couriers
internal import Dossiers
internal import Execution
package import Operating
internal import Outbox
package import Wire

/// The one thread that writes the store: settles what came back, records what was captured, claims what
/// goes out next, all in one transaction, and hands the claimed to the transport after the commit.
///
/// Dying anywhere loses nothing: before the commit nothing has left; after it, what may have left is marked.
package final class Engine {
    private let store: Store
    private let dispatcher: Dispatcher
    private let desk: StoreDesk
    private let feed: CaptureFeed
    private let events: EventSink
    /// Jobs whose transaction failed; they are tried again, never dropped.
    private var waiting: [StoreDesk.Job] = []
    private var outage = StoreOutage()
    private var clock: ClockWatch
    private var witnessTrouble: Trouble?
    /// Until then, on the steady clock, what the store has refused is not tried again.
    private var refusedUntil: Int64 = .min
    /// Since when, on the steady clock, the end is being prepared.
    private var drainingSince: Int64?
    private static let lastPortions = 32
    /// Before that, on the steady clock, free pages are left alone.
    private var compactsFrom: Int64 = .min
    private var rest: WriterRest

    init(
        store: Store, openedAt: Moment, dispatcher: Dispatcher, desk: StoreDesk,
        feed: CaptureFeed, events: @escaping EventSink
    ) {
        self.store = store
        clock = ClockWatch(since: openedAt)
        rest = WriterRest(openedAt: openedAt.steady)
        self.dispatcher = dispatcher
        self.desk = desk
        self.feed = feed
        self.events = events
    }

    /// Why the store cannot be written at the moment; nil when it can.
    package var trouble: Trouble? { outage.trouble }

    /// What is under way cannot be written down any more, so that waiting for it is no use.
    func cannotDrain(now: Moment) -> Bool {
        guard let drainingSince, outage.trouble != nil else { return false }
        return now.steady - drainingSince >= 2000
    }

    /// The store has to be opened anew, and nothing is lost by it.
    var wantsReopening: Bool { store.wantsReopening }

    /// Whether something has been due for a destination since then.
    func hasWaiting(for destination: DestinationID, since: Timestamp) throws -> Bool {
        try store.hasWaiting(for: destination, since: since)
    }

    /// One turn. Returns how many milliseconds may pass before the next one if nothing rings.
    package func step(now: Moment, isDraining: Bool = false) -> Int64 {
        waiting += desk.takeAll()
        let wasDrained = dispatcher.isDrained
        if let jump = clock.look(now) {
            dispatcher.clockJumped(by: jump, now: now)
            events(
                Event(
                    .clockJumped, .warning, errorCode: Trouble.clockJumped.code,
                    detail: Trouble.clockJumped.english + " → " + Trouble.clockJumped.fix,
                    numbers: [.init("milliseconds", jump)]))
        }
        if isDraining, drainingSince == nil {
            drainingSince = now.steady
            outage.hurry()
        }
        if let wait = outage.wait(now: now.steady) { return wait }
        if isDraining { dispatcher.drain() }
        let jobs = now.steady < refusedUntil ? [] : waiting
        if jobs.isEmpty, !isDraining, let wait = dispatcher.collect(now: now), wait > 0 {
            testify(now: now)
            return min(wait, store.testimonyWait(now: now) ?? .max)
        }
        do {
            try turn(jobs, now: now)
        } catch let failure as StoreFailure where !failure.isPassing && !jobs.isEmpty {
            return refused(failure, now: now)
        } catch {
            // The dispatcher keeps its settlements and forgets its claims when no `submit` follows.
            return failed(error, now: now)
        }
        clock.applied()
        waiting.removeFirst(jobs.count)
        if !jobs.isEmpty || waiting.isEmpty { recovered(now) }
        // Before anything leaves: what was sent by a store that is lost then was never sent for its copy.
        testify(now: now)
        dispatcher.submit(now: now)
        for job in jobs { job.finish() }
        tellCapture(isUrgent: jobs.contains(where: \.feedsCapture), now: now)
        // Whatever has left is witnessed within a second, also when nothing else happens by then.
        let wake = min(
            max(0, dispatcher.nextWake(now: now)), store.testimonyWait(now: now) ?? .max)
        guard wake > 0, dispatcher.isDrained else { return wake }
        if jobs.isEmpty, compact(now: now) { return 0 }
        if !jobs.isEmpty || !wasDrained { rest.worked(now: now.steady) }
        if rest.begins(now: now.steady) { store.rest() }
        return min(wake, rest.wake(now: now.steady))
    }

    /// Gives back what a backlog has used, when there is nothing else to do; true when there is more.
    ///
    /// A disk that refuses this is told by the next turn that has something to write; nobody waits for this.
    private func compact(now: Moment) -> Bool {
        guard now.steady >= compactsFrom, outage.trouble == nil else { return false }
        do {
            return try store.compact()
        } catch {
            compactsFrom = now.steady + 600_000
            return false
        }
    }

    private func turn(_ jobs: [StoreDesk.Job], now: Moment) throws {
        try store.transaction {
            if let delta = clock.delta {
                clock.moved(try store.clockMoved(by: delta, now: now.wall))
            }
            try dispatcher.settleCompletions(now: now)
            for job in jobs { try job.body(store, now.wall) }
            try dispatcher.claim(now: now)
        }
    }

    /// The store refuses something that was asked of it. What was captured stays in its order and is tried
    /// again; nothing overtakes it, or the cursor would pass it by. Deliveries go on without it.
    private func refused(_ failure: StoreFailure, now: Moment) -> Int64 {
        _ = failed(failure, now: now)
        refusedUntil = now.steady + 30_000
        outage.hurry()
        return 0
    }

    /// After the commit and on its own: a read that fails must not undo what is durable.
    private func tellCapture(isUrgent: Bool, now: Moment) {
        do {
            try feed.step(store, isUrgent: isUrgent, now: now)
        } catch {
            _ = failed(error, now: now)
        }
    }

    /// The last turn: settles what the closed transport gave back, so that only what truly may have left
    /// stays marked.
    package func close(now: Moment) {
        // Whoever has locked the store is waited for no longer.
        if outage.isLocked { return }
        outage.hurry()
        _ = step(now: now, isDraining: true)
        // What a pass of a timer has used it gives back before it ends, and within a second.
        var portions = Engine.lastPortions
        while portions > 0, compact(now: now) { portions -= 1 }
        testify(now: now, isLast: true)
    }

    /// A witness that cannot be written stops nothing: it is said once.
    private func testify(now: Moment, isLast: Bool = false) {
        do {
            let trouble = try store.testify(now: now, isLast: isLast)
            if let trouble, trouble.code != witnessTrouble?.code {
                events(
                    Event(
                        .witnessFailed, .warning, errorCode: trouble.code,
                        detail: trouble.english + " → " + trouble.fix))
            }
            witnessTrouble = trouble ?? (isLast ? nil : witnessTrouble)
        } catch {
            _ = failed(error, now: now)
        }
    }

    /// Tells the log what operators have discarded since it was last told: their commands run beside us, and have
    /// no place in our log.
    func tellDiscards() {
        guard outage.trouble == nil else { return }
        do {
            let found = try store.untoldDiscards()
            guard let last = found.last else { return }
            let events = events
            desk.post { store, _ in
                try store.discardsTold(through: last.id)
            } finish: {
                for entry in found { events(Engine.discarded(entry)) }
            }
        } catch {
            // The next transaction meets the same trouble and tells it.
        }
    }

    private static func discarded(_ entry: DiscardedEntry) -> Event {
        Event(
            .deliveryDiscarded, .notice, dossier: entry.code, destination: entry.destination,
            operation: entry.operation.name, delivery: entry.delivery, detail: "by \(entry.actor)")
    }

    /// What was learnt of the destinations, for the road that follows this one.
    package var gates: Gates { dispatcher.gates }

    package func standings(now: Moment) -> [DestinationStanding] { dispatcher.standing(now: now) }

    /// Says where the writer's side stands.
    package func tell(_ board: Board, now: Moment) {
        let standings = standings(now: now)
        // Nothing goes out but the probes of destinations that are away.
        let isAtRest = standings.allSatisfy {
            $0.breaker != .closed
                || ($0.inFlight == 0 && $0.queued == 0 && !$0.awaitsSession)
        }
        board.writerStands(
            isDrained: isDrained, isQuiet: isDrained || isAtRest,
            isUnreachable: standings.contains { $0.breaker != .closed })
    }

    /// Nothing is under way and nothing is left to be written.
    package var isDrained: Bool { dispatcher.isDrained }

    /// The store's whole status; nil when it cannot be read, which ``trouble`` then says.
    func statusReport(now: Moment) -> StatusReport? {
        do {
            return try store.status(now: now.wall)
        } catch {
            _ = failed(error, now: now)
            return nil
        }
    }

    private func failed(_ error: any Error, now: Moment) -> Int64 {
        let failure = error as? StoreFailure
        let trouble = failure?.trouble ?? error as? Trouble ?? .storeUnexpected
        let isNews = outage.failed(
            trouble, isLocked: failure?.kind == .busy, isDraining: drainingSince != nil,
            now: now.steady)
        if isNews {
            events(
                Event(
                    .storeFailed, .error, errorCode: trouble.code,
                    detail: trouble.english + " → " + trouble.fix,
                    numbers: [.init("seconds", outage.seconds(now: now.steady))]))
        }
        return outage.wait(now: now.steady) ?? 0
    }

    private func recovered(_ now: Moment) {
        guard let trouble = outage.trouble else { return }
        let seconds = outage.seconds(now: now.steady)
        if outage.recovered(now: now.steady) {
            events(
                Event(
                    .storeRecovered, .notice, errorCode: trouble.code,
                    numbers: [.init("seconds", seconds)]))
        }
    }
}

extension Trouble {
    static var storeUnexpected: Trouble {
        Trouble(
            "LT-4099", .software,
            vietnamese: "Kho trạng thái từ chối một giao dịch vì lý do không lường trước.",
            english: "The state store refused a transaction for an unforeseen reason.",
            fixVietnamese:
                "Gửi nhật ký cho nhóm phát triển; dữ liệu vẫn còn nguyên và sẽ được thử lại.",
            fix: "Send the log to the developers; nothing is lost and it is tried again.")
    }
}
