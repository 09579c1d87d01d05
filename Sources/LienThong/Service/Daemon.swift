internal import Couriers
internal import Glibc
package import Operating
package import Outbox
package import Wire

/// The running daemon, on the main thread: starts the pipeline, takes the operators' signals, feeds the
/// watchdog, and stops in order.
package final class Daemon {
    /// How the daemon was asked to run.
    package struct Mode {
        package var isOnce = false
        package var resync: ResyncFilter?
    }

    private let clock: WallClock
    private let log: EventLog
    private let reload: () throws(Trouble) -> Composition
    private var composition: Composition
    private var pipeline: Pipeline
    /// What does not proceed, once it was told.
    private var stall: Trouble?
    /// With `--once`: when nothing was left to be read or sent.
    private var passOverAt: Int64?

    /// - Parameter reload: reads the configuration again, whole; throws when it is not usable.
    package init(
        clock: WallClock, log: EventLog, reload: @escaping () throws(Trouble) -> Composition
    ) throws(Trouble) {
        self.clock = clock
        self.log = log
        self.reload = reload
        composition = try reload()
        log.setThreshold(composition.configuration.logLevel)
        log.setTellsArrivals(composition.configuration.logsArrivals)
        log.write(Event(.daemonStarting, .notice, numbers: [.init("pid", Int64(getpid()))]))
        pipeline = try Pipeline(composition, clock: clock, log: log)
    }

    /// Runs until told to stop, or, with `--once`, until one full pass is done.
    package func run(_ mode: Mode) throws(Trouble) -> ExitCode {
        if let resync = mode.resync { pipeline.requestResync(resync) }
        try pipeline.start()
        ServiceManager.ready("đang chạy / running")
        log.write(Event(.daemonReady, .notice))
        let watchdog = ServiceManager.watchdogMilliseconds.map { $0 / 3 }
        var lastPing = clock.now().steady
        while true {
            // A pass is over as soon as nothing is left, not at the loops' next turn.
            let rest: Int64 = mode.isOnce ? 50 : 500
            if mode.isOnce { pipeline.nudge() }
            let order = Signals.next(milliseconds: min(rest, watchdog ?? rest))
            switch order {
            case .stop:
                return try stop(.ok)
            case .reload:
                try reloadConfiguration()
            case .resync:
                var everything = ResyncFilter()
                everything.isOnlyDifferent = true
                pipeline.requestResync(everything)
            case .report:
                pipeline.requestReport()
            case nil:
                break
            }
            let now = clock.now()
            watch(now)
            if let watchdog, now.steady - lastPing >= watchdog, stall == nil {
                ServiceManager.watchdog()
                lastPing = now.steady
            }
            if pipeline.wantsReopening { try reopen() }
            if mode.isOnce, let result = passEnd(now: now) { return try end(result, now: now) }
        }
    }

    /// Says what keeps the watchdog from being fed, before systemd acts on it.
    private func watch(_ now: Moment) {
        let found = pipeline.stall(now)
        switch (stall, found) {
        case (nil, let found?):
            log.report(found, as: .progressStalled)
        case (let old?, nil):
            log.write(Event(.progressResumed, .notice, errorCode: old.code))
        default: break
        }
        stall = found
    }

    /// Starts the pipeline anew on the same configuration: the store's log was taken away from under it.
    private func reopen() throws(Trouble) {
        pipeline.stop()
        pipeline = try Pipeline(composition, clock: clock, log: log, past: pipeline.gates)
        try pipeline.start()
        log.write(Event(.storeReopened, .warning, errorCode: Trouble.storeDisplacedCode))
    }

    private func stop(_ result: ExitCode) throws(Trouble) -> ExitCode {
        ServiceManager.stopping()
        log.write(Event(.daemonStopping, .notice))
        pipeline.stop()
        log.write(Event(.daemonStopped, .notice))
        return result
    }

    /// A configuration that cannot be used is refused whole and the old one stays in force.
    ///
    /// - Throws: when not even the old one can be taken up again (its disk has failed meanwhile): whoever
    ///   supervises the daemon starts it anew.
    private func reloadConfiguration() throws(Trouble) {
        ServiceManager.reloading()
        defer { ServiceManager.ready("đang chạy / running") }
        let old = composition.configuration.stateDirectory
        let next: Composition
        do throws(Trouble) {
            next = try reload()
        } catch {
            return refuse(error, toldIn: old)
        }
        pipeline.stop()
        do throws(Trouble) {
            pipeline = try Pipeline(next, clock: clock, log: log, past: pipeline.gates)
        } catch {
            // What could not be seen without opening it (a moved state directory): back to the old one.
            let trouble = error
            pipeline = try Pipeline(composition, clock: clock, log: log, past: pipeline.gates)
            try pipeline.start()
            return refuse(trouble, toldIn: old)
        }
        composition = next
        log.setThreshold(next.configuration.logLevel)
        log.setTellsArrivals(next.configuration.logsArrivals)
        try pipeline.start()
        log.write(Event(.configurationReloaded, .notice))
        for directory in Set([old, next.configuration.stateDirectory]) {
            ReloadAnswer(trouble: nil, at: clock.now().wall).write(in: directory)
        }
    }

    /// Says it to the log, to `status` until a good one is taken, and to whoever asked for it.
    private func refuse(_ trouble: Trouble, toldIn directory: String) {
        log.report(trouble, as: .configurationRefused)
        pipeline.configurationRefused(trouble)
        ReloadAnswer(trouble: trouble, at: clock.now().wall).write(in: directory)
    }
}

