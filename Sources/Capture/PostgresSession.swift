internal import Dossiers
internal import Operating
internal import Postgres

extension DatabaseSource {
    /// A source on a PostgreSQL server.
    ///
    /// - Parameters:
    ///   - conninfo: keywords and values, or a URI, as libpq takes them.
    ///   - writeConninfo: for writing answers back, when another user does that.
    ///   - acceptsHiddenRows: what row-level security leaves is all that there is for us. Otherwise a list that a
    ///     policy emptied would be taken for one that the office emptied.
    package static func postgres(
        _ profile: SourceProfile, conninfo: String, writeConninfo: String? = nil,
        connectTimeoutSeconds: Int = 10, statementTimeoutMilliseconds: Int = 60_000,
        lockTimeoutMilliseconds: Int = PostgresSession.lockTimeoutMilliseconds,
        acceptsHiddenRows: Bool = false
    ) -> DatabaseSource {
        func session(_ conninfo: String, isWriter: Bool) throws(Trouble) -> any SourceSession {
            try PostgresSession(
                profile, conninfo, isWriter: isWriter,
                connectTimeoutSeconds: connectTimeoutSeconds,
                statementTimeoutMilliseconds: statementTimeoutMilliseconds,
                lockTimeoutMilliseconds: lockTimeoutMilliseconds,
                acceptsHiddenRows: acceptsHiddenRows)
        }
        return DatabaseSource(
            profile: profile,
            open: { () throws(Trouble) in try session(conninfo, isWriter: false) },
            openForWriting: { () throws(Trouble) in
                try session(writeConninfo ?? conninfo, isWriter: true)
            })
    }
}

/// A profile's statements prepared on one PostgreSQL connection.
final class PostgresSession: SourceSession {
    private let profile: SourceProfile
    private let connection: PostgresConnection
    private var queries: [SourceQuery: PreparedQuery] = [:]
    /// Without what a guard adds.
    private var names: [SourceQuery: [String]] = [:]
    private var feedQueries: [String: PreparedQuery] = [:]
    private let feedSQL: FeedSQL?
    private(set) var isUsable = true
    private(set) var isStale = false
    /// Asked for already, with or without success.
    private var knownLineage: String??
    /// The keys that were asked for last, and how they are written.
    private var page: (keys: [SourceKey], text: String) = ([], "{}")
    /// There was a feed that can be used when the last mark was taken.
    private var isFeedReady = false

    /// - Parameter isWriter: opens a read-write session that knows only how to write back.
    init(
        _ profile: SourceProfile, _ conninfo: String, isWriter: Bool, connectTimeoutSeconds: Int,
        statementTimeoutMilliseconds: Int, lockTimeoutMilliseconds: Int,
        acceptsHiddenRows: Bool = false
    ) throws(Trouble) {
        self.profile = profile
        feedSQL = profile.feed.map { FeedSQL.postgres($0, generation: "") }
        do {
            connection = try PostgresConnection(
                conninfo, connectTimeoutSeconds: connectTimeoutSeconds,
                statementTimeoutMilliseconds: isWriter
                    ? min(statementTimeoutMilliseconds, 10_000) : statementTimeoutMilliseconds,
                lockTimeoutMilliseconds: lockTimeoutMilliseconds, readOnly: !isWriter,
                refusesHiddenRows: !isWriter && !acceptsHiddenRows)
        } catch {
            throw .sourceUnreachable(error.summary)
        }
        for (query, statement) in profile.statements where (query == .writeBack) == isWriter {
            do {
                let prepared = try connection.prepare(statement.positional)
                queries[query] = try measured(query, prepared)
                names[query] = prepared.columnNames
            } catch {
                throw trouble(error, query)
            }
        }
        // Behind a pooler the server would notify somebody else.
        guard let channel = profile.channel, !isWriter, !connection.isShared else { return }
        do {
            try connection.listen(channel)
        } catch {
            // A standby server takes no LISTEN: the source is polled, as it is anyway.
            if error.isConnectionLoss { throw trouble(error, .mark) }
        }
    }

