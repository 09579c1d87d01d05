internal import Operating
internal import Synchronization
internal import Wire

/// What the threads tell one another about where they stand: small values, no work.
final class Board: Sendable {
    private struct State {
        var captureState: String
        var captureTrouble: Trouble?
        /// Turns in a row in which capture found nothing to do.
        var idleTurns = 0
        var isDrained = false
        /// Turns in a row in which the couriers had nothing under way and nothing to claim.
        var quietTurns = 0
        var isUnreachable = false
        var recorded: Int64 = 0
    }

    private let state: Mutex<State>
    private let stopping = Atomic<Bool>(false)
    private let draining = Atomic<Bool>(false)
    let wantsReport = Atomic<Bool>(false)

    init(captureState: String) { state = Mutex(State(captureState: captureState)) }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }
    var isDraining: Bool { draining.load(ordering: .acquiring) }
    func beginStopping() { stopping.store(true, ordering: .releasing) }
    func beginDraining() { draining.store(true, ordering: .releasing) }
    var isDrained: Bool { state.withLock { $0.isDrained } }

    func captureWorked(_ what: String) {
        state.withLock {
            $0.captureState = what
            $0.captureTrouble = nil
            $0.idleTurns = 0
        }
    }

    func captureIdled() {
        state.withLock {
            $0.captureState = "idle"
            $0.captureTrouble = nil
            $0.idleTurns += 1
        }
    }

    func captureFailed(_ trouble: Trouble) {
        state.withLock {
            $0.captureState = "failing"
            $0.captureTrouble = trouble
        }
    }

    func added(_ count: Int) { state.withLock { $0.recorded += Int64(count) } }

    /// - Parameters:
    ///   - isDrained: nothing is under way and nothing is left to be written.
    ///   - isUnreachable: a destination's breaker is open.
    func writerStands(isDrained: Bool, isUnreachable: Bool) {
        state.withLock {
            $0.isDrained = isDrained
            $0.quietTurns = isDrained ? $0.quietTurns + 1 : 0
            $0.isUnreachable = isUnreachable
        }
    }

    var capture: (state: String, trouble: Trouble?, recorded: Int64) {
        state.withLock { ($0.captureState, $0.captureTrouble, $0.recorded) }
    }

    /// A pass is over when capture has found nothing twice and nothing is due or under way, or when the
    /// source or a destination cannot be reached, which a timer's next run will try again.
    func passResult(_ now: Moment) -> ExitCode? {
        state.withLock { state in
            if state.captureTrouble != nil { return .unavailable }
            guard state.idleTurns >= 2, state.quietTurns >= 2 else { return nil }
            return state.isUnreachable ? .temporaryFailure : .ok
        }
    }
}
