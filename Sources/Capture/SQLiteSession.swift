internal import Dossiers
internal import Glibc
internal import Operating
internal import SQLite
internal import Wire

extension DatabaseSource {
    /// A source in an SQLite file, which is only read; answers are written back over a second connection.
    package static func sqlite(
        _ profile: SourceProfile, path: String, busyTimeoutMilliseconds: Int32 = 5000
    ) -> DatabaseSource {
        func session(isWriter: Bool) throws(Trouble) -> any SourceSession {
            try SQLiteSession(
                profile, path, isWriter: isWriter,
                busyTimeoutMilliseconds: busyTimeoutMilliseconds)
        }
        return DatabaseSource(
            profile: profile, open: { () throws(Trouble) in try session(isWriter: false) },
            openForWriting: { () throws(Trouble) in try session(isWriter: true) })
    }
}

/// A profile's statements prepared on one SQLite connection.
final class SQLiteSession: SourceSession {
    private let profile: SourceProfile
    private let path: String
    private let database: Database
    private var statements: [SourceQuery: Statement] = [:]
    private let file: String
    /// Of one value or one row. SQLite measures it before it fetches it.
    private static let valueBytes: Int32 = 8 << 20
    private let feedSQL: FeedSQL?
    private(set) var isUsable = true
    private(set) var isStale = false

    init(
        _ profile: SourceProfile, _ path: String, isWriter: Bool, busyTimeoutMilliseconds: Int32
    ) throws(Trouble) {
        self.profile = profile
        self.path = path
        feedSQL = profile.feed.map { FeedSQL.sqlite($0, generation: "") }
        do {
            database = try Database(
                path: path, mode: isWriter ? .readWrite : .readOnly,
                busyTimeoutMilliseconds: busyTimeoutMilliseconds)
            // The file is opened lazily: this is the first look into it.
            _ = try database.integer("PRAGMA schema_version")
        } catch {
            throw SQLiteSession.unopened(error, path)
        }
        file = SQLiteSession.fileIdentity(path)
        if !isWriter { database.limitValues(to: SQLiteSession.valueBytes) }
        for (query, statement) in profile.statements where (query == .writeBack) == isWriter {
            do {
                statements[query] = try database.prepare(statement.text)
            } catch {
                throw unprepared(error, query)
            }
        }
    }

    var isShared: Bool { false }

    var columnNames: [SourceQuery: [String]] { statements.mapValues(\.columnNames) }

    func rows<Column: SourceColumn>(
        of query: SourceQuery, _ plan: ColumnPlan<Column>, _ arguments: QueryArguments,
        _ body: (SourceKey, SourceRow<Column>) -> Void
    ) throws(Trouble) {
        var isKeyUsable = true
        var isTooLarge = false
        try run(query, arguments) { statement in
            let key = statement.integer(Int32(plan.keyIndex))
            guard key > 0 else {
                isKeyUsable = false
                return
            }
            let row = plan.row { statement.utf8(Int32($0)) }
            guard row.bytes.count <= SizeGuard.rowBytes else {
                isTooLarge = true
                return
            }
            body(SourceKey(key), row)
        }
        guard isKeyUsable else { throw .sourceKeyUnusable(file: profile.file(of: query)) }
        guard !isTooLarge else { throw .sourceRowsTooLarge(file: profile.file(of: query)) }
    }

    func texts(
        of query: SourceQuery, _ arguments: QueryArguments, _ body: ([String?]) -> Void
    ) throws(Trouble) {
        try run(query, arguments) { statement in
            body(statement.columnNames.indices.map { statement.text(Int32($0)) })
        }
    }

    /// - Throws: LT-3007 once the file is gone or another one has taken its place: the open one is still
    ///   readable then, but nobody writes to it any more.
    func identity() throws(Trouble) -> String? {
        let now = SQLiteSession.fileIdentity(path)
        guard now == file else {
            isUsable = false
            throw .sourceFileMissing(
                path: path, reason: now.isEmpty ? "it is gone" : "another file took its place")
        }
        return file
    }

    /// Moves when any other connection commits. The C documentation: `PRAGMA data_version`.
    func version() throws(Trouble) -> String? {
        do throws(SQLiteError) {
            return try database.text("PRAGMA data_version")
        } catch {
            throw trouble(error, .mark)
        }
    }

    func lineage() throws(Trouble) -> String? { nil }
    func doubts(found: Int64?) throws(Trouble) -> [Trouble] { [] }

    func mark(_ arguments: QueryArguments, ahead: FeedQuestion?) throws(Trouble) -> SessionMark {
        let feed = try feedState()
        var rows: [[String?]] = []
        try texts(of: .mark, arguments) { rows.append($0) }
        return SessionMark(feed: feed, rows: rows)
    }

