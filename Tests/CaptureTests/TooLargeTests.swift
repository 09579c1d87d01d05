import Dossiers
import Foundation
import Operating
import Testing
import Wire

@testable import Capture
@testable import Outbox

@Suite("More than can be read at once")
struct TooLargeTests {
    @Test("is a text of 60 MiB, which is never fetched", arguments: SourceKind.allCases)
    func text(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        let office = bench.office
        let text =
            kind == .referenceSQLite
            ? "replace(hex(zeroblob(31457280)), '00', 'x ')" : "repeat('x ', 31457280)"
        let note = kind == .opencps ? "dossiernote" : "note"
        let header = office.header
        try office.execute(
            dossiers(office, 1...60)
                + "UPDATE \(header.table) SET \(note) = \(text) WHERE \(header.key) = 33;")
        let before = try residentPeak()
        let reader = try bench.reader()
        bench.settle(reader)
        #expect(bench.recorder.held == [SourceKey(33): Hold(.tooLarge, field: "note")])
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...60)))
        #expect(reader.standing.trouble == nil)
        if kind != .referenceSQLite {
            // SQLite's own writer is in this process and had the text in its hands before.
            #expect(try residentPeak() - before < 50 << 20)
        }
        try office.execute(
            "UPDATE \(header.table) SET \(note) = 'Ngắn', \(header.modified) = '\(office.time())' "
                + "WHERE \(header.key) = 33;")
        bench.poll(reader)
        #expect(bench.recorder.held.isEmpty)
    }

    /// Bytes that this process has had in memory at most (`VmHWM`).
    private func residentPeak() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber))) * 1024
    }

    @Test(
        "is a dossier of very many rows",
        arguments: [SourceKind.referenceSQLite, .referencePostgres])
    func rows(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        let office = bench.office
        let text =
            kind == .referenceSQLite
            ? "replace(hex(zeroblob(250000)), '00', 'x ')" : "repeat('x ', 250000)"
        var script = dossiers(office, 1...10)
        for step in 1...40 { script += office.insertStep(step, dossier: 4) }
        try office.execute(script + "UPDATE step SET content = \(text);")
        let reader = try bench.reader()
        bench.settle(reader)
        #expect(bench.recorder.held == [SourceKey(4): Hold(.tooLarge, field: "progress.content")])
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...10)))
    }

    @Test("is measured in a statement of any form")
    func wrapped() throws {
        let sql = "WITH a AS (SELECT 1 AS id, 'x'::text AS \"na\"\"me\") SELECT * FROM a; \n"
        let guarded = try #require(
            SizeGuard.postgres(sql, names: ["id", "na\"me"], types: [23, 25]))
        let office = try Office(.referencePostgres)
        #expect(try office.anotherClerk().text(guarded) == "1")
        #expect(SizeGuard.postgres(sql, names: ["id"], types: [23]) == nil)
        #expect(SizeGuard.postgres(sql, names: ["a", "a"], types: [25, 25]) == nil)
    }
}

@Suite("A daemon that was killed while it read a page")
struct PageDiaryTests {
    /// Readers one after the other; each is killed when it reads a page with the dossier, and leaves what it has noted.
    private func lives(_ bench: Bench, _ folder: TemporaryFolder, until limit: Int) throws -> [Int]
    {
        let diary = "\(folder.path)/reading"
        let left = "\(folder.path)/left"
        var sizes: [Int] = []
        for _ in 0..<limit {
            let source = FaultySource(bench.office.anotherSource())
            var isKilled = false
            source.whenReading = { keys throws(Trouble) in
                guard keys.contains(SourceKey(77)), !isKilled else { return }
                isKilled = true
                sizes.append(keys.count)
                try? FileManager.default.copyItem(atPath: diary, toPath: left)
                throw .sourceUnreachable("killed")
            }
            let reader = try bench.reader(source) { $0.diaryPath = diary }
            for _ in 0..<1000 where !isKilled {
                guard let work = reader.step(now: bench.office.now) else {
                    bench.office.pass(seconds: 1)
                    if reader.standing.isCaughtUp { break }
                    continue
                }
                bench.recorder.hand(over: work, to: reader)
                bench.recorder.recordOne(reader)
            }
            guard isKilled else { break }
            bench.recorder.crash()
            try FileManager.default.removeItem(atPath: diary)
            try FileManager.default.moveItem(atPath: left, toPath: diary)
        }
        return sizes
    }

