internal import Dossiers
internal import Glibc
internal import Operating
internal import Outbox
internal import Wire

/// The state directory for commands that only look at or touch the store: they need no contract, no
/// credential and no source, so they work for an operator when the rest of the configuration is broken.
struct StatePlace {
    let directory: String
    /// Where the configuration has its code tables, for the words of a cure.
    let codes: String
    private let credentials: Credentials

    init(_ arguments: Arguments) throws(Trouble) {
        let path = arguments.value("config") ?? Configuration.standardPath
        if arguments.value("config") == nil, access(path, F_OK) != 0 {
            directory = Configuration.defaultStateDirectory
            codes = StatePlace.codes(of: nil, arguments)
            credentials = Credentials(directory: nil)
        } else {
            let root = try Settings.load(path: path)
            directory =
                try root.optionalSection("state")?.optionalString("directory")
                ?? Configuration.defaultStateDirectory
            codes = StatePlace.codes(of: try root.optionalString("codes"), arguments)
            credentials = Credentials(
                directory: try root.optionalSection("credentials")?.optionalString("directory"))
        }
    }

    private static func codes(of configured: String?, _ arguments: Arguments) -> String {
        if let configured { return configured }
        // A share that is not there is told by whoever needs it; these words only name the place.
        let share = try? ShareDirectory.locate(arguments.value("share"))
        return "\(share ?? "/etc/lienthongd")/codes"
    }

    func reader() throws(Trouble) -> StoreReader { try StoreReader(directory: directory) }

    /// A reader that can also open what destinations said, when whoever runs the command may read the state key;
    /// else they stay sealed, and everything else is shown.
    func openingReader() throws(Trouble) -> StoreReader {
        let key: [UInt8]?
        do throws(Trouble) {
            key = try StateKey.load(
                directory: directory, credentials: credentials, mayCreate: false)
        } catch {
            return try reader()
        }
        return try StoreReader(directory: directory, key: key)
    }

    func desk() throws(Trouble) -> OperatorDesk {
        try OperatorDesk(directory: directory, actor: StatePlace.actor)
    }

    /// Refuses a destination that the store has never known: a misspelt filter would do nothing in silence.
    func demand(_ destination: DestinationID) throws(Trouble) {
        let reader = try reader()
        let now = now
        let known = try onStore { try reader.status(now: now).destinations.map(\.destination) }
        guard !known.contains(destination.rawValue) else { return }
        throw .destinationUnknown(destination.rawValue, known: known)
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

extension Trouble {
    static func destinationUnknown(_ name: String, known: [String]) -> Trouble {
        let hint = Nearest.of(name, among: known)
        let list = known.joined(separator: ", ")
        return Trouble(
            "LT-6012", .usage,
            vietnamese: "Không có hệ thống đích nào tên “\(name)”.",
            english: "There is no destination “\(name)”.",
            fixVietnamese: hint.map { "Có phải ý bạn là \($0)?" } ?? "Các đích: \(list)",
            fix: hint.map { "Did you mean \($0)?" } ?? "There are: \(list)")
    }
}
