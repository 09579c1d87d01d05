extension StatusOrder {
    /// A step that has not been told: its place in the caller's list, its status, and the field without
    /// which it cannot be said, if one is missing.
    package struct Candidate: Hashable, Sendable {
        package var place: Int
        package var status: String
        package var lacks: String?

        package init(place: Int, status: String, lacks: String? = nil) {
            self.place = place
            self.status = status
            self.lacks = lacks
        }
    }

    /// What is to be done with a dossier's untold steps.
    package struct Sequence: Hashable, Sendable {
        /// Places, in the order in which they go out.
        package var sent: [Int] = []
        package var dropped: [Int] = []
        /// Why the first of the rest waits; nil when there is no rest.
        package var wait: StatusWait?
    }

    private enum Verdict {
        case next
        case drop
        case wait(StatusWait)
    }

    /// Puts untold steps in the destination's order, as far as it goes.
    ///
    /// Steps are taken in their business order. One that waits is passed only by statuses that it waits
    /// for, whatever their business time; nothing else overtakes it.
    ///
    /// - Parameters:
    ///   - told: the statuses that have been told, in the order in which they were.
    ///   - candidates: the untold steps in business order.
    package func sequence(_ candidates: [Candidate], told: [String]) -> Sequence {
        var told = told
        var rest = candidates
        var result = Sequence()
        var moved = true
        while moved {
            moved = false
            result.wait = nil
            var lowestWaiting = Int.max
            for (index, candidate) in rest.enumerated() {
                // Behind a waiting step only what is before it on the road may pass.
                let rank = road.firstIndex(of: candidate.status) ?? Int.max
                if result.wait != nil, rank >= lowestWaiting { continue }
                switch verdict(on: candidate, told: told) {
                case .wait(let wait):
                    if result.wait == nil { result.wait = wait }
                    lowestWaiting = min(lowestWaiting, passable(wait, rank))
                    continue
                case .drop: result.dropped.append(candidate.place)
                case .next:
                    result.sent.append(candidate.place)
                    told.append(candidate.status)
                }
                rest.remove(at: index)
                moved = true
                break
            }
        }
        return result
    }

    /// Below which rank a later step may pass one that waits so: only what is missing may.
    private func passable(_ wait: StatusWait, _ rank: Int) -> Int {
        guard wait.reason == .missing else { return 0 }
        let last = wait.needs.compactMap { road.firstIndex(of: $0) }.max()
        return last.map { $0 + 1 } ?? min(rank, road.count)
    }

    private func verdict(on candidate: Candidate, told: [String]) -> Verdict {
        let status = candidate.status
        if untold.contains(status) { return .drop }
        var verdict: Verdict
        if let rank = road.firstIndex(of: status) {
            verdict = self.verdict(onRoad: status, rank, told: told)
        } else if let side = sides.first(where: { $0.status == status }) {
            verdict = self.verdict(on: side, told: told)
        } else {
            return .wait(StatusWait(.unplaced, status: status))
        }
        if case .next = verdict, let field = candidate.lacks {
            verdict = .wait(StatusWait(.field, status: status, needs: [field]))
        }
        return verdict
    }

    private func verdict(onRoad status: String, _ rank: Int, told: [String]) -> Verdict {
        let reached = self.reached(told)
        if rank < reached { return tooLate(status, told: told) }
        if hasEnded(told) { return .wait(StatusWait(.ended, status: status)) }
        if rank == reached { return .next }
        return .wait(StatusWait(.missing, status: status, needs: Array(road[reached..<rank])))
    }

    private func verdict(on side: Side, told: [String]) -> Verdict {
        if told.contains(side.status), !side.mayRepeat { return tooLate(side.status, told: told) }
        if hasEnded(told) { return .wait(StatusWait(.ended, status: side.status)) }
        let reached = self.reached(told)
        let after = road.firstIndex(of: side.after) ?? 0
        if reached <= after {
            return .wait(
                StatusWait(.missing, status: side.status, needs: Array(road[reached...after])))
        }
        if let before = side.before.flatMap({ road.firstIndex(of: $0) }), reached > before {
            return late(earlier, .earlier, side.status)
        }
        return .next
    }

    private func tooLate(_ status: String, told: [String]) -> Verdict {
        let lastOnRoad = told.last { road.contains($0) }
        return status == told.last || status == lastOnRoad
            ? late(repeated, .repeated, status) : late(earlier, .earlier, status)
    }

    private func late(_ rule: Late, _ reason: StatusWait.Reason, _ status: String) -> Verdict {
        rule == .drop ? .drop : .wait(StatusWait(reason, status: status))
    }

    /// How many statuses of the road have been told.
    private func reached(_ told: [String]) -> Int {
        told.compactMap { road.firstIndex(of: $0) }.max().map { $0 + 1 } ?? 0
    }

    private func hasEnded(_ told: [String]) -> Bool {
        sides.contains { $0.isEnd && told.contains($0.status) }
    }
}
