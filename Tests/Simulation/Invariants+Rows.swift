internal import Dossiers
internal import Outbox
internal import Wire

// What must hold of rows that are gone, and of what the store says was told.
extension Invariants {
    /// What is gone from the source is held for an operator or acknowledged by one; never silently forgotten.
    func checkDeletions() throws {
        // Without a sweep nobody looks for them.
        guard world.plan.office.sweep > 0 else { return }
        let reader = try StoreReader(directory: world.directory, vfs: world.vfs.name)
        for (key, dossier) in world.office.gone.sorted(by: { $0.key < $1.key }) {
            let code = dossier.header[.code] ?? ""
            // Deleted before it was ever seen, or by a store that was lost since.
            guard
                let row = try reader.dossier(DossierCode(code))?.rows.first(where: {
                    $0.sourceKey == key
                })
            else { continue }
            let isHeld = row.hold?.rule == .deletedInSource
            guard isHeld || row.deletion?.state == .acknowledged else {
                throw Broken(promise: "a deleted row is neither held nor acknowledged", code: code)
            }
        }
    }

    /// No silent drop, at any time: of everything that was recorded, what is not owed any more is at the portal.
    func checkTold() throws {
        guard world.life != nil, !world.disk.isFrozen else { return }
        let reader = try StoreReader(directory: world.directory, vfs: world.vfs.name)
        for key in world.office.keys {
            let code = world.office.code(key)
            guard let story = try reader.dossier(DossierCode(code)) else { continue }
            for lane in story.lanes { try checkTold(lane, code) }
            for row in story.rows { try checkSecondLook(row, code) }
        }
        for dossier in world.office.gone.values {
            guard let code = dossier.header[.code],
                let story = try reader.dossier(DossierCode(code))
            else { continue }
            for row in story.rows { try checkSecondLook(row, code) }
        }
    }

    /// What one look did not find is looked for again before it is held, unless the feed has told of its deletion.
    private func checkSecondLook(_ row: SourceStory, _ code: String) throws {
        guard !world.plan.office.hasFeed, world.plan.jumps == nil, world.plan.sharedJumps == nil,
            row.hold?.rule == .deletedInSource,
            let deletion = row.deletion
        else { return }
        guard
            row.changedAt.milliseconds - deletion.missedAt.milliseconds
                >= Office.overlapMilliseconds
        else { throw Broken(promise: "a row that was missed once is held as deleted", code: code) }
    }

    private func checkTold(_ lane: LaneStory, _ code: String) throws {
        guard let site = world.sites.first(where: { $0.name == lane.destination }),
            PortalSite.holdsDossiers(site.name), !site.mislaid.contains(code),
            !world.operators.discarded.contains(Operators.lane(lane.destination, code)),
            // A story lists no more than two hundred.
            lane.deliveries.count < 200
        else { return }
        let headers = lane.deliveries.filter { $0.operation == .state }
        guard headers.count < 2 || headers.first?.state != .parked else {
            throw Broken(
                promise: "a corrected header waits behind the one that was refused", code: code,
                destination: lane.destination)
        }
        let owed = lane.deliveries.reduce(0) { $0 + $1.stepCount }
        let listed = site.steps(of: code)
        guard lane.steps - owed <= listed ?? 0 else {
            throw Broken(
                promise:
                    "\(lane.steps - owed) steps count as told, \(listed ?? 0) are at the portal",
                code: code, destination: lane.destination)
        }
        if lane.acknowledgedRevision > 0, listed == nil {
            throw Broken(
                promise: "a header counts as told and is not at the portal", code: code,
                destination: lane.destination)
        }
        guard lane.acknowledgedRevision >= lane.stateRevision || !headers.isEmpty else {
            throw Broken(
                promise: "a header was recorded, is not told and not owed", code: code,
                destination: lane.destination)
        }
    }
}
