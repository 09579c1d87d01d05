internal import Capture
package import Contracts
package import Couriers
package import Curl
package import Dossiers
internal import Glibc
package import Operating

/// The daemon's configuration, read strictly from a JSON5 file.
///
/// Secrets are only ever named in it; ``Credentials`` reads them.
package struct Configuration: Sendable {
    package static let standardPath = "/etc/lienthongd/lienthongd.json5"

    package struct Source: Sendable {
        /// A folder of the share's `sources`, or an absolute path.
        package var profile: String
        /// A PostgreSQL connection string without its password, or the path of an SQLite file.
        package var connection: String
        package var isPostgres: Bool
        /// The name of the credential that holds the password; nil for peer or trust authentication.
        package var password: String?
        /// Whether what row-level security leaves to the account is delivered as all that there is.
        package var acceptsHiddenRows: Bool
        /// Values for the profile's own settings.
        package var settings: [String: String]
        /// How often the source is looked at when nothing wakes us, in milliseconds.
        package var pollMilliseconds: Int64
        /// How often the source's own mapping tables are compared, in milliseconds: a changed mapping
        /// frees what was held for want of it.
        package var mappingsMilliseconds: Int64
        /// Most keys that one question of a look fetches. No setting: only the simulation takes fewer, so
        /// that its small offices have looks of several pages too.
        package var keysPerLook = CaptureSettings().keysPerLook
        package var writesBack: Bool
        /// Within what time the background sweep goes over the whole source, and the share of time that it
        /// may spend there; 0 for no sweep.
        package var sweepPeriod: Int64
        package var sweepShare: Double
        /// More than this share of all dossiers, and more than so many, gone within a day is an alarm.
        package var deletionShare: Double
        package var deletionRows: Int
        /// How long after it was first missed a row is looked for again; nil is the profile's overlap.
        package var deletionPatience: Int64?
    }

    package struct Destination: Sendable {
        package var id: DestinationID
        package var contract: Contract
        package var contractPath: String
        package var account: Account
        package var transfer: TransferSettings
        package var policy: CourierPolicy
        package var waitsForVerification: Bool
        /// How long an answer about a person stays good, in milliseconds.
        package var verificationValidity: Int64
        /// National codes of the procedures whose dossiers go there; empty for all.
        package var procedures: Set<String>
    }

    package var file: String
    package var share: String
    package var stateDirectory: String
    /// Where it is written down how far the state store has come; outside of its directory.
    package var witnessPath: String
    package var credentials: Credentials
    package var source: Source
    package var codesDirectory: String
    /// The file's section for normalization, applied when the profile's zone is known.
    package var normalization: NormalizationRules
    package var destinations: [Destination]
    package var logLevel: Event.Level
    /// One line for each delivery that has arrived, up to a hundred a second.
    package var logsArrivals = true

    /// - Parameter faults: takes what is wrong with single destinations, which are then left out; without it
    ///   the first fault is thrown.
    package static func load(
        path: String?, share givenShare: String?, faults: FaultList? = nil
    ) throws(Trouble) -> Configuration {
        let path = path ?? standardPath
        let share = try ShareDirectory.locate(givenShare)
        let root: Settings
        do {
            root = try Settings.load(path: path)
        } catch let trouble where trouble.code == "LT-1001" && path == standardPath {
            throw .configurationMissing(path, sample: "\(share)/lienthongd.sample.json5")
        }
        let configuration = try read(root, share: share, faults: faults)
        // What a faulty destination did not come to read is not unknown.
        if faults?.isEmpty ?? true { try root.finish() }
        return configuration
    }

    private static func read(
        _ root: Settings, share: String, faults: FaultList?
    ) throws(Trouble) -> Configuration {
        let state = try root.optionalSection("state")
        let credentialsDirectory = try root.optionalSection("credentials")?.optionalString(
            "directory")
        let credentials = Credentials(directory: credentialsDirectory)
        let destinations = try root.section("destinations")
        guard !destinations.keys.isEmpty else { throw .noDestination(file: root.file) }
        var read: [Destination] = []
        for name in destinations.keys {
            let found = try gather(into: faults) { () throws(Trouble) in
                try destination(
                    name, try destinations.section(name), share: share, credentials: credentials,
                    faults: faults)
            }
            if let found = found ?? nil { read.append(found) }
        }
        let log = try root.optionalSection("log")
        let directory = try state?.optionalString("directory") ?? defaultStateDirectory
        return Configuration(
            file: root.file, share: share,
            stateDirectory: directory,
            witnessPath: try state?.optionalString("witness") ?? defaultWitness(beside: directory),
            credentials: credentials,
            source: try source(try root.section("source")),
            codesDirectory: try root.string("codes", default: "\(share)/codes"),
            normalization: try normalization(try root.optionalSection("normalization")),
            destinations: read,
            logLevel: try level(log),
            logsArrivals: try log?.bool("deliveries", default: true) ?? true)
    }

    private static func source(_ section: Settings) throws(Trouble) -> Source {
        let connection = try section.string("connection")
        let database = try section.choice("database", of: ["postgres", "sqlite"], default: nil)
        let sweep = try section.optionalSection("sweep")
        let deletions = try section.optionalSection("deletions")
        var patience: Int64?
        if let deletions, deletions.has("patience") {
            patience = try deletions.duration("patience", default: "10m", in: 0...604_800_000)
        }
        return Source(
            profile: try section.string("profile"), connection: connection,
            isPostgres: database == "postgres",
            password: try section.optionalString("password"),
            acceptsHiddenRows: try section.choice(
                "hiddenRows", of: ["refused", "accepted"], default: "refused") == "accepted",
            settings: try section.table("settings"),
            pollMilliseconds: try section.duration("poll", default: "2s", in: 50...60_000),
            mappingsMilliseconds: try section.duration(
                "mappings", default: "15s", in: 100...86_400_000),
            writesBack: try section.bool("writeBack", default: true),
            sweepPeriod: try sweep?.duration("period", default: "1d", in: 0...2_592_000_000)
                ?? 86_400_000,
            sweepShare: try sweep?.number("share", default: 0.05, in: 0.001...1) ?? 0.05,
            deletionShare: try deletions?.number("share", default: 0.01, in: 0...1) ?? 0.01,
            deletionRows: try deletions?.integer("rows", default: 20, in: 0...1_000_000) ?? 20,
            deletionPatience: patience)
    }

    private static func normalization(_ section: Settings?) throws(Trouble) -> NormalizationRules {
        var rules = NormalizationRules()
        if let section { try rules.read(section) }
        return rules
    }

    private static func level(_ section: Settings?) throws(Trouble) -> Event.Level {
        let name = try section?.choice(
            "level", of: ["error", "warning", "notice", "info", "debug"], default: "info")
        switch name {
        case "error": return .error
        case "warning": return .warning
        case "notice": return .notice
        case "debug": return .debug
        default: return .info
        }
    }
}

extension Configuration {
    /// What the service has to read at each start and reload, secrets aside.
    var files: [String] {
        let tls = destinations.flatMap {
            [$0.transfer.caFile, $0.transfer.clientCertificate, $0.transfer.clientKey]
        }
        return [file, "\(share)/contracts", "\(share)/sources", codesDirectory]
            + destinations.map(\.contractPath) + tls.compactMap { $0 }
            + (source.isPostgres ? [] : [source.connection])
    }

    /// A file in systemd's `$CACHE_DIRECTORY` (the first, when it names several), else beside the state
    /// directory.
    static func defaultWitness(beside directory: String) -> String {
        if let given = getenv("CACHE_DIRECTORY"),
            let cache = String(cString: given).split(separator: ":").first
        {
            return "\(cache)/witness.json"
        }
        let trimmed = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        return trimmed + ".witness.json"
    }

    /// systemd's `$STATE_DIRECTORY` (the first, when it names several), else the conventional place.
    package static var defaultStateDirectory: String {
        guard let given = getenv("STATE_DIRECTORY") else { return "/var/lib/lienthongd" }
        let text = String(cString: given)
        return text.split(separator: ":").first.map(String.init) ?? "/var/lib/lienthongd"
    }
}
