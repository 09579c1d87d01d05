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

    /// - Parameter reload: reads the configuration again, whole; throws when it is not usable.
    package init(
        clock: WallClock, log: EventLog, reload: @escaping () throws(Trouble) -> Composition
    ) throws(Trouble) {
        self.clock = clock
        self.log = log
        self.reload = reload
        composition = try reload()
        log.setThreshold(composition.configuration.logLevel)
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
            let order = Signals.next(milliseconds: min(500, watchdog ?? 500))
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
            if let watchdog, now.steady - lastPing >= watchdog, pipeline.isAlive(now) {
                ServiceManager.watchdog()
                lastPing = now.steady
            }
            if mode.isOnce, let result = pipeline.passResult { return try stop(result) }
        }
    }

    private func stop(_ result: ExitCode) throws(Trouble) -> ExitCode {
        ServiceManager.stopping()
        log.write(Event(.daemonStopping, .notice))
        pipeline.stop()
        log.write(Event(.daemonStopped, .notice))
        return result
    }

    /// A configuration that cannot be used is refused whole and the old one stays in force.
    private func reloadConfiguration() throws(Trouble) {
        ServiceManager.reloading()
        defer { ServiceManager.ready("đang chạy / running") }
        do {
            let next = try reload()
            pipeline.stop()
            do {
                pipeline = try Pipeline(next, clock: clock, log: log)
                composition = next
            } catch {
                // What could not be seen without opening it (a moved state directory): back to the old one.
                log.report(error, as: .configurationRefused)
                pipeline = try Pipeline(composition, clock: clock, log: log)
                try pipeline.start()
                return
            }
            log.setThreshold(next.configuration.logLevel)
            try pipeline.start()
            log.write(Event(.configurationReloaded, .notice))
        } catch {
            log.report(error, as: .configurationRefused)
        }
    }
}
