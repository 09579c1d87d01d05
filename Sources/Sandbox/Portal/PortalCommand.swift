internal import Curl
internal import Glibc
internal import Operating
internal import Synchronization
internal import Wire

/// `lienthong-sandbox portal`.
enum PortalCommand {
    static func run(_ arguments: [String]) -> Int32 {
        do throws(Trouble) {
            let options = try PortalOptions(arguments)
            if options.wantsHelp {
                Terminal.say(PortalOptions.usage)
            } else if options.wantsSwitchList {
                Terminal.say(switchList())
            } else {
                try serve(options)
            }
            return EX_OK
        } catch {
            Terminal.complain(error.description + "\n")
            return error.exit.rawValue
        }
    }

    private static func serve(_ options: PortalOptions) throws(Trouble) {
        guard let cataloguePath = options.cataloguePath, let peoplePath = options.peoplePath else {
            throw PortalOptions.wrong(
                "--catalogue and --people are needed", "cần có --catalogue và --people")
        }
        // Blocked before any thread starts, so that only `sigwait` below ever takes them.
        var stops = sigset_t()
        sigemptyset(&stops)
        sigaddset(&stops, SIGINT)
        sigaddset(&stops, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &stops, nil)
        signal(SIGPIPE, SIG_IGN)

        var settings = PortalSettings(
            catalogue: try Catalogue.load(path: cataloguePath),
            people: try People.load(path: peoplePath))
        settings.seed = options.seed
        settings.switches = options.switches
        settings.populationURL = options.populationURL
        var fetching = TransferSettings()
        fetching.allowPlainHTTP = true
        fetching.userAgent = "lienthong-sandbox"
        let transport = try TransferLoop(fetching, ring: {})
        defer { transport.close() }
        let server = try PortalServer(settings, http: options.http, transport: transport)
        Terminal.say("ready \(server.baseURL)\n")
        var signal: Int32 = 0
        sigwait(&stops, &signal)
        server.stop()
        if !options.isQuiet { Terminal.complain(server.portal.farewell + "\n") }
    }

    private static func switchList() -> String {
        var lines = ""
        for name in Switch.allCases {
            let values =
                switch name.kind {
                case .rate: "0…1"
                case .count(let range): "\(range.lowerBound)…\(range.upperBound)"
                case .choice(let words): words.joined(separator: "|")
                }
            let standard =
                switch name.standard {
                case .rate(let rate): String(rate)
                case .count(let count): String(count)
                case .choice(let word): word
                }
            let title = name.rawValue.padded(to: 20) + name.behaviour.padded(to: 5)
            lines += "\(title)\(values)  (\(standard))\n"
        }
        return lines
    }
}

extension Portal {
    /// One line about what happened, without a word about anybody.
    var farewell: String {
        state.withLock { state in
            "held \(state.holdings.count) dossiers, \(state.counters.appendedSteps) steps; "
                + "\(state.counters.requests) requests, \(state.violations.total) violations"
        }
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
