package import Capture
package import Dossiers
package import Operating

/// Everything that a pipeline is made of, read and checked before anything starts or stops: a
/// configuration that gets this far can only fail at the doors to the world.
package struct Composition: Sendable {
    package var configuration: Configuration
    package var normalizer: Normalizer
    package var profile: SourceProfile
    package var stateKey: [UInt8]

    package static func load(path: String?, share: String?) throws(Trouble) -> Composition {
        let configuration = try Configuration.load(path: path, share: share)
        let profile = try sourceProfile(configuration)
        guard let zone = SourceZone(identifier: profile.zone) else {
            throw .zoneUnknown(profile.zone, directory: profile.directory)
        }
        var rules = NormalizationRules(
            tables: try CodeTables.load(directory: configuration.codesDirectory), zone: zone)
        rules.strictIdentity = configuration.normalization.strictIdentity
        rules.shortensProcedureCodes = configuration.normalization.shortenProcedureCodes
        rules.codeShapes = configuration.normalization.codeShapes.map { CodeShape($0) }
        return Composition(
            configuration: configuration, normalizer: Normalizer(rules), profile: profile,
            stateKey: try StateKey.load(
                directory: configuration.stateDirectory,
                credentials: configuration.stateKeyCredentials))
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

extension Trouble {
    static func zoneUnknown(_ zone: String, directory: String) -> Trouble {
        Trouble(
            "LT-1012", .configuration,
            vietnamese: "Hồ sơ nguồn \(directory): không có múi giờ “\(zone)”.",
            english: "The source profile \(directory): there is no time zone “\(zone)”.",
            fixVietnamese: "Dùng tên IANA, ví dụ \"Asia/Ho_Chi_Minh\".",
            fix: "Use an IANA name, such as \"Asia/Ho_Chi_Minh\".")
    }
}
