import Foundation
import Glibc
import Outbox
import SQLite
import TestSupport
import Testing
import Wire

/// One way in which a source cannot be used, which shows when it is opened.
struct SpoiltSource: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var code: String
    var exit: Int32
    var words: [String]
    var spoil: @Sendable (Road) throws -> Void
}

private let spoiltSources: [SpoiltSource] = [
    SpoiltSource(
        testDescription: "broken SQL in the profile", code: "LT-1210", exit: 78,
        words: ["headers.sql", "syntax error"]
    ) { road in
        let path = try road.copyShare() + "/sources/reference/sqlite/headers.sql"
        let old = try String(contentsOfFile: path, encoding: .utf8)
        try old.replacing("FROM dossier", with: "FRM dossier").write(
            toFile: path, atomically: false, encoding: .utf8)
    },
    SpoiltSource(
        testDescription: "a missing column", code: "LT-3003", exit: 65,
        words: ["d.summary", "headers.sql"]
    ) { try $0.change("ALTER TABLE dossier DROP COLUMN summary") },
    SpoiltSource(
        testDescription: "a missing table", code: "LT-3003", exit: 65, words: ["fee"]
    ) { try $0.change("DROP TABLE fee") },
    SpoiltSource(
        testDescription: "a column that nobody knows", code: "LT-1205", exit: 78,
        words: ["amout", "\"amount\""]
    ) { road in
        let path = try road.copyShare() + "/sources/reference/sqlite/fees.sql"
        let old = try String(contentsOfFile: path, encoding: .utf8)
        try old.replacing("f.amount", with: "f.amount AS amout").write(
            toFile: path, atomically: false, encoding: .utf8)
    },
    SpoiltSource(
        testDescription: "no database file", code: "LT-3007", exit: 69, words: ["onestop.sqlite"]
    ) { unlink($0.database) },
    SpoiltSource(
        testDescription: "a file that is no database", code: "LT-3008", exit: 65,
        words: ["onestop.sqlite", "integrity_check"]
    ) { road in
        for ending in ["-wal", "-shm"] { unlink(road.database + ending) }
        try String(repeating: "giấy tờ ", count: 1000).write(
            toFile: road.database, atomically: false, encoding: .utf8)
    },
    SpoiltSource(
        testDescription: "a PostgreSQL server that does not answer", code: "LT-3001", exit: 69,
        words: ["psql"]
    ) { road in
        try road.configure {
            $0.replacing("\"sqlite\"", with: "\"postgres\"").replacing(
                "\"\(road.database)\"",
                with: "\"host=\(road.scratch.path) dbname=onestop user=reader\"")
        }
    },
]

@Suite("A daemon whose source is in trouble", .inTurns) struct SourceTroubleTests {
    @Test("says what is wrong with it, and ends one pass with that", arguments: spoiltSources)
    func unusable(_ spoilt: SpoiltSource) async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        try spoilt.spoil(road)
        let share = FileManager.default.fileExists(atPath: road.scratch.file("share"))
        let folder = share ? road.scratch.file("share") : nil
        let check = try await road.run("check", "--quiet", share: folder)
        #expect(check.status == spoilt.exit, "\(check.output)")
        for word in [spoilt.code] + spoilt.words { #expect(check.output.contains(word)) }
        let once = try await road.run("run", "--once", share: folder)
        #expect(once.status == spoilt.exit, "\(once.errors)")
        #expect(once.errors.contains("event=captureFailed attempt=1 error_code=\(spoilt.code)"))
        expectTrouble(once, "LT-6015", exit: spoilt.exit)
        #expect(try await road.portal?.counter("created") == 0)
    }

