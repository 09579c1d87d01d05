internal import Couriers
internal import Execution
internal import Operating
internal import Outbox
internal import Wire

/// The one thread that writes the store: settles what came back, records what was captured, claims what
/// goes out next, all in one transaction, and hands the claimed to the transport after the commit.
///
/// Dying anywhere loses nothing: before the commit nothing has left; after it, what may have left is marked.
final class Engine {
    private let store: Store
    private let dispatcher: Dispatcher
    private let desk: StoreDesk
    private let feed: CaptureFeed
    private let events: EventSink
    /// Jobs whose transaction failed; they are tried again, never dropped.
    private var waiting: [StoreDesk.Job] = []
    private var failure: StoreTrouble?
    /// Until then, on the steady clock, what the store has refused is not tried again.
    private var refusedUntil: Int64 = .min

    struct StoreTrouble {
        var trouble: Trouble
        var retryAt: Int64
        var pause: Int64
    }

    init(
        store: Store, dispatcher: Dispatcher, desk: StoreDesk, feed: CaptureFeed,
        events: @escaping EventSink
    ) {
        self.store = store
        self.dispatcher = dispatcher
        self.desk = desk
        self.feed = feed
        self.events = events
    }

    /// Why the store cannot be written at the moment; nil when it can.
    var trouble: Trouble? { failure?.trouble }

    /// One turn. Returns how many milliseconds may pass before the next one if nothing rings.
    func step(now: Moment, isDraining: Bool = false) -> Int64 {
        waiting += desk.takeAll()
        if let failure, now.steady < failure.retryAt { return failure.retryAt - now.steady }
        if isDraining { dispatcher.drain() }
        let jobs = now.steady < refusedUntil ? [] : waiting
        do {
            try turn(jobs, now: now)
        } catch let failure as StoreFailure where !failure.isPassing && !jobs.isEmpty {
            return refused(failure, now: now)
        } catch {
            // The dispatcher keeps its settlements and forgets its claims when no `submit` follows.
            return failed(error, now: now)
        }
        waiting.removeFirst(jobs.count)
        if !jobs.isEmpty || waiting.isEmpty { recovered() }
        dispatcher.submit(now: now)
        for job in jobs { job.finish() }
        tellCapture(isUrgent: jobs.contains(where: \.feedsCapture), now: now)
        return max(0, dispatcher.nextWake(now: now))
    }

    private func turn(_ jobs: [StoreDesk.Job], now: Moment) throws {
        try store.transaction {
            try dispatcher.settleCompletions(now: now)
            for job in jobs { try job.body(store) }
            try dispatcher.claim(now: now)
        }
    }

    /// The store refuses something that was asked of it. What was captured stays in its order and is tried
    /// again; nothing overtakes it, or the cursor would pass it by. Deliveries go on without it.
    private func refused(_ failure: StoreFailure, now: Moment) -> Int64 {
        _ = failed(failure, now: now)
        refusedUntil = now.steady + 30_000
        self.failure?.retryAt = now.steady
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
    func close(now: Moment) { _ = step(now: now, isDraining: true) }

    func standings(now: Moment) -> [DestinationStanding] { dispatcher.standing(now: now) }

    /// Nothing is under way and nothing is left to be written.
    var isDrained: Bool { dispatcher.isDrained }

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
        let trouble = (error as? StoreFailure)?.trouble ?? error as? Trouble ?? .storeUnexpected
        let pause = min(30_000, max(500, (failure?.pause ?? 250) * 2))
        if failure?.trouble.code != trouble.code {
            events(
                Event(
                    .storeFailed, .error, errorCode: trouble.code,
                    detail: trouble.english + " → " + trouble.fix))
        }
        failure = StoreTrouble(trouble: trouble, retryAt: now.steady + pause, pause: pause)
        return pause
    }

    private func recovered() {
        guard let failure else { return }
        events(Event(.storeRecovered, .notice, errorCode: failure.trouble.code))
        self.failure = nil
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