    @Test("narrows the page down to the one dossier and holds that, for good")
    func narrowed() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(dossiers(bench.office, 1...250))
        let folder = try TemporaryFolder()
        #expect(try lives(bench, folder, until: 20) == [100, 12, 1, 1])
        #expect(
            bench.recorder.held == [SourceKey(77): Hold(.endedDaemon, field: "source_key")])
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...250)))
        // It is not read again by a further daemon, until somebody asks for it.
        #expect(try lives(bench, folder, until: 1).isEmpty)
        let reader = try bench.reader { $0.diaryPath = "\(folder.path)/reading" }
        bench.settle(reader)
        try bench.office.execute(bench.office.correct(76, summary: "Đã sửa"))
        bench.poll(reader)
        #expect(bench.recorder.held.count == 1)
        var filter = ResyncFilter()
        filter.codes = [Office.code(77)]
        reader.accept(
            .requests([
                OperatorRequest(
                    id: 1, filter: filter, state: .open, requestedBy: "test",
                    requestedAt: bench.office.now.wall, updatedAt: bench.office.now.wall,
                    cursor: nil, counts: RequestCounts())
            ]))
        bench.settle(reader)
        #expect(bench.recorder.held.isEmpty)
    }

    @Test("reads what it holds again when the feed says that it changed")
    func pardoned() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.installFeed()
        try bench.office.execute(dossiers(bench.office, 1...250))
        let folder = try TemporaryFolder()
        _ = try lives(bench, folder, until: 20)
        #expect(bench.recorder.held.count == 1)
        let reader = try bench.reader { $0.diaryPath = "\(folder.path)/reading" }
        bench.settle(reader)
        try bench.office.execute(bench.office.correct(77, summary: "Đã sửa"))
        bench.poll(reader)
        #expect(bench.recorder.held.isEmpty)
    }

    @Test("holds nobody for a single death, nor for two with a page read in between")
    func innocent() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/reading"
        func died(_ keys: [SourceKey]) -> PageDiary {
            let diary = PageDiary(path: path)
            diary.begin(keys[...])
            return PageDiary(path: path)
        }
        #expect(died(keys([5])).deadly.isEmpty)
        #expect(died(keys(1...9)).death?.count == 9)
        #expect(died(keys([5])).deadly.isEmpty)
        let diary = PageDiary(path: path)
        diary.begin(keys([5])[...])
        diary.end()
        #expect(PageDiary(path: path).death == nil)
        #expect(died(keys([5])).deadly.isEmpty)
        #expect(died(keys([5])).deadly == [SourceKey(5)])
        #expect(PageDiary(path: path).deadly == [SourceKey(5)])
    }

    @Test(
        "makes nothing of a file that somebody has damaged",
        arguments: [
            "", "x", "9 9", "-1 -1 -1 -1", "9223372036854775807 1 9223372036854775807 1\n-9\nq",
            "1 1 1 9223372036854775807",
        ])
    func damaged(_ text: String) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/reading"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        var pages = PageReading(diary: PageDiary(path: path))
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(dossiers(bench.office, 1...3))
        for piece in pages.pieces(of: keys(1...3)) {
            pages.begin(piece)
            #expect(try pages.read(Array(piece), from: bench.office.source).held.isEmpty)
            pages.end()
        }
        #expect(PageDiary(path: path).death == nil)
    }
}