    /// Gives way to the office: a lock that is not free soon is not worth a wait, for whoever waits holds what he
    /// has meanwhile, and others queue behind him. Who gives up before the server looks for deadlocks is never the
    /// reason why somebody else is chosen to end one.
    package static let lockTimeoutMilliseconds = 150

    var isShared: Bool { connection.isShared }

    /// The statement in a guard for the size of its rows; as it is when it cannot be put into one.
    private func measured(
        _ query: SourceQuery, _ plain: PreparedQuery
    ) throws(PostgresError) -> PreparedQuery {
        guard query.yieldsRows,
            let sql = SizeGuard.postgres(
                plain.sql, names: plain.columnNames, types: plain.columnTypes)
        else { return plain }
        do throws(PostgresError) {
            return try connection.prepare(sql)
        } catch {
            guard !error.isConnectionLoss else { throw error }
            return plain
        }
    }

    var columnNames: [SourceQuery: [String]] { names }

    func rows<Column: SourceColumn>(
        of query: SourceQuery, _ plan: ColumnPlan<Column>, _ arguments: QueryArguments,
        _ body: (SourceKey, SourceRow<Column>) -> Void
    ) throws(Trouble) {
        var isKeyUsable = true
        var isTooLarge = false
        // Where the guard has put its flag; beyond the row's end when there is none.
        let flag = names[query]?.count ?? .max
        try run(query, arguments) { row in
            if flag < row.count, row.bytes(flag)?.first == UInt8(ascii: "f") {
                isTooLarge = true
                return
            }
            guard let key = row.integer(plan.keyIndex), key > 0 else {
                isKeyUsable = false
                return
            }
            body(SourceKey(key), plan.row { row.bytes($0) })
        }
        guard isKeyUsable else { throw .sourceKeyUnusable(file: profile.file(of: query)) }
        guard !isTooLarge else { throw .sourceRowsTooLarge(file: profile.file(of: query)) }
    }

    func texts(
        of query: SourceQuery, _ arguments: QueryArguments, _ body: ([String?]) -> Void
    ) throws(Trouble) {
        try run(query, arguments) { row in
            var texts: [String?] = []
            texts.reserveCapacity(row.count)
            for index in 0..<row.count { texts.append(row.text(index)) }
            body(texts)
        }
    }

    /// Asked once: another history is served over another connection.
    func lineage() throws(Trouble) -> String? {
        if let knownLineage { return knownLineage }
        var found = ""
        do {
            try connection.query(try connection.prepare(PostgresDoubts.lineage)) {
                found = $0.text(0) ?? ""
            }
        } catch {
            // An account that may not ask goes by what else there is.
            guard let error = error as? PostgresError, !error.isConnectionLoss else {
                throw trouble(error, .mark)
            }
        }
        knownLineage = .some(found.isEmpty ? nil : found)
        return found.isEmpty ? nil : found
    }

    func doubts(found: Int64?) throws(Trouble) -> [Trouble] {
        do {
            return try PostgresDoubts(profile).ask(connection, found: found)
        } catch {
            throw trouble(error, .all)
        }
    }

    func identity() throws(Trouble) -> String? { nil }
    func version() throws(Trouble) -> String? { nil }

    func mark(_ arguments: QueryArguments, ahead: FeedQuestion?) throws(Trouble) -> SessionMark {
        if isFeedReady, let answer = try markInOneTrip(arguments, ahead: ahead) { return answer }
        var answer = SessionMark(feed: try feedState(), rows: [])
        try texts(of: .mark, arguments) { answer.rows.append($0) }
        isFeedReady = answer.feed.mark != nil
        return answer
    }

