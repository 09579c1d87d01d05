internal import Dossiers
internal import Outbox
internal import Wire

// LT-5103: the portal cannot be asked whether something arrived, so a person looks at its pages.
extension Operators {
    /// Says of everything undecidable what the portal's own pages show: `queue arrived --steps` or `queue send`.
    func decide(_ desk: OperatorDesk, _ reader: StoreReader, _ now: Timestamp) throws {
        for entry in try reader.parked(DeliveryFilter(cause: .undecidable), limit: 10_000)
        where PortalSite.holdsDossiers(entry.destination) {
            guard let site = sites.first(where: { $0.name == entry.destination }) else { continue }
            let lane = Operators.lane(entry.destination, entry.code)
            // Nobody can count any more what was given up, or what the portal has lost in between: the ones that
            // it lists are not the first.
            if site.mislaid.contains(entry.code) { discarded.insert(lane) }
            if discarded.contains(lane) {
                let filter = DeliveryFilter(ids: [DeliveryID(entry.delivery)])
                _ = try desk.discard(filter, reason: "simulated", now: now)
                continue
            }
            try decide(entry, site.steps(of: entry.code), desk, now)
        }
    }

    /// - Parameter listed: how many steps the portal shows; nil when it has not got the dossier.
    private func decide(
        _ entry: ParkedEntry, _ listed: Int?, _ desk: OperatorDesk,
        _ now: Timestamp
    ) throws {
        let filter = DeliveryFilter(ids: [DeliveryID(entry.delivery)])
        // A header may be sent as often as one likes: its content is what counts.
        guard entry.operation == .history, let listed else {
            _ = try desk.sendAgain(filter, reason: "the portal's page", now: now)
            return trace.note("operator ! says send \(entry.destination) \(entry.code)")
        }
        do {
            _ = try desk.listed(filter, steps: listed, reason: "the portal's page", now: now)
            trace.note("operator ! counts \(listed) steps \(entry.destination) \(entry.code)")
        } catch ListingRefusal.tooMany {
            // After a lost store, until the source was read again.
            trace.note("operator ! waits for the source \(entry.destination) \(entry.code)")
        } catch ListingRefusal.tooFew {
            // Acknowledged, and not there any more: the invariants have their say.
            _ = try desk.sendAgain(filter, reason: "the portal's page", now: now)
            trace.note("operator ! says send \(entry.destination) \(entry.code)")
        }
    }
}
