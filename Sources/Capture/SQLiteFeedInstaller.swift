internal import Operating
internal import SQLite

/// Puts the feed into an SQLite file, or takes it out, in one transaction.
struct SQLiteFeedInstaller {
    let feed: ChangeFeed
    let sql: FeedSQL
    let path: String

    /// - Returns: false when it is there just so.
    func install() throws(Trouble) -> Bool {
        try onFile { database in
            try database.transaction {
                try check(database)
                if try state(database)?.mark != nil { return false }
                try remove(database)
                try database.execute(sql.make)
                try database.execute(sql.attach)
                try compile(database)
                return true
            }
        }
    }

    func uninstall() throws(Trouble) -> Bool {
        try onFile { database in
            try database.transaction {
                let wasThere = try state(database) != .absent
                try remove(database)
                return wasThere
            }
        }
    }

    /// Triggers first, an earlier profile's too, on whatever tables they are now.
    private func remove(_ database: Database) throws {
        let statement = try database.prepare(FeedSQL.sqliteTriggerNames)
        var names: [String] = []
        while try statement.step() { names.append(statement.text(0) ?? "") }
        statement.reset()
        for name in names { try database.execute("DROP TRIGGER \(ChangeFeed.quoted(name))") }
        try database.execute(sql.uninstall)
    }

    private func state(_ database: Database) throws -> FeedState? {
        let statement = try database.prepare(sql.state)
        guard try statement.step() else { return .absent }
        defer { statement.reset() }
        return try FeedState.read(FeedFacts(statement), of: feed) {
            let end = try database.prepare(sql.position)
            guard try end.step() else { return FeedEnd(position: 0) }
            defer { end.reset() }
            return FeedEnd(end)
        }
    }

    /// A trigger on anything but a table, or over a column that is not there, would fail with the next write.
    private func check(_ database: Database) throws {
        for table in feed.tables {
            try check(table.name, table.column, database)
            let strange = try database.integer(
                """
                SELECT EXISTS (SELECT 1 FROM \(ChangeFeed.quoted(table.name))
                    WHERE typeof(\(ChangeFeed.quoted(table.column))) NOT IN ('integer', 'null'))
                """)
            guard strange == 0 else {
                throw Trouble.feedUnsuited("\(table.name).\(table.column): not INTEGER")
            }
        }
        for table in feed.related {
            try check(table.name, table.column, database)
            try check(feed.header.name, table.headerColumn, database)
        }
    }

    private func check(_ table: String, _ column: String, _ database: Database) throws {
        let kind = try database.prepare(
            "SELECT type, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE AND type IN ('table', 'view')"
        )
        kind.bind(1, table)
        defer { kind.reset() }
        guard try kind.step() else {
            throw Trouble.sourceNameUnknown(file: "profile.json5", object: table)
        }
        guard kind.text(0) == "table", kind.integer(1) == 0 else {
            throw Trouble.feedUnsuited("\(table): view, virtual table")
        }
        let columns = try database.prepare(
            "SELECT 1 FROM pragma_table_xinfo(?1) WHERE name = ?2 COLLATE NOCASE")
        columns.bind(1, table)
        columns.bind(2, column)
        defer { columns.reset() }
        guard try columns.step() else {
            throw Trouble.sourceNameUnknown(file: "profile.json5", object: "\(table).\(column)")
        }
    }

    /// SQLite compiles a table's triggers with each statement on it: what of ours does not compile is found here,
    /// and not by the office. What of the office's does not compile for us, a function of its own, is no matter.
    private func compile(_ database: Database) throws(Trouble) {
        for table in feed.tables.map(\.name) + feed.related.map(\.name) {
            do throws(SQLiteError) {
                _ = try database.prepare("DELETE FROM \(ChangeFeed.quoted(table)) WHERE 0")
            } catch {
                if error.message.contains("lienthongd") { throw .feedTrialFailed(table) }
            }
        }
    }

    private func onFile<R>(_ body: (Database) throws -> R) throws(Trouble) -> R {
        do {
            return try body(
                try Database(path: path, mode: .readWrite, busyTimeoutMilliseconds: 10_000))
        } catch let error as SQLiteError {
            if error.isReadOnly || error.isCannotOpen { throw .feedDenied(path) }
            throw .feedFailed(error.message)
        } catch {
            throw error as? Trouble ?? .feedFailed("\(type(of: error))")
        }
    }
}

extension FeedFacts {
    /// A row of ``FeedSQL/state``.
    init(_ row: Statement) {
        self.init(
            remark: row.text(0) ?? "", isComplete: row.integer(1) == 1,
            hasTriggers: row.integer(2) == 1)
    }
}

extension FeedEnd {
    /// A row of ``FeedSQL/position``. The file is the office's own: what is committed is there.
    init(_ row: Statement) {
        self.init(position: row.integer(0), lost: row.text(1))
    }
}
