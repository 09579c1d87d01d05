internal import Outbox

// What is parked, at any time.
extension Invariants {
    /// A destination that refuses us, or is away, costs no dossier anything: nothing is parked for it.
    func checkParked() throws {
        guard world.life != nil, !world.disk.isFrozen else { return }
        let reader = try StoreReader(directory: world.directory, vfs: world.vfs.name)
        let parked = try reader.parked(DeliveryFilter(), limit: 10_000)
        try checkRejected(parked)
        for entry in parked {
            guard let site = world.sites.first(where: { $0.name == entry.destination }),
                !isExplained(entry.cause, site)
            else { continue }
            throw Broken(
                promise: "parked without a reason in the world: \(entry.cause.rawValue)",
                code: entry.code, destination: entry.destination)
        }
    }

    /// A portal that rejects everything is not understood, and costs no more than some tens their turn.
    private func checkRejected(_ parked: [ParkedEntry]) throws {
        for site in world.sites where site.moods[.foreignSuccess] != nil {
            let count = parked.count { $0.destination == site.name && $0.cause == .rejected }
            guard count > 60 else { continue }
            throw Broken(
                promise: "\(count) were rejected by a portal that rejects everything",
                destination: site.name)
        }
    }

    private func isExplained(_ cause: ParkCause, _ site: PortalSite) -> Bool {
        func has(_ faults: String...) -> Bool {
            site.plan.faults.contains { faults.contains($0.0) }
        }
        switch cause {
        // A portal that cannot list its steps, or is asked in vain; a memory that was lost here or there; steps
        // that read the same.
        case .undecidable:
            return !site.plan.showsSteps || site.moods[.foreignErrors] != nil
                || site.moods[.foreignSuccess] != nil || world.losses > 0 || world.plan.discards
                || !site.mislaid.isEmpty || world.plan.office.twins > 0
                || has(
                    "probe_error", "probe_blank", "html", "garbage", "truncate", "session_loss",
                    "routing")
        // A store that has forgotten in which order it told them.
        case .outOfOrder: return world.losses > 0 || world.plan.discards
        // A header's loss shows first in its steps.
        case .headerMissing: return true
        case .needsMapping: return has("unknown_procedure", "partial_batch")
        case .rejected:
            return site.moods[.foreignSuccess] != nil
                || has("unknown_procedure", "partial_batch", "population_error")
        case .exhausted, .keyConflict, .unreadable: return false
        }
    }
}
