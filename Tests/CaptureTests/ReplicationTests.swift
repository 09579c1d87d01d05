import Dossiers
import Foundation
import Operating
import Postgres
import TestSupport
import Testing
import Wire

@testable import Capture

/// What the database's own machinery makes of a feed: logical replication, crashes, standbys, commits in two phases.
@Suite("A change feed beside replication", .serialized)
struct ReplicationTests {
    private func eventually(_ wish: String, _ isSo: () throws -> Bool) throws {
        for _ in 0..<6000 {
            if try isSo() { return }
            usleep(10_000)
        }
        Issue.record("not within 60 s: \(wish)")
    }

    /// An office that publishes all its tables, and another database of the same server that subscribes.
    ///
    /// The server is their own: decoding reads what all databases of a server write, and a subscriber that cannot
    /// go on reads it again with every try.
    private final class Pair {
        private let cluster: TestCluster
        let office: Office
        let subscriber: PostgresConnection
        let name = "subscriber"
        let place: String

        init() throws {
            cluster = try TestCluster(
                options: "-c wal_level=logical -c wal_retrieve_retry_interval=100ms")
            office = try Office(.referencePostgres, cluster: cluster)
            place = try cluster.makeDatabase(schema: office.kind.schema)
            subscriber = try PostgresConnection(place, readOnly: false)
        }

        deinit { cluster.remove() }

        func subscribe() throws {
            try office.execute("CREATE PUBLICATION everything FOR ALL TABLES")
            // In one server, the slot is made first.
            try office.execute("SELECT pg_create_logical_replication_slot('\(name)', 'pgoutput')")
            try subscriber.execute(
                "CREATE SUBSCRIPTION \(name) CONNECTION '\(office.path)' PUBLICATION everything "
                    + "WITH (create_slot = false, slot_name = '\(name)')")
        }

        /// As the handbook has it: the subscriber goes before the office's traces are looked for.
        func end() throws { try subscriber.execute("DROP SUBSCRIPTION \(name)") }

        func hasDossier(_ id: Int) throws -> Bool {
            var isThere = false
            try subscriber.query(
                try subscriber.prepare("SELECT FROM dossier WHERE id = \(id)")
            ) { _ in isThere = true }
            return isThere
        }

        var isActive: Bool {
            get throws {
                try office.anotherClerk().text(
                    "SELECT active::text FROM pg_replication_slots WHERE slot_name = '\(name)'")
                    == "true"
            }
        }
    }

    @Test("is no part of a publication of all tables, made before or after it")
    func published() throws {
        let pair = try Pair()
        let office = pair.office
        try pair.subscribe()
        try office.installFeed()
        // The subscriber has a feed of its own, which notes what replication brings.
        let copy = try FeedInstaller(office.profile, at: pair.place)
        #expect(try copy.install(grantingTo: nil))
        try office.execute(office.insertDossier(1))
        try eventually("the dossier arrives") { try pair.hasDossier(1) }
        let published =
            "SELECT count(*)::text FROM pg_publication_tables WHERE schemaname = 'lienthongd'"
        #expect(try office.anotherClerk().text(published) == "0")
        let there = DatabaseSource.postgres(office.profile, conninfo: pair.place)
        #expect(try there.inspectFeed(now: office.now.wall).rows == 1)
        // Trimming asks for no replica identity.
        try office.execute("DELETE FROM lienthongd.feed")
        #expect(try office.installer().uninstall())
        try office.execute(office.insertDossier(2))
        try eventually("the next one too") { try pair.hasDossier(2) }
        #expect(try pair.isActive)
        #expect(try copy.uninstall())
        try pair.end()
        #expect(try office.traces() == "0")
    }

