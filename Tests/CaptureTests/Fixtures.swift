import Capture
import Contracts
import Dossiers
import Foundation
import Operating
import Outbox
import Postgres
import SQLite
import Synchronization
import TestSupport
import Testing
import Wire

/// The repository's own files.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }
}

/// A folder that is removed with its owner.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "lienthongd-capture-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The kinds of source that every promise is tried on.
enum SourceKind: String, CaseIterable, CustomTestStringConvertible {
    case referenceSQLite, referencePostgres, opencps

    var testDescription: String { rawValue }
    var directory: String {
        "\(Repository.root)/Config/sources/\(self == .opencps ? "opencps" : "reference")"
    }
    var schema: String {
        switch self {
        case .referenceSQLite: "\(directory)/sqlite/schema.sql"
        case .referencePostgres: "\(directory)/postgres/schema.sql"
        case .opencps: "\(directory)/schema.sql"
        }
    }
    var dialect: SourceProfile.Dialect { self == .referenceSQLite ? .sqlite : .postgres }
}

/// A one-stop database and a clerk who writes to it over a connection of his own.
final class Office {
    let kind: SourceKind
    let profile: SourceProfile
    let source: DatabaseSource
    private let folder: TemporaryFolder
    private let conninfo: String
    private var clerk: Clerk
    /// The clerk's watch: Vietnam's time as the tables have it.
    var clock = CivilTime(year: 2026, month: 1, day: 5, hour: 8)

    /// - Parameter options: of the database, on PostgreSQL.
    init(
        _ kind: SourceKind, statementTimeoutMilliseconds: Int = 60_000, options: String = "",
        cluster: TestCluster? = nil
    ) throws {
        self.kind = kind
        folder = try TemporaryFolder()
        profile = try SourceProfile.load(directory: kind.directory, dialect: kind.dialect)
        if kind == .referenceSQLite {
            conninfo = "\(folder.path)/onestop.sqlite"
            let database = try Database(path: conninfo, mode: .create)
            try database.execute("PRAGMA journal_mode = WAL")
            try database.execute(String(contentsOfFile: kind.schema, encoding: .utf8))
            source = .sqlite(profile, path: conninfo)
        } else {
            conninfo = try (cluster ?? .shared()).makeDatabase(
                schema: kind.schema, options: options)
            source = .postgres(
                profile, conninfo: conninfo,
                statementTimeoutMilliseconds: statementTimeoutMilliseconds)
        }
        clerk = try Clerk(kind, conninfo)
        try clerk.execute(Office.catalogue(kind))
    }

    /// Another clerk at the same database.
    func anotherClerk() throws -> Clerk { try Clerk(kind, conninfo) }

    /// The clerk's connection again, after the server was away.
    func reconnect() throws { clerk = try Clerk(kind, conninfo) }

    /// A name for a role that belongs to this database alone.
    var role: String { conninfo.split(separator: "_").last.map(String.init) ?? "" }

    /// The source over another account.
    func sourceAs(_ user: String, acceptsHiddenRows: Bool = false) -> DatabaseSource {
        .postgres(
            profile, conninfo: conninfo.replacing("user=postgres", with: "user=\(user)"),
            acceptsHiddenRows: acceptsHiddenRows)
    }

    func execute(_ sql: String) throws { try clerk.execute(sql) }

    func anotherSource(_ profile: SourceProfile? = nil) -> DatabaseSource {
        kind == .referenceSQLite
            ? .sqlite(profile ?? self.profile, path: conninfo)
            : .postgres(profile ?? self.profile, conninfo: conninfo)
    }

    var path: String { conninfo }

    /// The clock as an instant.
    var now: Moment {
        Moment(wall: Timestamp(vietnam: clock), steady: clock.millisecondsAsUTC)
    }

    func pass(seconds: Int64) {
        clock = CivilTime(millisecondsAsUTC: clock.millisecondsAsUTC + seconds * 1000)
    }

    /// A time of the clock as SQL text.
    func time(secondsAgo: Int64 = 0) -> String {
        Office.text(CivilTime(millisecondsAsUTC: clock.millisecondsAsUTC - secondsAgo * 1000))
    }

    static func text(_ time: CivilTime) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let day = "\(time.year)-\(two(time.month))-\(two(time.day))"
        return "\(day) \(two(time.hour)):\(two(time.minute)):\(two(time.second)).000"
    }

    private static func catalogue(_ kind: SourceKind) -> String {
        switch kind {
        case .referenceSQLite, .referencePostgres:
            """
            INSERT INTO procedure (code, national_code, name, field_code, field_name) VALUES
                ('TT-1', '1.000001', 'Thủ tục thử nghiệm', 'G13-TP01', 'Hộ tịch'),
                ('TT-2', NULL, 'Thủ tục chưa ánh xạ', 'G13-TP01', 'Hộ tịch');
            INSERT INTO unit (code, name, commune_code) VALUES ('H21.129', 'UBND xã Thử', NULL);
            """
        case .opencps:
            """
            INSERT INTO opencps_serviceinfo (serviceinfoid, groupid, servicecode, servicename,
                domaincode, domainname) VALUES
                (1, 1, 'TT-1', 'Thủ tục thử nghiệm', 'G13-TP01', 'Hộ tịch'),
                (2, 1, 'TT-2', 'Thủ tục chưa ánh xạ', 'G13-TP01', 'Hộ tịch');
            INSERT INTO opencps_serviceinfomapping (serviceinfomappingid, groupid, servicecode,
                servicecodedvcqg, servicenamedvcqg) VALUES (1, 1, 'TT-1', '1.000001', 'Thủ tục thử nghiệm');
            INSERT INTO opencps_dossierstatusmapping (dossierstatusmappingid, groupid, statuscode,
                statuscodedvcqg, substatuscode) VALUES
                (1, 1, 'processing', '4', ''), (2, 1, 'waiting', '5', ''),
                (3, 1, 'waiting', '6', 'waiting_payment');
            """
        }
    }
}

/// A connection that writes.
final class Clerk {
    private let kind: SourceKind
    private let sqlite: Database?
    private let postgres: PostgresConnection?

    init(_ kind: SourceKind, _ place: String) throws {
        self.kind = kind
        sqlite =
            kind == .referenceSQLite ? try Database(path: place, mode: .readWrite) : nil
        postgres =
            kind == .referenceSQLite ? nil : try PostgresConnection(place, readOnly: false)
    }

    func execute(_ sql: String) throws {
        try sqlite?.execute(sql)
        try postgres?.execute(sql)
    }

    func text(_ sql: String) throws -> String? {
        if let sqlite { return try sqlite.text(sql) }
        guard let postgres else { return nil }
        var text: String?
        try postgres.query(try postgres.prepare(sql)) { text = $0.text(0) }
        return text
    }
}

extension SourceMark {
    /// As if the daemon had only the mark's durable part.
    var restored: SourceMark? { SourceMark(text: text) }
}

func keys(_ numbers: some Sequence<Int>) -> [SourceKey] { numbers.map { SourceKey(Int64($0)) } }

/// The trouble that the body ends with.
func trouble(_ body: () throws -> Void) throws -> Trouble {
    do {
        try body()
    } catch {
        return try #require(error as? Trouble)
    }
    Issue.record("nothing was thrown")
    throw CancellationError()
}
