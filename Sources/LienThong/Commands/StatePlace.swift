internal import Glibc
internal import Operating
internal import Outbox
internal import Wire

/// The state directory for commands that only look at or touch the store: they need no contract, no
/// credential and no source, so they work for an operator when the rest of the configuration is broken.
struct StatePlace {
    let directory: String

    init(_ arguments: Arguments) throws(Trouble) {
        let path = arguments.value("config") ?? Configuration.standardPath
        if arguments.value("config") == nil, access(path, F_OK) != 0 {
            directory = Configuration.defaultStateDirectory
        } else {
            let root = try Settings.load(path: path)
            directory =
                try root.optionalSection("state")?.optionalString("directory")
                ?? Configuration.defaultStateDirectory
        }
    }

    func reader() throws(Trouble) -> StoreReader { try StoreReader(directory: directory) }

    func desk() throws(Trouble) -> OperatorDesk {
        try OperatorDesk(directory: directory, actor: StatePlace.actor)
    }

    var now: Timestamp { WallClock.system.now().wall }

    /// Who acts, for the audit: the login name, and through `sudo` the name behind it.
    static var actor: String {
        for name in ["SUDO_USER", "USER", "LOGNAME"] {
            if let value = getenv(name) { return String(cString: value) }
        }
        return "uid-\(getuid())"
    }
}

/// Runs a piece of work on the store and turns its failure into a trouble.
func onStore<Result>(_ body: () throws -> Result) throws(Trouble) -> Result {
    do {
        return try body()
    } catch let failure as StoreFailure {
        throw failure.trouble
    } catch let trouble as Trouble {
        throw trouble
    } catch {
        throw .storeUnexpected
    }
}
