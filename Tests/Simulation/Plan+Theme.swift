/// Worlds of one trouble each: all is well but for that one, which strikes hard from the first minute.
///
/// Chance alone brings the rare troubles together too seldom: a portal that takes half of a delivery, answers
/// nothing, forgets the key and is asked again, all within one dossier's life. Themes take turns with the
/// seeds, so that a hundred of them meet each some four times.
extension Plan {
    enum Theme: String, CaseIterable {
        /// Answers with status 200 that are none, cut answers, garbage.
        case unreadable
        /// "Too many requests", and limits that say so.
        case throttled
        /// A destination that is away for longer than any patience.
        case away
        /// Lost answers where no key helps, and a portal that answers questions badly.
        case doubts
        /// Steps of which a part arrives, and steps that read the same.
        case parts
        /// Keys that are forgotten soon, or still at work when they are repeated.
        case keys
        /// Batches of which some items are refused, left out, listed twice.
        case batches
        /// A source whose answers take minutes, with transactions that commit late.
        case slowSource
        /// A first walk that is interrupted, over rows that vanish.
        case walk
        /// Answers about applicants that are late, and a source that refuses to be written to.
        case answers
        /// Changes of what is under way.
        case flights
        case windows
        /// Dossiers that a portal loses by itself.
        case mislaid
        /// Stores that are lost or put back.
        case losses
        case disk
        /// A process that dies while its requests are on their way.
        case deaths
        /// The population database goes away for good, and the portals wait for its answers.
        case widowed
        /// Refusals of dossiers that are mended at the source.
        case refusals
        /// Group dossiers, whose statuses have an order.
        case groups
        /// The whole province's clock runs ahead and is set back.
        case clock
        /// Rows that vanish and come back.
        case vanishing
        /// Errors that have nothing to do with load, then a perfect portal and an office that rests.
        case halfWell
        /// Errors that come with load, and go with it.
        case crowded
        /// Slow, failing and well in turn.
        case byTurns
        /// Success in a code that nobody listed.
        case foreignSuccess
        /// Errors in words that nobody listed.
        case foreignErrors
        /// Sessions that end in words that nobody listed.
        case foreignSessions
        /// Logins that are answered with anything but a session.
        case softLogins
        /// Sessions that are given and not accepted.
        case deafSessions
        /// A source that is read and refuses to be written to, while answers change.
        case readOnly
        /// A feed that notes nothing and looks well.
        case blindFeed
        /// A source that is put back to an older copy of itself.
        case forked
        /// Names spelled in two ways, text at a limit, characters that formats have for themselves.
        case spellings
        /// As many as fill a page, one less, one more.
        case borders
        /// Steps whose keys say nothing about their order.
        case stepKeys
        /// Configurations that differ in one code table.
        case tables
        /// A limit on requests, a backlog behind it, and an office that goes on working.
        case fresh
        /// Rows for whose sake a statement fails.
        case oneRow
    }

    mutating func sharpen(isMixed: Bool) {
        let draw = Draw(seed: seed, stream: 60)
        themes = Plan.themes(of: seed, isMixed: isMixed)
        becomeCalm(draw)
        for theme in themes { apply(theme, draw) }
        pressure.restartsAtEnd = draw.happens(0.2)
        // Hardly ever does a trouble come alone.
        if draw.happens(0.3), crashes == nil { crashes = 120_000 }
        if draw.happens(0.2) { network.lostAnswer = 0.1 }
        if draw.happens(0.2) { operators = 120_000 }
        let other = Draw(seed: seed, stream: 62)
        let isStrange = themes.contains { $0.isStrange }
        if themes.count > 1 || isStrange { estrange(other) }
        if themes.count > 1 { mix(other) }
    }

    func has(_ theme: Theme) -> Bool { themes.contains(theme) }

