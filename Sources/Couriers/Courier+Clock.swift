internal import Outbox
internal import Wire

// Settlements are decided when an answer comes and written when a transaction is next committed. Their times
// are the wall clock's; when it jumps between the two, they keep the wait that they stood for, as what is in
// the store does.
extension Courier {
    /// - Parameter delta: milliseconds; positive when the clock went forward.
    func clockJumped(by delta: Int64, now: Timestamp) {
        for place in unsaved.indices {
            unsaved[place].settlement = unsaved[place].settlement.moved(by: delta, now: now)
        }
        for place in puttingOff.indices {
            puttingOff[place].due = puttingOff[place].due.moved(by: delta, now: now)
        }
    }
}

extension Settlement {
    fileprivate func moved(by delta: Int64, now: Timestamp) -> Settlement {
        switch self {
        case .acknowledged, .parked: self
        case .again(let at, let counts):
            .again(at: at.moved(by: delta, now: now), countsAsAttempt: counts)
        case .uncertain(let at): .uncertain(at: at.moved(by: delta, now: now))
        case .trimmed(let held, let at): .trimmed(held: held, at: at.moved(by: delta, now: now))
        }
    }
}

extension Timestamp {
    /// What was due stays due, what had ten minutes left has ten minutes left.
    fileprivate func moved(by delta: Int64, now: Timestamp) -> Timestamp {
        let isDue = milliseconds <= now.milliseconds - delta
        return isDue ? min(self, now) : adding(milliseconds: delta)
    }
}
