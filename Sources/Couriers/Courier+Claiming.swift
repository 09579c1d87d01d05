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
        for one in puttingOff { try store.putOff(one.id, to: one.due) }
        guard !headersWanted.isEmpty else { return }
        var filter = ResyncFilter()
        filter.codes = headersWanted.map(\.rawValue)
        filter.destinations = [id]
        _ = try store.request(filter, by: "daemon", now: now.wall)
    }

    func claim(from store: Store, now: Moment) throws {
        note(gate.tick(now: now), now: now)
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
        awaitsSession = false
        guard !halted else { return }
        try relieve(store, now: now)
        if settings.contract.needsSession, keeper.ticket == nil {
            return try awaitSession(store, now: now)
        }
        try claimWhatGoes(from: store, now: now)
        if gate.isTrying, claimed.isEmpty, waiting == 0, try askOne(store, now: now) {
            try claimWhatGoes(from: store, now: now)
        }
    }

    private func claimWhatGoes(from store: Store, now: Moment) throws {
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

    /// What waits for a session is not under way: it is claimed when there is one.
    private func awaitSession(_ store: Store, now: Moment) throws {
        try store.releaseImpatient(for: id, now: now.wall)
        awaitsSession = try waiting > 0 || store.hasWaiting(for: id, since: now.wall)
        if !awaitsSession, gate.isTrying { awaitsSession = try askOne(store, now: now) }
        if !awaitsSession { nextDue = try store.nextDue(id, after: now.wall) }
    }

    /// The transaction is durable.
    func committed(now: Moment) {
        unsaved.removeAll(keepingCapacity: true)
        unsavedSplits.removeAll(keepingCapacity: true)
        unsavedSince = nil
        returning.removeAll(keepingCapacity: true)
        puttingOff.removeAll(keepingCapacity: true)
        headersAsked.formUnion(headersWanted)
        if headersAsked.count > 10_000 { headersAsked.removeAll() }
        headersWanted.removeAll(keepingCapacity: true)
        // Fresh changes pass a backlog that was claimed before them.
        queue.append(contentsOf: claimed)
        if claimed.contains(where: { !$0.isBacklog }), queue.contains(where: \.isBacklog) {
            queue = queue.filter { !$0.isBacklog } + queue.filter(\.isBacklog)
        }
        claimed.removeAll(keepingCapacity: true)
        if gate.isTrying { chooseTrial(now: now) }
    }

    /// Nothing is under way, and nothing is to be sent.
    var isResting: Bool { gate.underWayNow == 0 && waiting == 0 && claimed.isEmpty }

    /// Brings forward what waits because of the destination, as far as the gate thinks that it is well.
    private func relieve(_ store: Store, now: Moment) throws {
        let portion = gate.relieves(isAtRest: isResting, now: now.steady)
        guard portion > 0 else { return }
        gate.relieved(
            try release(portion, of: store, now: now), of: portion, now: now.steady)
    }

    /// A destination that was away is asked by something that waits, when nothing is due.
    private func askOne(_ store: Store, now: Moment) throws -> Bool {
        guard gate.admitsTrial else { return false }
        return try release(1, of: store, now: now) > 0
    }

    private func release(_ limit: Int, of store: Store, now: Moment) throws -> Int {
        // What an earlier process sent may still be on its way.
        let quiet = max(0, (quietUntil ?? now.steady) - now.steady)
        return try store.release(
            id, limit: limit, ready: now.wall,
            uncertain: now.wall.adding(milliseconds: quiet),
            slack: limit == 1 ? 0 : Relief.slack)
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
        guard gate.state == .closed else {
            return gate.admitsTrial ? Courier.candidates - waiting : 0
        }
        let requests = min(gate.window + prefetch, perSecond(now))
        return requests * planner.largest - deliveriesInFlight - waiting
    }

    /// What answers while a transaction is written, and no more: what waits here cannot be passed by
    /// fresher changes. A destination that answers in a second needs one in reserve, one that answers in a
    /// millisecond a whole window.
    private var prefetch: Int {
        let commit = 20_000.0
        let roundTrip = max(gate.roundTrip ?? commit, 1)
        let wanted = Int((Double(gate.window) * commit / roundTrip).rounded(.up))
        return min(max(1, wanted), settings.policy.prefetch)
    }

    private func perSecond(_ now: Moment) -> Int {
        guard let rate = gate.perSecond(now: now.steady) else { return .max }
        return max(1, Int(min(rate.rounded(.up), 1_000_000)))
    }
}
