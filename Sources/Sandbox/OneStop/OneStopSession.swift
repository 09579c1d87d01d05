internal import Operating
internal import Postgres
internal import SQLite

/// A value on its way into a column.
enum Cell: Sendable {
    case null
    case text(String)
    case integer(Int64)
    case time(OfficeTime)
    case flag(Bool)

    static func integer(_ value: Int) -> Cell { .integer(Int64(value)) }
    static func optional(_ time: OfficeTime?) -> Cell { time.map { .time($0) } ?? .null }
    /// Offices leave empty what they do not know.
    static func orNull(_ text: String) -> Cell { text.isEmpty ? .null : .text(text) }
}

/// A table and the columns that are written; the others keep their defaults.
struct TableShape: Sendable {
    var name: String
    var columns: [String]

    init(_ name: String, _ columns: String) {
        self.name = name
        self.columns = columns.split { $0 == " " || $0 == "\n" }.map(String.init)
    }
}

/// One session with a one-stop database, whichever engine keeps it. Confined to its thread.
///
/// SQL is the part that both engines share; parameters are `$1`, `$2`…
protocol OneStopSession: AnyObject {
    var engine: OneStopPlace.Engine { get }
    func execute(_ script: String) throws
    /// Many rows at once, as fast as the engine can.
    func load(_ table: TableShape, _ rows: [[Cell]]) throws
    /// Runs a statement, prepared once, and says how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: [Cell]) throws -> Int
    /// The columns of each row as text.
    func rows(_ sql: String, _ values: [Cell], _ row: ([String?]) throws -> Void) throws
}

extension OneStopSession {
    func insert(_ table: TableShape, _ row: [Cell]) throws {
        let marks = (1...table.columns.count).map { "$\($0)" }.joined(separator: ", ")
        try run(
            "INSERT INTO \(table.name) (\(table.columns.joined(separator: ", "))) VALUES (\(marks))",
            row)
    }

    func first(_ sql: String, _ values: [Cell] = []) throws -> [String?]? {
        var first: [String?]?
        try rows(sql, values) { row in if first == nil { first = row } }
        return first
    }

    func integer(_ sql: String) throws -> Int64 {
        try first(sql)?[0].flatMap { Int64($0) } ?? 0
    }
}

/// Where a one-stop database is.
struct OneStopPlace: Sendable {
    enum Engine: Sendable { case sqlite, postgres }
    var engine: Engine
    /// A file, or a connection string.
    var address: String

    /// A connection string has `=` or is a `postgres://` URI; anything else is a file.
    init(_ text: String) {
        let isPostgres =
            text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") || text.contains("=")
        engine = isPostgres ? .postgres : .sqlite
        address = text
    }

    func open(create: Bool = false, applicationName: String) throws(Trouble) -> any OneStopSession {
        do {
            switch engine {
            case .sqlite:
                return SQLiteSession(
                    try Database(
                        path: address, mode: create ? .create : .readWrite,
                        busyTimeoutMilliseconds: 20_000))
            case .postgres:
                return PostgresSession(
                    try PostgresConnection(
                        address, statementTimeoutMilliseconds: 300_000, readOnly: false,
                        applicationName: applicationName))
            }
        } catch { throw .oneStop(error) }
    }
}

extension Trouble {
    /// What a database said, without anything out of its rows.
    static func oneStop(_ error: any Error) -> Trouble {
        switch error {
        case let trouble as Trouble: trouble
        case let error as PostgresError:
            .oneStopDatabaseFailed(
                "\(error.severity) \(error.sqlState) \(error.summary) \(error.object)")
        case let error as SQLiteError:
            .oneStopDatabaseFailed("SQLite \(error.code): \(error.message)")
        default: .oneStopDatabaseFailed("\(type(of: error))")
        }
    }
}

final class SQLiteSession: OneStopSession {
    let database: Database
    let engine = OneStopPlace.Engine.sqlite
    private var statements: [String: Statement] = [:]

    init(_ database: Database) { self.database = database }

    func execute(_ script: String) throws { try database.execute(script) }

    func load(_ table: TableShape, _ rows: [[Cell]]) throws {
        for row in rows { try insert(table, row) }
    }

    func run(_ sql: String, _ values: [Cell]) throws -> Int {
        try prepared(sql, values).run()
        return database.changes
    }

    func rows(_ sql: String, _ values: [Cell], _ row: ([String?]) throws -> Void) throws {
        let statement = try prepared(sql, values)
        defer { statement.reset() }
        let columns = Int32(statement.columnNames.count)
        while try statement.step() {
            try row((0..<columns).map { statement.text($0) })
        }
    }

    private func prepared(_ sql: String, _ values: [Cell]) throws -> Statement {
        let statement = try statements[sql] ?? database.prepare(sql)
        statements[sql] = statement
        for (index, value) in values.enumerated() {
            guard let place = statement.bindingIndex("$\(index + 1)") else { continue }
            switch value {
            case .null: statement.bindNull(place)
            case .text(let text): statement.bind(place, text)
            case .integer(let number): statement.bind(place, number)
            case .time(let time): statement.bind(place, time.text)
            case .flag(let flag): statement.bind(place, Int64(flag ? 1 : 0))
            }
        }
        return statement
    }
}

final class PostgresSession: OneStopSession {
    let connection: PostgresConnection
    let engine = OneStopPlace.Engine.postgres
    private var statements: [String: PreparedQuery] = [:]

    init(_ connection: PostgresConnection) { self.connection = connection }

    func execute(_ script: String) throws { try connection.execute(script) }

    func load(_ table: TableShape, _ rows: [[Cell]]) throws {
        guard !rows.isEmpty else { return }
        let columns = table.columns.joined(separator: ", ")
        try connection.copyIn("COPY \(table.name) (\(columns)) FROM STDIN") { writer in
            for row in rows { try writer.row(row.map(PostgresSession.text)) }
        }
    }

    func run(_ sql: String, _ values: [Cell]) throws -> Int {
        try connection.run(try prepared(sql), values.map(PostgresSession.text))
    }

    func rows(_ sql: String, _ values: [Cell], _ row: ([String?]) throws -> Void) throws {
        let query = try prepared(sql)
        try connection.query(query, values.map(PostgresSession.text)) { found in
            try row((0..<found.count).map { found.text($0) })
        }
    }

    private func prepared(_ sql: String) throws -> PreparedQuery {
        let query = try statements[sql] ?? connection.prepare(sql)
        statements[sql] = query
        return query
    }

    private static func text(_ cell: Cell) -> String? {
        switch cell {
        case .null: nil
        case .text(let text): text
        case .integer(let number): String(number)
        case .time(let time): time.text
        case .flag(let flag): flag ? "t" : "f"
        }
    }
}
