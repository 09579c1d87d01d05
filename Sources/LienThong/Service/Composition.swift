package import Capture
package import Contracts
package import Dossiers
package import Operating

/// Everything that a pipeline is made of, read and checked before anything starts or stops: a
/// configuration that gets this far can only fail at the doors to the world.
package struct Composition: Sendable {
    package var configuration: Configuration
    package var normalizer: Normalizer
    package var profile: SourceProfile
    package var stateKey: [UInt8]
    package var sourcePassword: Secret?

    package static func load(path: String?, share: String?) throws(Trouble) -> Composition {
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
                directory: configuration.stateDirectory, credentials: credentials),
            sourcePassword: password)
    }

    private static func sourceProfile(_ configuration: Configuration) throws(Trouble)
        -> SourceProfile
    {
        let name = configuration.source.profile
        let directory = name.contains("/") ? name : "\(configuration.share)/sources/\(name)"
        return try SourceProfile.load(
            directory: directory, dialect: configuration.source.isPostgres ? .postgres : .sqlite,
            settings: configuration.source.settings)
    }
}