    private func feedState() throws(Trouble) -> FeedState {
        guard let feed = profile.feed, let sql = feedSQL else { return .absent }
        return try onFeed { () throws(SQLiteError) in
            let statement = try database.prepare(sql.state)
            guard try statement.step() else { return .absent }
            return try FeedState.read(FeedFacts(statement), of: feed) {
                () throws(SQLiteError) in
                let end = try database.prepare(sql.position)
                return try end.step() ? FeedEnd(end) : FeedEnd(position: 0)
            }
        }
    }

    func feedKeys(since position: Int64, after key: SourceKey?, limit: Int) throws(Trouble)
        -> [SourceKey]
    {
        guard let sql = feedSQL else { return [] }
        return try onFeed { () throws(SQLiteError) in
            let statement = try database.prepare(sql.keys)
            statement.bind(1, position)
            statement.bind(2, key?.rawValue ?? 0)
            statement.bind(3, limit)
            var keys: [SourceKey] = []
            while try statement.step() { keys.append(SourceKey(statement.integer(0))) }
            return keys
        }
    }

    func feedSize() throws(Trouble) -> Int64 {
        guard let sql = feedSQL else { return 0 }
        return try onFeed { () throws(SQLiteError) in try database.integer(sql.size) ?? 0 }
    }

    func trimFeed(before position: Int64, limit: Int) throws(Trouble) -> Int {
        guard let sql = feedSQL else { return 0 }
        return try onFeed { () throws(SQLiteError) in
            let statement = try database.prepare(sql.trim)
            statement.bind(1, position)
            statement.bind(2, limit)
            try statement.run()
            return database.changes
        }
    }

