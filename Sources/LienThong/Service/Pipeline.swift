internal import Capture
package import Couriers
internal import Curl
internal import Dossiers
internal import Execution
internal import Glibc
package import Operating
package import Outbox
internal import Synchronization
package import Wire

/// One running road: source to deliveries on one thread, deliveries to settlements on another, libcurl on
/// a third. Built whole, started once, stopped in order.
package final class Pipeline {
    private let composition: Composition
    private let clock: WallClock
    private let log: EventLog
    private let bell = Doorbell()
    private let captureBell = Doorbell()
    private let works: Works
    private let transport: TransferLoop
    private let engine: Handover<Engine>
    private let writerBeat: Heartbeat
    private let captureBeat: Heartbeat
    private var vigil: Vigil
    private var writer: LoopThread?
    private var capture: LoopThread?
    private let startedAt: Timestamp

    /// Opens the store and prepares everything; nothing runs yet.
    ///
    /// - Parameter past: what the pipeline before a reload had learnt of the destinations.
    package init(
        _ composition: Composition, clock: WallClock, log: EventLog, past: Gates = Gates()
    ) throws(Trouble) {
        let configuration = composition.configuration
        let now = clock.now()
        self.composition = composition
        self.clock = clock
        self.log = log
        startedAt = now.wall
        let bell = bell
        let store = try Store.open(
            directory: configuration.stateDirectory, key: composition.stateKey, now: now.wall,
            witness: configuration.witnessPath,
            upgrading: { upgrade in
                log.write(
                    Event(
                        .storeUpgrading, .notice,
                        numbers: [
                            .init("from", Int64(upgrade.from)), .init("to", Int64(upgrade.to)),
                            .init("rows", upgrade.rows), .init("at_most_ms", upgrade.patience),
                        ]))
                ServiceManager.upgrading(atMost: upgrade.patience)
            })
        for trouble in store.openingTroubles { log.report(trouble, as: .memoryDoubted) }
        transport = try TransferLoop(
            routes: configuration.destinations.map(\.transfer), ring: { bell.ring() })
        works = try Works(
            composition, store: store, bell: bell, clock: clock, events: log.sink)
        // Handed over whole: whatever kept the store here would hold its lock against a reload.
        engine = Handover(
            works.engine(
                store, openedAt: now, transport: transport, seed: .random(in: .min ... .max),
                past: past))
        writerBeat = Heartbeat(name: "writer", patience: 60_000, now: now)
        // One turn of capture may wait for the source as long as its statement time-out, twice.
        captureBeat = Heartbeat(name: "capture", patience: 150_000, now: now)
        vigil = Vigil(
            patience: Dictionary(
                configuration.destinations.map {
                    ($0.id.rawValue, Pipeline.patience($0.policy))
                }, uniquingKeysWith: max), now: now.steady)
    }

    /// How long a destination with work may move nothing: longer than its longest time-out, back-off and
    /// distance between two requests together.
    private static func patience(_ policy: CourierPolicy) -> Int64 {
        let distance = policy.ratePerSecond.map { Int64(2000 / $0) } ?? 0
        return 1_800_000 + 2 * (policy.timeout ?? 0) + policy.backoffCap + distance
    }

    package func start() throws(Trouble) {
        // Made here, so that a source that cannot even be described is said at once; it belongs to the
        // capture thread from then on.
        let loop = Handover(works.captureLoop(try SourceOpening.open(composition)))
        startWriter()
        capture = LoopThread(
            name: "capture", bell: captureBell, clock: clock, heartbeat: captureBeat
        ) {
            let loop = loop.take()
            return { turn in
                switch turn {
                case .step(let now): return loop.step(now: now)
                case .end:
                    loop.close()
                    return 0
                }
            }
        }
    }

    private func startWriter() {
        let engine = engine, board = works.board
        let directory = composition.configuration.stateDirectory
        let startedAt = startedAt, log = log
        writer = LoopThread(name: "writer", bell: bell, clock: clock, heartbeat: writerBeat) {
            let engine = engine.take()
            let reporter = Reporter(
                directory: directory, startedAt: startedAt, board: board, log: log)
            return { turn in
                switch turn {
                case .step(let now):
                    let pause = engine.step(now: now, isDraining: board.isDraining)
                    reporter.report(engine, now: now)
                    return pause
                case .end(let now):
                    engine.close(now: now)
                    board.keep(engine.gates)
                    reporter.remove()
                    return 0
                }
            }
        }
    }

    /// Stops reading, lets what is under way end within its time, settles it, closes.
    package func stop() {
        works.board.beginStopping()
        works.inbox.wake()
        capture?.stop()
        works.board.beginDraining()
        bell.ring()
        let deadline = clock.now().steady + 15_000
        while writer != nil, !works.board.isDrained, clock.now().steady < deadline {
            if let cause = works.board.undrainable {
                log.report(.stoppedUnwritten(cause), as: .storeFailed)
                break
            }
            usleep(20_000)
        }
        // What is still under way now is marked as such on disk: it is probed at the next start.
        transport.close()
        writer?.stop()
        writer = nil
        capture = nil
    }

    /// After the end: what was learnt of the destinations.
    package var gates: Gates { works.board.gates }

    /// What does not proceed, by the rule of ``Vigil``; nil when everything does.
    package func stall(_ now: Moment) -> Trouble? {
        let beats = [writerBeat, captureBeat].map {
            Vigil.Loop(name: $0.name, silence: $0.silence(now), patience: $0.patience)
        }
        // Three rests: one turn looks up no name and waits for no disk.
        let transport = Vigil.Loop(
            name: "transport", silence: transport.silence, patience: 3 * TransferLoop.longestRest)
        return vigil.judge(beats + [transport], works.board.lanes, now: now.steady)
    }

    /// The store has to be opened anew; nothing is lost by it.
    package var wantsReopening: Bool { works.board.wantsReopening }

    /// Tells in the status that the configuration on disk is not the one in force.
    package func configurationRefused(_ trouble: Trouble) {
        works.board.configurationRefused(trouble)
    }

    package func requestReport() {
        works.board.wantsReport.store(true, ordering: .relaxed)
        bell.ring()
    }

    /// Records a resync request as the store's own; capture finds it there.
    package func requestResync(_ filter: ResyncFilter) {
        let log = log
        works.desk.post { store, now in
            _ = try store.request(filter, by: "daemon", now: now)
        } finish: {
            log.write(Event(.resyncRequested, .notice))
        }
    }

    /// Has both loops turn once more, so that they say where they stand.
    package func nudge() {
        works.inbox.wake()
        bell.ring()
    }

    /// With `--once`: how the pass ended, or nil while it lasts.
    package var passResult: ExitCode? { works.board.passResult }
}