    /// The same in one trip; nil when the server refuses a part, as it does when the feed is gone: asked one by
    /// one, it says which.
    private func markInOneTrip(
        _ arguments: QueryArguments, ahead: FeedQuestion?
    ) throws(Trouble) -> SessionMark? {
        isFeedReady = false
        guard let sql = feedSQL, let mark = call(.mark, arguments) else { return nil }
        var answer = SessionMark(feed: .absent, rows: [])
        do {
            var calls = [
                PostgresCall(try feedQuery(sql.state)), PostgresCall(try feedQuery(sql.position)),
                mark,
            ]
            if let ahead { calls.append(try feedKeysCall(sql, ahead, after: nil)) }
            try connection.together(calls) {
                let found = try feedFacts(sql)
                let end = try feedEnd(sql)
                try texts(of: .mark, arguments) { answer.rows.append($0) }
                answer.feed = try feedState(found) { end }
                if let ahead {
                    answer.keys = try feedKeys(
                        since: ahead.position, after: nil, limit: ahead.limit)
                }
            }
        } catch {
            let trouble = error as? Trouble ?? trouble(error, .mark)
            if isUsable { return nil }
            throw trouble
        }
        isFeedReady = answer.feed.mark != nil
        return answer
    }

    /// Asks for the feed's end only when there is one: older servers do not know the words.
    private func feedState() throws(Trouble) -> FeedState {
        guard let sql = feedSQL else { return .absent }
        return try feedState(try feedFacts(sql)) { () throws(Trouble) in try feedEnd(sql) }
    }

    private func feedState(
        _ found: FeedFacts?, end: () throws(Trouble) -> FeedEnd
    ) throws(Trouble) -> FeedState {
        guard let feed = profile.feed, let found else { return .absent }
        return try FeedState.read(found, of: feed, end: end)
    }

    private func feedFacts(_ sql: FeedSQL) throws(Trouble) -> FeedFacts? {
        var found: FeedFacts?
        try onFeed(sql.state, []) { found = FeedFacts($0) }
        return found
    }

    private func feedEnd(_ sql: FeedSQL) throws(Trouble) -> FeedEnd {
        var end = FeedEnd(position: 0)
        try onFeed(sql.position, []) { end = FeedEnd($0) }
        return end
    }

    func feedKeys(since position: Int64, after key: SourceKey?, limit: Int) throws(Trouble)
        -> [SourceKey]
    {
        guard let sql = feedSQL else { return [] }
        var keys: [SourceKey] = []
        do {
            let call = try feedKeysCall(
                sql, FeedQuestion(position: position, limit: limit), after: key)
            try connection.query(call.query, call.parameters) {
                if let key = $0.integer(0) { keys.append(SourceKey(key)) }
            }
        } catch {
            throw feedTrouble(error)
        }
        return keys
    }

    private func feedKeysCall(
        _ sql: FeedSQL, _ question: FeedQuestion, after key: SourceKey?
    ) throws(PostgresError) -> PostgresCall {
        PostgresCall(
            try feedQuery(sql.keys),
            [String(question.position), String(key?.rawValue ?? 0), String(question.limit)])
    }

    func feedSize() throws(Trouble) -> Int64 {
        guard let sql = feedSQL else { return 0 }
        var size: Int64 = 0
        try onFeed(sql.size, []) { size = $0.integer(0) ?? 0 }
        return size
    }

    func trimFeed(before position: Int64, limit: Int) throws(Trouble) -> Int {
        guard let sql = feedSQL else { return 0 }
        do throws(PostgresError) {
            return try connection.run(
                try feedQuery(sql.trim), [String(position), String(limit)])
        } catch {
            throw feedTrouble(error)
        }
    }

    private func onFeed(
        _ sql: String, _ parameters: [String?], _ body: (borrowing PostgresRow) -> Void
    ) throws(Trouble) {
        do {
            try connection.query(try feedQuery(sql), parameters, body)
        } catch {
            throw feedTrouble(error)
        }
    }

    private func feedTrouble(_ error: any Error) -> Trouble {
        trouble(error, file: "\(FeedSQL.schema).feed")
    }

