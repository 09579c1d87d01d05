internal import Dossiers
internal import Outbox
internal import Wire

// LT-5103: the portal cannot be asked whether something arrived, so a person looks at its pages.
extension Operators {
    /// Says of everything undecidable what the portal's own pages show: `queue arrived` or `queue send`.
    func decide(_ desk: OperatorDesk, _ reader: StoreReader, _ now: Timestamp) throws {
        for entry in try reader.parked(DeliveryFilter(cause: .undecidable), limit: 10_000)
        where PortalSite.holdsDossiers(entry.destination) {
            guard let site = sites.first(where: { $0.name == entry.destination }),
                let lane = try reader.dossier(DossierCode(entry.code))?.lanes
                    .first(where: { $0.destination == entry.destination })
            else { continue }
            // A story lists no more than two hundred.
            guard lane.deliveries.count < 200 else { continue }
            if discarded.contains(Operators.lane(entry.destination, entry.code)) {
                // Nobody can count any more what was given up.
                let filter = DeliveryFilter(ids: [DeliveryID(entry.delivery)])
                _ = try desk.discard(filter, reason: "simulated", now: now)
                continue
            }
            try decide(entry, lane, site.steps(of: entry.code), desk, now)
        }
    }

    /// - Parameter listed: how many steps the portal shows; nil when it has not got the dossier.
    private func decide(
        _ entry: ParkedEntry, _ lane: LaneStory, _ listed: Int?, _ desk: OperatorDesk,
        _ now: Timestamp
    ) throws {
        let owed = lane.deliveries.reduce(0) { $0 + $1.stepCount }
        let mine = lane.deliveries.first { $0.id == entry.delivery }?.stepCount ?? 0
        let told = lane.steps - owed
        let filter = DeliveryFilter(ids: [DeliveryID(entry.delivery)])
        let reason = "the portal's page shows it"
        // A header may be sent as often as one likes: its content is what counts.
        if entry.operation == .history, let listed, listed > told {
            guard listed >= told + mine else {
                _ = try desk.arrived(filter, first: listed - told, reason: reason, now: now)
                return trace.note(
                    "operator ! says \(listed - told) of \(mine) steps arrived \(entry.destination) \(entry.code)"
                )
            }
            _ = try desk.arrived(filter, reason: reason, now: now)
            trace.note("operator ! says arrived \(entry.destination) \(entry.code)")
        } else {
            _ = try desk.sendAgain(filter, reason: reason, now: now)
            trace.note("operator ! says send \(entry.destination) \(entry.code)")
        }
    }
}
