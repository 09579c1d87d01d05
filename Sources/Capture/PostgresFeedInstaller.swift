internal import Operating
internal import Postgres

/// Puts the feed into a PostgreSQL database, or takes it out, so that the office does not notice: looked over
/// first, tried, and done in a moment in which nobody has to wait for it.
struct PostgresFeedInstaller {
    let feed: ChangeFeed
    let sql: FeedSQL
    let place: String
    let patience: Duration

    /// Who waits for a lock keeps everybody waiting who comes after him: so long at most.
    static let lockMilliseconds = 100
    /// The triggers are put on, or taken off, within this, the wait for all the tables included, or not this time.
    static let momentMilliseconds = 180

    /// - Returns: false when it is there just so, and only the grant was renewed.
    func install(grantingTo role: String?) throws(Trouble) -> Bool {
        let grant = role.map { FeedSQL.grant(to: $0) } ?? ""
        return try onServer { connection in
            try FeedPreflight(feed: feed).check(connection)
            if try isCurrent(connection) {
                if !grant.isEmpty { try connection.transaction { try connection.execute(grant) } }
                return false
            }
            try remove(connection)
            try inAQuietMoment(connection) {
                try connection.execute("\(sql.make)\n\(grant)")
                try connection.execute(
                    "SET LOCAL statement_timeout = \(PostgresFeedInstaller.momentMilliseconds); "
                        + sql.attach)
            }
            return true
        }
    }

    func uninstall() throws(Trouble) -> Bool {
        try onServer { connection in
            var isThere = false
            try connection.query(
                try connection.prepare(
                    "SELECT FROM pg_namespace WHERE nspname = '\(FeedSQL.schema)'")
            ) { _ in isThere = true }
            try remove(connection)
            return isThere
        }
    }

    /// Table by table, so that no two are locked at once; what is left then is nobody's but ours.
    private func remove(_ connection: PostgresConnection) throws {
        for table in try texts(FeedSQL.carriers, connection) {
            try inAQuietMoment(connection) {
                try connection.execute(
                    "SET LOCAL statement_timeout = \(PostgresFeedInstaller.momentMilliseconds); "
                        + FeedSQL.detach(table))
            }
        }
        try inAQuietMoment(connection) { try connection.execute(FeedSQL.dropObjects) }
    }

    /// Tries again and again, in a transaction each, until one comes through without a wait.
    private func inAQuietMoment(
        _ connection: PostgresConnection, _ body: () throws -> Void
    ) throws {
        let end = ContinuousClock.now + patience
        var pause: Int64 = 50
        while true {
            do {
                return try connection.transaction("", body)
            } catch let error as PostgresError where error.isTimeout || error.isConflict {
                guard ContinuousClock.now < end else {
                    throw Trouble.feedInTheWay(of: try holders(connection))
                }
            }
            CaptureInbox.sleep(milliseconds: pause, interruptedBy: nil)
            pause = min(1000, pause + 50)
        }
    }

    /// Who has held one of the tables for longest.
    private func holders(_ connection: PostgresConnection) throws -> String {
        let names = (feed.tables.map(\.name) + feed.related.map(\.name)).map {
            "to_regclass(\(FeedSQL.literal(ChangeFeed.quoted($0))))"
        }
        return try texts(
            """
            SELECT DISTINCT concat_ws(' ', a.pid, a.usename, nullif(a.application_name, ''),
                (extract(epoch FROM now() - a.xact_start))::int || ' s')
            FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.granted AND l.locktype = 'relation' AND a.pid <> pg_backend_pid()
                AND l.relation IN (\(names.joined(separator: ", ")))
            LIMIT 5
            """, connection
        ).joined(separator: ", ")
    }

    private func texts(_ sql: String, _ connection: PostgresConnection) throws -> [String] {
        var found: [String] = []
        try connection.query(try connection.prepare(sql)) { found.append($0.text(0) ?? "") }
        return found
    }

    /// The same definition, here, with all triggers and all noted; whether it notifies does not matter unless it
    /// is asked for.
    private func isCurrent(_ connection: PostgresConnection) throws -> Bool {
        var facts: FeedFacts?
        try connection.query(try connection.prepare(sql.state)) { facts = FeedFacts($0) }
        guard let facts else { return false }
        let state = try FeedState.read(facts, of: feed) {
            var end = FeedEnd(position: 0)
            try connection.query(try connection.prepare(sql.position)) { end = FeedEnd($0) }
            return end
        }
        return state.mark != nil
    }

    private func onServer<R>(_ body: (PostgresConnection) throws -> R) throws(Trouble) -> R {
        var connection: PostgresConnection?
        do {
            let opened = try PostgresConnection(
                place, lockTimeoutMilliseconds: PostgresFeedInstaller.lockMilliseconds,
                readOnly: false, applicationName: "lienthongd source")
            connection = opened
            return try body(opened)
        } catch let error as PostgresError {
            throw try trouble(error, connection)
        } catch {
            throw error as? Trouble ?? .feedFailed("\(type(of: error))")
        }
    }

    private func trouble(
        _ error: PostgresError, _ connection: PostgresConnection?
    ) throws(Trouble) -> Trouble {
        if error.isConnectionLoss { return .sourceUnreachable(error.summary) }
        if error.isDenied || error.isReadOnly { return .feedDenied(error.object) }
        if error.sqlState == FeedSQL.trialFailed { return .feedTrialFailed(error.object) }
        let words = "\(error.sqlState) \(error.summary) \(error.object)"
        guard let connection else { return .feedFailed(words) }
        do {
            if error.sqlState == "2BP01" {
                let names = try texts(FeedSQL.foreigners, connection)
                return .feedHasForeigners(names.joined(separator: "; "))
            }
            let watchers = try texts(
                "SELECT evtname FROM pg_event_trigger WHERE evtenabled <> 'D' ORDER BY 1",
                connection)
            guard !watchers.isEmpty else { return .feedFailed(words) }
            return .feedRefused(by: watchers.joined(separator: ", "), words)
        } catch {
            return .feedFailed(words)
        }
    }
}

extension FeedFacts {
    /// A row of ``FeedSQL/state``.
    init(_ row: borrowing PostgresRow) {
        self.init(
            remark: row.text(0) ?? "", isComplete: row.text(1) == "t",
            isReadable: row.text(2) == "t", isOnStandby: row.text(3) == "t", origin: row.text(4),
            hasTriggers: row.text(5) == "t", isCaught: true)
    }
}

extension FeedEnd {
    /// A row of ``FeedSQL/position``. A life of nothing is one of its own.
    init(_ row: borrowing PostgresRow) {
        self.init(
            position: row.integer(0) ?? 0, life: row.text(1) ?? "0", lost: row.text(2))
    }
}
