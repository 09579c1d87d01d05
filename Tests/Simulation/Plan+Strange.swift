/// Worlds of what strangers found: systems that half work, words that nobody listed, sources that change under
/// us; and mixtures of all themes, for faults live where two troubles meet.
extension Plan {
    /// Which code table the second configuration differs in.
    enum CodeTable: String, CaseIterable { case status, procedures, units }

    /// What a sharp world is about: by turns one theme each, then some mixtures of two or three.
    static func themes(of seed: UInt64, isMixed: Bool) -> [Theme] {
        let place = Int(seed % Plan.round)
        if !isMixed, place < Theme.allCases.count { return [Theme.allCases[place]] }
        let draw = Draw(seed: seed, stream: 61)
        var themes: [Theme] = []
        while themes.count < 2 + Int(seed / Plan.round % 2) {
            let next = draw.one(of: Theme.allCases)
            if !themes.contains(next) { themes.append(next) }
        }
        return themes
    }

    /// After so many seeds the turns begin anew.
    static let round: UInt64 = 42

    mutating func applyStrange(_ theme: Theme, _ draw: Draw) {
        switch theme {
        case .halfWell:
            // Errors that have nothing to do with load; then all is well and the office rests.
            (pressure.backlog, dossiers, hours, office.pace) = (20, 30, 0.05, 3_000)
            steady([("server_error", draw.one(of: [0.05, 0.3, 0.6]))])
            if draw.happens(0.3) { steady([("drop_before", 0.2), ("drop_after", 0.1)]) }
        case .crowded:
            (pressure.backlog, dossiers, hours, office.pace) = (30, 40, 0.1, 3_000)
            network.latency = draw.one(of: [100, 1_000])
            for index in portals.indices { portals[index].capacity = 1 + draw.below(4) }
        case .byTurns:
            (pressure.backlog, dossiers, hours, office.pace) = (10, 20, 0.2, 4_000)
            for index in portals.indices { portals[index].turns = draw.one(of: [15_000, 60_000]) }
        case .foreignSuccess:
            (pressure.backlog, dossiers, office.pace) = (draw.one(of: [4, 30]), 40, 10_000)
            if promises.contains(.success) { mood([.foreignSuccess]) }
            if draw.happens(0.6) { ignoreKeys() }
        case .foreignErrors:
            (dossiers, office.pace) = (10, 8_000)
            if promises.contains(.errors) { mood([.foreignErrors]) }
        case .foreignSessions:
            (dossiers, office.pace, hours) = (10, 6_000, 0.3)
            for index in portals.indices where portals[index].isOfDossiers(index) {
                portals[index].set("session_seconds", String(10 + draw.below(50)))
                portals[index].endsSessionsInItsOwnWords = promises.contains(.session)
            }
        case .softLogins:
            (dossiers, office.pace, hours) = (10, 6_000, 0.4)
            mood(Mood.atLogin)
            for index in portals.indices where portals[index].isOfDossiers(index) {
                portals[index].set("session_seconds", String(10 + draw.below(50)))
            }
        case .deafSessions:
            (dossiers, office.pace, hours) = (10, 6_000, 0.3)
            mood([.deaf])
        case .readOnly:
            // The answers about applicants have to wait, and change meanwhile.
            waits = draw.happens(0.5)
            (office.refusals, office.reapplies, office.pace) = (60_000, 0.4, 5_000)
            office.error = draw.one(of: [0, 0.1])
        case .blindFeed:
            office.hasFeed = true
            (office.blindness, office.sweep, office.pace) = (60_000, 120_000, 5_000)
            (office.deletes, office.vanishes) = (draw.one(of: [0, 0.2]), draw.happens(0.3))
        case .forked:
            (office.sweep, office.pace, dossiers, hours) = (120_000, 5_000, 10, 0.3)
            office.engine = draw.one(of: [.numbers, .times])
            if promises.contains(.fork) { office.forks = 150_000 }
        case .spellings:
            (office.spellings, office.awkward, dossiers) = (0.7, 0.4, 12)
            (office.pace, office.reapplies) = (5_000, 0.1)
        case .borders:
            // One less than a page, a page, one more; of keys, of dossiers, of a batch.
            let size = 2 + draw.below(4)
            (office.page, pressure.keysPerLook) = (size, size)
            (pressure.backlog, dossiers) = (
                size * (1 + draw.below(3)) - 1 + draw.below(3), 4 * size
            )
            (office.together, office.pace, office.sweep) = (0.9, 15_000, 120_000)
            office.deletes = draw.one(of: [0, 0.1])
            for index in portals.indices where portals[index].isOfDossiers(index) {
                portals[index].batchState = size
                portals[index].batchHistory = size
                portals[index].trustsFirstContact = true
            }
        case .stepKeys:
            (office.mixedKeys, office.backdated, office.bursts) = (true, 0.2, 0.7)
            (office.pace, dossiers) = (5_000, 5)
            if draw.happens(0.5) { trouble([("drop_after", 0.3)]) }
            if draw.happens(0.5) { ignoreKeys() }
        case .tables:
            table = draw.one(of: CodeTable.allCases)
            (reloads, office.bad, office.pace, dossiers) = (60_000, 0.1, 10_000, 8)
            (office.mapping, office.datesApart) = (0, true)
            if draw.happens(0.5) { crashes = 60_000 }
        case .fresh:
            (pressure.backlog, dossiers, hours, office.pace) = (150, 190, 0.1, 5_000)
            (office.page, office.slowness, network.latency) = (100, 20, 100)
            for index in portals.indices where portals[index].isOfDossiers(index) {
                // A switch of the portal that stays when all is calm: it is like that.
                portals[index].set("rate_limit", "6")
                portals[index].set("retry_after_seconds", "1")
            }
        case .oneRow:
            (office.unreadables, office.pace, dossiers) = (0.3, 5_000, 10)
            (office.page, pressure.keysPerLook) = (draw.one(of: [1, 4, 20]), 20)
            (office.sweep, pressure.backlog) = (draw.one(of: [0, 120_000]), 6)
        default: break
        }
    }

