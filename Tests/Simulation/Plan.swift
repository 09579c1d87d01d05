/// What one seed has in store: how big the run is, which faults it knows and how hard they strike.
///
/// Swarm testing: every kind of trouble is left out of about half of the runs, so that some runs are calm,
/// some horrible, and rare combinations get their turn.
package struct Plan {
    /// How big a run is.
    package enum Size: String, Sendable, CaseIterable { case sharp, mixed, tiny, usual, long }

    struct OfficePlan {
        var engine = Office.Engine.numbers
        /// The share of acts that are about several dossiers.
        var together = 0.15
        /// Mean milliseconds between two acts.
        var pace: Int64 = 30_000
        var late = 0.0
        var bad = 0.0
        var skew = 0.0
        var restart = 0.0
        var error = 0.0
        var mapping = 0.01
        /// The longest that a statement takes, in milliseconds.
        var slowness: Int64 = 20
        /// Whether statements take up to that long evenly, instead of seldom.
        var isSlowAlways = false
        var page = 100
        var tellsVersion = true
        /// Whether everything that was held is mended before the end.
        var mendsAll = true
        var notifies = true
        /// Share of changes that no look can see; only the feed or the sweep finds them.
        var silent = 0.0
        /// How often a row is deleted between the statement that lists it and the one that reads it.
        var slips = 0.0
        /// Share of acts that delete a row or bring one back; and whether most may vanish at once.
        var deletes = 0.0
        var vanishes = false
        var hasFeed = false
        /// Mean milliseconds between two breaks of the feed's triggers; nil for never.
        var feedBreaks: Int64?
        /// The background sweep's period; 0 for none.
        var sweep: Int64 = 0
        /// The share of an officer's steps that read like the one before.
        var twins = 0.0
        /// The share of steps that leave the status as it is.
        var stays = 0.0
        /// The share of acts that set a note to one of two texts, and back.
        var toggles = 0.0
        /// The share of acts with steps that bring several at one instant.
        var bursts = 0.2
        /// Mean milliseconds between two times in which the source is read and refuses to be written to.
        var refusals: Int64?
        /// The share of an officer's acts that give a dossier another applicant.
        var reapplies = 0.0
        /// Mean milliseconds between two times in which the feed notes nothing and looks well.
        var blindness: Int64?
        /// Mean milliseconds between two times that an older copy of the source is put back.
        var forks: Int64?
        /// The share of arrivals whose applicant's name is spelled in another way than elsewhere.
        var spellings = 0.0
        /// The share of changes that put awkward text somewhere: at a limit, outside of the plain plane, with
        /// characters that formats have for themselves.
        var awkward = 0.0
        /// Whether the keys of steps say nothing about their order.
        var mixedKeys = false
        /// The share of steps that are entered with a time before the last one's.
        var backdated = 0.0
        /// The share of changes after which a row cannot be read, until it is mended.
        var unreadables = 0.0
        /// Whether dossiers come from two days, before and after a unit's end.
        var datesApart = false
    }

    /// The state store lost, or an older copy of it put back.
    struct LossPlan {
        var every: Int64 = 3_600_000
        /// Share of losses after which nothing is put back.
        var whole = 0.5
        /// Share of losses that take the witness along.
        var witnessToo = 0.0
        /// Mean milliseconds between two of the operator's backups.
        var backups: Int64 = 900_000
    }

    /// What a portal is like, for the whole run.
    struct PortalPlan {
        var nature: [(String, String)] = []
        var honoursKeys = true
        /// How long it remembers a key; nil for ever.
        var keySeconds: Int?
        var showsSteps = true
        /// Switches that may be turned during the run, with their highest values.
        var faults: [(String, Double)] = []
        var outages: [String] = []
        var asksFirst = false
        /// Failed attempts after which a delivery is parked; nil for the daemon's own number.
        var attempts: Int?
        /// Whether the operator has said that nobody delivered there before.
        var trustsFirstContact = false
        var rate: Double?
        var burst = 1
        var maintenance: String?
        /// Mean milliseconds between two storms of refusals (wrong password, revoked certificate, moved
        /// host), which are no dossier's fault.
        var storms: Int64?
        /// Most dossiers in a request; nil for one.
        var batchState: Int?
        var batchHistory: Int?
        /// Switches that stand just so from the beginning until all is calm.
        var steady: [(String, Double)] = []
        /// More requests than that under way at once are answered with an error; nil for never.
        var capacity: Int?
        /// Mean milliseconds between slow, failing and well; nil for none of it.
        var turns: Int64?
        var moods: [Mood] = []
        var endsSessionsInItsOwnWords = false
        /// Which promises can be asked for here (``Plan/promise()``).
        var heedsRetryAfter = false
        var countsQuestions = false
        var countsPersons = false
        var countsLogins = false
    }

    struct NetworkPlan {
        var refused = 0.0
        var lostRequest = 0.0
        var lostAnswer = 0.0
        /// A request that arrives after its sender has given up.
        var lateArrival = 0.0
        var latency: Int64 = 100
        /// Whether a way takes up to that long evenly, instead of seldom.
        var isSlowAlways = false
    }

    struct DiskPlan {
        var errorShare = 0.0
        var fills = false
        var isLocked = false
        /// Mean milliseconds between two fillings, and between two locks.
        var fillings: Int64 = 1_800_000
        var locks: Int64 = 1_200_000
    }

    let seed: UInt64
    var dossiers = 40
    var hours = 2.0
    var office = OfficePlan()
    var portals: [PortalPlan] = []
    var network = NetworkPlan()
    var disk = DiskPlan()
    /// Mean milliseconds between two crashes, stops, reloads, clock jumps; nil for never.
    var crashes: Int64?
    var losesPower = true
    var stops: Int64?
    var reloads: Int64?
    var jumps: Int64?
    var operators: Int64?
    var discards = false
    var losses: LossPlan?
    /// The longest sleep of a thread between two turns, in milliseconds.
    var turn: Int64 = 1000
    /// Whether the portals wait for verifications.
    var waits = false
    var pressure = Pressure()
    /// Mean milliseconds between two changes of the portals' weather, and the share of them that end in an outage
    /// where there may be one.
    var weatherPace: Int64 = 600_000
    var outageShare = 0.2
    /// The longest that a reply is held back, and the longest pause before the daemon is started again.
    var shortestDelay: Int64 = 100
    var longestDelay: Int64 = 60_000
    var longestPause: Int64 = 60_000
    /// The shortest outage.
    var shortestOutage: Int64 = 10_000
    /// Mean milliseconds between two jumps of the clock that office and daemon share; nil for never.
    var sharedJumps: Int64?
    /// What a sharp world is about, first of all; nil for any other.
    var theme: Theme? { themes.first }
    /// …and everything that it is about.
    var themes: [Theme] = []
    /// What the daemon is held to.
    let promises: Set<Promise>
    /// Which code table the second configuration differs in.
    var table = CodeTable.status
    /// Whether new dossiers are to be heard of within seconds.
    var isFreshMeasured = false

    static let destinations = ["district", GroupCase.destination, "population", "portal"]

    init(seed: UInt64, size: Size = .usual, promises: Set<Promise> = Promise.kept) {
        self.seed = seed
        self.promises = promises
        let draw = Draw(seed: seed, stream: 1)
        switch size {
        case .sharp, .mixed, .tiny:
            (dossiers, hours) = (2 + draw.below(5), 0.2 + Double(draw.below(6)) / 10)
        case .usual: (dossiers, hours) = (5 + draw.below(60), 0.3 + Double(draw.below(25)) / 10)
        case .long: (dossiers, hours) = (100 + draw.below(400), 12 + Double(draw.below(36)))
        }
        // A tenth of the runs has no trouble at all.
        let isCalm = draw.happens(0.1)
        func may(_ share: Double = 0.5) -> Bool { !isCalm && draw.happens(share) }
        let hard = draw.one(of: [0.02, 0.1, 0.3])
        office.engine = draw.happens(0.5) ? .numbers : .times
        office.pace = draw.spread(2_000...120_000)
        if may() { office.late = draw.one(of: [0.05, 0.3, 0.8]) }
        if may() { office.bad = draw.one(of: [0.02, 0.2]) }
        if may(0.3) { office.skew = 0.05 }
        if may(0.3) { office.restart = 0.01 }
        if may() { office.error = hard / 4 }
        if may(0.3) { office.slowness = draw.spread(20...20_000) }
        office.page = draw.one(of: [1, 3, 20, 200])
        office.tellsVersion = draw.happens(0.7)
        office.notifies = draw.happens(0.5)
        office.mendsAll = draw.happens(0.7)
        for name in Plan.destinations {
            guard name != GroupCase.destination else {
                portals.append(GroupCase.plan(seed: seed, hard: isCalm ? 0 : hard))
                continue
            }
            portals.append(Plan.portal(name, draw, hard: hard, may: may))
        }
        if may() { network.refused = hard / 3 }
        if may() { network.lostRequest = hard / 3 }
        if may() { network.lostAnswer = hard / 3 }
        if may(0.4) { network.lateArrival = hard / 3 }
        network.latency = draw.spread(10...2_000)
        if may(0.3) { disk.errorShare = draw.one(of: [0.0005, 0.005, 0.03]) }
        if may(0.2) { disk.fills = true }
        if may(0.2) { disk.isLocked = true }
        if may(0.6) { crashes = draw.spread(60_000...3_600_000) }
        losesPower = draw.happens(0.7)
        if may(0.3) { stops = draw.spread(120_000...3_600_000) }
        if may(0.3) { reloads = draw.spread(300_000...3_600_000) }
        if may(0.25) { jumps = draw.spread(300_000...3_600_000) }
        if may(0.4) { operators = draw.spread(60_000...1_800_000) }
        discards = draw.happens(0.3)
        turn = draw.one(of: [1000, 1000, 5000])
        waits = draw.happens(0.3)
        addWorse(Draw(seed: seed, stream: 9), may: may)
        press(isTiny: size == .tiny)
        if size == .tiny { hurry() }
        if size == .sharp || size == .mixed {
            sharpen(isMixed: size == .mixed)
        } else {
            addStrange(Draw(seed: seed, stream: 70), may: may)
        }
        promise()
    }

    private static func portal(
        _ name: String, _ draw: Draw, hard: Double, may: (Double) -> Bool
    ) -> PortalPlan {
        var plan = PortalPlan()
        plan.nature = [
            ("code_spelling", draw.one(of: ["natural", "int", "string", "zeros", "mixed"])),
            ("exists_code", draw.one(of: ["3", "-3", "mixed"])),
            ("missing_text", draw.one(of: ["missing", "unsynchronised"])),
            ("session_seconds", String(draw.spread(30...3_600))),
            ("step_order", "off"), ("attachments", "ignore"),
            ("retry_after_form", draw.one(of: ["seconds", "date", "mixed", "none"])),
            ("population_lookup", draw.one(of: ["by_number", "by_match"])),
        ]
        switch draw.below(4) {
        case 0, 1: break
        case 2:
            plan.keySeconds = Int(draw.spread(60...7_200))
            plan.nature.append(("key_seconds", String(plan.keySeconds ?? 60)))
        default: plan.honoursKeys = false
        }
        let keys = plan.keySeconds != nil ? "expiring" : plan.honoursKeys ? "honoured" : "ignored"
        plan.nature.append(("keys", keys))
        plan.showsSteps = draw.happens(0.8)
        plan.nature.append(("probe_shows", plan.showsSteps ? "steps" : "existence"))
        plan.asksFirst = draw.happens(0.2)
        if draw.happens(0.2) { plan.rate = Double(1 + draw.below(20)) }
        if may(0.1) { plan.maintenance = "09:00-09:40" }
        for (fault, ceiling) in kinds where may(0.4) {
            plan.faults.append((fault, min(1, hard * ceiling)))
        }
        if may(0.4) { plan.outages = ["503", "drop", "refuse"] }
        return plan
    }

    /// The sandbox's switches, and how hard each strikes beside the others.
    private static let kinds: [(String, Double)] = [
        ("session_loss", 1), ("login_refused", 1), ("drop_after", 1), ("drop_before", 1),
        ("delay", 1), ("throttle", 1), ("server_error", 1), ("html", 1), ("slow", 1),
        ("truncate", 1), ("garbage", 1), ("routing", 0.3), ("probe_error", 1),
        ("partial_batch", 1), ("population_error", 1), ("unknown_procedure", 0.5),
        ("burst_length", 1), ("rate_limit", 1),
    ]
}
