internal import Capture
internal import Couriers
internal import Dossiers
internal import Glibc
internal import Operating
internal import Outbox
internal import Synchronization
internal import Wire

/// Tells the world, from the writer's thread, how the pipeline stands: `live.json` every two seconds, the
/// log when an operator asks, systemd's status line.
final class Reporter {
    private let directory: String
    private let startedAt: Timestamp
    private let board: Board
    private let log: EventLog
    private var nextWrite: Int64 = .min
    /// Whether each destination has had something due for long, looked up now and then.
    private var overdue: Set<String> = []
    private var nextOverdue: Int64 = .min

    init(directory: String, startedAt: Timestamp, board: Board, log: EventLog) {
        self.directory = directory
        self.startedAt = startedAt
        self.board = board
        self.log = log
    }

    func report(_ engine: Engine, now: Moment) {
        let standings = engine.standings(now: now)
        engine.tell(board, now: now)
        board.storeStands(
            undrainable: engine.cannotDrain(now: now) ? engine.trouble : nil,
            wantsReopening: engine.wantsReopening)
        board.lanesStand(lanes(engine, standings, now: now))
        if board.wantsReport.exchange(false, ordering: .relaxed) { writeToLog(engine, now: now) }
        guard now.steady >= nextWrite else { return }
        nextWrite = now.steady + 2000
        engine.tellDiscards()
        let capture = board.capture
        let status = LiveStatus(
            pid: getpid(), startedAt: startedAt, writtenAt: now.wall, standings: standings,
            capture: capture,
            troubles: troubles(engine, capture, standings),
            residentKiB: LiveStatus.residentKiB(), recorded: board.recorded)
        status.write(in: directory)
        let flying = standings.reduce(0) { $0 + $1.inFlight }
        let acknowledged = standings.reduce(Int64(0)) { $0 + $1.counters.acknowledged }
        let reading = capture.map {
            $0.isWalking ? "walking" : $0.isCaughtUp ? "caught up" : "reading"
        }
        ServiceManager.status(
            "source \(capture?.trouble?.code ?? reading ?? "starting"), in flight \(flying), acknowledged \(acknowledged)"
                + (status.troubles.first.map { ", \($0.code)" } ?? ""))
    }

    /// What the watchdog's rule asks of each destination.
    private func lanes(_ engine: Engine, _ standings: [DestinationStanding], now: Moment)
        -> [Vigil.Lane]
    {
        if now.steady >= nextOverdue, engine.trouble == nil {
            nextOverdue = now.steady + 30_000
            let since = now.wall.adding(milliseconds: -60_000)
            overdue = []
            for standing in standings {
                do {
                    if try engine.hasWaiting(for: standing.destination, since: since) {
                        overdue.insert(standing.destination.rawValue)
                    }
                } catch {
                    // The next transaction meets the same trouble and tells it.
                    break
                }
            }
        }
        return standings.map { standing in
            let counters = standing.counters
            return Vigil.Lane(
                name: standing.destination.rawValue,
                moved: counters.sent + counters.acknowledged + counters.retried
                    + counters.uncertain + counters.parked,
                hasWork: standing.inFlight > 0 || standing.queued > 0
                    || overdue.contains(standing.destination.rawValue),
                isExcused: standing.breaker != .closed || standing.maintenanceEndsIn != nil
                    || standing.pausedFor != nil || standing.isDraining || engine.trouble != nil)
        }
    }

    /// Each once: a source that is gone can be neither read nor written.
    private func troubles(
        _ engine: Engine, _ capture: SourceStanding?, _ standings: [DestinationStanding]
    ) -> [Trouble] {
        let all =
            [
                board.refusedConfiguration, engine.trouble, capture?.trouble,
                capture?.writeBackTrouble, capture?.feedTrouble,
                capture?.sweep?.trouble,
            ]
            + (capture?.doubts ?? []) + standings.map(\.trouble)
        return all.compactMap { $0 }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func writeToLog(_ engine: Engine, now: Moment) {
        guard let report = engine.statusReport(now: now) else { return }
        for lane in report.destinations {
            log.write(
                Event(
                    .statusReported, .notice, destination: lane.destination,
                    numbers: [
                        .init("due", lane.due), .init("later", lane.later),
                        .init("behind", lane.behind),
                        .init("uncertain", lane.uncertain), .init("parked", lane.parked),
                        .init("unconfirmed", lane.unconfirmed),
                        .init("in_flight", lane.inFlight), .init("acknowledged", lane.acknowledged),
                    ]))
        }
        log.write(
            Event(
                .statusReported, .notice,
                numbers: [
                    .init("dossiers", report.dossiers), .init("held", report.heldDossiers),
                    .init("persons", report.verification.persons),
                    .init("resident_kib", LiveStatus.residentKiB()),
                ]))
    }

    /// Called when the pipeline ends: a stale file must not look like a running daemon.
    func remove() { unlink(LiveStatus.path(in: directory)) }
}
