import Glibc
import SQLite
import TestSupport

extension Soak {
    /// One fault, at times two at once; then the wait until something is delivered again.
    func fault(mayKill: Bool) throws {
        let choice = Fault.allCases.filter {
            ((mayKill || !$0.isDeadly) && ($0 != .diskFull || road.disk != nil)
                && ($0 != .sourceCrash || road.cluster != nil))
        }
        var faults = [choice.randomElement(using: &chance) ?? .kill]
        // A process that dies often dies in more places; the shortest soak kills it once.
        if mayKill, report.faults.isEmpty || Double.random(in: 0..<1, using: &chance) < 0.3 {
            faults = [.kill]
        }
        if Double.random(in: 0..<1, using: &chance) < 0.25,
            let second = choice.randomElement(using: &chance), !faults.contains(second)
        {
            faults.append(second)
        }
        let hold = Double.random(in: 0.5...7, using: &chance)
        for fault in faults {
            report.faults[fault.rawValue, default: 0] += 1
            report.marks.append((now, fault.rawValue))
        }
        let lock = try begin(faults)
        try watch(hold)
        try end(faults, lock: lock)
        try recover(after: faults)
    }

    private func begin(_ faults: [Fault]) throws -> Database? {
        var lock: Database?
        for fault in faults {
            if let switches = fault.switches { try road.portal?.set(Fault.json(switches)) }
            switch fault {
            case .kill:
                isKilled = daemon?.isRunning == true
                daemon?.signal(SIGKILL)
            case .freeze: daemon?.signal(SIGSTOP)
            case .diskFull:
                excusedUntil = now + 30
                road.disk?.fill()
            case .storeLocked:
                excusedUntil = now + 30
                lock = try? lockStore()
            case .sourceCrash: try road.cluster?.stop(mode: "immediate")
            case .wrongPassword:
                excusedUntil = now + 30
                try road.setPassword(isRight: false)
                daemon?.signal(SIGHUP)
                // Only who has no session logs in.
                try road.portal?.set(#"{"session_loss":0.3}"#)
            case .reload: daemon?.signal(SIGHUP)
            case .resync:
                try road.command(["resync", "--all", "--only-different"], mayFail: true)
            case .pausedResync: try pauseResync()
            default: break
            }
        }
        return lock
    }

    private func end(_ faults: [Fault], lock: Database?) throws {
        if lock != nil { try? lock?.execute("ROLLBACK") }
        for fault in faults {
            switch fault {
            case .freeze: daemon?.signal(SIGCONT)
            case .diskFull: road.disk?.free()
            case .sourceCrash: try road.cluster?.start()
            case .wrongPassword:
                try road.setPassword(isRight: true)
                daemon?.signal(SIGHUP)
            default: break
            }
        }
        try road.portal?.set(Fault.calm)
    }

    /// Another process takes the store's write lock, as a careless backup would.
    private func lockStore() throws -> Database {
        let other = try Database(path: road.store, mode: .readWrite)
        try other.execute("BEGIN IMMEDIATE")
        return other
    }

    /// Everything of the last hours is sent again; stopped on the way, and let go on.
    private func pauseResync() throws {
        let asked = try road.command(
            ["resync", "--all", "--only-different", "--json"], mayFail: true)
        guard asked.status == 0, let number = asked.output.firstMatch(of: /[0-9]+/) else { return }
        try road.command(["resync", "--pause", "\(number.output)"], mayFail: true)
        try watch(1)
        try road.command(["resync", "--resume", "\(number.output)"], mayFail: true)
    }

    /// How long until something takes effect at the portal again.
    private func recover(after faults: [Fault]) throws {
        let began = now
        let before = refreshDelivered()
        try watch(90) { self.refreshDelivered() > before }
        let names = faults.map(\.rawValue).joined(separator: "+")
        let lasted = now - began
        if lasted >= 90 { report.find("nothing is delivered 90 s after \(names)") }
        report.recoveries.append((names, lasted))
    }
}