    @Test("names a column that is renamed under it, and goes on without a restart")
    func renamed() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        try road.correct(2)
        try road.change("ALTER TABLE dossier RENAME COLUMN summary TO other_name")
        try await expectTroubled(road, "LT-3003")
        try road.change("ALTER TABLE dossier RENAME COLUMN other_name TO summary")
        try await eventually("the correction arrives") {
            try await road.portal?.counter("updated") == 1
        }
        try await road.settle()
        try await expectWell(road)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test(
        "holds the dossier with a value that cannot be read, by its code, and delivers all others")
    func unreadable() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        let code = try #require(try road.texts("SELECT code FROM dossier WHERE id = 3").first)
        let summary = try #require(
            try road.texts("SELECT summary FROM dossier WHERE id = 3").first)
        try road.change(
            """
            UPDATE dossier SET summary = CAST(X'54FF' AS TEXT),
                modified_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '+7 hours') WHERE id = 3
            """)
        try road.correct(2)
        try await eventually("the other dossier's correction arrives") {
            try await road.portal?.counter("updated") == 1
        }
        try await eventually("the dossier is held by its code") {
            try await road.run("queue", "list", "--rule", "unreadable").output.contains(code)
        }
        let shown = try await road.run("explain", code).output
        #expect(shown.contains("LT-3012") && shown.contains("summary"))
        try road.change(
            """
            UPDATE dossier SET summary = '\(summary)',
                modified_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '+7 hours') WHERE id = 3
            """)
        try await eventually("the dossier is free") {
            try await !road.run("queue", "list", "--rule", "unreadable").output.contains(code)
        }
        try await road.settle()
        try await expectWell(road)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("stays up while its database is not there, says so, and goes on when it comes")
    func comesLater() async throws {
        let road = try await Road()
        try await road.startPortal()
        rename(road.database, road.database + ".away")
        let daemon = try await road.startDaemon()
        try await expectTroubled(road, "LT-3007")
        #expect(daemon.errors.contains("error_code=LT-3007"))
        rename(road.database + ".away", road.database)
        try await road.settle()
        try await expectWell(road)
        #expect(daemon.errors.contains("event=captureRecovered"))
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("notices that its database was taken away, and that another came in its place")
    func replaced() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        // As a restore does: the old file goes, a copy comes.
        let copy = road.scratch.file("copy.sqlite")
        try road.change("VACUUM INTO '\(copy)'")
        for ending in ["", "-wal", "-shm"] {
            rename(road.database + ending, road.scratch.file("old.sqlite") + ending)
        }
        try await expectTroubled(road, "LT-3007")
        rename(copy, road.database)
        try road.correct(2)
        try await eventually("the correction arrives") {
            try await road.portal?.counter("updated") == 1
        }
        try await road.settle()
        try await expectWell(road)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("goes on reading and delivering when answers cannot be written back")
    func refusesAnswers() async throws {
        let road = try await Road()
        try await road.startPortal()
        try road.change(
            """
            CREATE TRIGGER no_answers BEFORE UPDATE OF verification ON dossier
            BEGIN SELECT raise(FAIL, 'not here'); END
            """)
        let daemon = try await road.startDaemon()
        try await eventually("the failure is told") {
            daemon.errors.contains("event=captureFailed operation=writeBack")
        }
        try await expectTroubled(road, "LT-3006")
        try road.correct(1)
        try await eventually("the correction arrives") {
            try await road.portal?.counter("updated") == 1
        }
        #expect(
            try road.texts("SELECT verification FROM dossier WHERE verification IS NOT NULL")
                .isEmpty)
        try road.change("DROP TRIGGER no_answers")
        try await road.settle(within: 40)
        try await expectWell(road)
        #expect(!(try road.texts("SELECT id FROM dossier WHERE verification = 'matched'")).isEmpty)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test(
        "reads a database in a folder that it may not write",
        .enabled(if: getuid() == 0, "mounting a read-only folder takes root"))
    func readOnlyFolder() async throws {
        let road = try await Road()
        try await road.startPortal()
        let disk = try Disk(megabytes: 8, at: road.scratch.file("office"))
        let copy = disk.path + "/onestop.sqlite"
        try road.change("PRAGMA journal_mode = DELETE")
        try FileManager.default.copyItem(atPath: road.database, toPath: copy)
        try disk.makeReadOnly()
        try road.configure { $0.replacing(road.database, with: copy) }
        let daemon = try await road.startDaemon()
        try await expectTroubled(road, "LT-3005")
        try await eventually("everything is delivered") {
            try road.count(\.acknowledged, of: "portal") == 48
        }
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)

        // In WAL mode even a reader needs to write beside the file.
        try disk.makeWritable()
        try Database(path: copy, mode: .readWrite).execute("PRAGMA journal_mode = WAL")
        try disk.makeReadOnly()
        let check = try await road.run("check", "--quiet")
        #expect(check.status == 69)
        #expect(check.output.contains("LT-3011") && check.output.contains("ReadWritePaths="))
        // Either of the two that are printed: the folder may be written, or the mode is changed.
        try disk.makeWritable()
        #expect(try await road.run("check", "--quiet").status == 0)
        let mode = try #require(check.output.firstMatch(of: /or: (PRAGMA journal_mode=DELETE)/))
        try Database(path: copy, mode: .readWrite).execute(String(mode.1))
        try disk.makeReadOnly()
        #expect(try await !road.run("check", "--quiet").output.contains("LT-3011"))
    }

    @Test("waits for a database that is locked, and says that it is slow")
    func locked() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        try road.change("PRAGMA journal_mode = DELETE")
        let other = try Database(path: road.database, mode: .readWrite)
        try other.execute("BEGIN EXCLUSIVE")
        let daemon = try await road.startDaemon()
        try await expectTroubled(road, "LT-3002")
        try other.execute("ROLLBACK")
        try await road.settle()
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("stays up while its PostgreSQL server is away, before and after")
    func postgres() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        let cluster = try TestCluster()
        defer { cluster.remove() }
        _ = try await ServerOffice(road, on: cluster, dossiers: 10)
        try cluster.stop(mode: "immediate")
        let daemon = try await road.startDaemon()
        try await expectTroubled(road, "LT-3001")
        try cluster.start()
        try await road.settle(within: 40)
        try await expectWell(road)
        #expect(try await road.portal?.counter("created") == 10)
        try cluster.stop(mode: "immediate")
        try await expectTroubled(road, "LT-3001")
        try cluster.start()
        try await expectWell(road)
        #expect(try await daemon.terminate().status == 0)
    }

    /// `status` shows the code, the words and a fix, and says by its exit code that not all is well.
    private func expectTroubled(_ road: Road, _ code: String) async throws {
        try await eventually("status says \(code)") {
            try await road.json("status")["live"]?["troubles"]?.items?.first?["code"]?.text == code
        }
        let status = try await road.run("status")
        #expect(status.status == 1)
        let lines = status.output.split(separator: "\n").map(String.init)
        let first = try #require(lines.firstIndex { $0.hasPrefix("✗ \(code): ") })
        #expect(lines.dropFirst(first + 2).prefix(2).allSatisfy { $0.hasPrefix("  → ") })
    }

    private func expectWell(_ road: Road) async throws {
        try await eventually("status says that all is well", within: 40) {
            let live = try await road.json("status")["live"]
            return live?["troubles"]?.items?.isEmpty == true
        }
        #expect(try await road.run("status").status == 0)
    }
}
