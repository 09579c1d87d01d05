import Dossiers
import Foundation
import Operating
import Postgres
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Capture

/// A feed is put into a database, or taken out of it, only where and when nobody notices.
@Suite("Installing a change feed on PostgreSQL")
struct FeedInstallTests {
    private func code(_ office: Office, as role: String? = nil) throws -> Trouble {
        try trouble {
            let place = role.map { office.path.asRole($0) } ?? office.path
            _ = try FeedInstaller(office.profile, at: place).install(grantingTo: nil)
        }
    }

    @Test(
        "is refused where it could not work, by name, and nothing is changed",
        arguments: [
            (
                """
                ALTER TABLE step DROP CONSTRAINT step_dossier_id_fkey;
                ALTER TABLE step ALTER COLUMN dossier_id TYPE uuid
                    USING lpad(dossier_id::text, 32, '0')::uuid
                """, "LT-3033", "step.dossier_id: uuid"
            ),
            (
                "ALTER TABLE step DROP CONSTRAINT step_dossier_id_fkey;"
                    + "ALTER TABLE step ALTER COLUMN dossier_id TYPE text",
                "LT-3033", "step.dossier_id: text"
            ),
            (
                "ALTER TABLE step RENAME COLUMN dossier_id TO other", "LT-3003",
                "step.dossier_id"
            ),
            ("ALTER TABLE paper RENAME TO papers", "LT-3003", "paper"),
            (
                "ALTER TABLE paper RENAME TO papers; CREATE VIEW paper AS SELECT * FROM papers",
                "LT-3033", "paper: view"
            ),
        ])
    func refused(_ change: String, _ code: String, _ words: String) throws {
        let office = try Office(.referencePostgres)
        try office.execute(change)
        let found = try self.code(office)
        #expect(found.code == code && found.english.contains(words), "\(found)")
        #expect(try office.traces() == "0")
    }

    @Test("is possible once the profile names the tables that there are, as the cure says")
    func otherTables() throws {
        let office = try Office(.referencePostgres)
        try office.execute(
            "ALTER TABLE paper RENAME TO papers; CREATE VIEW paper AS SELECT * FROM papers")
        let found = try code(office)
        #expect(found.code == "LT-3033")
        #expect(found.fix.contains("section feed names the wrong table or column, change it"))
        let folder = try TemporaryFolder()
        let profile = try office.profile(changingDescription: folder) {
            $0.replacing("paper: \"dossier_id\"", with: "papers: \"dossier_id\"")
        }
        #expect(try office.installer(profile).install(grantingTo: nil))

        // A profile without the section, which then gets it as the handbook's page tells.
        let silent = try office.profile(changingDescription: folder) {
            $0.replacing(/\ {2}feed: \{[\s\S]*?\n {2}\},/, with: "")
        }
        let missing = try trouble { _ = try office.installer(silent) }
        #expect(missing.code == "LT-3024")
        #expect(missing.fix.contains("Add the section feed to profile.json5"))
        let page = try Repository.text("Sources/Capture/Capture.docc/Capture.md")
        #expect(page.contains("| `feed` |") && page.contains("`header: { table, key }`"))
        let told = try office.profile(changingDescription: folder) {
            $0.replacing(
                /\ {2}feed: \{[\s\S]*?\n {2}\},/,
                with: """
                      feed: { header: { table: "dossier", key: "id" }, children: { step: "dossier_id" } },
                    """)
        }
        #expect(try office.installer(told).install(grantingTo: nil))
    }

    @Test("that failed for a lock is done when it is run again, as the cure says")
    func lockedFile() throws {
        let office = try Office(.referenceSQLite)
        let other = try office.anotherClerk()
        try other.execute("BEGIN EXCLUSIVE")
        let found = try code(office)
        #expect(found.code == "LT-3026")
        #expect(found.fix.contains("waiting locks, then run it again"))
        try other.execute("ROLLBACK")
        #expect(try office.installFeed())
    }

