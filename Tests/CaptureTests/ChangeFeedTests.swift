import Dossiers
import Foundation
import Operating
import Outbox
import Testing
import Wire

@testable import Capture

@Suite("A change feed")
struct ChangeFeedTests {
    /// A reader that has walked over three dossiers with children, long ago, and uses the feed.
    private func bench(_ kind: SourceKind, feed: Bool = true) throws -> (Bench, SourceReader) {
        let bench = try Bench(kind)
        let old = bench.office.time(secondsAgo: 10 * 86_400)
        try bench.office.execute(
            (1...3).map {
                bench.office.insertDossier($0, at: old)
                    + bench.office.insertChildren($0 * 10, dossier: $0, at: old)
            }.joined())
        if feed { try bench.office.installFeed() }
        let reader = try bench.reader()
        bench.settle(reader)
        bench.poll(reader)
        bench.recorder.batches = []
        return (bench, reader)
    }

    @Test(
        "passes nothing by that is committed while a look begins, and finds the version unchanged")
    func committedDuringMark() throws {
        let (bench, _) = try bench(.referencePostgres)
        // A mark that waits, with its snapshot taken, for whoever holds the lock.
        let folder = try TemporaryFolder()
        let profile = "\(folder.path)/reference"
        try FileManager.default.copyItem(
            atPath: SourceKind.referencePostgres.directory, toPath: profile)
        let file = "\(profile)/postgres/mark.sql"
        let mark = try String(contentsOfFile: file, encoding: .utf8)
        try (mark + " FROM (SELECT 1 FROM pg_advisory_xact_lock_shared(7)) AS pause").write(
            toFile: file, atomically: true, encoding: .utf8)
        let reader = try bench.reader(
            bench.office.anotherSource(
                SourceProfile.load(directory: profile, dialect: .postgres)))
        bench.poll(reader)
        bench.poll(reader)
        bench.recorder.batches = []
        let other = try bench.office.anotherClerk()
        try other.execute("SELECT pg_advisory_lock(7)")
        let insert = bench.office.insertDossier(4)
        struct Handed: @unchecked Sendable { let clerk: Clerk }
        let handed = Handed(clerk: other)
        let over = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            // The reader is waiting for it.
            let wait = """
                DO $$ BEGIN
                    WHILE NOT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted) LOOP
                        PERFORM pg_sleep(0.01);
                    END LOOP;
                END $$
                """
            for sql in [wait, insert, "SELECT pg_advisory_unlock(7)"] {
                do { try handed.clerk.execute(sql) } catch { Issue.record(error) }
            }
            over.signal()
        }
        bench.poll(reader)
        over.wait()
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(4)))
    }

    @Test(
        "is asked together with the mark, after it, and goes away without a failure",
        arguments: [SourceKind.referencePostgres, .opencps])
    func askedAhead(_ kind: SourceKind) throws {
        let office = try Office(kind)
        try office.installFeed()
        let source = office.anotherSource()
        let first = try source.mark(now: office.now.wall)
        #expect(first.feed != nil)
        try office.execute(office.insertDossier(1))
        let second = try source.mark(
            now: office.now.wall, ahead: LookAhead(since: first, limit: 10))
        try office.execute(office.insertDossier(2))
        // Without another trip: the second dossier is not in it.
        #expect(try source.changedKeys(since: first, after: nil, limit: 10) == keys([1]))
        // Another question is asked anew.
        #expect(try source.changedKeys(since: first, after: nil, limit: 9) == keys([1, 2]))
        #expect(try source.changedKeys(since: first, after: SourceKey(1), limit: 10) == keys([2]))
        #expect(
            try source.changedKeys(since: second, after: nil, limit: 8).contains(SourceKey(2)))

        #expect(try office.installer().uninstall())
        let last = try source.mark(
            now: office.now.wall, ahead: LookAhead(since: second, limit: 10))
        #expect(last.feed == nil && source.feed == .absent)
        var early = first
        early.takenAt = office.time(secondsAgo: 600)
        #expect(try source.changedKeys(since: early, after: nil, limit: 10) == keys([1, 2]))
    }

    @Test(
        "of an older version is passed by for times, said once with what to do, and nothing is missed across the cure",
        arguments: [SourceKind.referenceSQLite, .referencePostgres], [false, true])
    func upgraded(_ kind: SourceKind, isStopped: Bool) throws {
        let (bench, _) = try bench(kind, feed: false)
        let office = bench.office
        let feed = try #require(office.profile.feed)
        try office.execute(FirstFeed.script(feed, kind.dialect))
        // As the older daemon left it: it had read that feed.
        var left = try #require(
            bench.recorder.cursors[CursorName.poll].flatMap { SourceMark(text: $0) })
        left.feed = FeedMark(generation: "0011223344556677", position: 0)
        bench.recorder.cursors[CursorName.poll] = left.text
        if !isStopped {
            let reader = try bench.reader()
            bench.settle(reader)
            #expect(reader.standing.net == "overlap")
            let trouble = try #require(reader.standing.feedTrouble)
            #expect(trouble.code == "LT-3021" && trouble.fix.contains("lienthongd source install"))
            for round in 0..<3 {
                bench.recorder.batches = []
                office.pass(seconds: 60)
                try office.execute(
                    office.correct(1, summary: "Sửa \(round)")
                        + office.insertDossier(10 + round))
                bench.poll(reader)
                #expect(
                    Set(bench.recorder.keysRecorded).isSuperset(of: keys([1, 10 + round])))
            }
            #expect(bench.events.all.count { $0.errorCode == "LT-3021" } == 1)
        }
        // Moves no time, and stands in notes that nobody will read any more.
        let table = office.childTables[0].table
        try office.execute(office.changeSilently(table, 20))
        var reader: SourceReader?
        if !isStopped {
            let running = try bench.reader()
            bench.settle(running)
            reader = running
        }
        bench.recorder.batches = []
        #expect(try office.installFeed())
        let last = try reader ?? bench.reader()
        bench.poll(last)
        #expect(last.standing.net == "feed" && last.standing.feedTrouble == nil)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(2)))
        bench.recorder.batches = []
        try office.execute(office.changeSilently(table, 30))
        bench.poll(last)
        #expect(bench.recorder.keysRecorded == keys([3]))
        #expect(try office.installer().uninstall())
        #expect(try office.traces() == "0")
    }

    @Test("is found by itself, made once, removed without a trace", arguments: SourceKind.allCases)
    func installing(_ kind: SourceKind) throws {
        let office = try Office(kind)
        #expect(try office.anotherSource().inspectFeed(now: office.now.wall).state == .absent)
        #expect(try office.installFeed())
        #expect(try !office.installFeed())
        let found = try office.anotherSource().inspectFeed(now: office.now.wall)
        #expect(found.state.mark != nil && found.rows == 0)
        try office.execute(office.insertDossier(1))
        #expect(try office.installer().uninstall())
        #expect(try !office.installer().uninstall())
        let clerk = try office.anotherClerk()
        let left =
            kind == .referenceSQLite
            ? "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%lienthongd%'"
            : """
            SELECT (SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%lienthongd%')
                + (SELECT count(*) FROM pg_namespace WHERE nspname = 'lienthongd')
            """
        #expect(try clerk.text(left) == "0")
        try office.execute(office.insertDossier(2))
    }

    @Test(
        "tells every change of every row, however silent, and whose child moved away",
        arguments: SourceKind.allCases)
    func children(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind)
        let office = bench.office
        #expect(reader.standing.net == "feed")
        func expect(_ numbers: [Int], _ sql: String, _ comment: Comment) throws {
            bench.recorder.batches = []
            try office.execute(sql)
            bench.poll(reader)
            #expect(Set(bench.recorder.keysRecorded) == Set(keys(numbers)), comment)
        }
        for child in office.childTables {
            let name = Comment(rawValue: child.table)
            try expect([1], office.changeSilently(child.table, 10), name)
            try expect(
                [1, 3],
                "UPDATE \(child.table) SET \(child.dossier) = 3 WHERE \(child.id) = 10;", name)
            try expect([2], "DELETE FROM \(child.table) WHERE \(child.dossier) = 2;", name)
        }
        let header = office.header
        try expect(
            [2],
            "UPDATE \(header.table) SET \(header.summary) = 'Lặng lẽ' WHERE \(header.key) = 2;",
            "header")
        try expect([4], office.insertDossier(4), "insert")
        try expect([4], office.insertChildren(40, dossier: 4), "children of a new one")
        try expect(
            [], "BEGIN;" + office.changeSilently(office.childTables[0].table, 40) + "ROLLBACK;",
            "rollback")
    }

    @Test(
        "without it, the times tell what moved them, in every table", arguments: SourceKind.allCases
    )
    func childrenByTime(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind, feed: false)
        let office = bench.office
        #expect(reader.standing.net == "overlap")
        for child in office.childTables {
            bench.recorder.batches = []
            let modified = office.header.modified
            try office.execute(office.changeSilently(child.table, 10))
            try office.execute(
                "UPDATE \(child.table) SET \(modified) = '\(office.time())' WHERE \(child.id) = 10")
            bench.poll(reader)
            #expect(bench.recorder.keysRecorded == keys([1]), Comment(rawValue: child.table))
        }
    }

    @Test("tells an applicant's change to all his dossiers")
    func applicant() throws {
        let (bench, reader) = try bench(.opencps)
        try bench.office.execute(
            """
            INSERT INTO opencps_applicant (applicantid, applicantidno, profile, modifieddate)
            VALUES (1, '000000000002', '{"birthDate":"1990-01-02"}', '2020-01-01')
            """)
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded == keys([2]))
    }

    @Test("tells a deletion at once, as certain", arguments: SourceKind.allCases)
    func deletion(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind)
        try bench.office.execute(bench.office.deleteDossier(2))
        bench.poll(reader)
        bench.poll(reader)
        let missing = bench.recorder.batches.map(\.missing).filter { !$0.keys.isEmpty }
        #expect(missing.flatMap(\.keys) == keys([2]))
        let certain = missing.allSatisfy(\.isCertain)
        #expect(certain)
    }

    @Test(
        "loses nothing of what is committed around its installation", arguments: SourceKind.allCases
    )
    func takeover(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind, feed: false)
        let office = bench.office
        try office.execute(office.insertDossier(4))
        try office.installFeed()
        try office.execute(office.changeSilently(office.childTables[0].table, 30))
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded == keys([3, 4]))
        #expect(bench.events.count(.feedUsed) == 1)
        bench.recorder.batches = []
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded.isEmpty)
    }

    @Test(
        "is done without when it is dropped, said once, and used again",
        arguments: SourceKind.allCases)
    func dropped(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind)
        let office = bench.office
        _ = try office.installer().uninstall()
        try office.execute(office.insertDossier(5))
        for _ in 0..<4 { bench.poll(reader) }
        #expect(bench.recorder.keysRecorded == keys([5]))
        #expect(bench.events.count(.feedLost) == 1)
        #expect(reader.standing.net == "overlap")
        #expect(reader.standing.feedTrouble?.code == "LT-3020")
        try office.installFeed()
        bench.poll(reader)
        #expect(reader.standing.net == "feed" && reader.standing.feedTrouble == nil)
        try office.execute(office.changeSilently(office.childTables[0].table, 10))
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded.last == SourceKey(1))
    }

    @Test("is not trusted when a trigger is missing", arguments: SourceKind.allCases)
    func incomplete(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind)
        let table = bench.office.childTables[0].table
        try bench.office.execute(
            kind == .referenceSQLite
                ? "DROP TRIGGER lienthongd_\(table)_update"
                : "ALTER TABLE \(table) DISABLE TRIGGER lienthongd_\(table)")
        bench.poll(reader)
        #expect(reader.standing.net == "overlap")
        #expect(reader.standing.feedTrouble?.code == "LT-3021")
        #expect(bench.events.count(.feedLost) == 1)
    }

    @Test("is trimmed of what is on disk, and of nothing else", arguments: SourceKind.allCases)
    func trimming(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind)
        let office = bench.office
        let source = office.anotherSource()
        func rows() throws -> Int64 { try source.inspectFeed(now: office.now.wall).rows }
        for id in 10...40 { try office.execute(office.insertDossier(id)) }
        #expect(try rows() == 31)
        // Handed over, and not on disk when the process dies.
        office.pass(seconds: 60)
        while let work = reader.step(now: office.now) {
            bench.recorder.hand(over: work, to: reader)
        }
        #expect(!bench.recorder.pending.isEmpty)
        #expect(try rows() == 31)
        bench.recorder.crash()
        let second = try bench.reader()
        bench.settle(second)
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(10...40)))
        for _ in 0..<3 {
            office.pass(seconds: 400)
            bench.settle(second)
        }
        // SQLite keeps the last row, so that its number is not given out again.
        let left: Int64 = kind == .referenceSQLite ? 1 : 0
        // What another test has open on the same server holds back what counts as committed before.
        for _ in 0..<300 where try rows() != left {
            usleep(100_000)
            office.pass(seconds: 400)
            bench.settle(second)
        }
        #expect(try rows() == left)
        try office.execute(office.insertDossier(50))
        bench.poll(second)
        #expect(bench.recorder.keysRecorded.last == SourceKey(50))
    }

    @Test("is left alone by an account that may not trim, which is told when it has grown")
    func mayNotTrim() throws {
        let (bench, _) = try bench(.referencePostgres)
        let role = try bench.office.makeRole()
        try bench.office.execute("GRANT SELECT ON lienthongd.feed TO \(role)")
        let reader = try bench.reader(bench.office.sourceAs(role)) { $0.feedRowsLimit = 900 }
        bench.settle(reader)
        try bench.office.execute(
            "INSERT INTO lienthongd.feed (source_key, kind) SELECT 1, 1 FROM generate_series(1, 1001)"
        )
        for _ in 0..<3 {
            bench.office.pass(seconds: 400)
            bench.settle(reader)
        }
        #expect(reader.standing.trouble == nil)
        #expect(reader.standing.feedTrouble?.code == "LT-3022")
        #expect(bench.events.count(.feedGrows) == 1)
        // The right that the cure names.
        let cure = try #require(
            reader.standing.feedTrouble?.fix.firstMatch(of: /GRANT DELETE ON [a-z.]+ TO <user>;/))
        try bench.office.execute(String(cure.0).replacing("<user>", with: role))
        // What another test has open on the same server holds the trimming back.
        for _ in 0..<300 where reader.standing.feedTrouble != nil {
            usleep(20_000)
            bench.office.pass(seconds: 400)
            bench.settle(reader)
        }
        #expect(reader.standing.feedTrouble == nil)
    }

    @Test(
        "notes each dossier once in a transaction, and forgets what a savepoint undid",
        arguments: [SourceKind.referencePostgres, .opencps])
    func savepoints(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind)
        let office = bench.office
        let change = office.changeSilently(office.childTables[0].table, 10)
        try office.execute("BEGIN;\(change)\(change)\(change)COMMIT;")
        let clerk = try office.anotherClerk()
        let count = "SELECT count(*) FROM lienthongd.feed WHERE source_key = 1"
        #expect(try clerk.text(count) == "1")
        let other = office.changeSilently(office.childTables[0].table, 20)
        try office.execute(
            "BEGIN; SAVEPOINT s;\(other)ROLLBACK TO SAVEPOINT s;\(other)COMMIT;")
        bench.poll(reader)
        #expect(Set(bench.recorder.keysRecorded) == Set(keys([1, 2])))
    }

    @Test(
        "finds a transaction that commits long after others were read",
        arguments: [SourceKind.referencePostgres, .opencps])
    func lateCommit(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind)
        let office = bench.office
        let slow = try office.anotherClerk()
        try slow.execute("BEGIN;" + office.changeSilently(office.childTables[0].table, 10))
        for id in 4...6 {
            try office.execute(office.insertDossier(id))
            bench.poll(reader)
        }
        #expect(bench.recorder.keysRecorded == keys(4...6))
        try slow.execute("COMMIT")
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded.last == SourceKey(1))
    }

    @Test("wakes the daemon", arguments: [SourceKind.referencePostgres, .opencps])
    func waking(_ kind: SourceKind) throws {
        let office = try Office(kind)
        try office.installFeed()
        try office.source.check()
        try office.execute(office.insertDossier(1))
        #expect(try office.source.wait(milliseconds: 600_000, interruptedBy: nil))
    }

    @Test("is refused to an account that owns nothing, which is left as it was")
    func denied() throws {
        let office = try Office(.referencePostgres)
        try office.execute("CREATE ROLE stranger_\(kind(office)) LOGIN")
        let place = office.path.replacing("user=postgres", with: "user=stranger_\(kind(office))")
        let found = try trouble {
            _ = try FeedInstaller(office.profile, at: place).install(grantingTo: nil)
        }
        #expect(found.code == "LT-3025")
        #expect(try office.anotherSource().inspectFeed(now: office.now.wall).state == .absent)
    }

    private func kind(_ office: Office) -> String {
        String(office.path.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFFFF })
    }
}
