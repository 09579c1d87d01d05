// Trouble that came later; it draws from a stream of its own.
extension Plan {
    /// What no daemon can prevent: its memory lost, rows that change or vanish without a sign, refusals.
    mutating func addWorse(_ draw: Draw, may: (Double) -> Bool) {
        if may(0.25) {
            losses = LossPlan(
                every: draw.spread(600_000...7_200_000), whole: draw.one(of: [0, 0.5, 1]),
                witnessToo: draw.one(of: [0, 0, 0.5, 1]))
        }
        if may(0.3) { office.silent = draw.one(of: [0.05, 0.3, 0.9]) }
        if may(0.3) { office.deletes = draw.one(of: [0.02, 0.1]) }
        office.vanishes = draw.happens(0.4)
        office.hasFeed = draw.happens(0.4)
        if office.hasFeed, may(0.3) { office.feedBreaks = draw.spread(600_000...3_600_000) }
        let needsSweep = office.silent > 0 || office.deletes > 0
        if needsSweep || draw.happens(0.3) { office.sweep = draw.spread(120_000...3_600_000) }
        for index in portals.indices where may(0.25) {
            portals[index].storms = draw.spread(600_000...3_600_000)
        }
    }

    /// A short run meets in minutes what a long one meets in hours.
    mutating func hurry() {
        func sooner(_ mean: inout Int64?) { mean = mean.map { max(30_000, $0 / 4) } }
        sooner(&crashes)
        sooner(&stops)
        sooner(&reloads)
        sooner(&jumps)
        sooner(&operators)
        sooner(&office.feedBreaks)
        if let every = losses?.every { losses?.every = max(120_000, every / 4) }
        // Few acts on few dossiers: an hour of a busy office would be hundreds of steps on each.
        office.pace = min(max(office.pace, 15_000), 60_000)
        office.sweep = min(office.sweep, 240_000)
        for index in portals.indices { sooner(&portals[index].storms) }
    }
}