    /// Prepared when it is first needed: there may be no feed.
    private func feedQuery(_ sql: String) throws(PostgresError) -> PreparedQuery {
        if let query = feedQueries[sql] { return query }
        let query = try connection.prepare(sql)
        feedQueries[sql] = query
        return query
    }

    func snapshot(
        of queries: [SourceQuery], _ arguments: QueryArguments, _ body: () throws(Trouble) -> Void
    ) throws(Trouble) {
        try together(
            queries.compactMap { call($0, arguments) }, "ISOLATION LEVEL REPEATABLE READ",
            planning, .headers, body)
    }

    func inKeyOrder(
        _ query: SourceQuery, _ arguments: QueryArguments, _ body: () throws(Trouble) -> Void
    ) throws(Trouble) {
        try together([call(query, arguments)].compactMap { $0 }, "", stepwise, query, body)
    }

    private func together(
        _ calls: [PostgresCall], _ mode: String, _ settings: [String: String],
        _ query: SourceQuery, _ body: () throws(Trouble) -> Void
    ) throws(Trouble) {
        var failure: Trouble?
        do {
            try connection.transaction(mode, settings: settings, ahead: calls) {
                do throws(Trouble) {
                    try body()
                } catch {
                    failure = error
                    throw error
                }
            }
        } catch {
            if let failure { throw failure }
            throw trouble(error, query)
        }
    }

    /// Plans that read through the key's index and stop at the limit, instead of reading a table and sorting it.
    private var stepwise: [String: String] {
        var settings = ["seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin", "hashagg"]
            .reduce(into: [String: String]()) { $0["enable_\($1)"] = "off" }
        if connection.serverVersion >= 120_000 {
            settings["plan_cache_mode"] = "force_custom_plan"
        }
        return settings
    }

    /// What the daemon writes is no change of a dossier: the feed's triggers pass it over.
    private static let own = ["lienthongd.state": FeedFunctions.ownState]

    /// The plan for an unknown number of keys, which goes through indices and which the server keeps. Left to
    /// itself, it would plan each look's statements anew, which takes longer than reading a few dossiers.
    private var planning: [String: String] {
        guard connection.serverVersion >= 120_000, !connection.isShared else { return [:] }
        return ["plan_cache_mode": "force_generic_plan"]
    }

    func write(_ query: SourceQuery, _ arguments: [QueryArguments]) throws(Trouble) {
        guard let prepared = queries[query], let statement = profile.statements[query] else {
            return
        }
        // Each transaction locks the rows that it changes until its end.
        var pace = WritePace()
        var rest = arguments[...]
        do {
            while !rest.isEmpty {
                let calls = rest.prefix(pace.size).map {
                    PostgresCall(prepared, texts(statement, $0))
                }
                let began = ContinuousClock.now
                try connection.transaction("", settings: PostgresSession.own, ahead: calls) {}
                rest = rest.dropFirst(calls.count)
                pace.took(began.duration(to: .now))
            }
        } catch {
            throw trouble(error, query)
        }
    }

    func rehearse(_ query: SourceQuery, _ arguments: QueryArguments) throws(Trouble) {
        guard let prepared = queries[query], let statement = profile.statements[query] else {
            return
        }
        do {
            try connection.transaction {
                try connection.run(prepared, texts(statement, arguments))
                throw Rehearsed()
            }
        } catch is Rehearsed {
            return
        } catch {
            throw trouble(error, query)
        }
    }

    func unreadableColumn(of query: SourceQuery, _ arguments: QueryArguments) -> String? {
        guard let statement = profile.statements[query] else { return nil }
        // Each is prepared for this once.
        isUsable = false
        return columnNames[query]?.first { name in
            // The server does not work out the columns that nobody asks for.
            do {
                let column = try connection.prepare(
                    SizeGuard.only(name, of: statement.positional))
                try connection.query(column, texts(statement, arguments)) { _ in }
                return false
            } catch {
                return (error as? PostgresError)?.isAboutValue ?? false
            }
        }
    }

