internal import Couriers
internal import Dossiers
internal import LienThong
internal import Outbox
internal import Sandbox
internal import Wire

// Promises about time: a delivery that waits for nothing, and a trouble that nobody hears of.
extension Invariants {
    /// How long after everything is well something may still wait because something was not: a minute, what a
    /// dead process leaves at work, what was asked for, and what the rates need.
    func returnPatience() throws -> Int64 {
        let now = world.clock.steady
        var patience = 60_000 + world.network.quietAfterStart + 30_000
        for site in world.sites where !site.isLost && site.plan.maintenance == nil {
            var own = max(now, site.leftAloneUntil) - now
            if let rate = site.plan.rate { own += Int64(400 / rate * 1000) }
            patience = max(patience, 150_000 + own)
        }
        return patience
    }

    /// Everything is well for so long that nothing waits any more but for a person, or for what is lost.
    func checkReturned(after patience: Int64) throws {
        guard world.life != nil, !world.disk.isFrozen else { return }
        let report = try StoreReader(directory: world.directory, vfs: world.vfs.name)
            .status(now: world.clock.now.wall)
        for lane in report.destinations {
            guard let site = world.sites.first(where: { $0.name == lane.destination }),
                site.name != GroupCase.destination, !site.isLost, site.plan.maintenance == nil,
                lane.due + lane.later + lane.uncertain > 0
            else { continue }
            throw Broken(
                promise:
                    "\(patience / 1000) s after all is well something waits still: due \(lane.due) later \(lane.later) uncertain \(lane.uncertain)",
                destination: lane.destination)
        }
    }

    /// Beside a backlog and within a limit, a new dossier's first request leaves within seconds.
    func checkFreshAtLimit() throws {
        guard world.plan.isFreshMeasured, !world.isCalm else { return }
        let now = world.clock.steady
        for site in world.sites where PortalSite.holdsDossiers(site.name) {
            for key in world.office.keys {
                let code = world.office.code(key)
                let arrived = world.office.arrivedAt[key] ?? 0
                let waited = (site.heardOf[code] ?? now) - arrived
                // Those of the first minute may be met by the first walk.
                guard arrived > 1_060_000, waited > Invariants.freshAtLimit,
                    let dossier = world.office.shown(key),
                    case .expected = verdict(dossier)
                else { continue }
                throw Broken(
                    promise: "a new dossier waits for \(waited / 1000) s beside a backlog",
                    code: code,
                    destination: site.name)
            }
        }
    }
    /// Two seconds are promised; a look, a pause that was asked for and chance come to it.
    private static let freshAtLimit: Int64 = 10_000

    /// Whatever keeps a destination from being reached is told while it lasts.
    func checkTroubleTold() throws {
        guard world.plan.promises.contains(.told), let life = world.life, !world.disk.isFrozen,
            life.engine.trouble == nil, world.clock.steady - world.startedAt > Invariants.telling
        else { return }
        for site in world.sites where !site.isLost {
            // One or two that fail are no trouble yet.
            guard let since = site.unwellSince, site.sentInVain >= 6,
                world.clock.steady - since > Invariants.telling,
                let standing = life.engine.standings(now: world.clock.now).first(where: {
                    $0.destination.rawValue == site.name
                })
            else { continue }
            let isTold =
                standing.trouble != nil || standing.breaker != .closed || standing.pausedFor != nil
                || world.hearing.warnedAt[site.name].map { $0 >= since } ?? false
            guard !isTold else { continue }
            throw Broken(
                promise:
                    "nobody is told of a trouble (\(site.trouble)) that has lasted \((world.clock.steady - since) / 1000) s",
                destination: site.name)
        }
    }
    private static let telling: Int64 = 90_000
}
