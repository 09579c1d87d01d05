package import Dossiers
internal import SQLite
package import Wire

extension Store {
    /// Claims due deliveries, to be sent now: what is uncertain first, then fresh ones with a share kept
    /// for the backlog, each by due time.
    ///
    /// Costs what it returns: it reads the head of one index range and never a blocked lane. What is
    /// claimed is marked on disk by the same commit, so that after a crash it is known to be uncertain.
    /// A body that cannot be opened is parked here and not returned.
    ///
    /// - Parameters:
    ///   - bytes: of bodies; the delivery that reaches it is the last one.
    ///   - freshShare: 0…1; over time the backlog, when there is one, gets at least the rest.
    package func claim(
        _ destination: DestinationID, limit: Int, bytes: Int = .max, freshShare: Double,
        now: Timestamp
    ) throws -> [Delivery] {
        demandTransaction()
        let id = try number(of: destination)
        try releaseImpatient(destination: id, now: now)
        guard limit > 0 else { return [] }
        var flight = memory.flights[id] ?? Flight()
        let chosen = try choose(
            from: id, limit: limit, freshShare: freshShare, now: now, flight: &flight)
        var claimed: [Delivery] = []
        claimed.reserveCapacity(chosen.lanes.count)
        var left = bytes
        for (place, lane) in chosen.lanes.enumerated() {
            guard left > 0 else {
                flight.backlogCredit = chosen.credit(
                    ofFirst: place, freshShare: freshShare, now: flight.backlogCredit)
                break
            }
            guard let lane = try work.lanes.find(lane), let head = lane.head else {
                throw SQLiteError.damaged("head of lane \(lane)")
            }
            guard var loaded = try load(head, of: lane, for: destination) else {
                try parkUnreadable(head, of: lane, now: now)
                continue
            }
            if loaded.isUncertain, loaded.operation == .history {
                loaded.acknowledgedSteps = try work.acknowledgedSteps(of: lane)
            }
            left -= loaded.body.count
            claimed.append(loaded)
            flight.take(loaded.id.rawValue)
        }
        if !claimed.isEmpty { flight.isChanged = true }
        memory.flights[id] = flight
        return claimed
    }

    /// Returns deliveries that were claimed but certainly not sent; it costs them nothing.
    package func giveBack(_ ids: [DeliveryID]) throws {
        demandTransaction()
        for id in ids { land(id.rawValue) }
    }

    /// Returns a delivery that was claimed and not sent, for a later time; nothing happens to one that is settled.
    package func putOff(_ id: DeliveryID, to due: Timestamp) throws {
        demandTransaction()
        land(id.rawValue)
        work.lanes.forget(DeliveryNumber.lane(of: id.rawValue))
        try claims.putOff(id.rawValue, to: due)
    }

    /// When something becomes due, after a moment; nil when nothing is planned.
    ///
    /// What is due already is not meant: it waits for a claim, not for the clock.
    package func nextDue(_ destination: DestinationID, after: Timestamp) throws -> Timestamp? {
        try reading {
            guard let id = memory.destinations[destination] else { return nil }
            let due = try claims.nextDue(destination: id, after: after)
            let patience = try work.lanes.nextPatience(destination: id, after: after)
            return [due, patience].compactMap { $0 }.min()
        }
    }

    /// Whether something that is not under way has been due since a moment: the oldest stands in front of
    /// its index.
    package func hasWaiting(for destination: DestinationID, since: Timestamp) throws -> Bool {
        try reading {
            guard let id = memory.destinations[destination] else { return false }
            let except = memory.flights[id]?.lanes ?? []
            for isBacklog in [false, true] {
                let found = try claims.ready(
                    destination: id, isBacklog: isBacklog, now: since, limit: 1, except: except)
                if !found.isEmpty { return true }
            }
            return try !claims.uncertain(destination: id, now: since, limit: 1, except: except)
                .isEmpty
        }
    }

    private func choose(
        from destination: Int64, limit: Int, freshShare: Double, now: Timestamp,
        flight: inout Flight
    ) throws -> Choice {
        let except = flight.lanes
        let credit = flight.backlogCredit
        var chosen = try claims.uncertain(
            destination: destination, now: now, limit: limit, except: except)
        let room = limit - chosen.count
        // The backlog's share adds up over claims, so that it is kept even when each claim is for one.
        flight.backlogCredit += Double(room) * (1 - min(max(freshShare, 0), 1))
        // The small addend forgives binary fractions: ten times 0.2 is two.
        let share = min(room, Int(flight.backlogCredit + 1e-6))
        let owed = try claims.ready(
            destination: destination, isBacklog: true, now: now, limit: share, except: except)
        let fresh = try chooseFresh(
            from: destination, limit: room - owed.count, now: now, except: except, flight: &flight)
        // Where bytes cut claims short, a whole credit is left over, and the next one begins with the backlog.
        if credit >= 1 { chosen += owed } else { chosen += fresh }
        let start = credit >= 1 ? chosen.count - owed.count : chosen.count
        if credit >= 1 { chosen += fresh } else { chosen += owed }
        let spare = limit - chosen.count
        if spare > 0 {
            chosen += try claims.ready(
                destination: destination, isBacklog: true, now: now, limit: spare,
                except: except.union(owed))
        }
        // A credit that found no backlog is not saved up against fresh changes to come.
        flight.backlogCredit =
            owed.count < share ? 0 : flight.backlogCredit - Double(owed.count)
        return Choice(lanes: chosen, owed: start..<(start + owed.count), creditBefore: credit)
    }

