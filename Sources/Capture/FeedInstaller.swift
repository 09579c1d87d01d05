package import Operating
internal import Postgres
internal import SQLite
package import Wire

/// Installs, removes and looks at the change feed, over an account that owns the office's tables.
package struct FeedInstaller {
    private let profile: SourceProfile
    private let feed: ChangeFeed
    private let place: String
    private let generation: String

    /// - Parameters:
    ///   - place: a connection string or a file, as for the source.
    ///   - notifies: whether a change wakes the daemon (PostgreSQL).
    /// - Throws: LT-3024 for a profile that describes no feed.
    package init(_ profile: SourceProfile, at place: String, notifies: Bool = true)
        throws(Trouble)
    {
        guard var feed = profile.feed else { throw .feedNotDescribed(profile.name) }
        if !notifies { feed.channel = nil }
        self.profile = profile
        self.feed = feed
        self.place = place
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

    /// What an installation runs, in one transaction.
    package func script(grantingTo role: String?) -> String {
        guard profile.dialect == .postgres, let role else { return sql.install }
        return sql.install + "\n" + FeedSQL.grant(to: role)
    }

    package var removal: String { sql.uninstall }

    /// Makes or replaces everything; nothing at all when anything of it fails.
    ///
    /// - Returns: false when what is there is just what would be made, and only the grant was renewed.
    package func install(grantingTo role: String?) throws(Trouble) -> Bool {
        switch profile.dialect {
        case .sqlite: return try onSQLite { database in try install(database) }
        case .postgres:
            return try onPostgres { connection in
                let isNew = try !isCurrent(connection)
                let script = isNew ? self.script(grantingTo: role) : role.map(FeedSQL.grant) ?? ""
                guard !script.isEmpty else { return isNew }
                try connection.transaction { try connection.execute(script) }
                return isNew
            }
        }
    }

    /// Leaves nothing behind. Returns false when nothing was there.
    package func uninstall() throws(Trouble) -> Bool {
        switch profile.dialect {
        case .sqlite:
            return try onSQLite { database in
                try database.transaction {
                    let isThere = try remark(database) != nil
                    try dropTriggers(database)
                    try database.execute(sql.uninstall)
                    return isThere
                }
            }
        case .postgres:
            return try onPostgres { connection in
                let isThere = try row(connection).first.flatMap { $0 } != nil
                try connection.transaction { try connection.execute(sql.uninstall) }
                return isThere
            }
        }
    }

    private func install(_ database: Database) throws -> Bool {
        try database.transaction {
            let statement = try database.prepare(sql.state)
            if try statement.step(), let remark = statement.text(0),
                FeedSQL.read(remark: remark)?.definition == feed.definition,
                statement.integer(1) == 1
            {
                return false
            }
            statement.reset()
            try dropTriggers(database)
            try database.execute(sql.install)
            return true
        }
    }

    private func remark(_ database: Database) throws -> String? {
        let statement = try database.prepare(sql.state)
        return try statement.step() ? statement.text(0) : nil
    }

    /// Those of an earlier profile too.
    private func dropTriggers(_ database: Database) throws {
        let statement = try database.prepare(FeedSQL.sqliteTriggerNames)
        var names: [String] = []
        while try statement.step() { names.append(statement.text(0) ?? "") }
        for name in names { try database.execute("DROP TRIGGER \(ChangeFeed.quoted(name))") }
    }

    private func row(_ connection: PostgresConnection) throws -> [String?] {
        var found: [String?] = []
        try connection.query(try connection.prepare(sql.state)) {
            found = [$0.text(0), $0.text(1)]
        }
        return found
    }

    /// The same definition and all triggers; whether it notifies does not matter unless it is asked for.
    private func isCurrent(_ connection: PostgresConnection) throws -> Bool {
        let found = try row(connection)
        guard found.count == 2, let remark = found[0], found[1] == "t" else { return false }
        return FeedSQL.read(remark: remark)?.definition == feed.definition
    }

    private func onSQLite<R>(_ body: (Database) throws -> R) throws(Trouble) -> R {
        do {
            return try body(
                try Database(path: place, mode: .readWrite, busyTimeoutMilliseconds: 10_000))
        } catch let error as SQLiteError {
            if error.isReadOnly || error.isCannotOpen { throw .feedDenied(place) }
            throw .feedFailed(error.message)
        } catch {
            throw .feedFailed("\(type(of: error))")
        }
    }

    // A lock that the office holds is waited for a little: triggers are made between its transactions.
    private func onPostgres<R>(_ body: (PostgresConnection) throws -> R) throws(Trouble) -> R {
        do {
            let connection = try PostgresConnection(
                place, statementTimeoutMilliseconds: 60_000, readOnly: false,
                applicationName: "lienthongd source")
            try connection.execute("SET lock_timeout = 10000")
            return try body(connection)
        } catch let error as PostgresError {
            if error.isConnectionLoss { throw .sourceUnreachable(error.summary) }
            if error.isDenied || error.isReadOnly { throw .feedDenied(error.object) }
            throw .feedFailed("\(error.sqlState) \(error.summary) \(error.object)")
        } catch {
            throw .feedFailed("\(type(of: error))")
        }
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
