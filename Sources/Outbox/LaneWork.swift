internal import Dossiers
internal import SQLite
internal import Wire

/// What both the daemon and an operator's command do to lanes.
final class LaneWork {
    let lanes: LaneTable
    let deliveries: DeliveryTable
    let ledger: LedgerBook
    private let headless: Statement

    init(_ db: Database, epoch: [UInt8]) throws(SQLiteError) {
        lanes = try LaneTable(db)
        deliveries = try DeliveryTable(db)
        ledger = try LedgerBook(db, epoch: epoch)
        headless = try db.prepare(
            "SELECT 1 FROM delivery INDEXED BY delivery_head WHERE lane = ?1 AND state <> 1")
    }

    /// Gives the lane its next head, unless it has one or waits for a verification.
    ///
    /// - Parameters:
    ///   - isHeadless: it is known to have none, for a lane has one at most and that was taken away.
    ///   - dueAt: its place among all that is ready.
    func promote(_ lane: Lane, isHeadless: Bool = false, dueAt: Timestamp) throws(SQLiteError) {
        guard lane.awaits == nil else { return }
        if !isHeadless, try hasHead(lane.id) { return }
        try deliveries.promote(lane: lane.id, dueAt: dueAt)
    }

    func hasHead(_ lane: Int64) throws(SQLiteError) -> Bool {
        headless.bind(1, lane)
        defer { headless.reset() }
        return try headless.step()
    }

    /// How many of a lane's recorded steps are not owed any more.
    func acknowledgedSteps(of lane: Lane) throws(SQLiteError) -> Int {
        let owed = try deliveries.owedSteps(lane: lane.id)
        return max(0, lane.steps.count / StepMark.length - owed)
    }

    /// Puts a parked delivery back into its lane's order; it is not the head any more.
    func unpark(_ owed: Owed, in lane: inout Lane, now: Timestamp) throws(SQLiteError) {
        try deliveries.move(
            owed.id, to: .behind, dueAt: now, attempts: 0,
            isDoubtful: owed.isDoubtful || owed.cause?.leavesDoubt == true)
        try ledger.append(
            decision(.freed, on: owed, now: now, note: owed.cause?.rawValue), to: &lane)
    }

    /// A ledger line about a delivery that no attempt led to.
    func decision(
        _ settled: LedgerLine.Settled, on owed: Owed, now: Timestamp, note: String? = nil
    ) -> LedgerEntry {
        LedgerEntry(
            at: now, delivery: owed.id, revision: owed.revision, operation: owed.operation,
            settled: settled, waited: now.milliseconds - owed.recordedAt.milliseconds, note: note)
    }
}
