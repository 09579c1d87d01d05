internal import Capture
internal import Execution
internal import Glibc
internal import LienThong
internal import Operating
internal import Outbox
internal import Wire

/// One life of the daemon: from the opening of its store to a clean stop or a crash.
///
/// Its two loops (capture and writer) are the product's own, turned by the world instead of by threads.
final class Life {
    enum Phase {
        case running
        case draining(until: Int64)
        case over
    }

    let works: Works
    let engine: Engine
    let capture: CaptureLoop
    let source: OfficeSource
    let line: Line
    private let bell = Doorbell()
    private let clock: VirtualClock
    private let plan: Plan
    private let draw: Draw
    private(set) var phase = Phase.running
    /// When each loop turns next (steady); the writer also when the bell rings, capture also on news.
    private(set) var writerDue: Int64
    private var captureDue: Int64
    private(set) var writerTurns = 0

    init(
        _ composition: Composition, store: Store, source: OfficeSource, network: Network,
        agenda: Agenda, clock: VirtualClock, plan: Plan, draw: Draw, events: @escaping EventSink
    ) throws {
        self.clock = clock
        self.plan = plan
        self.draw = draw
        self.source = source
        let bell = bell
        line = Line(network: network, agenda: agenda, ring: { bell.ring() })
        works = try Works(
            composition, store: store, bell: bell, clock: Life.clock(clock, source), events: events)
        engine = works.engine(
            store, openedAt: clock.now, transport: line, seed: draw.next())
        capture = works.captureLoop(source)
        writerDue = clock.steady
        captureDue = clock.steady
    }

    /// Time passes while the source answers, although the world stands still meanwhile.
    private static func clock(_ clock: VirtualClock, _ source: OfficeSource) -> WallClock {
        let slow = Unchecked(source: source)
        return WallClock(boot: "\(clock.boots)") {
            clock.now.adding(milliseconds: slow.source.spent)
        }
    }

    /// A world and everything in it live on one thread.
    private struct Unchecked: @unchecked Sendable { let source: OfficeSource }

    var isCaptureRunning: Bool { if case .running = phase { true } else { false } }

    /// When something is to be done.
    var due: Int64 { isCaptureRunning ? min(writerDue, captureDue) : writerDue }

    /// Turns whichever loop is due; the scheduler of threads is chance.
    func turn() {
        let now = clock.steady
        if isCaptureRunning, captureDue <= now, writerDue > now || draw.happens(0.5) {
            turnCapture()
        } else {
            turnWriter()
        }
    }

    private func turnCapture() {
        source.sleep = nil
        source.spent = 0
        _ = capture.step(now: clock.now)
        captureDue = clock.steady + max(1, source.spent) + min(source.sleep ?? 0, plan.turn)
        source.spent = 0
        wake()
    }

    private func turnWriter() {
        writerTurns += 1
        let isDraining = works.board.isDraining
        let pause = engine.step(now: clock.now, isDraining: isDraining)
        engine.tell(works.board, now: clock.now)
        writerDue = clock.steady + max(1, min(pause, plan.turn)) + (draw.happens(0.1) ? 20 : 0)
        wake()
        if case .draining(let until) = phase,
            works.board.isDrained || clock.steady >= until
        {
            end()
        }
    }

    /// Lets a rung bell or news for capture end a sleep. Called after everything that may ring.
    func wake() {
        if bell.wait(milliseconds: 0) { writerDue = min(writerDue, clock.steady + 1) }
        guard isCaptureRunning, source.sleep != nil else { return }
        var watched = pollfd(fd: works.inbox.descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&watched, 1, 0) > 0 { captureDue = min(captureDue, clock.steady + 1) }
    }

    /// The office says that something changed.
    func notify() {
        works.inbox.post(.look)
        wake()
    }

    /// As `Pipeline.stop` does it: capture first, then what is under way, for at most fifteen seconds.
    func stop() {
        guard isCaptureRunning else { return }
        works.board.beginStopping()
        capture.close()
        works.board.beginDraining()
        phase = .draining(until: clock.steady + 15_000)
        writerDue = clock.steady
    }

    private func end() {
        line.close()
        engine.close(now: clock.now)
        phase = .over
    }

    /// The process is gone.
    func kill() {
        line.cut()
        phase = .over
    }
}
