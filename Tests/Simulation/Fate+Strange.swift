internal import LienThong
internal import Wire

// What strangers found, as it comes over the world.
extension Fate {
    func beginStrange() {
        let plan = world.plan
        for site in world.sites {
            for (name, rate) in site.plan.steady { site.set(name, String(rate)) }
            if let every = site.plan.turns { repeating(every: every) { [self] in turn(site) } }
            guard !site.plan.moods.isEmpty else { continue }
            if plan.theme != nil { fallInto(site) }
            repeating(every: plan.theme == nil ? 1_200_000 : 120_000) { [self] in fallInto(site) }
        }
        if let every = plan.office.refusals { repeating(every: every) { [self] in refuse() } }
        if let every = plan.office.blindness { repeating(every: every) { [self] in goBlind() } }
        if let every = plan.office.forks {
            var copies: [Office.Copy] = []
            repeating(every: every / 4) { [world] in
                copies.append(world.office.copy)
                if copies.count > 4 { copies.removeFirst() }
            }
            repeating(every: every) { [world] in
                if let copy = copies.first { world.office.restore(copy) }
            }
        }
    }

    /// Slow, failing or well: whichever it was before says nothing about what it is next.
    private func turn(_ site: PortalSite) {
        guard !site.isLost else { return }
        let next = strange.below(3)
        site.set("delay_ms", String(strange.within(2_000...40_000)), isTold: false)
        site.set("delay", next == 0 ? "0.9" : "0")
        site.set("server_error", next == 1 ? "0.9" : "0")
    }

    private func fallInto(_ site: PortalSite) {
        guard site.mood == nil else { return }
        site.begin(strange.one(of: site.plan.moods))
        world.agenda.add(in: strange.spread(10_000...600_000)) { site.endMood() }
    }

    private func refuse() {
        guard !world.office.refusesWrites else { return }
        world.office.refusesWrites = true
        world.trace.note("office ! refuses writes")
        world.agenda.add(in: strange.spread(10_000...600_000)) { [world] in
            world.office.refusesWrites = false
            world.trace.note("office ! takes writes")
        }
    }

    private func goBlind() {
        guard !world.office.feed.isBlind else { return }
        world.office.feed.isBlind = true
        world.trace.note("office ! does not note changes in its feed")
        world.agenda.add(in: strange.spread(5_000...300_000)) { [world] in
            world.office.feed.isBlind = false
            world.trace.note("office ! notes changes again")
        }
    }
}