    @Test("is refused to an account without the rights, by the right that it lacks")
    func denied() throws {
        let office = try Office(.referencePostgres)
        let role = try office.makeRole()
        let database = try #require(office.path.split(separator: "=").last)
        #expect(try code(office, as: role).english.contains("CREATE ON DATABASE \(database)"))
        try office.execute("GRANT CREATE ON DATABASE \(database) TO \(role)")
        let found = try code(office, as: role)
        #expect(found.code == "LT-3025" && found.english.contains("dossier"))
        #expect(try office.traces() == "0")
    }

    @Test("waits behind nobody with the office behind it, and says who was in the way")
    func busy() throws {
        let office = try Office(.referencePostgres)
        try office.execute((1...3).map { office.insertDossier($0) }.joined())
        let slow = try office.anotherClerk()
        try slow.execute("BEGIN; UPDATE dossier SET note = 'đang làm' WHERE id = 1")
        // Others write on meanwhile. Each would wait as long as an installer that queued up did.
        let others = try OfficeAtWork(office, key: 2)
        let found = try trouble {
            _ = try FeedInstaller(office.profile, at: office.path, patience: .milliseconds(1500))
                .install(grantingTo: nil)
        }
        #expect(found.code == "LT-3035")
        #expect(try office.traces() == "0")
        try slow.execute("COMMIT")
        #expect(try office.installFeed())
        // The same with its removal, which not even a reader may have to wait for.
        try slow.execute("BEGIN; SELECT count(*) FROM dossier")
        let late = try trouble {
            _ = try FeedInstaller(office.profile, at: office.path, patience: .milliseconds(1500))
                .uninstall()
        }
        #expect(late.code == "LT-3035" && late.english.contains("postgres"), "\(late)")
        try slow.execute("COMMIT")
        #expect(try office.installer().uninstall())
        try others.end()
        #expect(try office.traces() == "0")
    }

    @Test("under load, again and again, fails no statement of the office")
    func underLoad() throws {
        let office = try Office(.referencePostgres)
        try office.execute((1...4).map { office.insertDossier($0) }.joined())
        let clerks = try (1...3).map { try OfficeAtWork(office, key: $0) }
        for _ in 0..<4 {
            #expect(try office.installFeed())
            try office.execute("ALTER TABLE fee ADD COLUMN IF NOT EXISTS extra text")
            #expect(try office.installer().uninstall())
        }
        for clerk in clerks { try clerk.end() }
        #expect(try office.traces() == "0")
    }

    @Test(
        "is seen by an event trigger that audits, and refused by one that raises, without a trace")
    func eventTriggers() throws {
        let office = try Office(.referencePostgres)
        try office.execute(
            """
            CREATE TABLE audit (tag text);
            CREATE FUNCTION audit() RETURNS event_trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO audit VALUES (tg_tag); END $$;
            CREATE EVENT TRIGGER audit_ddl ON ddl_command_end EXECUTE FUNCTION audit();
            """)
        #expect(try office.installFeed())
        let count = "SELECT (count(*) > 0)::text FROM audit WHERE tag = 'CREATE TRIGGER'"
        #expect(try office.anotherClerk().text(count) == "true")
        try office.execute(office.insertDossier(1))
        #expect(try office.installer().uninstall())
        try office.execute(
            """
            CREATE FUNCTION forbid() RETURNS event_trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'no DDL here'; END $$;
            CREATE EVENT TRIGGER forbid_triggers ON ddl_command_start
                WHEN TAG IN ('CREATE TRIGGER') EXECUTE FUNCTION forbid();
            """)
        let found = try code(office)
        #expect(found.code == "LT-3036" && found.english.contains("forbid_triggers"), "\(found)")
        #expect(try office.traces() == "0")
        try office.execute(
            office.insertDossier(2) + "DROP EVENT TRIGGER forbid_triggers, audit_ddl")
        // The database's administrator was asked, and took it away.
        #expect(found.fix.contains("Ask the database's administrator"))
        #expect(try office.installFeed())
    }

