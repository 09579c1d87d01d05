internal import Contracts
internal import Dossiers
internal import Operating
internal import Wire

extension Courier {
    func standing(now: Moment) -> DestinationStanding {
        DestinationStanding(
            destination: id, breaker: breaker.state, since: breaker.since?.wall,
            reopensIn: reopensIn(now), trouble: trouble,
            maintenanceEndsIn: maintenanceRemaining(now),
            pausedFor: pausedUntil.flatMap { $0 > now.steady ? $0 - now.steady : nil },
            session: session, sessionSince: keeper.openedAt?.wall, window: limit.window,
            inFlight: inFlight, queued: waiting,
            roundTripMicroseconds: limit.mean.map { Int64($0) }, counters: counters,
            lastSuccess: lastSuccess, isDraining: isDraining)
    }

    private var session: DestinationStanding.Session {
        if !settings.contract.needsSession { return .notNeeded }
        if keeper.ticket != nil { return .open }
        return keeper.login == nil ? .none : .opening
    }

    private func reopensIn(_ now: Moment) -> Int64? {
        guard case .open(let until) = breaker.state else { return nil }
        return max(0, until - now.steady)
    }

    private var trouble: Trouble? {
        guard breaker.state != .closed, let cause = breaker.cause else { return nil }
        return unsendable ?? .destination(id, holds: cause)
    }

    /// Milliseconds until something is to be done without a completion; nil when only a completion, a new
    /// delivery or an operator can bring work.
    func wakeIn(now: Moment) -> Int64? {
        var waits: [Int64] = []
        let isHolding = isHalted(now) && waiting > 0
        if !unsaved.isEmpty || !returning.isEmpty || !headersWanted.isEmpty || isHolding {
            waits.append(0)
        }
        if let due = damper.nextDue { waits.append(due - now.steady) }
        if isDraining { return waits.min().map { max(0, $0) } }
        if let remaining = maintenanceRemaining(now) {
            waits.append(remaining)
        } else if case .open(let until) = breaker.state {
            waits.append(until - now.steady)
        } else if let pausedUntil, pausedUntil > now.steady {
            waits.append(pausedUntil - now.steady)
        } else {
            waits.append(contentsOf: workWaits(now: now))
        }
        return waits.min().map { max(0, $0) }
    }

    private func workWaits(now: Moment) -> [Int64] {
        var waits: [Int64] = []
        if let at = keeper.retryAt(now: now.steady) { waits.append(at - now.steady) }
        if waiting > 0, inFlight < limit.window, let wait = rate?.wait(now: now.steady), wait > 0 {
            waits.append(wait)
        }
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
