package import Capture
internal import Couriers
internal import Operating
internal import Synchronization
internal import Wire

/// What the threads tell one another about where they stand: small values, no work.
package final class Board: Sendable {
    private struct State {
        /// nil before capture's first turn.
        package var capture: SourceStanding?
        /// Turns in a row in which capture had nothing left to do.
        var idleTurns = 0
        /// Whether the couriers have nothing under way and nothing claimed, and for how many turns.
        var isDrained = false
        var quietTurns = 0
        var isUnreachable = false
        var recorded: Int64 = 0
        var lanes: [Vigil.Lane] = []
        /// Why what is under way cannot be written down, once the end is being prepared.
        var undrainable: Trouble?
        var wantsReopening = false
        /// Why the configuration as it is on disk is not the one in force.
        var refusedConfiguration: Trouble?
        var gates = Gates()
    }

    private let state = Mutex(State())
    private let stopping = Atomic<Bool>(false)
    private let draining = Atomic<Bool>(false)
    let wantsReport = Atomic<Bool>(false)

    package var isStopping: Bool { stopping.load(ordering: .acquiring) }
    package var isDraining: Bool { draining.load(ordering: .acquiring) }
    package func beginStopping() { stopping.store(true, ordering: .releasing) }
    package func beginDraining() {
        state.withLock { $0.isDrained = false }
        draining.store(true, ordering: .releasing)
    }

    package var isDrained: Bool { state.withLock { $0.isDrained } }

    var lanes: [Vigil.Lane] { state.withLock { $0.lanes } }
    var undrainable: Trouble? { state.withLock { $0.undrainable } }
    var wantsReopening: Bool { state.withLock { $0.wantsReopening } }

    var refusedConfiguration: Trouble? { state.withLock { $0.refusedConfiguration } }

    func configurationRefused(_ trouble: Trouble) {
        state.withLock { $0.refusedConfiguration = trouble }
    }

    /// What was learnt of the destinations, left behind at the end.
    var gates: Gates { state.withLock { $0.gates } }
    func keep(_ gates: Gates) { state.withLock { $0.gates = gates } }

    func lanesStand(_ lanes: [Vigil.Lane]) { state.withLock { $0.lanes = lanes } }

    func storeStands(undrainable: Trouble?, wantsReopening: Bool) {
        state.withLock {
            $0.undrainable = undrainable
            $0.wantsReopening = wantsReopening
        }
    }

    func captureStands(_ standing: SourceStanding) {
        state.withLock {
            $0.capture = standing
            $0.idleTurns = standing.isCaughtUp ? $0.idleTurns + 1 : 0
        }
    }

    package var capture: SourceStanding? { state.withLock { $0.capture } }
    var recorded: Int64 { state.withLock { $0.recorded } }

    func added(_ count: Int) { state.withLock { $0.recorded += Int64(count) } }

    /// - Parameters:
    ///   - isDrained: nothing is under way and nothing is left to be written.
    ///   - isQuiet: nothing is under way but probes of destinations that are away.
    ///   - isUnreachable: a destination's breaker is open.
    func writerStands(isDrained: Bool, isQuiet: Bool, isUnreachable: Bool) {
        state.withLock {
            $0.isDrained = isDrained
            $0.quietTurns = isQuiet ? $0.quietTurns + 1 : 0
            $0.isUnreachable = isUnreachable
        }
    }

    /// With `--once`: how the pass ended, or nil while it lasts.
    ///
    /// A pass is over when capture has found nothing left and nothing is due or under way. A source or a
    /// destination that cannot be reached ends it too: a timer's next run will try again.
    var passResult: ExitCode? {
        state.withLock { state in
            // Twice, because a connection that was lost is opened anew by the second try.
            if let capture = state.capture, capture.failures > 1 {
                return capture.trouble?.exit ?? .unavailable
            }
            guard state.idleTurns >= 2, state.quietTurns >= 2 else { return nil }
            return state.isUnreachable ? .temporaryFailure : .ok
        }
    }
}
