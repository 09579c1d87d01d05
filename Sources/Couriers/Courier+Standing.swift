internal import Contracts
internal import Dossiers
internal import Operating
internal import Wire

extension Courier {
    func standing(now: Moment) -> DestinationStanding {
        DestinationStanding(
            destination: id, breaker: gate.state, since: gate.since,
            reopensIn: gate.reopens(in: now.steady), trouble: trouble(now),
            maintenanceEndsIn: maintenanceRemaining(now),
            pausedFor: gate.rests(in: now.steady), session: session,
            sessionSince: keeper.openedAt?.wall, awaitsSession: awaitsSession,
            window: gate.window, perSecond: gate.perSecond(now: now.steady),
            inFlight: inFlight, queued: waiting,
            roundTripMicroseconds: gate.roundTrip.map { Int64($0) }, counters: counters,
            lastSuccess: lastSuccess,
            wellFor: gate.wellSince.map { now.steady - $0 }, isOwing: gate.isOwing,
            isDraining: isDraining)
    }

    private var session: DestinationStanding.Session {
        if !settings.contract.needsSession { return .notNeeded }
        if keeper.ticket != nil { return .open }
        return keeper.login == nil ? .none : .opening
    }

    private func trouble(_ now: Moment) -> Trouble? {
        if gate.state != .closed, let cause = gate.cause {
            return detail ?? .destination(id, holds: cause)
        }
        // What waits for a session waits for an answer: nothing else of it would be seen before a time-out.
        guard awaitsSession, keeper.isSlow(now: now.steady) else { return nil }
        return .destination(id, holds: .unanswering)
    }

    /// Milliseconds until something is to be done without a completion; nil when only a completion, a new
    /// delivery or an operator can bring work.
    func wakeIn(now: Moment) -> Int64? {
        var waits: [Int64] = []
        let isHolding = isHalted(now) && waiting > 0
        if !unsaved.isEmpty || !returning.isEmpty || !puttingOff.isEmpty || !headersWanted.isEmpty
            || isHolding
        {
            waits.append(0)
        }
        if let due = damper.nextDue { waits.append(due - now.steady) }
        if isDraining { return waits.min().map { max(0, $0) } }
        if let remaining = maintenanceRemaining(now) {
            waits.append(remaining)
        } else if let wait = gate.reopens(in: now.steady) ?? gate.rests(in: now.steady) {
            waits.append(wait)
        } else {
            waits.append(contentsOf: workWaits(now: now))
        }
        return waits.min().map { max(0, $0) }
    }

    private func workWaits(now: Moment) -> [Int64] {
        var waits: [Int64] = []
        if let at = keeper.retryAt(now: now.steady) { waits.append(at - now.steady) }
        if waiting > 0 || awaitsSession, gate.hasRoom {
            let wait = gate.rateWait(now: now.steady)
            if wait > 0 { waits.append(wait) }
        }
        if isResting, let wait = gate.reliefWait(now: now.steady) { waits.append(wait) }
        if mayHaveMore { waits.append(0) }
        if let half = halves.map(\.notBefore).filter({ $0 > now.steady }).min() {
            waits.append(half - now.steady)
        }
        if let nextDue {
            waits.append(nextDue.milliseconds - now.wall.milliseconds)
        }
        return waits
    }
}
