package import Capture
package import Contracts
package import Dossiers
internal import Glibc
package import Operating
internal import Wire

/// Everything that a pipeline is made of, read and checked before anything starts or stops: a
/// configuration that gets this far can only fail at the doors to the world.
package struct Composition: Sendable {
    package var configuration: Configuration
    package var normalizer: Normalizer
    package var profile: SourceProfile
    /// Empty when there is none yet and none was to be made.
    package var stateKey: [UInt8]
    package var sourcePassword: Secret?
    /// Over everything that may free a held dossier: code tables, contracts, the configuration itself.
    package var mappingDigest: String

    /// - Parameter makesKey: whether a state key is made where there is none yet.
    package static func load(
        path: String?, share: String?, makesKey: Bool = true
    ) throws(Trouble) -> Composition {
        let configuration = try Configuration.load(path: path, share: share)
        let profile = try sourceProfile(configuration)
        var rules = configuration.normalization
        rules.tables = try CodeTables.load(directory: configuration.codesDirectory)
        rules.zone = profile.zone
        let credentials = configuration.credentials
        var password: Secret?
        if let name = configuration.source.password { password = try credentials.secret(name) }
        return Composition(
            configuration: configuration, normalizer: Normalizer(rules), profile: profile,
            stateKey: try StateKey.load(
                directory: configuration.stateDirectory, credentials: credentials,
                mayCreate: makesKey) ?? [],
            sourcePassword: password, mappingDigest: digest(of: configuration))
    }

    /// What turns rows into deliveries.
    var renderer: DossierRenderer {
        DossierRenderer(
            normalizer: normalizer,
            destinations: configuration.destinations.map {
                CaptureDestination(
                    id: $0.id, contract: $0.contract, waitsForVerification: $0.waitsForVerification,
                    validityMilliseconds: $0.verificationValidity, procedures: $0.procedures)
            })
    }

    private static func digest(of configuration: Configuration) -> String {
        let hash = SHA256()
        let tables = [
            "status.json5", "procedures.json5", "units.json5", "administrative-units.csv",
        ]
        let files =
            tables.map { "\(configuration.codesDirectory)/\($0)" }
            + configuration.destinations.map(\.contractPath) + [configuration.file]
        // A file that cannot be read has been refused already, or is not needed.
        for file in files { hash.updatePart(readFile(file) ?? []) }
        return hash.finish().hex
    }

    static func sourceProfile(_ configuration: Configuration) throws(Trouble)
        -> SourceProfile
    {
        let name = configuration.source.profile
        let directory = name.contains("/") ? name : "\(configuration.share)/sources/\(name)"
        let folder = "\(configuration.share)/sources"
        if !name.contains("/"), access(directory, F_OK) != 0 {
            guard errno != EACCES else { throw .fileForbidden(folder, user: ServiceAccount.name) }
            throw .profileUnknown(
                name, file: configuration.file, known: ShareDirectory.names(in: folder), in: folder)
        }
        return try SourceProfile.load(
            directory: directory, dialect: configuration.source.isPostgres ? .postgres : .sqlite,
            settings: configuration.source.settings)
    }
}
