internal import Dossiers
internal import SQLite
internal import Wire

/// The statements over `request`, whose state the daemon and the commands share.
final class RequestTable {
    private let inserting: Statement
    private let open: Statement
    private let byID: Statement
    private let latest: Statement
    private let progressing: Statement
    private let moving: Statement
    private let db: Database

    private static let columns = """
        id, filter, state, requested_by, requested_at, updated_at, cursor, read, recorded,
        unchanged, held, missing
        """

    init(_ db: Database) throws(SQLiteError) {
        self.db = db
        let columns = RequestTable.columns
        inserting = try db.prepare(
            """
            INSERT INTO request (filter, state, requested_by, requested_at, updated_at)
            VALUES (?1, 0, ?2, ?3, ?3)
            """)
        open = try db.prepare(
            "SELECT \(columns) FROM request INDEXED BY request_open WHERE state = 0 ORDER BY id")
        byID = try db.prepare("SELECT \(columns) FROM request WHERE id = ?1")
        latest = try db.prepare("SELECT \(columns) FROM request ORDER BY id DESC LIMIT ?1")
        progressing = try db.prepare(
            """
            UPDATE request SET cursor = ?2, read = ?3, recorded = ?4, unchanged = ?5, held = ?6,
                missing = ?7, updated_at = ?8
            WHERE id = ?1 AND state IN (0, 1)
            """)
        moving = try db.prepare(
            "UPDATE request SET state = ?2, updated_at = ?3 WHERE id = ?1")
    }

    func insert(_ filter: ResyncFilter, by actor: String, now: Timestamp) throws(SQLiteError)
        -> Int64
    {
        inserting.bind(1, filter.json)
        inserting.bind(2, RequestTable.name(actor))
        inserting.bind(3, now.milliseconds)
        try inserting.run()
        return db.lastInsertedRow
    }

    func openRequests() throws(SQLiteError) -> [OperatorRequest] { try all(open) }

    func find(_ id: Int64) throws(SQLiteError) -> OperatorRequest? {
        byID.bind(1, id)
        return try all(byID).first
    }

    /// The newest first.
    func latest(_ limit: Int) throws(SQLiteError) -> [OperatorRequest] {
        latest.bind(1, Int64(limit))
        return try all(latest)
    }

    func progress(_ id: Int64, cursor: String?, counts: RequestCounts, now: Timestamp)
        throws(SQLiteError)
    {
        progressing.bind(1, id)
        progressing.bind(2, cursor)
        progressing.bind(3, counts.read)
        progressing.bind(4, counts.recorded)
        progressing.bind(5, counts.unchanged)
        progressing.bind(6, counts.held)
        progressing.bind(7, counts.missing)
        progressing.bind(8, now.milliseconds)
        try progressing.run()
    }

    func move(_ id: Int64, to state: OperatorRequest.State, now: Timestamp) throws(SQLiteError) {
        moving.bind(1, id)
        moving.bind(2, Int64(state.rawValue))
        moving.bind(3, now.milliseconds)
        try moving.run()
    }

    /// A name that the schema takes, whatever the environment said.
    static func name(_ actor: String) -> String {
        actor.isEmpty ? "?" : String(actor.unicodeScalars.prefix(100).map(Character.init))
    }

    /// A filter that cannot be read must never mean "everything".
    private static func filter(_ json: String) throws(SQLiteError) -> ResyncFilter {
        do throws(JSONError) {
            return ResyncFilter(try JSONValue(parsing: Array(json.utf8)))
        } catch {
            throw SQLiteError.damaged("request.filter is not JSON")
        }
    }

    private func all(_ s: Statement) throws(SQLiteError) -> [OperatorRequest] {
        defer { s.reset() }
        var found: [OperatorRequest] = []
        while try s.step() {
            var counts = RequestCounts()
            counts.read = s.integer(7)
            counts.recorded = s.integer(8)
            counts.unchanged = s.integer(9)
            counts.held = s.integer(10)
            counts.missing = s.integer(11)
            found.append(
                OperatorRequest(
                    id: s.integer(0), filter: try RequestTable.filter(s.text(1) ?? ""),
                    state: OperatorRequest.State(rawValue: Int(s.integer(2))) ?? .paused,
                    requestedBy: s.text(3) ?? "",
                    requestedAt: Timestamp(milliseconds: s.integer(4)),
                    updatedAt: Timestamp(milliseconds: s.integer(5)), cursor: s.text(6),
                    counts: counts))
        }
        return found
    }
}

extension ResyncFilter {
    /// The form in which a request keeps it.
    var json: String {
        var writer = JSONWriter(reserving: 256)
        write(into: &writer)
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        ResyncFilter.write("codes", codes, into: &writer)
        if let since { writer.member("since", since.milliseconds) }
        if let until { writer.member("until", until.milliseconds) }
        ResyncFilter.write("procedures", procedures, into: &writer)
        ResyncFilter.write("units", units, into: &writer)
        ResyncFilter.write("destinations", destinations.map(\.rawValue), into: &writer)
        if isOnlyDifferent { writer.member("onlyDifferent", true) }
        writer.endObject()
    }

    private static func write(
        _ name: String, _ values: [String], into writer: inout JSONWriter
    ) {
        guard !values.isEmpty else { return }
        writer.key(name)
        writer.beginArray()
        for value in values { writer.string(value) }
        writer.endArray()
    }

    /// Reads what ``json`` wrote; the schema lets nothing else that is not JSON in.
    init(_ value: JSONValue) {
        self.init()
        func texts(_ name: String) -> [String] { value[name]?.items?.compactMap(\.text) ?? [] }
        codes = texts("codes")
        since = value["since"]?.text.flatMap(Int64.init).map(Timestamp.init(milliseconds:))
        until = value["until"]?.text.flatMap(Int64.init).map(Timestamp.init(milliseconds:))
        procedures = texts("procedures")
        units = texts("units")
        destinations = texts("destinations").map(DestinationID.init(_:))
        isOnlyDifferent = value["onlyDifferent"] == .bool(true)
    }
}
