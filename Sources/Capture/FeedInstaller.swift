package import Operating
internal import Postgres
package import Wire

/// Installs, removes and looks at the change feed, over an account that owns the office's tables.
package struct FeedInstaller {
    private let profile: SourceProfile
    private let feed: ChangeFeed
    private let place: String
    private let generation: String
    private let patience: Duration

    /// - Parameters:
    ///   - place: a connection string or a file, as for the source.
    ///   - notifies: whether a change wakes the daemon (PostgreSQL).
    ///   - patience: how long a moment is looked for in which nobody has to wait for us.
    /// - Throws: LT-3024 for a profile that describes no feed.
    package init(
        _ profile: SourceProfile, at place: String, notifies: Bool = true,
        patience: Duration = .seconds(60)
    ) throws(Trouble) {
        guard var feed = profile.feed else { throw .feedNotDescribed(profile.name) }
        if !notifies { feed.channel = nil }
        self.profile = profile
        self.feed = feed
        self.place = place
        self.patience = patience
        generation = SecureRandom.bytes(8).map {
            String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
        }
        .joined()
    }

    private var sql: FeedSQL {
        switch profile.dialect {
        case .sqlite: .sqlite(feed, generation: generation)
        case .postgres: .postgres(feed, generation: generation)
        }
    }

    /// Every table that gets a trigger.
    package var tables: [String] { feed.tables.map(\.name) + feed.related.map(\.name) }

    /// What an installation runs, for one transaction of somebody who runs it himself.
    package func script(grantingTo role: String?) -> String {
        guard profile.dialect == .postgres else {
            return [sql.uninstall, sql.make, sql.attach].joined(separator: "\n")
        }
        let grant = role.map { FeedSQL.grant(to: $0) } ?? ""
        return [bounds, sql.uninstall, sql.make, grant, sql.attach].joined(separator: "\n")
    }

    package var removal: String {
        profile.dialect == .postgres ? bounds + "\n" + sql.uninstall : sql.uninstall
    }

    /// Nobody waits long behind it: when it does not come through, run it again.
    private var bounds: String {
        "SET LOCAL lock_timeout = '\(PostgresFeedInstaller.lockMilliseconds)ms';"
    }

    /// Makes or replaces everything; nothing at all when anything of it fails.
    ///
    /// - Returns: false when what is there is just what would be made, and only the grant was renewed.
    package func install(grantingTo role: String?) throws(Trouble) -> Bool {
        switch profile.dialect {
        case .sqlite: try SQLiteFeedInstaller(feed: feed, sql: sql, path: place).install()
        case .postgres: try onServer.install(grantingTo: role)
        }
    }

    /// Leaves nothing behind. Returns false when nothing was there.
    package func uninstall() throws(Trouble) -> Bool {
        switch profile.dialect {
        case .sqlite: try SQLiteFeedInstaller(feed: feed, sql: sql, path: place).uninstall()
        case .postgres: try onServer.uninstall()
        }
    }

    private var onServer: PostgresFeedInstaller {
        PostgresFeedInstaller(feed: feed, sql: sql, place: place, patience: patience)
    }
}

extension DatabaseSource {
    /// What the daemon's own account finds of the feed, and how many rows it has.
    package func inspectFeed(now: Timestamp) throws(Trouble) -> FeedReport {
        _ = try mark(now: now)
        return FeedReport(state: feed, rows: feed.mark == nil ? 0 : try feedSize())
    }

    /// The database user of the daemon's account; nil on SQLite, which has none.
    package static func postgresUser(_ conninfo: String) throws(Trouble) -> String {
        do {
            let connection = try PostgresConnection(conninfo, readOnly: true)
            var name = ""
            try connection.query(try connection.prepare("SELECT current_user::text")) {
                name = $0.text(0) ?? ""
            }
            return name
        } catch {
            throw .sourceUnreachable((error as? PostgresError)?.summary ?? "\(type(of: error))")
        }
    }
}