    private mutating func apply(_ theme: Theme, _ draw: Draw) {
        switch theme {
        case .unreadable: trouble([("html", 0.6), ("garbage", 0.3), ("truncate", 0.3)])
        case .throttled: trouble([("throttle", 0.6), ("rate_limit", 1)])
        case .away:
            (dossiers, hours, office.pace) = (1 + draw.below(2), 5, 300_000)
            for index in portals.indices {
                portals[index].outages = ["refuse"]
                portals[index].attempts = 5
            }
            (weatherPace, outageShare, shortestOutage) = (900_000, 0.9, 3_600_000)
        case .doubts:
            trouble([
                ("drop_after", 0.5), ("probe_error", 0.5), ("probe_blank", 0.5), ("html", 0.3),
            ])
            ignoreKeys()
        case .parts:
            trouble([("partial_steps", 0.8), ("drop_after", 0.3)])
            office.twins = draw.one(of: [0, 0.3])
            office.bursts = 0.7
            // A portal that honours keys takes a delivery whole or not at all.
            ignoreKeys()
        case .keys: forgetKeys(isAtWork: seed / Plan.round % 2 == 0, draw)
        case .batches:
            trouble([("partial_batch", 0.8), ("unknown_procedure", 0.3), ("drop_after", 0.2)])
            (pressure.backlog, dossiers, office.together) = (6, 10, 0.9)
            if draw.happens(0.5) { ignoreKeys() }
            for index in portals.indices where portals[index].isOfDossiers(index) {
                portals[index].batchState = 4
                portals[index].batchHistory = 4
                // What has to be asked for first goes alone.
                portals[index].trustsFirstContact = true
                portals[index].nature.append(
                    ("batch_list", draw.one(of: ["full", "missing", "shuffled", "twice"])))
            }
        case .slowSource:
            (hours, office.pace) = (2, 20_000)
            office.engine = .times
            office.late = 0.5
            (office.slowness, office.isSlowAlways) = (draw.one(of: [20_000, 60_000]), true)
            dossiers = 40
            (office.page, pressure.keysPerLook) = (1, 1)
        case .walk:
            // Few changes come after it: what is changed later would be found by a look.
            (pressure.backlog, dossiers, office.pace, hours) = (12, 12, 120_000, 0.1)
            (office.slowness, office.isSlowAlways) = (5_000, true)
            (office.page, pressure.keysPerLook) = (1 + draw.below(2), 1 + draw.below(2))
            // A machine that was started anew walks anew.
            losesPower = false
            if draw.happens(0.5) { crashes = 20_000 }
            if draw.happens(0.5) {
                // Nobody looks for them here: only the walk can find what is left.
                (office.slips, office.engine, crashes) = (0.4, .numbers, nil)
            }
        case .answers:
            waits = true
            office.error = 0.3
            trouble([("population_error", 0.6)])
        case .flights:
            (network.latency, network.isSlowAlways) = (8_000, true)
            (dossiers, office.pace) = (2, 2_000)
            pressure.rewrites = draw.one(of: [0.1, 0.5])
            hours = 0.2
        case .windows:
            for index in portals.indices { portals[index].maintenance = "08:02-08:09" }
            office.pace = 5_000
        case .mislaid:
            pressure.mislays = 40_000
            pressure.resyncsLost = draw.happens(0.5)
            (office.page, office.pace, office.stays) = (1, 5_000, 0.8)
        case .losses:
            losses = LossPlan(every: 100_000, whole: 0.5, witnessToo: 0.3, backups: 25_000)
            office.pace = 4_000
            switch draw.below(3) {
            case 0:
                // Older copies, and a dossier that goes back and forth.
                losses?.whole = 0
                losses?.witnessToo = 0
                office.toggles = 0.9
            case 1:
                // Nothing is left, and nobody was there before, as far as anybody knows.
                losses?.whole = 1
                losses?.witnessToo = 1
                for index in portals.indices { portals[index].trustsFirstContact = true }
            default: break
            }
            trouble([("drop_after", 0.2)])
        case .disk:
            disk.errorShare = draw.one(of: [0.01, 0.05])
            disk.fills = true
            disk.isLocked = draw.happens(0.7)
            (disk.fillings, disk.locks) = (120_000, 90_000)
        case .deaths:
            (crashes, longestPause) = (25_000, 1_500)
            (network.latency, network.isSlowAlways) = (12_000, true)
            network.lateArrival = draw.one(of: [0, 0.4])
            trouble([("slow", 0.5)])
            ignoreKeys()
        case .widowed:
            waits = true
            pressure.lost = "population"
            (dossiers, hours) = (12, 0.5)
            // Not even asked: then only the lanes' own patience lets them go.
            for index in portals.indices where Plan.destinations[index] == "population" {
                portals[index].maintenance = "07:30-07:00"
            }
        case .refusals:
            trouble([("unknown_procedure", 0.6), ("partial_batch", 0.3)])
            office.pace = 5_000
        case .groups:
            (pressure.groups, pressure.leaps, hours) = (1, 0.3, 0.5)
            office.late = 0.4
            portals[Plan.destinations.firstIndex(of: GroupCase.destination) ?? 0].faults = [
                ("group_not_updated", 0.4), ("drop_after", 0.3), ("html", 0.3),
            ]
        case .clock:
            (office.engine, office.pace) = (.times, 20_000)
            // Only what comes between two looks can be passed by, and only what stays as it is stays lost.
            (office.slowness, office.isSlowAlways) = (20_000, true)
            (sharedJumps, dossiers, hours) = (240_000, 200, 0.7)
        case .vanishing:
            (office.deletes, office.vanishes) = (0.5, draw.happens(0.5))
            (office.sweep, office.pace) = (120_000, 15_000)
        default: applyStrange(theme, draw)
        }
    }

