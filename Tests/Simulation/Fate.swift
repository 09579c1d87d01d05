internal import LienThong
internal import Wire

/// What happens to the world from outside, by chance: portals go bad and recover, disks fill, clocks jump.
final class Fate {
    unowned let world: World
    private let draw: Draw
    /// Of what came later: it moves nothing of what was there before.
    let strange: Draw
    private var isOver = false

    init(world: World, draw: Draw) {
        self.world = world
        self.draw = draw
        strange = Draw(seed: world.plan.seed, stream: 44)
    }

    func begin() {
        let plan = world.plan
        world.acts.arrive(plan.pressure.backlog)
        if let every = plan.pressure.mislays { repeating(every: every) { [self] in mislay() } }
        if let lost = plan.pressure.lost { lose(lost) }
        repeating(every: plan.office.pace) { [self] in
            world.acts.act()
            if plan.office.notifies { world.life?.notify() }
        }
        for site in world.sites where !site.plan.faults.isEmpty || !site.plan.outages.isEmpty {
            if plan.theme != nil { weather(site) }
            repeating(every: plan.weatherPace) { [self] in weather(site) }
        }
        if let every = plan.crashes { repeating(every: every) { [self] in crash() } }
        if let every = plan.stops { repeating(every: every) { [self] in world.stop() } }
        if let every = plan.reloads {
            repeating(every: every) { [self] in
                world.usesSecond.toggle()
                world.trace.note("daemon ! reloads")
                world.stop()
            }
        }
        if let losses = plan.losses {
            repeating(every: losses.backups) { [self] in world.backUp() }
            repeating(every: losses.every) { [self] in world.loseStore(losses) }
        }
        for site in world.sites {
            guard let every = site.plan.storms else { continue }
            repeating(every: every) { [self] in storm(site) }
        }
        beginStrange()
        if let every = plan.office.feedBreaks { repeating(every: every) { [self] in breakFeed() } }
        if let every = plan.jumps { repeating(every: every) { [self] in jump() } }
        if let every = plan.sharedJumps { repeating(every: every) { [self] in jumpTogether() } }
        if let every = plan.operators {
            repeating(every: every) { [self] in world.operatorActs() }
        }
        world.disk.errorShare = plan.disk.errorShare
        if plan.disk.fills { repeating(every: plan.disk.fillings) { [self] in fill() } }
        if plan.disk.isLocked { repeating(every: plan.disk.locks) { [self] in lock() } }
    }

    func end() { isOver = true }

    func repeating(every mean: Int64, _ act: @escaping () -> Void) {
        world.agenda.add(in: draw.within(1...(mean * 2))) { [weak self] in
            guard let self, !isOver else { return }
            act()
            repeating(every: mean, act)
        }
    }

    /// Some time in the run a destination goes away for good.
    private func lose(_ name: String) {
        guard let site = world.sites.first(where: { $0.name == name }) else { return }
        let latest = world.plan.theme == nil ? Int64(world.plan.hours * 1_800_000) : 30_000
        world.agenda.add(in: draw.within(0...latest)) {
            site.set("outage", "refuse")
            site.isLost = true
        }
    }

    /// A clerk over there removes a dossier.
    private func mislay() {
        let sites = world.sites.filter { PortalSite.holdsDossiers($0.name) }
        guard !world.office.keys.isEmpty else { return }
        draw.one(of: sites).mislay(world.office.code(draw.one(of: world.office.keys)))
    }

    private func weather(_ site: PortalSite) {
        for (name, ceiling) in site.plan.faults {
            let isOn = draw.happens(world.plan.theme == nil ? 0.4 : 0.8)
            switch name {
            case "burst_length": site.set(name, isOn ? String(1 + draw.below(20)) : "1")
            case "rate_limit": site.set(name, isOn ? String(1 + draw.below(10)) : "0")
            default:
                site.set(name, isOn ? "\(Double(draw.below(1000)) / 1000 * ceiling)" : "0")
            }
            if isOn {
                let delay = draw.spread(world.plan.shortestDelay...world.plan.longestDelay)
                site.set("delay_ms", String(delay), isTold: false)
                site.set("slow_ms", String(draw.spread(100...60_000)), isTold: false)
                site.set("retry_after_seconds", String(draw.spread(0...900)), isTold: false)
            }
        }
        guard !site.plan.outages.isEmpty, draw.happens(world.plan.outageShare) else { return }
        site.set("outage", draw.one(of: site.plan.outages))
        world.agenda.add(in: draw.spread(world.plan.shortestOutage...7_200_000)) {
            site.set("outage", "none")
        }
    }

    private func storm(_ site: PortalSite) {
        guard site.storm == nil else { return }
        site.beginStorm(draw.one(of: PortalSite.Storm.allCases))
        world.agenda.add(in: draw.spread(10_000...7_200_000)) { site.endStorm() }
    }

    /// Somebody drops a trigger, and installs the feed anew.
    private func breakFeed() {
        world.office.feed.breakTrigger()
        world.trace.note("office ! drops a trigger of the feed")
        world.agenda.add(in: draw.spread(1_000...1_200_000)) { [world] in
            world.office.feed.install()
            world.trace.note("office ! installs the feed")
        }
    }

    private func crash() {
        // Between two steps, or at some change of the disk, or while requests leave.
        switch draw.below(4) {
        case 0: world.crash()
        case 1: world.dieAfterRequests = draw.below(6)
        default: world.disk.crashIn = draw.below(60)
        }
    }

    private func jump() {
        let day: Int64 = 86_400_000
        world.clock.skew =
            draw.happens(0.3)
            ? 0 : (draw.happens(0.5) ? 1 : -1) * draw.spread(1_000...(4 * day))
        world.trace.note("clock ! is wrong by \(world.clock.skew / 1000) s")
    }

    /// One clock serves the whole office, and is set right again; never twice within one look, which no look
    /// can see.
    private func jumpTogether() {
        guard world.office.isClockSeen else { return }
        world.office.isClockSeen = false
        let ahead = world.office.skew > 0 ? 0 : draw.spread(300_000...20_000_000)
        (world.office.skew, world.clock.skew) = (ahead, ahead)
        world.trace.note("clock ! of everybody is ahead by \(ahead / 1000) s")
    }

    private func fill() {
        world.disk.isFull = true
        world.trace.note("disk ! is full")
        world.agenda.add(in: draw.spread(1_000...1_200_000)) { [world] in
            world.disk.isFull = false
            world.trace.note("disk ! has room")
        }
    }

    private func lock() {
        world.disk.isLockedByOther = true
        world.trace.note("disk ! is locked by another process")
        world.agenda.add(in: draw.spread(1_000...120_000)) { [world] in
            world.disk.isLockedByOther = false
        }
    }
}