    func largestColumn(
        of query: SourceQuery, _ arguments: QueryArguments
    ) -> (name: String, bytes: Int64)? {
        guard let statement = profile.statements[query], let names = names[query] else {
            return nil
        }
        isUsable = false
        var sizes: [Int64] = []
        do {
            let measure = try connection.prepare(
                SizeGuard.postgresSizes(statement.positional, names: names))
            try connection.query(measure, texts(statement, arguments)) { row in
                sizes = names.indices.map { row.integer($0) ?? 0 }
            }
        } catch {
            return nil
        }
        return zip(names, sizes).max { $0.1 < $1.1 }.map { (name: $0, bytes: $1) }
    }

    func wait(milliseconds: Int64, interruptedBy descriptor: Int32?) throws(Trouble) -> Bool {
        do {
            return try connection.waitForNotification(
                milliseconds: milliseconds, interruptedBy: descriptor)
        } catch {
            throw trouble(error, .mark)
        }
    }

    private func run(
        _ query: SourceQuery, _ arguments: QueryArguments, _ body: (borrowing PostgresRow) -> Void
    ) throws(Trouble) {
        guard let call = call(query, arguments) else { return }
        do {
            try connection.query(call.query, call.parameters, body)
        } catch {
            throw trouble(error, query)
        }
    }

    private func call(_ query: SourceQuery, _ arguments: QueryArguments) -> PostgresCall? {
        guard let prepared = queries[query], let statement = profile.statements[query] else {
            return nil
        }
        return PostgresCall(prepared, texts(statement, arguments))
    }

    private func trouble(_ error: any Error, _ query: SourceQuery) -> Trouble {
        trouble(error, file: profile.file(of: query))
    }

    private func trouble(_ error: any Error, file: String) -> Trouble {
        guard let error = error as? PostgresError else {
            isUsable = false
            return .sourceFailed(file: file, code: "?", reason: "unexpected failure")
        }
        if error.isConnectionLoss {
            isUsable = false
            return .sourceUnreachable(error.summary)
        }
        if error.isAboutSession {
            isStale = true
            isUsable = false
        }
        if error.isAboutValue {
            return .sourceValueUnreadable(file: file, reason: "\(error.sqlState), \(error.summary)")
        }
        if error.isTimeout { return .sourceSlow(file: file) }
        if error.isReadOnly { return .sourceReadOnly(file: file) }
        if error.isAboutHiddenRows {
            // A server may quote names in another way; whose statement it was is known in any case.
            return .sourceRowsHidden([error.object.isEmpty ? file : error.object])
        }
        if error.isDenied { return .sourceDenied(file: file, object: error.object) }
        if error.isUnknownName { return .sourceNameUnknown(file: file, object: error.object) }
        if error.sqlState.hasPrefix("42") {
            return .profileStatementUnfit(
                file: file, object: error.object, reason: error.summary)
        }
        return .sourceFailed(file: file, code: error.sqlState, reason: error.summary)
    }

    /// The parameters' text forms in the order of their numbers.
    private func texts(_ statement: NamedSQL, _ arguments: QueryArguments) -> [String?] {
        statement.parameters.map { name in
            switch arguments[name] {
            case nil: profile.settings[name] ?? (name == "zone" ? profile.zone.identifier : nil)
            case .text(let text): text
            case .integer(let number): String(number)
            case .keys(let keys): array(keys)
            case .texts(let texts):
                "{\(texts.map(PostgresSession.quoted).joined(separator: ","))}"
            }
        }
    }

    /// A page's keys, which each of its statements takes, written once.
    private func array(_ keys: [SourceKey]) -> String {
        if keys == page.keys { return page.text }
        var bytes = [UInt8(ascii: "{")]
        bytes.reserveCapacity(keys.count * 8)
        for (place, key) in keys.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: String(key.rawValue).utf8)
        }
        bytes.append(UInt8(ascii: "}"))
        page = (keys, String(decoding: bytes, as: UTF8.self))
        return page.text
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text.unicodeScalars where character != "\0" {
            if character == "\"" || character == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}
