internal import Outbox

// What is parked, at any time.
extension Invariants {
    /// A destination that refuses us, or is away, costs no dossier anything: nothing is parked for it.
    func checkParked() throws {
        guard world.life != nil, !world.disk.isFrozen else { return }
        let reader = try StoreReader(directory: world.directory, vfs: world.vfs.name)
        for entry in try reader.parked(DeliveryFilter(), limit: 10_000) {
            guard let site = world.sites.first(where: { $0.name == entry.destination }),
                !isExplained(entry.cause, site)
            else { continue }
            throw Broken(
                promise: "parked without a reason in the world: \(entry.cause.rawValue)",
                code: entry.code, destination: entry.destination)
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
            return !site.plan.showsSteps || world.losses > 0 || world.plan.discards
                || !site.mislaid.isEmpty || world.plan.office.twins > 0
                || has(
                    "probe_error", "probe_blank", "html", "garbage", "truncate", "session_loss",
                    "routing")
        // A store that has forgotten in which order it told them.
        case .outOfOrder: return world.losses > 0 || world.plan.discards
        // A header's loss shows first in its steps.
        case .headerMissing: return true
        case .needsMapping: return has("unknown_procedure", "partial_batch")
        case .rejected: return has("unknown_procedure", "partial_batch", "population_error")
        case .exhausted, .keyConflict, .unreadable: return false
        }
    }
}
