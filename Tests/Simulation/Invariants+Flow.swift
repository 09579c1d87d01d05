internal import Dossiers
internal import Operating
internal import Outbox
internal import SQLite
internal import Sandbox
internal import Wire

extension Invariants {
    /// The interlinking software was told every status of every group dossier, in order, and of no other.
    func checkGroups() throws {
        guard let site = world.sites.first(where: { $0.name == GroupCase.destination }) else {
            return
        }
        let told = site.statuses()
        for key in world.office.keys {
            guard let dossier = world.office.shown(key) else { continue }
            let code = world.office.code(key)
            let found = dossier.header[.linkedCode].flatMap { told[$0] } ?? []
            guard GroupCase.isOne(dossier),
                case .expected = verdict(dossier),
                !world.operators.discarded.contains(Operators.lane(site.name, code))
            else { continue }
            let expected = GroupCase.expected(of: dossier)
            guard found != expected else { continue }
            throw Broken(
                promise: "the interlinking software was told \(found) instead of \(expected)",
                code: code, destination: site.name)
        }
    }

    /// Beside a backlog that takes minutes, a dossier that comes now is not made to wait for it.
    func checkFresh() throws {
        guard world.plan.pressure.isDrain, !world.isCalm else { return }
        let now = world.clock.steady
        for site in world.sites where PortalSite.holdsDossiers(site.name) {
            for key in world.office.keys {
                let arrived = world.office.arrivedAt[key] ?? 0
                let code = world.office.code(key)
                // Those of the first minute may be met by the first walk.
                guard arrived > 1_060_000, now - arrived > Invariants.freshPatience,
                    site.heardOf[code] == nil, let dossier = world.office.shown(key),
                    case .expected = verdict(dossier)
                else { continue }
                throw Broken(
                    promise: "a new dossier waits behind a backlog", code: code,
                    destination: site.name)
            }
        }
    }

    /// Milliseconds from a commit to the first request, at one request a second and a change in half a
    /// minute.
    private static var freshPatience: Int64 { 90_000 }

    /// Where something is parked, somebody was told.
    func checkHeard() throws {
        // A disk in trouble may not be readable now.
        guard
            let reader = try? StoreReader(directory: world.directory, vfs: world.vfs.name),
            let report = try? reader.status(now: world.clock.now.wall)
        else { return }
        for lane in report.destinations
        where lane.parked > 0 && !world.hearing.parkedAt.contains(lane.destination) {
            throw Broken(
                promise: "something is parked, and nobody was told", destination: lane.destination)
        }
    }

    /// What the store itself must not show at any moment.
    func checkWaiting() throws {
        // A disk in trouble may not be readable now.
        guard world.life != nil, !world.disk.isFrozen, world.disk.errorShare == 0,
            !world.disk.isLockedByOther
        else { return }
        let db = try Database(
            path: "\(world.directory)/state.sqlite", mode: .readOnly, vfs: world.vfs.name)
        let found = try db.integer(
            """
            SELECT count(*) FROM lane JOIN person ON person.id = lane.awaits
            WHERE person.outcome IS NOT NULL
            """)
        guard found == 0 else {
            throw Broken(promise: "a dossier waits for an answer that is there")
        }
    }
}