    private struct Choice {
        var lanes: [Int64]
        /// The places of those that are the backlog's share.
        var owed: Range<Int>
        var creditBefore: Double

        /// The backlog's credit when only the first so many are taken: what is not taken earns nothing.
        func credit(ofFirst count: Int, freshShare: Double, now: Double) -> Double {
            guard !owed.isEmpty else { return now }
            let taken = owed.clamped(to: 0..<max(count, 0)).count
            return creditBefore + Double(count) * (1 - min(max(freshShare, 0), 1)) - Double(taken)
        }
    }

    /// Oldest first, as long as they keep up. When they do not (after an outage), the newest get three
    /// quarters: else every change of the day would wait for all that the outage held up.
    private func chooseFresh(
        from destination: Int64, limit: Int, now: Timestamp, except: Set<Int64>,
        flight: inout Flight
    ) throws -> [Int64] {
        let oldest = try claims.ready(
            destination: destination, isBacklog: false, now: now, limit: limit, except: except)
        guard limit > 0, oldest.count == limit, let first = oldest.first,
            try claims.isDue(first, before: now.adding(milliseconds: -Store.freshDelay))
        else {
            flight.lateCredit = 0
            return oldest
        }
        flight.lateCredit += Double(limit) * Store.lateShare
        let late = oldest.prefix(Int(flight.lateCredit + 1e-6))
        flight.lateCredit -= Double(late.count)
        return try late
            + claims.newest(
                destination: destination, now: now, limit: limit - late.count,
                except: except.union(late))
    }

    /// Milliseconds after which fresh changes count as late.
    private static let freshDelay: Int64 = 1_000
    /// What the oldest get of a claim while fresh changes are late.
    private static let lateShare = 0.25

    /// A lane's head as it is sent; nil when its body cannot be opened.
    private func load(
        _ head: LaneHead, of lane: Lane, for destination: DestinationID
    ) throws -> Delivery? {
        guard let loaded = try work.deliveries.load(head.delivery, opening: seal) else {
            return nil
        }
        work.lanes.note(loaded.row, ofHeadOf: lane.id)
        let isMet = lane.met >= memory.generation
        return Delivery(
            id: DeliveryID(head.delivery), destination: destination, lane: lane.id,
            code: DossierCode(lane.code),
            operation: DeliveryNumber.operation(of: head.delivery),
            revision: DeliveryNumber.revision(of: head.delivery), key: loaded.key,
            body: loaded.body, bodyDigest: loaded.digest, attempts: head.attempts,
            recordedAt: loaded.row.recordedAt, isBacklog: lane.isBacklog,
            isUncertain: head.state == .uncertain, existence: isMet ? lane.existence : .unknown,
            stepCount: loaded.steps, isMet: isMet, isConfirmed: lane.confirmed >= memory.generation)
    }

    private func parkUnreadable(_ head: LaneHead, of found: Lane, now: Timestamp) throws {
        var lane = found
        guard let owed = try work.deliveries.find(head.delivery, in: lane) else { return }
        try work.ledger.append(
            work.decision(.parked, on: owed, now: now, note: ParkCause.unreadable.rawValue),
            to: &lane)
        try park(
            owed, cause: .unreadable, answer: "", attempts: owed.attempts, lane: &lane, now: now)
        try work.lanes.save(&lane)
    }

    /// Lets lanes go ahead whose verification has taken too long, without a claim: a destination whose session has
    /// yet to be opened opens one only for what is due.
    package func releaseImpatient(for destination: DestinationID, now: Timestamp) throws {
        demandTransaction()
        guard let id = memory.destinations[destination] else { return }
        try releaseImpatient(destination: id, now: now)
    }

    /// Lets lanes go ahead whose verification has taken too long.
    private func releaseImpatient(destination: Int64, now: Timestamp) throws {
        for id in try work.lanes.impatient(destination: destination, now: now, limit: 256) {
            try release(lane: id, now: now)
        }
    }

    /// Ends a lane's waiting for a verification.
    func release(lane id: Int64, now: Timestamp) throws {
        guard var lane = try work.lanes.find(id) else { return }
        lane.awaits = nil
        lane.awaitsUntil = nil
        try work.promote(&lane, dueAt: now)
        try work.lanes.save(&lane)
    }

    /// Takes a delivery out of what is under way.
    func land(_ id: Int64) {
        let home = memory.flights.first { $0.value.has(id) }?.key
        guard let home else { return }
        memory.flights[home]?.land(id)
    }

    /// The store's own number of a destination.
    func number(of destination: DestinationID) throws -> Int64 {
        if let known = memory.destinations[destination] { return known }
        let id = try claims.insert(destination)
        memory.flights[id] = Flight()
        memory.destinations[destination] = id
        memory.names[id] = destination
        return id
    }
}
