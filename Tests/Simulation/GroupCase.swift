internal import Dossiers

/// Dossiers of a group procedure (contracts.md §5): the interlinking software hears the status of each step,
/// in its own order.
enum GroupCase {
    static let local = "TT-LT"
    static let national = "2.000986"
    static let destination = "groups"
    /// Received, accepted, with the registrar, registered with its result, returned: 1, 3, 7, 4, 5.
    private static let road = [
        ("receiving", 1), ("new", 3), ("processing", 7), ("releasing", 4), ("done", 5),
    ]

    /// Makes an arrived dossier one of the group procedure.
    static func turn(_ dossier: inout SourceDossier) {
        dossier.header[.localProcedureCode] = local
        dossier.header[.linkedCode] = "LT-000-\(dossier.key.rawValue)"
    }

    static func isOne(_ dossier: SourceDossier) -> Bool { dossier.header[.linkedCode] != nil }

    /// The next step; the same desk's once more now and then, and, where desks leap, one of them late. nil when
    /// it has been returned.
    static func next(
        of dossier: SourceDossier, at now: Int64, _ draw: Draw, leaps: Double = 0
    ) -> SourceRow<StepColumn>? {
        let told = dossier.steps.compactMap { $0[.localStatus] }
        let late = road.first { step in
            !told.contains(step.0) && road.drop { $0.0 != step.0 }.contains { told.contains($0.0) }
        }
        let place = road.lastIndex { told.contains($0.0) } ?? 0
        let again = late == nil && draw.happens(0.15) && place > 0 && place < 3
        guard late != nil || again || place + 1 < road.count else { return nil }
        let leap = late == nil && leaps > 0 && place + 2 < road.count && draw.happens(leaps)
        let word = late?.0 ?? road[again ? place : place + (leap ? 2 : 1)].0
        var step = CaseMaker.step(
            dossier.steps.count + 1, word, at: now, draw)
        // The office's clock is wrong now and then; the registrar's book is not.
        if let last = dossier.steps.last?[.performedAt], step[.performedAt] ?? "" <= last {
            step[.performedAt] = last
        }
        if step[.localStatus] == "releasing" { step[.resultData] = #"{"soDangKy":"1"}"# }
        return step
    }

    /// The statuses that have to stand there in the end: as far as the road goes without a gap.
    static func expected(of dossier: SourceDossier) -> [Int] {
        let told = Set(dossier.steps.compactMap { $0[.localStatus] })
        return road.prefix { told.contains($0.0) }.map(\.1)
    }

    /// Between the destinations of a plan: what its portal is like and does.
    static func plan(seed: UInt64, hard: Double) -> Plan.PortalPlan {
        let draw = Draw(seed: seed, stream: 41)
        var plan = Plan.PortalPlan()
        plan.honoursKeys = false
        plan.showsSteps = false
        plan.nature = [
            // One that refuses a repeat leaves its dossiers to a person: the contract says so.
            ("group_repeat", "accept"),
            ("session_seconds", String(draw.spread(5...3_600))), ("keys", "ignored"),
            ("attachments", "ignore"),
            ("retry_after_form", draw.one(of: ["seconds", "date", "mixed", "none"])),
        ]
        guard !draw.happens(0.3) else { return plan }
        for fault in [
            "group_not_updated", "group_error", "session_loss", "drop_after", "drop_before",
            "throttle", "server_error", "html", "slow", "truncate",
        ] where draw.happens(0.4) {
            plan.faults.append((fault, hard))
        }
        if draw.happens(0.3) { plan.outages = ["503", "drop", "refuse"] }
        return plan
    }
}
