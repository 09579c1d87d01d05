internal import Wire

// A commit costs the same few pages and one fsync whether it carries one answer or a hundred. So answers wait
// for one another, as long as nothing else waits for them: requests that are claimed already go out meanwhile.
extension Courier {
    /// How long an answer waits at most, in milliseconds: about what a commit takes.
    private static let patience: Int64 = 5
    /// A destination that takes longer, in microseconds, does not miss a request that goes out a little later.
    private static let slow = 20 * 1000 * Double(patience)

    /// Notes since when something is to be written.
    func noteUnsaved(now: Moment) {
        if unsaved.isEmpty {
            unsavedSince = nil
        } else if unsavedSince == nil {
            unsavedSince = now.steady
        }
    }

    /// For how many milliseconds what is to be written may wait for more; nil when nothing is to be written.
    func mayGroup(now: Moment) -> Int64? {
        guard let unsavedSince else { return nil }
        let isUrgent =
            isDraining || !returning.isEmpty || !headersWanted.isEmpty || gate.state != .closed
        // Nobody is under way who could join, or enough have.
        guard !isUrgent, inFlight > 0, unsaved.count < portion else { return 0 }
        // The window would run dry, and there is more to claim.
        let isDry = waiting <= gate.window * planner.largest / 4 && !isExhausted
        guard !isDry || (gate.roundTrip ?? 0) > Courier.slow else { return 0 }
        return max(0, unsavedSince + Courier.patience - now.steady)
    }
}
