import Dossiers
import Foundation
import Operating
import Postgres
import TestSupport
import Testing
import Wire

@testable import Capture
@testable import Outbox

/// Whatever happens to the change feed or to the tables under it, the office's own statements come through.
@Suite("The office's statements beside a change feed")
struct UndisturbedTests {
    /// An office with a feed, and a clerk who is nobody special.
    private func office(_ kind: SourceKind = .referencePostgres) throws -> (Office, Clerk) {
        let office = try Office(kind)
        try office.execute((1...3).map { office.insertDossier($0) }.joined())
        try office.installFeed()
        return (office, try Clerk(kind, office.path.asRole(try office.makeRole())))
    }

    private func state(_ office: Office) throws -> FeedState {
        try office.anotherSource().inspectFeed(now: office.now.wall).state
    }

    struct Harm: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var sql: String
        /// What the daemon is told; nil for nothing, for it was no harm.
        var fault: String?
    }

    private static let harms = [
        Harm(
            testDescription: "the key renamed",
            sql: "ALTER TABLE dossier RENAME COLUMN id TO number", fault: "failing"),
        Harm(
            testDescription: "the key made a UUID",
            sql: """
                ALTER TABLE step DROP CONSTRAINT step_dossier_id_fkey;
                ALTER TABLE dossier ALTER COLUMN id TYPE uuid
                    USING lpad(id::text, 32, '0')::uuid
                """, fault: "failing"),
        Harm(
            testDescription: "the table of notes dropped", sql: "DROP TABLE lienthongd.feed",
            fault: "orphaned"),
        Harm(
            testDescription: "both tables of ours dropped",
            sql: "DROP TABLE lienthongd.feed, lienthongd.sign", fault: "orphaned"),
        Harm(
            testDescription: "the signs dropped", sql: "DROP TABLE lienthongd.sign",
            fault: "incomplete"),
        Harm(
            testDescription: "the function behind the triggers' dropped",
            sql: "DROP FUNCTION lienthongd.note(text, bigint, smallint, text)",
            fault: "incomplete"),
        Harm(
            testDescription: "all functions that the server lets go dropped",
            sql: """
                DROP FUNCTION lienthongd.note(text, bigint, smallint, text);
                DROP FUNCTION lienthongd.lost(text);
                """, fault: "incomplete"),
        Harm(
            testDescription: "what tells of a loss dropped, and something lost",
            sql: """
                DROP FUNCTION lienthongd.lost(text);
                ALTER TABLE lienthongd.feed ADD CHECK (kind > 100) NOT VALID;
                """, fault: "incomplete"),
        Harm(
            testDescription: "all rights taken away",
            sql: """
                REVOKE ALL ON SCHEMA lienthongd FROM PUBLIC;
                REVOKE ALL ON lienthongd.feed, lienthongd.sign FROM PUBLIC;
                """, fault: nil),
        Harm(
            testDescription: "a constraint on the notes",
            sql: "ALTER TABLE lienthongd.feed ADD CHECK (kind > 100) NOT VALID",
            fault: "failing"),
        Harm(
            testDescription: "a column of the notes dropped",
            sql: "ALTER TABLE lienthongd.feed DROP COLUMN related", fault: "failing"),
        Harm(
            testDescription: "the table swapped by copy and rename",
            sql: """
                ALTER TABLE step DROP CONSTRAINT step_dossier_id_fkey;
                CREATE TABLE fresh (LIKE dossier INCLUDING ALL);
                INSERT INTO fresh SELECT * FROM dossier;
                ALTER TABLE dossier RENAME TO dossier_old;
                ALTER TABLE fresh RENAME TO dossier;
                GRANT ALL ON dossier TO PUBLIC;
                """, fault: "incomplete"),
        Harm(
            testDescription: "a trigger switched off",
            sql: "ALTER TABLE dossier DISABLE TRIGGER lienthongd_dossier", fault: "incomplete"),
    ]

    @Test("come through whatever is done to it, and the daemon is told", arguments: harms)
    func harmed(_ harm: Harm) throws {
        let (office, clerk) = try office()
        // A session whose statements and functions were planned before it happened.
        try clerk.execute("UPDATE dossier SET note = 'trước'")
        let foreignKeys =
            "ALTER TABLE document DROP CONSTRAINT document_dossier_id_fkey;"
            + "ALTER TABLE fee DROP CONSTRAINT fee_dossier_id_fkey;"
            + "ALTER TABLE paper DROP CONSTRAINT paper_dossier_id_fkey;"
            + "ALTER TABLE supplement DROP CONSTRAINT supplement_dossier_id_fkey;"
        try office.execute(foreignKeys + harm.sql)
        try clerk.execute("UPDATE dossier SET note = 'sau'")
        try clerk.execute("BEGIN; UPDATE dossier SET note = 'sau nữa'; DELETE FROM dossier; COMMIT")
        #expect(try office.anotherClerk().text("SELECT count(*)::text FROM dossier") == "0")
        let found = try FeedReport(state: feedState(office), rows: 0)
        switch harm.fault {
        case nil: #expect(found.state.mark != nil)
        case "absent"?: #expect(found.state == .absent)
        case let fault?:
            guard case .unfit(let unfit) = found.state else {
                Issue.record("\(found.state)")
                return
            }
            #expect(unfit.name == fault)
            if fault == "failing" {
                #expect(found.trouble?.code == "LT-3031")
                #expect(found.trouble?.english.contains("dossier") == true)
            }
        }
        // What is left of it goes without a trace.
        _ = try office.installer().uninstall()
        #expect(try office.traces() == "0")
    }

    @Test("come through where the schema has another name, and the feed is taken for gone")
    func renamedSchema() throws {
        let (office, clerk) = try office()
        try clerk.execute("UPDATE dossier SET note = 'trước'")
        try office.execute("ALTER SCHEMA lienthongd RENAME TO kept")
        try clerk.execute("UPDATE dossier SET note = 'sau'")
        try clerk.execute("BEGIN; UPDATE dossier SET note = 'sau nữa'; DELETE FROM dossier; COMMIT")
        #expect(try state(office) == .absent)
        try office.execute("ALTER SCHEMA kept RENAME TO lienthongd")
        #expect(try office.installer().uninstall())
        #expect(try office.traces() == "0")
    }

    /// What the catalogue says of the feed, where the profile's own statements may not run any more.
    private func feedState(_ office: Office) throws -> FeedState {
        let feed = try #require(office.profile.feed)
        let sql = FeedSQL.postgres(feed, generation: "")
        let connection = try PostgresConnection(office.path, readOnly: true)
        var facts: FeedFacts?
        try connection.query(try connection.prepare(sql.state)) { facts = FeedFacts($0) }
        guard let facts else { return .absent }
        return try FeedState.read(facts, of: feed) {
            var end = FeedEnd(position: 0)
            try connection.query(try connection.prepare(sql.position)) { end = FeedEnd($0) }
            return end
        }
    }

    @Test("come through when a transaction changes its own table between two of them")
    func ownDDL() throws {
        let (office, _) = try office()
        try office.execute(
            """
            BEGIN; UPDATE dossier SET note = 'một' WHERE id = 1;
            ALTER TABLE dossier RENAME COLUMN id TO number;
            UPDATE dossier SET note = 'hai' WHERE number = 2; COMMIT
            """)
        #expect(try feedState(office) == .unfit(.failing("dossier 42703")))
    }

    @Test("do not wait for somebody who has locked the notes")
    func locked() throws {
        let (office, clerk) = try office()
        let administrator = try office.anotherClerk()
        try administrator.execute("BEGIN; LOCK TABLE lienthongd.feed IN ACCESS EXCLUSIVE MODE")
        // Far less than the lock would be held, far more than it takes.
        try clerk.execute("SET statement_timeout = 30000; UPDATE dossier SET note = 'không đợi'")
        try administrator.execute("COMMIT")
        #expect(try state(office) == .unfit(.failing("dossier 55P03")))
        // The cure: nothing of the tables has changed, so it is installed again, and trusted.
        let told = try FeedReport(state: state(office), rows: 0).trouble
        #expect(told?.code == "LT-3031")
        #expect(told?.fix.hasSuffix("install it again: lienthongd source install") == true)
        #expect(try office.installFeed())
        #expect(try state(office).mark != nil)
    }

    @Test("may be many thousand in one transaction, and are all noted")
    func bulk() throws {
        let (office, clerk) = try office()
        try clerk.execute(
            "INSERT INTO step (id, dossier_id, status, performed_at, modified_at) "
                + "SELECT n, 1 + n % 3, 'processing', now(), now() FROM generate_series(1, 3000) n")
        #expect(
            try office.anotherClerk().text(
                "SELECT count(DISTINCT source_key)::text FROM lienthongd.feed") == "3")
        // One subtransaction has a number of its own, not thousands: a row bears that of whoever wrote it.
        #expect(
            try office.anotherClerk().text(
                "SELECT count(DISTINCT xmin::text)::text FROM lienthongd.feed") == "2")
    }

    @Test("are noted up to a bound while nobody reads, and come through beyond it")
    func full() throws {
        let (office, clerk) = try office()
        let body = "SELECT pg_get_functiondef('lienthongd.note'::regproc)"
        let function = try #require(try office.anotherClerk().text(body))
        try office.execute(
            function.replacing("\(FeedSQL.mostBytes)", with: "8191"))
        for _ in 0..<400 { try clerk.execute("UPDATE dossier SET note = note || 'x'") }
        #expect(try state(office) == .unfit(.failing("dossier 54000")))
    }

    @Test("of the daemon's own are not noted")
    func own() throws {
        let (office, _) = try office()
        let answer = WriteBack(
            id: 1, code: DossierCode("H21"), sourceKey: SourceKey(1), verification: .matched,
            settledAt: office.now.wall)
        try office.source.writeBack([answer])
        #expect(
            try office.anotherClerk().text(
                "SELECT (SELECT verification FROM dossier WHERE id = 1) || "
                    + "(SELECT count(*) FROM lienthongd.feed)") == "matched0")
    }

    @Test("that empty a table make the feed another one, which is read anew")
    func truncated() throws {
        let (office, _) = try office()
        let before = try #require(try state(office).mark)
        try office.execute("TRUNCATE fee")
        let after = try #require(try state(office).mark)
        #expect(after.generation != before.generation)
        #expect(
            after.generation.split(separator: ".")[0] == before.generation.split(separator: ".")[0])
    }

    @Test("that replication brings are noted")
    func replica() throws {
        let (office, _) = try office()
        try office.execute(
            "SET session_replication_role = replica; UPDATE dossier SET note = 'x' WHERE id = 2;"
                + "SET session_replication_role = origin")
        #expect(
            try office.anotherClerk().text("SELECT source_key::text FROM lienthongd.feed") == "2")
    }
}

extension String {
    /// The same database for another user.
    func asRole(_ role: String) -> String { replacing("user=postgres", with: "user=\(role)") }
}

extension Office {
    /// A role that may use the office's tables, owns none, and knows nothing of ours.
    func makeRole() throws -> String {
        let role = "clerk_\(UUID().uuidString.prefix(8).lowercased())"
        try execute(
            """
            CREATE ROLE \(role) LOGIN;
            GRANT ALL ON ALL TABLES IN SCHEMA public TO \(role);
            """)
        return role
    }

    /// How many things of ours are in the database.
    func traces() throws -> String? {
        try anotherClerk().text(
            kind == .referenceSQLite
                ? "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%lienthongd%' OR sql LIKE '%lienthongd!_%' ESCAPE '!'"
                : """
                SELECT ((SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%lienthongd%')
                    + (SELECT count(*) FROM pg_namespace WHERE nspname = 'lienthongd')
                    + (SELECT count(*) FROM pg_proc WHERE prosrc LIKE '%lienthongd%')
                    + (SELECT count(*) FROM pg_depend WHERE classid <> 0 AND deptype = 'n'
                        AND objid IN (SELECT oid FROM pg_class WHERE relname LIKE '%lienthongd%')))::text
                """)
    }
}