    private mutating func becomeCalm(_ draw: Draw) {
        let engine = office.engine
        pressure = Pressure()
        office = OfficePlan()
        office.engine = engine
        office.pace = 10_000
        office.notifies = draw.happens(0.5)
        office.page = draw.one(of: [1, 3, 20])
        (dossiers, hours) = (3 + draw.below(4), 0.25)
        network = NetworkPlan()
        network.latency = draw.spread(10...1_000)
        disk = DiskPlan()
        (crashes, stops, reloads, jumps, operators) = (nil, nil, nil, nil, nil)
        losses = nil
        (waits, discards, turn, weatherPace) = (false, false, 1000, 60_000)
        for index in portals.indices {
            portals[index].becomeCalm()
            guard portals[index].isOfDossiers(index) else { continue }
            portals[index].set("session_seconds", "3600")
            portals[index].honoursKeys = true
            portals[index].keySeconds = nil
            portals[index].set("keys", "honoured")
            portals[index].showsSteps = true
            portals[index].set("probe_shows", "steps")
        }
    }

    mutating func trouble(_ faults: [(String, Double)]) {
        for index in portals.indices where Plan.destinations[index] != GroupCase.destination {
            portals[index].faults += faults
        }
    }

    mutating func ignoreKeys() {
        for index in portals.indices where portals[index].isOfDossiers(index) {
            portals[index].honoursKeys = false
            portals[index].set("keys", "ignored")
        }
    }

    private mutating func forgetKeys(isAtWork: Bool, _ draw: Draw) {
        // A request that is at work for nearly as long as its key is known: what repeats it meets both.
        if isAtWork { (shortestDelay, longestDelay) = (250_000, 300_000) }
        (hours, weatherPace, outageShare, shortestOutage) = (1, 100_000, 0.5, 60_000)
        trouble([("drop_after", 0.8), (isAtWork ? "delay" : "probe_error", 0.5)])
        for index in portals.indices where portals[index].isOfDossiers(index) {
            let seconds = isAtWork ? 310 : 60 + draw.below(60)
            portals[index].outages = ["refuse"]
            portals[index].keySeconds = seconds
            portals[index].set("key_seconds", String(seconds))
            portals[index].set("keys", "expiring")
        }
    }
}

extension Plan.Theme {
    /// Whether it is one of those that strangers found.
    var isStrange: Bool {
        guard let place = Plan.Theme.allCases.firstIndex(of: self),
            let first = Plan.Theme.allCases.firstIndex(of: .halfWell)
        else { return false }
        return place >= first
    }
}

extension Plan.PortalPlan {
    func isOfDossiers(_ index: Int) -> Bool {
        PortalSite.holdsDossiers(Plan.destinations[index])
    }

    mutating func set(_ name: String, _ value: String) {
        nature.removeAll { $0.0 == name }
        nature.append((name, value))
    }
}
