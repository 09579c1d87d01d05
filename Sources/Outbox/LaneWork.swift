internal import Dossiers
internal import SQLite
internal import Wire

/// What both the daemon and an operator's command do to lanes.
///
/// A delivery's content is written at once; where it stands is the lane's, which the caller saves when he is
/// done with it.
final class LaneWork {
    let lanes: LaneTable
    let deliveries: DeliveryTable
    let ledger: LedgerBook

    init(_ db: Database, epoch: [UInt8]) throws(SQLiteError) {
        lanes = try LaneTable(db)
        deliveries = try DeliveryTable(db)
        ledger = try LedgerBook(db, epoch: epoch)
    }

    /// A delivery and its lane; nil when it is not owed any more.
    func find(_ delivery: Int64) throws(SQLiteError) -> (owed: Owed, lane: Lane)? {
        guard let lane = try lanes.find(DeliveryNumber.lane(of: delivery)),
            let owed = try find(delivery, in: lane)
        else { return nil }
        return (owed, lane)
    }

    private func find(_ delivery: Int64, in lane: Lane) throws(SQLiteError) -> Owed? {
        guard let head = lane.head, head.delivery == delivery, let row = head.row else {
            return try deliveries.find(delivery, in: lane)
        }
        return Owed(
            delivery, isDoubtful: row.isDoubtful, recordedAt: row.recordedAt, in: lane)
    }

    /// Adds a delivery of the lane's current revision behind what it owes.
    @discardableResult
    func add(
        _ content: DeliveryContent, isDoubtful: Bool, to lane: inout Lane, now: Timestamp
    ) throws(SQLiteError) -> Int64 {
        let id = DeliveryNumber.make(
            lane: lane.id, operation: content.operation, revision: content.revision)
        try deliveries.insert(id, content, isDoubtful: isDoubtful, recordedAt: now)
        lane.owed += 1
        // All that the lane owes: nothing can stand before it.
        if lane.owed == 1, lane.awaits == nil {
            lane.head = LaneHead(
                delivery: id, state: isDoubtful ? .uncertain : .ready, dueAt: now,
                row: LaneHead.Row(recordedAt: now, isDoubtful: isDoubtful))
        }
        return id
    }

    /// Takes a delivery out of its lane for good. The lane has no head then, if that was it.
    func remove(_ owed: Owed, from lane: inout Lane) throws(SQLiteError) {
        try deliveries.delete(owed.id)
        lane.owed -= 1
        if lane.head?.delivery == owed.id { lane.head = nil }
    }

    /// Gives an unsent delivery other content. One that was the head is not any more.
    func replace(
        _ owed: Owed, with content: DeliveryContent, in lane: inout Lane, now: Timestamp
    ) throws(SQLiteError) -> Int64 {
        if lane.head?.delivery == owed.id { lane.head = nil }
        guard content.revision != owed.revision else {
            try deliveries.replace(owed.id, with: content, now: now)
            return owed.id
        }
        try deliveries.delete(owed.id)
        lane.owed -= 1
        return try add(content, isDoubtful: false, to: &lane, now: now)
    }

    /// Makes a delivery its lane's head, or has the head stand otherwise.
    func head(
        _ owed: Owed, of lane: inout Lane, _ state: DeliveryStory.State, dueAt: Timestamp,
        attempts: Int = 0, isDoubtful: Bool, answer: String? = nil, cause: ParkCause? = nil,
        ownUntil: Timestamp = Timestamp(milliseconds: 0)
    ) throws(SQLiteError) {
        if isDoubtful != owed.isDoubtful { try deliveries.doubt(owed.id, isDoubtful) }
        let last = lane.head?.delivery == owed.id ? lane.head?.answer : nil
        lane.head = LaneHead(
            delivery: owed.id, state: state, dueAt: dueAt, attempts: attempts,
            answer: answer ?? last, cause: cause, ownUntil: ownUntil,
            row: LaneHead.Row(recordedAt: owed.recordedAt, isDoubtful: isDoubtful))
    }

    /// Gives the lane its next head, unless it has one, owes nothing or waits for a verification.
    ///
    /// - Parameter dueAt: its place among all that is ready.
    func promote(_ lane: inout Lane, dueAt: Timestamp) throws(SQLiteError) {
        guard lane.awaits == nil, lane.head == nil, let next = try deliveries.first(lane) else {
            return
        }
        lane.head = LaneHead(
            delivery: next.id, state: next.isDoubtful ? .uncertain : .ready, dueAt: dueAt,
            row: LaneHead.Row(recordedAt: next.recordedAt, isDoubtful: next.isDoubtful))
    }

    /// How many of a lane's recorded steps are not owed any more.
    func acknowledgedSteps(of lane: Lane) throws(SQLiteError) -> Int {
        let owed = try deliveries.owedSteps(of: lane)
        return max(0, lane.steps.count / StepMark.length - owed)
    }

    /// Puts a parked delivery back into its lane's order; it is not the head any more.
    func unpark(_ owed: Owed, in lane: inout Lane, now: Timestamp) throws(SQLiteError) {
        if owed.cause?.leavesDoubt == true, !owed.isDoubtful {
            try deliveries.doubt(owed.id, true)
        }
        lane.head = nil
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

    /// Forgets what a transaction did that was rolled back.
    func forget() {
        ledger.forget()
        lanes.forget()
    }
}
