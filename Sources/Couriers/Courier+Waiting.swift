internal import Contracts
internal import Outbox
internal import Wire

/// For how long a delivery waits, and for whose sake.
struct Wait: Hashable, Sendable {
    var milliseconds: Int64 = 0
    /// For its own: the destination asked for it, or it fails where others pass.
    var isFirm = false
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
        _ ruling: Ruling, _ attempt: Attempt, _ streak: inout Streak, isTrial: Bool, now: Moment
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
            wait.isExtra = isTrial
        case .acknowledged, .trimmed, .parked, .lookup: return wait
        }
        if attempt.asksForTime {
            wait.isFirm = true
            wait.isExtra = false
            if case .again(let delay, _) = ruling.next { wait.milliseconds = delay }
        } else if attempt.pressure == .pushback {
            wait.isFirm = failsAlone(&streak)
        }
        if !wait.isFirm { gate.keepsWaiting(wait.milliseconds) }
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

extension HTTPCompletion {
    /// Whether the answer itself says when to come back; what a contract says in its place is no wish.
    var asksForTime: Bool {
        guard case .success(let response) = result else { return false }
        return response.retryAfter?.isEmpty == false
    }
}
