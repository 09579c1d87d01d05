internal import Contracts
internal import Dossiers
internal import Outbox
internal import Wire

/// For how long a delivery waits, and how much of that for its own sake.
struct Wait: Hashable, Sendable {
    var milliseconds: Int64 = 0
    /// The destination asked for so much, what was sent may be at work for so long, or it fails where others pass:
    /// all of that no destination that is well shortens.
    var own: Int64 = 0
    /// It was tried for the destination's sake, before its own time: that is no attempt of its own.
    var isExtra = false
}

extension Courier {
    /// Failures among others' good answers that show that it is this delivery that fails.
    private static let solitaryFailures = 3
    private static let othersPassed: Int64 = 10

    /// A delivery has a timetable of its own, the back-off. What is tried in between, because the destination was
    /// away or may be well again, changes nothing of it.
    func wait(
        _ ruling: Ruling, _ attempt: Attempt, _ streak: inout Streak, _ flight: Flight, now: Moment
    ) -> Wait {
        var wait = Wait()
        switch ruling.next {
        case .again(let delay, let counts):
            wait.milliseconds = delay
            guard ruling.isRepeat else { return wait }
            if counts, now.steady < streak.ownDue {
                wait.isExtra = true
                wait.milliseconds = streak.ownDue - now.steady
            } else if counts {
                streak.ownDue = now.steady + delay
            }
        case .uncertain(let delay):
            wait.milliseconds = delay
            wait.isExtra = flight.pass.isTrial
            if attempt.call.isWrite { wait.own = settings.policy.quietDelay + flight.cutShort }
        case .acknowledged, .trimmed, .parked, .lookup: return wait
        }
        wait.own = max(wait.own, attempt.askedMilliseconds(cap: settings.policy.retryAfterCap))
        wait.milliseconds = max(wait.milliseconds, wait.own)
        if attempt.pressure == .pushback, failsAlone(&streak) { wait.own = wait.milliseconds }
        if wait.own < wait.milliseconds { gate.keepsWaiting(wait.milliseconds) }
        return wait
    }

    private func failsAlone(_ streak: inout Streak) -> Bool {
        let others = gate.passesOthers
        if let others, let past = streak.othersAtFailure, others - past >= Courier.othersPassed {
            streak.solitary += 1
        }
        streak.othersAtFailure = others
        return streak.solitary >= Courier.solitaryFailures
    }
}

extension Attempt {
    /// For how long the answer itself asks to be left alone; what a contract says in its place is no wish.
    fileprivate func askedMilliseconds(cap: Int64) -> Int64 {
        guard asksForTime else { return 0 }
        switch answer.outcome {
        case .retry(let after), .throttled(let after): return min(max(after ?? 0, 0), cap)
        case .acknowledged, .exists, .missing, .needsMapping, .rejected, .refused, .sessionExpired,
            .unknown:
            return 0
        }
    }
}

extension HTTPCompletion {
    /// Whether the answer itself says when to come back; what a contract says in its place is no wish.
    var asksForTime: Bool {
        guard case .success(let response) = result else { return false }
        return response.retryAfter?.isEmpty == false
    }
}