    @Test("of the first version, which a publication had, is cured as the handbook says")
    func cured() throws {
        let pair = try Pair()
        let office = pair.office
        try pair.subscribe()
        // What an earlier version made: a logged table that the subscriber does not have.
        try office.execute(
            """
            CREATE SCHEMA lienthongd;
            CREATE TABLE lienthongd.feed (xid xid8 DEFAULT pg_current_xact_id(), source_key bigint, kind smallint);
            CREATE FUNCTION lienthongd.note_dossier() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO lienthongd.feed (source_key, kind) VALUES (NEW.id, 1); RETURN NULL; END $$;
            CREATE TRIGGER lienthongd_dossier AFTER INSERT ON dossier
                FOR EACH ROW EXECUTE FUNCTION lienthongd.note_dossier();
            """)
        try office.execute(office.insertDossier(1))
        try eventually("the subscriber stops") { try !pair.isActive }
        // Installing again replaces it, and what was written meanwhile still names the old table.
        #expect(try office.installFeed())
        try office.execute(office.insertDossier(2))
        try pair.subscriber.execute(
            "CREATE SCHEMA lienthongd; "
                + "CREATE TABLE lienthongd.feed (xid xid8, source_key bigint, kind smallint)")
        try eventually("the subscriber goes on") {
            try pair.hasDossier(1) && pair.hasDossier(2)
        }
        try pair.subscriber.execute("DROP SCHEMA lienthongd CASCADE")
        try office.execute(office.insertDossier(3))
        try eventually("without the table as well") {
            try pair.hasDossier(3) && pair.isActive
        }
        try pair.end()
    }

    @Test("is emptied by a crash, says so, and a standby has none until it is promoted")
    func crash() throws {
        let primary = try TestCluster(options: "-c max_prepared_transactions=5")
        defer { primary.remove() }
        let kind = SourceKind.referencePostgres
        let place = try primary.makeDatabase(schema: kind.schema)
        let statements = try Office(kind)
        let profile = statements.profile
        let now = statements.now.wall
        func execute(_ sql: String) throws {
            try PostgresConnection(place, readOnly: false).execute(sql)
        }
        func state(_ place: String) throws -> FeedState {
            try DatabaseSource.postgres(profile, conninfo: place).inspectFeed(now: now).state
        }
        let installer = try FeedInstaller(profile, at: place)
        #expect(try installer.install(grantingTo: nil))
        // A commit in two phases takes no notification, and gets none.
        try execute("BEGIN;" + statements.insertDossier(1) + "PREPARE TRANSACTION 'two'")
        try execute("COMMIT PREPARED 'two'")
        let first = try #require(try state(place).mark)
        let source = DatabaseSource.postgres(profile, conninfo: place)
        let before = try source.mark(now: now)
        try execute(statements.insertDossier(2))

        try primary.stop(mode: "immediate")
        try primary.start()
        let second = try #require(try state(place).mark)
        #expect(second.generation != first.generation)
        var early = before
        early.takenAt = statements.time(secondsAgo: 600)
        _ = try trouble { _ = try source.mark(now: now) }
        _ = try source.mark(now: now)
        #expect(try source.changedKeys(since: early, after: nil, limit: 10).contains(SourceKey(2)))
        try execute(statements.insertDossier(3))
        let third = try #require(try state(place).mark)
        #expect(third.generation != second.generation)

        let standby = try TestCluster(standbyOf: primary)
        defer { standby.remove() }
        let name = String(try #require(place.split(separator: "=").last))
        let copy = standby.conninfo(name)
        #expect(try state(copy) == .unfit(.standby))
        let reader = DatabaseSource.postgres(profile, conninfo: copy)
        _ = try reader.mark(now: now)
        #expect(
            try reader.changedKeys(since: early, after: nil, limit: 10).contains(SourceKey(3)))
        let refused = try trouble {
            _ = try FeedInstaller(profile, at: copy).install(grantingTo: nil)
        }
        #expect(refused.code == "LT-3032")
        // What the cure names: the primary has it.
        #expect(refused.fix.contains("Connect the daemon to the primary server"))
        #expect(try state(place).mark == third)
        try standby.promote()
        let fourth = try #require(try state(copy).mark)
        #expect(fourth.generation != third.generation)
        try PostgresConnection(copy, readOnly: false).execute(statements.insertDossier(4))
        let found = try DatabaseSource.postgres(profile, conninfo: copy).inspectFeed(now: now)
        #expect(found.rows == 1 && found.state.mark != nil)
        #expect(try installer.uninstall())
    }
}
