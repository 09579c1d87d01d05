/// How hard the daemon may press each destination, and what presses the daemon: batches, rates,
/// maintenance, a backlog, a destination that never comes back.
///
/// Drawn from a stream of its own, so that the rest of a seed stays what it was.
extension Plan {
    struct Pressure {
        /// Dossiers that wait in the office when the daemon starts for the first time.
        var backlog = 0
        /// Most keys that one question of a look fetches.
        var keysPerLook = 10_000
        /// The share of an officer's acts that correct a step that stands already.
        var rewrites = 0.0
        /// The share of dossiers that are of a group procedure.
        var groups = 0.0
        /// The share of a group dossier's steps that leave one out, which is entered later.
        var leaps = 0.0
        /// A destination that goes away and stays away to the very end: nobody else may suffer for it.
        var lost: String?
        /// Mean milliseconds between two dossiers that a portal loses by itself; nil for never.
        var mislays: Int64?
        /// Whether an operator has everything sent again in the end, as one does when a portal has lost
        /// something. Where not, the daemon learns of it by itself when it next speaks of the dossier.
        var resyncsLost = false
        /// Nothing goes wrong, much is owed to slow destinations, and the office goes on working.
        var isDrain = false
        /// Whether the daemon is started anew when the world calms down. What only a restart would free
        /// is found where it is not.
        var restartsAtEnd = true
    }

    mutating func press(isTiny: Bool) {
        let draw = Draw(seed: seed, stream: 40)
        if draw.happens(0.4) { pressure.backlog = 2 + draw.below(isTiny ? 4 : 16) }
        pressure.keysPerLook = draw.one(of: [1, 3, 20, 10_000])
        if draw.happens(0.5) { pressure.groups = draw.one(of: [0.1, 0.5]) }
        // Who has forgotten what it told cannot ask that software; a person sorts it out.
        if draw.happens(0.4) { pressure.rewrites = 0.15 }
        if losses != nil { (pressure.groups, pressure.rewrites) = (0, 0) }
        if losses == nil, draw.happens(0.15) { pressure.mislays = draw.spread(60_000...1_800_000) }
        pressure.resyncsLost = pressure.mislays != nil && draw.happens(0.5)
        if draw.happens(0.15) { pressure.lost = draw.one(of: ["population", "district"]) }
        pressure.restartsAtEnd = draw.happens(0.4)
        if draw.happens(0.2) { waits = true }
        for index in portals.indices where Plan.destinations[index] != GroupCase.destination {
            portals[index].press(draw)
        }
        if draw.happens(0.06) { drain() }
    }

    /// A thing of its own: only where nothing else delays them can be said how long new dossiers may wait.
    private mutating func drain() {
        pressure = Pressure()
        pressure.isDrain = true
        pressure.backlog = 60
        dossiers = 90
        hours = 0.3
        office = OfficePlan()
        network = NetworkPlan()
        disk = DiskPlan()
        (crashes, stops, reloads, jumps, operators) = (nil, nil, nil, nil, nil)
        losses = nil
        (waits, turn) = (false, 1000)
        for index in portals.indices {
            portals[index].becomeCalm()
            portals[index].rate = 0.5
            portals[index].burst = 1
            portals[index].nature.append(("session_seconds", "3600"))
        }
    }
}

extension Plan.PortalPlan {
    /// Nothing goes wrong there, and nothing is asked of the daemon; what the portal is like stays.
    mutating func becomeCalm() {
        faults = []
        outages = []
        storms = nil
        maintenance = nil
        batchState = nil
        batchHistory = nil
        rate = nil
    }

    fileprivate mutating func press(_ draw: Draw) {
        if draw.happens(0.5) {
            batchState = 2 + draw.below(19)
            batchHistory = 1 + draw.below(10)
            nature.append(
                ("batch_list", draw.one(of: ["full", "missing", "shuffled", "twice", "mixed"])))
            // Never less than the ten steps of one dossier that a call may have.
            if draw.happens(0.3) { nature.append(("batch_limit", String(10 + draw.below(10)))) }
            // What the answer leaves out is worth most where the list is often given.
            if draw.happens(0.5) {
                faults.append(("partial_batch", 1))
                faults.append(("unknown_procedure", 0.6))
            }
        }
        if draw.happens(0.2) {
            let start = 5 + draw.below(50)
            let length = 5 + draw.below(40)
            maintenance =
                "08:\(two(start))-\(two(8 + (start + length) / 60)):\(two((start + length) % 60))"
        }
        if draw.happens(0.15) {
            rate = Double(1 + draw.below(60)) / 20
            burst = 1 + draw.below(10)
        }
        forgetKeys(draw)
        if !honoursKeys, draw.happens(0.5) { faults.append(("partial_steps", 0.5)) }
        if draw.happens(0.2) { nature.append(("session_seconds", String(2 + draw.below(30)))) }
    }

    /// Keys that are forgotten soon, or while a first request with one is still at work.
    private mutating func forgetKeys(_ draw: Draw) {
        guard keySeconds != nil, draw.happens(0.7) else { return }
        if draw.happens(0.5) {
            keySeconds = 3 + draw.below(20)
        } else {
            keySeconds = 80 + draw.below(20)
            faults.append(("delay", 0.5))
        }
        nature.append(("key_seconds", String(keySeconds ?? 3)))
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
