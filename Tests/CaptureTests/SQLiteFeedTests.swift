import Dossiers
import Foundation
import Operating
import SQLite
import TestSupport
import Testing
import Wire

@testable import Capture

/// What other programs do to a file that carries a feed.
@Suite("A change feed in an SQLite file")
struct SQLiteFeedTests {
    private func office() throws -> Office {
        let office = try Office(.referenceSQLite)
        try office.execute((1...3).map { office.insertDossier($0) }.joined())
        try office.installFeed()
        return office
    }

    private func state(_ office: Office) throws -> FeedState {
        try office.anotherSource().inspectFeed(now: office.now.wall).state
    }

    @Test(
        "lets every change of a table through, and is used only while it is whole",
        arguments: [
            ("VACUUM; REINDEX; ANALYZE", true),
            ("ALTER TABLE fee ADD COLUMN extra TEXT", true),
            (
                "ALTER TABLE fee RENAME COLUMN name TO title; ALTER TABLE fee RENAME COLUMN title TO name",
                true
            ),
            (
                "ALTER TABLE fee RENAME TO fees; CREATE TABLE fee AS SELECT * FROM fees; "
                    + "INSERT INTO fees SELECT 9, dossier_id, name, amount, paid_at, channel, modified_at FROM fee",
                false
            ),
            // As SQLite's own manual tells how to change a table.
            (
                """
                PRAGMA foreign_keys = OFF; BEGIN; CREATE TABLE fresh AS SELECT * FROM dossier;
                DROP TABLE dossier; ALTER TABLE fresh RENAME TO dossier; COMMIT;
                """, false
            ),
        ])
    func changed(_ sql: String, _ isWhole: Bool) throws {
        let office = try office()
        do { try office.execute(sql) } catch let error as SQLiteError {
            // Columns of a profile's table are not this test's matter.
            #expect(!error.message.contains("lienthongd"), "\(error.message)")
        }
        try office.execute(office.insertDossier(7) + "DELETE FROM dossier WHERE id = 7;")
        let found = try feedState(office)
        #expect(found == (isWhole ? .ready : .unfit(.incomplete)))
        #expect(try office.installer().uninstall())
        #expect(try office.traces() == "0")
    }

    private enum Found: Equatable { case ready, absent, unfit(FeedFault) }

    private func feedState(_ office: Office) throws -> Found {
        let feed = try #require(office.profile.feed)
        let sql = FeedSQL.sqlite(feed, generation: "")
        let database = try Database(path: office.path, mode: .readOnly)
        let statement = try database.prepare(sql.state)
        guard try statement.step() else { return .absent }
        let state = try FeedState.read(FeedFacts(statement), of: feed) {
            let end = try database.prepare(sql.position)
            return try end.step() ? FeedEnd(end) : FeedEnd(position: 0)
        }
        switch state {
        case .absent: return .absent
        case .unfit(let fault): return .unfit(fault)
        case .ready: return .ready
        }
    }