// One pass (`--once`).
extension Daemon {
    /// How long answers may take from the store into the source, and requests from the store to capture,
    /// once everything else is done.
    private static let patience: Int64 = 10_000

    /// For how long a pass may have to wait before it may ask about what an earlier one left under way.
    private var longestQuiet: Int64 {
        composition.configuration.courierSettings.map(\.quietAfterStart).max() ?? 0
    }

    /// How the pass ended, or nil while it lasts.
    private func passEnd(now: Moment) -> ExitCode? {
        guard let result = pipeline.passResult else { return nil }
        guard result == .ok else { return result }
        passOverAt = passOverAt ?? now.steady
        let age = now.steady - (passOverAt ?? 0)
        // As long as nobody can say that nothing is left, it is not a full pass.
        guard let left = leftovers() else { return age < Daemon.patience ? nil : .temporaryFailure }
        if left.answers + left.requests > 0, age < Daemon.patience { return nil }
        // Left to the next pass, it would have to wait as long there.
        if left.uncertain > 0, age < longestQuiet + Daemon.patience { return nil }
        return left.deliveries + left.answers > 0 ? .temporaryFailure : .ok
    }

    /// What waits for a later try; nil when the store cannot be read, which its own writer says in the log.
    /// What is parked, and what is behind it, waits for an operator and not for another pass.
    private func leftovers() -> Leftovers? {
        // Asked again and again while a pass waits: nothing here may grow with what was delivered.
        try? StoreReader(directory: composition.configuration.stateDirectory).leftovers()
    }

    /// Stops, and says what is left when the pass was not a full one.
    private func end(_ result: ExitCode, now: Moment) throws(Trouble) -> ExitCode {
        let left = leftovers()
        _ = try stop(result)
        guard result != .ok else { return .ok }
        throw .passIncomplete(
            result, deliveries: left.map { "\($0.deliveries)" } ?? "?",
            answers: left.map { "\($0.answers)" } ?? "?")
    }
}

extension Trouble {
    static func passIncomplete(_ exit: ExitCode, deliveries: String, answers: String) -> Trouble {
        Trouble(
            "LT-6015", exit,
            vietnamese:
                "Lượt chạy chưa trọn: \(deliveries) bản tin chờ gửi lại, \(answers) kết quả chờ ghi về nguồn. Không mất gì.",
            english:
                "The pass is not complete: \(deliveries) deliveries wait to be tried again, \(answers) answers to be written back. Nothing is lost.",
            fixVietnamese:
                "Lượt sau sẽ gửi tiếp. Nguyên nhân ở các dòng nhật ký trên; kiểm tra: lienthongd check",
            fix: "The next pass goes on. The log above says why; look with: lienthongd check")
    }
}
