package import Dossiers
internal import Glibc
package import Operating

/// How one product's tables are read: a folder of SQL, as data.
///
/// What the files are and what each must yield is told in <doc:Capture>.
package struct SourceProfile: Sendable {
    /// The kind of database, because no SQL is the same on two.
    package enum Dialect: String, CaseIterable, Sendable { case sqlite, postgres }

    package let name: String
    package let titleVietnamese: String
    package let title: String
    package let dialect: Dialect
    /// The profile's folder.
    package let directory: String
    /// The zone of the source's naive times.
    package let zone: SourceZone
    /// How far before the last mark a change is still looked for.
    package let overlapMilliseconds: Int64
    /// The channel on which writers may wake the daemon (PostgreSQL); nil for none.
    package let channel: String?
    /// What a change feed is generated from; nil when the profile describes none.
    package let feed: ChangeFeed?
    /// How many dossiers one query reads.
    package let dossiersPerQuery: Int
    /// Values for the SQL's own parameters, the configuration's over the profile's.
    package let settings: [String: String]
    private(set) var statements: [SourceQuery: NamedSQL]
    private let files: [SourceQuery: String]

    /// True when the profile has a place for the population database's answer.
    package var hasWriteBack: Bool { statements[.writeBack] != nil }

    /// The path of a statement's file, for messages.
    package func file(of query: SourceQuery) -> String {
        files[query] ?? "\(directory)/\(query.fileName)"
    }

    /// The same with one statement only, so that it can be tried while others cannot.
    func only(_ query: SourceQuery) -> SourceProfile {
        var profile = self
        profile.statements = statements.filter { $0.key == query }
        return profile
    }

    /// The same without statements that cannot be carried out.
    func without(_ queries: Set<SourceQuery>) -> SourceProfile {
        var profile = self
        profile.statements = statements.filter { !queries.contains($0.key) }
        return profile
    }

    /// Reads a profile's folder for one kind of database, strictly.
    ///
    /// - Parameter settings: the configuration's values for the profile's settings, and for its `zone`.
    /// - Throws: LT-10xx for `profile.json5`, LT-12xx for the SQL; each names the file.
    package static func load(
        directory: String, dialect: Dialect, settings: [String: String] = [:]
    ) throws(Trouble) -> SourceProfile {
        try SourceProfile(directory: directory, dialect: dialect, given: settings)
    }

    private init(directory: String, dialect: Dialect, given: [String: String]) throws(Trouble) {
        let file = try Settings.load(path: "\(directory)/profile.json5")
        name = try file.string("profile")
        titleVietnamese = try file.string("title_vi")
        title = try file.string("title")
        let dialects = try file.strings("dialects")
        let ownZone = try file.string("zone", default: "Asia/Ho_Chi_Minh")
        // One product writes its times in whatever zone its server was set to.
        let zoneName = given["zone"] ?? ownZone
        channel = try file.optionalString("listen")
        dossiersPerQuery = try file.integer("dossiers_per_query", default: 400, in: 1...1000)
        let overlaps = try file.optionalSection("overlap")
        var overlap: Int64 = 0
        // Both are read, so that a mistake in the other dialect's is found as well.
        for each in Dialect.allCases {
            let found = try overlaps?.duration(
                each.rawValue, default: each.defaultOverlap, in: 0...2_592_000_000)
            if each == dialect {
                overlap = found ?? Settings.milliseconds(each.defaultOverlap) ?? 0
            }
        }
        overlapMilliseconds = overlap
        let channel = channel
        feed = try file.optionalSection("feed").map { section throws(Trouble) in
            try ChangeFeed(section, channel: channel)
        }
        let defaults = try file.table("settings")
        try file.finish()
        guard let zone = SourceZone(identifier: zoneName) else {
            throw .profileZoneUnknown(directory: directory, zone: zoneName)
        }
        self.zone = zone
        guard dialects.contains(dialect.rawValue) else {
            throw .profileDialect(directory: directory, dialect: dialect.rawValue, has: dialects)
        }
        for key in given.keys.sorted() where defaults[key] == nil && key != "zone" {
            throw .profileSettingUnknown(
                directory: directory, setting: key,
                nearest: Nearest.of(key, among: ["zone"] + defaults.keys))
        }
        self.settings = defaults.merging(given) { _, new in new }.filter { $0.key != "zone" }
        self.directory = directory
        self.dialect = dialect
        let folder = SourceProfile.folder(directory, dialect)
        (statements, files) = try SourceProfile.read(folder, settings: self.settings)
    }

    /// The dialect's own folder when there is one, else the profile's.
    private static func folder(_ directory: String, _ dialect: Dialect) -> String {
        let own = "\(directory)/\(dialect.rawValue)"
        return access(own, X_OK) == 0 ? own : directory
    }

    private static func read(
        _ folder: String, settings: [String: String]
    ) throws(Trouble) -> ([SourceQuery: NamedSQL], [SourceQuery: String]) {
        var statements: [SourceQuery: NamedSQL] = [:]
        var files: [SourceQuery: String] = [:]
        for query in SourceQuery.allCases {
            let file = "\(folder)/\(query.fileName)"
            guard let bytes = readFile(file) else {
                if errno == ENOENT, !query.isRequired { continue }
                throw .profileFileUnreadable(file: file, reason: String(cString: strerror(errno)))
            }
            let statement = NamedSQL(String(decoding: bytes, as: UTF8.self))
            for parameter in statement.parameters
            where !query.parameters.contains(parameter) && settings[parameter] == nil {
                throw .profileParameterUnknown(
                    file: file, parameter: parameter,
                    nearest: Nearest.of(parameter, among: query.parameters + settings.keys))
            }
            statements[query] = statement
            files[query] = file
        }
        try refuseStrangers(in: folder)
        return (statements, files)
    }

    /// A misspelt name of an optional file would otherwise leave something out without a word.
    private static func refuseStrangers(in folder: String) throws(Trouble) {
        let known = SourceQuery.allCases.map(\.fileName) + ["schema.sql"]
        guard let listing = opendir(folder) else {
            throw .profileFileUnreadable(file: folder, reason: String(cString: strerror(errno)))
        }
        defer { closedir(listing) }
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".sql"), !known.contains(name) {
                throw .profileFileStrange(
                    file: "\(folder)/\(name)", nearest: Nearest.of(name, among: known))
            }
        }
    }
}

extension SourceProfile.Dialect {
    var defaultOverlap: String {
        switch self {
        case .sqlite: "10m"
        case .postgres: "24h"
        }
    }
}