    @Test("is removed from a database that has changed, but for what others made of it")
    func removal() throws {
        let office = try Office(.referencePostgres)
        try office.execute(office.insertDossier(1))
        try office.installFeed()
        try office.execute(
            """
            ALTER TABLE fee RENAME TO "Lệ phí";
            ALTER TABLE paper DROP COLUMN dossier_id CASCADE;
            DROP TABLE supplement CASCADE;
            CREATE VIEW pending AS SELECT source_key FROM lienthongd.feed;
            """)
        let found = try trouble { _ = try office.installer().uninstall() }
        #expect(found.code == "LT-3037" && found.english.contains("pending"), "\(found)")
        // The triggers are off already.
        try office.execute("UPDATE dossier SET note = 'x'; DROP VIEW pending")
        #expect(try office.installer().uninstall())
        #expect(try office.traces() == "0")
    }

    @Test("goes through a pooler as well")
    func pooled() throws {
        let office = try Office(.referencePostgres)
        let database = String(try #require(office.path.split(separator: "=").last))
        let pooler = try TestCluster.shared().makePooler(mode: "transaction")
        let installer = try FeedInstaller(office.profile, at: pooler.conninfo(database))
        #expect(try installer.install(grantingTo: nil))
        #expect(try !installer.install(grantingTo: nil))
        #expect(try installer.uninstall())
        #expect(try office.traces() == "0")
    }

    @Test("leaves a backup as it was, and a database made from it is another one's")
    func dump() throws {
        let office = try Office(.referencePostgres)
        let role = try office.makeRole()
        // Who makes the backup owns the tables, and did not install the feed.
        try office.execute(
            """
            DO $$ DECLARE t record; BEGIN
                FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                    EXECUTE format('ALTER TABLE %I OWNER TO \(role)', t.tablename);
                END LOOP;
            END $$;
            """ + office.insertDossier(1))
        #expect(try office.installFeed())
        try office.execute(office.insertDossier(2))
        let folder = try Scratch()
        func run(_ program: String, _ words: [String]) throws {
            let child = try Child(
                words, in: folder, program: "/usr/lib/postgresql/15/bin/\(program)")
            let ended = try #require(child.wait(within: 60))
            #expect(ended.status == 0, "\(program): \(ended.errors)")
        }
        let file = folder.file("dump.sql")
        try run("pg_dump", ["-d", office.path.asRole(role), "-f", file])
        let copy = try TestCluster.shared().makeDatabase()
        try run("psql", ["-q", "-v", "ON_ERROR_STOP=1", "-d", copy, "-f", file])
        // The office works in the copy, and the daemon knows that it is one.
        try PostgresConnection(copy.asRole(role), readOnly: false).execute(
            "UPDATE dossier SET note = 'bản sao'")
        let source = DatabaseSource.postgres(office.profile, conninfo: copy)
        #expect(try source.inspectFeed(now: office.now.wall).state == .unfit(.copied))
        let installer = try FeedInstaller(office.profile, at: copy)
        #expect(try installer.install(grantingTo: nil))
        #expect(try source.inspectFeed(now: office.now.wall).state.mark != nil)
        #expect(try installer.uninstall())
        // Nothing happened to the one that was copied.
        #expect(try office.anotherSource().inspectFeed(now: office.now.wall).rows == 1)
    }
}

/// A clerk of a thread's own, who corrects one dossier as fast as he can. None of his statements may fail, nor wait
/// as long as somebody would who stands in a queue behind us.
final class OfficeAtWork: @unchecked Sendable {
    // The clerk belongs to the thread.
    private let clerk: Clerk
    private let key: Int
    private let isOver = Mutex(false)
    private let done = DispatchSemaphore(value: 0)
    private let outcome = Mutex<(count: Int, failure: (any Error)?)>((0, nil))

    init(_ office: Office, key: Int) throws {
        clerk = try Clerk(office.kind, office.path)
        self.key = key
        try clerk.execute("SET statement_timeout = 1400")
        Thread.detachNewThread { [self] in
            while !isOver.withLock({ $0 }) {
                do {
                    try clerk.execute("UPDATE dossier SET note = 'x' WHERE id = \(key)")
                    outcome.withLock { $0.count += 1 }
                } catch {
                    outcome.withLock { $0.failure = error }
                    break
                }
            }
            done.signal()
        }
    }

    func end() throws {
        isOver.withLock { $0 = true }
        done.wait()
        let (count, failure) = outcome.withLock { $0 }
        if let failure { throw failure }
        #expect(count > 0)
    }
}