    private func onFeed<R>(_ body: () throws(SQLiteError) -> R) throws(Trouble) -> R {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw trouble(error, file: FeedSQL.sqliteTable)
        }
    }

    func snapshot(
        of queries: [SourceQuery], _ arguments: QueryArguments, _ body: () throws(Trouble) -> Void
    ) throws(Trouble) {
        var failure: Trouble?
        do {
            try database.transaction(immediate: false) {
                do throws(Trouble) {
                    try body()
                } catch {
                    failure = error
                    throw error
                }
            }
        } catch {
            if let failure { throw failure }
            throw trouble(error, .headers)
        }
    }

    /// SQLite works row by row, and through an index where there is one.
    func inKeyOrder(
        _ query: SourceQuery, _ arguments: QueryArguments, _ body: () throws(Trouble) -> Void
    ) throws(Trouble) { try body() }

    func write(_ query: SourceQuery, _ arguments: [QueryArguments]) throws(Trouble) {
        guard let statement = statements[query] else { return }
        do {
            try database.transaction {
                for each in arguments {
                    bind(statement, query, each)
                    try statement.run()
                }
            }
        } catch {
            throw trouble(error, query)
        }
    }

    func rehearse(_ query: SourceQuery, _ arguments: QueryArguments) throws(Trouble) {
        guard let statement = statements[query] else { return }
        do {
            try database.transaction {
                bind(statement, query, arguments)
                try statement.run()
                throw Rehearsed()
            }
        } catch is Rehearsed {
            return
        } catch {
            throw trouble(error, query)
        }
    }

    /// Nothing in SQLite wakes another process: whoever wants to know looks again.
    func wait(milliseconds: Int64, interruptedBy descriptor: Int32?) throws(Trouble) -> Bool {
        CaptureInbox.sleep(milliseconds: milliseconds, interruptedBy: descriptor)
        return false
    }

    private func run(
        _ query: SourceQuery, _ arguments: QueryArguments, _ body: (Statement) -> Void
    ) throws(Trouble) {
        guard let statement = statements[query] else { return }
        bind(statement, query, arguments)
        let compiled = statement.recompilations
        var isOther = false
        do throws(SQLiteError) {
            while try statement.step() {
                isOther = statement.recompilations != compiled && !statement.hasItsColumns
                if isOther { break }
                body(statement)
            }
        } catch {
            throw trouble(error, query)
        }
        guard isOther else { return }
        // SQLite compiles anew without a word, and `*` may then have its columns in another order.
        statement.reset()
        isStale = true
        isUsable = false
        throw .sourceFailed(
            file: profile.file(of: query), code: "17", reason: "its columns have changed")
    }

    func unreadableColumn(of query: SourceQuery, _ arguments: QueryArguments) -> String? {
        guard let sql = profile.statements[query]?.text else { return nil }
        isUsable = false
        return columnNames[query]?.first { name in
            do throws(SQLiteError) {
                let column = try database.prepare(SizeGuard.only(name, of: sql))
                bind(column, query, arguments)
                while try column.step() {}
                return false
            } catch {
                return error.isAboutValue
            }
        }
    }

    func largestColumn(
        of query: SourceQuery, _ arguments: QueryArguments
    ) -> (name: String, bytes: Int64)? {
        guard let sql = profile.statements[query]?.text else { return nil }
        isUsable = false
        return columnNames[query]?.map { name in
            var bytes: Int64 = 0
            do throws(SQLiteError) {
                let column = try database.prepare(SizeGuard.only(name, of: sql))
                bind(column, query, arguments)
                while try column.step() { bytes += Int64(column.utf8(0)?.count ?? 0) }
            } catch {
                if error.isTooBig { bytes = .max }
            }
            return (name: name, bytes: bytes)
        }.max { $0.bytes < $1.bytes }
    }

    private func bind(_ statement: Statement, _ query: SourceQuery, _ arguments: QueryArguments) {
        for name in profile.statements[query]?.parameters ?? [] {
            guard let index = statement.bindingIndex(":\(name)") else { continue }
            switch arguments[name] {
            case nil:
                statement.bind(
                    index,
                    profile.settings[name] ?? (name == "zone" ? profile.zone.identifier : nil))
            case .text(let text): statement.bind(index, text)
            case .integer(let number): statement.bind(index, number)
            case .keys(let keys):
                var json = JSONWriter()
                json.beginArray()
                for key in keys { json.number(key.rawValue) }
                json.endArray()
                statement.bind(index, String(decoding: json.finish(), as: UTF8.self))
            case .texts(let texts):
                var json = JSONWriter()
                json.beginArray()
                for text in texts { json.string(text) }
                json.endArray()
                statement.bind(index, String(decoding: json.finish(), as: UTF8.self))
            }
        }
    }

    private func trouble(_ error: any Error, _ query: SourceQuery) -> Trouble {
        trouble(error, file: profile.file(of: query))
    }

    private func trouble(_ error: any Error, file: String) -> Trouble {
        guard let error = error as? SQLiteError else {
            isUsable = false
            return .sourceFailed(file: file, code: "?", reason: "unexpected failure")
        }
        // Opened again by the next call: the file may have been replaced or mended meanwhile.
        if error.isIO || error.isCorrupt || error.isCannotOpen { isUsable = false }
        if error.isSchemaChange {
            isStale = true
            isUsable = false
        }
        if error.isTooBig { return .sourceRowsTooLarge(file: file) }
        if error.isAboutValue {
            return .sourceValueUnreadable(file: file, reason: SQLiteSession.words(error))
        }
        if error.isBusy { return .sourceSlow(file: file) }
        if error.isReadOnly { return .sourceReadOnly(file: file) }
        if error.isCorrupt { return .sourceDamaged(path: path) }
        if error.isCannotOpen { return .sourceFileMissing(path: path, reason: error.message) }
        return .sourceFailed(file: file, code: String(error.code), reason: error.message)
    }

    /// SQLite's words only where they are known to quote no value.
    private static func words(_ error: SQLiteError) -> String {
        let harmless = ["integer overflow", "malformed JSON", "datatype mismatch"]
        let word = harmless.first { error.message.hasPrefix($0) }
        return "SQLite \(error.code), " + (word ?? "a value does not fit")
    }

    private static func unopened(_ error: SQLiteError, _ path: String) -> Trouble {
        if error.isCorrupt { return .sourceDamaged(path: path) }
        if error.isBusy { return .sourceSlow(file: path) }
        // In WAL mode even a reader needs the files beside the database.
        if error.isCannotOpen || error.isReadOnly, access(path, R_OK) == 0 {
            return .sourceFolderUnusable(path: path)
        }
        // SQLite says only that it cannot; what keeps it from it is for the system to say.
        let reason = access(path, R_OK) == 0 ? error.message : String(cString: strerror(errno))
        return .sourceFileMissing(path: path, reason: reason)
    }

    /// SQLite says in words what a statement does not find; the words name what our own SQL names.
    private func unprepared(_ error: SQLiteError, _ query: SourceQuery) -> Trouble {
        for prefix in ["no such table: ", "no such column: "] where error.message.hasPrefix(prefix)
        {
            return .sourceNameUnknown(
                file: profile.file(of: query),
                object: String(error.message.dropFirst(prefix.count)))
        }
        guard !error.isBusy, !error.isIO, !error.isCorrupt else { return trouble(error, query) }
        return .profileStatementUnfit(
            file: profile.file(of: query), object: "", reason: error.message)
    }

    /// Another file under the same path is another database.
    private static func fileIdentity(_ path: String) -> String {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return "" }
        return "\(facts.st_dev)-\(facts.st_ino)"
    }
}