    /// What is true of every world of strangers: more than half of the portals list no steps, and a feed is as
    /// likely as none.
    mutating func estrange(_ draw: Draw) {
        for index in portals.indices
        where portals[index].isOfDossiers(index) && draw.happens(0.6) {
            portals[index].showsSteps = false
            portals[index].set("probe_shows", "existence")
        }
        if draw.happens(0.5) { office.hasFeed = true }
        if office.hasFeed, draw.happens(0.3) {
            office.blindness = 100_000
            office.sweep = office.sweep == 0 ? 120_000 : min(office.sweep, 240_000)
        }
        if draw.happens(0.2) { office.mixedKeys = true }
        if draw.happens(0.2) { (office.spellings, office.awkward) = (0.3, 0.1) }
    }

    /// What two troubles at once add.
    mutating func mix(_ draw: Draw) {
        if draw.happens(0.3), sharedJumps == nil { jumps = 90_000 }
        if draw.happens(0.3) { disk.errorShare = max(disk.errorShare, 0.005) }
        if draw.happens(0.3) { office.error = max(office.error, 0.05) }
        if draw.happens(0.2) { office.unreadables = 0.05 }
        if draw.happens(0.3) { office.deletes = max(office.deletes, 0.05) }
        if office.deletes > 0, office.sweep == 0 { office.sweep = 120_000 }
        // Two that are long together need not be longer than either.
        (dossiers, pressure.backlog) = (min(dossiers, 40), min(pressure.backlog, 30))
    }

    /// The new troubles among the many of a usual world.
    mutating func addStrange(_ draw: Draw, may: (Double) -> Bool) {
        guard !pressure.isDrain else { return }
        estrange(draw)
        if may(0.2) { steady([("server_error", draw.one(of: [0.02, 0.2]))]) }
        if may(0.1) { for index in portals.indices { portals[index].capacity = 2 + draw.below(6) } }
        if may(0.15) { for index in portals.indices { portals[index].turns = 60_000 } }
        var moods: [Mood] = []
        if may(0.2) { moods += Mood.atLogin }
        if may(0.15) { moods.append(.deaf) }
        if may(0.15), promises.contains(.errors) { moods.append(.foreignErrors) }
        if may(0.1), promises.contains(.success) { moods.append(.foreignSuccess) }
        mood(moods)
        if may(0.3) { (office.refusals, office.reapplies) = (300_000, 0.05) }
        if may(0.3), office.sweep > 0, losses == nil, promises.contains(.fork) {
            office.forks = 1_200_000
        }
        if may(0.2) { office.unreadables = 0.03 }
        if may(0.4) { table = draw.one(of: CodeTable.allCases) }
    }

    private mutating func steady(_ faults: [(String, Double)]) {
        for index in portals.indices where Plan.destinations[index] != GroupCase.destination {
            portals[index].steady += faults
        }
    }

    private mutating func mood(_ moods: [Mood]) {
        for index in portals.indices where portals[index].isOfDossiers(index) {
            portals[index].moods += moods
        }
    }

    /// What of the new promises can be asked of this world.
    mutating func promise() {
        let isWatched = theme != nil && losses == nil && jumps == nil && sharedJumps == nil
        isFreshMeasured =
            theme == .fresh && themes.count == 1 && crashes == nil && network.lostAnswer == 0
            && promises.contains(.fresh)
        let isQuiet = isWatched && operators == nil && disk.errorShare == 0 && !disk.fills
        for index in portals.indices {
            let portal = portals[index]
            portals[index].heedsRetryAfter =
                isQuiet && promises.contains(.retryAfter) && !disk.isLocked
            portals[index].countsQuestions =
                isQuiet && promises.contains(.doubt) && !disk.isLocked && !portal.asksFirst
                && portal.showsSteps && portal.batchState == nil && pressure.mislays == nil
                && portal.keySeconds == nil
            portals[index].countsPersons =
                isQuiet && promises.contains(.person) && !disk.isLocked
            portals[index].countsLogins = theme != nil && promises.contains(.logins)
        }
    }
}
