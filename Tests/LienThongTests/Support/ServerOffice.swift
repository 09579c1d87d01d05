import Postgres
import TestSupport
import Testing

/// A one-stop database on a PostgreSQL server, which a road reads with an account that owns nothing.
final class ServerOffice {
    /// How the office itself connects: the owner of the tables.
    let owner: String
    let reader: String
    private let road: Road

    /// Makes the tables, fills them and configures the road to read them, in place of its own database.
    init(_ road: Road, on cluster: TestCluster, dossiers: Int) async throws {
        self.road = road
        owner = try cluster.makeDatabase()
        let make = try await Child(
            [
                "sandbox", "onestop", "make", "--profile", "reference", "--database", owner,
                "--dossiers", "\(dossiers)", "--seed", "3", "--held-share", "0", "--sources",
                "\(Program.config)/sources", "--codes", "\(Program.config)/codes",
            ], in: road.scratch
        ).end()
        guard make.status == 0 else { throw Unmet(description: "onestop make: \(make.errors)") }
        // A role is known to the whole server, which other tests may share.
        let role = "reader_" + (owner.split(separator: "_").last ?? "")
        reader = owner.replacing("user=postgres", with: "user=\(role)")
        try run(
            """
            CREATE ROLE \(role) LOGIN;
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(role);
            GRANT UPDATE (verification, verified_at) ON dossier TO \(role);
            """)
        try road.configure {
            $0.replacing("\"sqlite\"", with: "\"postgres\"")
                .replacing(road.database, with: reader)
        }
    }

    var role: String { String(reader.firstMatch(of: /user=(\S+)/)?.1 ?? "") }

    /// Changes the database as its owner.
    func run(_ sql: String) throws { try PostgresConnection(owner, readOnly: false).execute(sql) }

    func text(_ sql: String) throws -> String {
        let connection = try PostgresConnection(owner, readOnly: false)
        var found = ""
        try connection.query(try connection.prepare(sql)) { found = $0.text(0) ?? "NULL" }
        return found
    }

    /// A correction of one dossier, now.
    func correct(_ key: Int) throws {
        try run(
            """
            UPDATE dossier SET note = 'đã bổ sung ' || random(),
                modified_at = now() AT TIME ZONE 'Asia/Ho_Chi_Minh'
            WHERE id = \(key)
            """)
    }

    /// Changes a dossier and moves no time.
    func correctSilently(_ key: Int) throws {
        try run("UPDATE dossier SET note = 'sửa tay ' || random() WHERE id = \(key)")
    }

    func expectEqualEnds() async throws { try await road.expectEqualEnds(database: owner) }
}