    @Test(
        "whose table was dropped without its triggers keeps the office from writing; that is told loudly, and the printed cure heals it",
        arguments: ["DROP TABLE lienthongd_feed", "ALTER TABLE lienthongd_feed RENAME TO kept"],
        [false, true])
    func orphaned(_ harm: String, isInstalledAnew: Bool) throws {
        let bench = try Bench(.referenceSQLite)
        let office = bench.office
        try office.execute((1...3).map { office.insertDossier($0) }.joined())
        try office.installFeed()
        let reader = try bench.reader()
        bench.settle(reader)
        #expect(reader.standing.net == "feed")
        try office.execute(harm)
        if harm.hasPrefix("DROP") {
            // What the office meets: this is why it must be told at once.
            #expect(throws: SQLiteError.self) { try office.execute(office.insertDossier(4)) }
        }
        bench.poll(reader)
        let told = try #require(bench.events.all.last { $0.errorCode == "LT-3038" })
        #expect(told.level == .error)
        #expect(told.detail?.contains("THE OFFICE CANNOT WRITE") == true)
        let found = try #require(reader.standing.feedTrouble)
        #expect(found.fix.contains("lienthongd source uninstall"))
        #expect(found.fix.contains("lienthongd source install"))
        if isInstalledAnew {
            #expect(try office.installFeed())
        } else {
            #expect(try office.installer().uninstall())
        }
        // A connection that itself dropped the table learns of the cure with its next query: until then SQLite compiles
        // against what it remembers of the tables, and its look-up inside of a trigger does not make it look again.
        try office.execute("SELECT count(*) FROM dossier")
        try office.execute(office.insertDossier(5))
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(5)))
        #expect(reader.standing.feedTrouble?.code != "LT-3038")
        #expect(reader.standing.net == (isInstalledAnew ? "feed" : "overlap"))
        #expect(bench.events.all.count { $0.errorCode == "LT-3038" } == 1)
        if isInstalledAnew { #expect(try office.installer().uninstall()) }
        #expect(try office.traces() == "0" || harm.hasPrefix("ALTER"))
    }

    @Test("is refused where a trigger could not note a key, and nothing is changed")
    func refused() throws {
        for (sql, words) in [
            (
                "ALTER TABLE paper RENAME TO papers; CREATE VIEW paper AS SELECT * FROM papers",
                "view"
            ),
            ("DROP TABLE paper", "paper"),
            ("DROP TABLE paper; CREATE TABLE paper (x)", "paper.dossier_id"),
            (
                "DROP TABLE paper; CREATE TABLE paper (dossier_id TEXT); INSERT INTO paper VALUES ('a-b')",
                "paper.dossier_id"
            ),
        ] {
            let office = try Office(.referenceSQLite)
            try office.execute(sql)
            let found = try trouble { _ = try office.installFeed() }
            #expect(["LT-3003", "LT-3033"].contains(found.code))
            #expect(found.english.contains(words), "\(found)")
            #expect(try office.traces() == "0")
        }
    }

    @Test("goes along with a dump and a backup, and comes off both")
    func dumped() throws {
        let office = try office()
        let folder = try Scratch()
        func sqlite(_ words: [String]) throws {
            let child = try Child(words, in: folder, program: "/usr/bin/sqlite3")
            let ended = try #require(child.wait(within: 60))
            #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
        }
        try sqlite([office.path, ".output \(folder.file("dump.sql"))", ".dump"])
        try sqlite([folder.file("copy.sqlite"), ".read \(folder.file("dump.sql"))"])
        try sqlite([office.path, ".backup \(folder.file("backup.sqlite"))"])
        for name in ["copy.sqlite", "backup.sqlite"] {
            let database = try Database(path: folder.file(name), mode: .readWrite)
            try database.execute("UPDATE dossier SET note = 'bản sao'")
            #expect(try database.integer("SELECT count(*) FROM lienthongd_feed") ?? 0 >= 3)
            #expect(try FeedInstaller(office.profile, at: folder.file(name)).uninstall())
            try database.execute("UPDATE dossier SET note = 'vẫn ghi được'")
            #expect(
                try database.integer(
                    "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'lienthongd%'") == 0)
        }
    }

    @Test("notes up to a bound while nobody reads, says so beyond it, and lets everything through")
    func full() throws {
        let office = try office()
        try office.execute(
            "INSERT INTO lienthongd_feed (id, source_key) VALUES (1, 1), (\(FeedSQL.mostRows + 9), 1)"
        )
        try office.execute("UPDATE dossier SET note = 'x'")
        guard case .unfit(.failing) = try state(office) else {
            Issue.record("\(try state(office))")
            return
        }
        #expect(
            try office.anotherClerk().text("SELECT max(id) FROM lienthongd_feed")
                == "\(FeedSQL.mostRows + 9)")
        #expect(try office.installFeed())
        #expect(try state(office).mark != nil)
    }
}
