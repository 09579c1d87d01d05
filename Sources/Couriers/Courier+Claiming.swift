internal import Contracts
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

// Inside the store's transaction.
extension Courier {
    /// Deliveries of one claim at most, so that one transaction stays short.
    private static let claimAtMost = 256
    /// The same in calls, where a call carries many, and in deliveries again.
    private static let callsAtMost = 16
    private static let batchedAtMost = 1024
    /// Bytes of bodies that are claimed and not settled: memory holds no second queue. One body more is
    /// always taken, whatever its size.
    private static let bytesAtMost = 16 << 20

    /// Deliveries of one claim at most: a group that one commit carries.
    var portion: Int {
        max(
            Courier.claimAtMost,
            min(planner.largest * Courier.callsAtMost, Courier.batchedAtMost))
    }

    /// The last transaction was rolled back: what it claimed was never ours, and what it settled is
    /// settled again.
    func forgetUncommitted() { claimed.removeAll(keepingCapacity: true) }

    func save(into store: Store, now: Moment) throws {
        // First: what was refused with others may have been settled since.
        if !unsavedSplits.isEmpty { try store.note(unsavedSplits, now: now.wall) }
        if !unsaved.isEmpty { try store.settle(unsaved, now: now.wall) }
        guard !headersWanted.isEmpty else { return }
        var filter = ResyncFilter()
        filter.codes = headersWanted.map(\.rawValue)
        filter.destinations = [id]
        _ = try store.request(filter, by: "daemon", now: now.wall)
    }

    func claim(from store: Store, now: Moment) throws {
        note(breaker.tick(now: now), now: now)
        if quietUntil == nil { quietUntil = now.steady + settings.quietAfterStart }
        let halted = isHalted(now)
        if halted {
            returnQueue()
            // Its first question was answered; asking it once more is harmless.
            returning.append(contentsOf: followUps.map(\.delivery.id))
            followUps.removeAll()
            giveHalvesBack()
        }
        if !returning.isEmpty { try store.giveBack(returning) }
        nextDue = nil
        mayHaveMore = false
        guard !halted else { return }
        try hasten(in: store, now: now)
        let portion = portion
        let room = min(room(now), portion)
        let bytes = Courier.bytesAtMost - bytesHeld
        guard room > 0, bytes > 0 else { return }
        claimed = try store.claim(
            id, limit: room, bytes: bytes, freshShare: settings.policy.freshShare, now: now.wall)
        // Then an answer has to come before there is room again.
        let isFull = claimed.reduce(0) { $0 + $1.body.count } >= bytes
        isExhausted = isFull || claimed.count < room
        if !isExhausted {
            mayHaveMore = room == portion
        } else if !isFull {
            nextDue = try store.nextDue(id, after: now.wall)
        }
    }

    /// The transaction is durable.
    func committed(now: Moment) {
        unsaved.removeAll(keepingCapacity: true)
        unsavedSplits.removeAll(keepingCapacity: true)
        unsavedSince = nil
        returning.removeAll(keepingCapacity: true)
        headersAsked.formUnion(headersWanted)
        if headersAsked.count > 10_000 { headersAsked.removeAll() }
        headersWanted.removeAll(keepingCapacity: true)
        // Fresh changes pass a backlog that was claimed before them.
        queue.append(contentsOf: claimed)
        if claimed.contains(where: { !$0.isBacklog }), queue.contains(where: \.isBacklog) {
            queue = queue.filter { !$0.isBacklog } + queue.filter(\.isBacklog)
        }
        claimed.removeAll(keepingCapacity: true)
        if breaker.state == .halfOpen { chooseTrial(now: now) }
    }

    /// The destination is well again: what the retry budget put off need not wait any longer.
    private func hasten(in store: Store, now: Moment) throws {
        guard !deferred.isEmpty, budget.isWell, breaker.state == .closed else { return }
        budget.forgive()
        for (id, due) in deferred.suffix(Courier.claimAtMost) {
            try store.hasten(id, to: max(due, now.wall))
        }
        deferred.removeLast(min(deferred.count, Courier.claimAtMost))
    }

    /// What may be claimed for a trial to choose from.
    private static let candidates = 8

    /// The trial of a destination that was away is the request that does least: a question first, then what
    /// replaces a header, then a new header, steps last.
    private func chooseTrial(now: Moment) {
        let ranked = queue.enumerated().map {
            ($0.offset, rank(of: $0.element, now: now), $0.element)
        }
        queue = ranked.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.2)
    }

    private func rank(of delivery: Delivery, now: Moment) -> Int {
        let first = chooser.first(
            for: delivery, now: now, firstSent: streaks[delivery.id]?.firstSent)
        return switch first {
        case .call(.probe), .call(.verify), .call(.lookup): 0
        case .call(.update): 1
        case .call(.create): 2
        case .call(.history), .call(.login): 3
        case .parked: 4
        }
    }

    /// Whether requests of an earlier process may still be at work over there.
    func isDusty(_ now: Moment) -> Bool { now.steady < quietUntil ?? .max }

    /// Gives back what is claimed and not sent.
    func returnQueue() {
        returning.append(contentsOf: queue.map(\.id))
        queue.removeAll(keepingCapacity: true)
    }

    /// How many more deliveries may be claimed: as many as the requests that may go can carry.
    private func room(_ now: Moment) -> Int {
        guard breaker.state == .closed else {
            return breaker.admits > 0 ? Courier.candidates - waiting : 0
        }
        let requests = min(limit.window + prefetch, perTwoSeconds)
        return requests * planner.largest - deliveriesInFlight - waiting
    }

    /// What answers while a transaction is written, and no more: what waits here cannot be passed by
    /// fresher changes. A destination that answers in a second needs one in reserve, one that answers in a
    /// millisecond a whole window.
    private var prefetch: Int {
        let commit = 20_000.0
        let roundTrip = max(limit.mean ?? commit, 1)
        let wanted = Int((Double(limit.window) * commit / roundTrip).rounded(.up))
        return min(max(1, wanted), settings.policy.prefetch)
    }

    private var perTwoSeconds: Int {
        guard let rate = settings.policy.ratePerSecond else { return .max }
        return max(1, Int(min(rate * 2, 1_000_000)))
    }
}
