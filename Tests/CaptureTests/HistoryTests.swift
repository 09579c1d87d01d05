import Dossiers
import Foundation
import Operating
import Outbox
import SQLite
import TestSupport
import Testing
import Wire

@testable import Capture

/// A source that goes back to an earlier state, and has gone on since until its numbers say nothing.
@Suite("Another history of a source", .serialized)
struct HistoryTests {
    @Test(
        "is recognised in an SQLite file that was restored in place, and everything is read again")
    func restored() throws {
        let bench = try Bench(.referenceSQLite)
        let office = bench.office
        try office.execute(dossiers(office, 1...20))
        let folder = try TemporaryFolder()
        let backup = "\(folder.path)/backup.sqlite"
        let clerk = try office.anotherClerk()
        try clerk.execute("VACUUM INTO '\(backup)'")
        let reader = try bench.reader()
        bench.settle(reader)
        office.pass(seconds: 7200)
        try office.execute(office.insertStep(500, dossier: 5) + office.insertDossier(21))
        bench.poll(reader)
        try #require(bench.recorder.keysRecorded.contains(SourceKey(21)))
        bench.recorder.batches = []
        // `.restore`: other pages in the same file, and the office goes on.
        let tables = ["dossier", "step"]
        var script = "ATTACH '\(backup)' AS b; BEGIN;"
        for table in tables.reversed() { script += "DELETE FROM \(table);" }
        for table in tables { script += "INSERT INTO \(table) SELECT * FROM b.\(table);" }
        try clerk.execute(script + "COMMIT; DETACH b;")
        office.pass(seconds: 1200)
        try office.execute(office.insertDossier(22))
        bench.poll(reader)
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...20) + keys([22])))
        let event = try #require(
            bench.events.all.last { $0.kind == .captureWalkStarted })
        #expect(event.errorCode == "LT-3050")
        // Once.
        let walks = bench.events.count(.captureWalkStarted)
        for _ in 0..<3 {
            office.pass(seconds: 700)
            bench.settle(reader)
        }
        #expect(bench.events.count(.captureWalkStarted) == walks)
    }

    @Test("is recognised in a snapshot of a server's files whose numbers have passed the old mark")
    func snapshot() throws {
        let cluster = try TestCluster()
        defer { cluster.remove() }
        let bench = try Bench(.referencePostgres, cluster: cluster)
        try bench.office.execute(dossiers(bench.office, 1...20))
        try cluster.stop()
        try cluster.takeSnapshot()
        try cluster.start()
        try bench.office.reconnect()
        let reader = try bench.reader()
        bench.settle(reader)
        try bench.office.execute(
            bench.office.insertStep(500, dossier: 5) + bench.office.insertDossier(21))
        bench.poll(reader)
        let mark = try #require(bench.recorder.cursors["poll"].flatMap { SourceMark(text: $0) })
        #expect(mark.lineage != nil)
        try cluster.stop()
        try cluster.restoreSnapshot()
        try cluster.start()
        try bench.office.reconnect()
        // The office goes on, past the number that the mark has.
        for _ in 0..<40 { try bench.office.execute("SELECT pg_current_xact_id();") }
        bench.recorder.batches = []
        for _ in 0..<20 where bench.recorder.keysRecorded.count < 20 { bench.poll(reader) }
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...20)))
        let now = try #require(bench.recorder.cursors["poll"].flatMap { SourceMark(text: $0) })
        #expect(now.lineage == mark.lineage && now.position >= mark.position)
        #expect(bench.events.all.contains { $0.errorCode == "LT-3050" })
    }

    @Test("is recognised by the server's timeline after a promotion")
    func promoted() throws {
        let cluster = try TestCluster()
        defer { cluster.remove() }
        let bench = try Bench(.referencePostgres, cluster: cluster)
        try bench.office.execute(dossiers(bench.office, 1...20))
        let reader = try bench.reader()
        bench.settle(reader)
        bench.recorder.batches = []
        try cluster.becomeStandby()
        try cluster.promote()
        try bench.office.reconnect()
        for _ in 0..<20 where bench.recorder.keysRecorded.count < 20 { bench.poll(reader) }
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...20)))
        #expect(bench.recorder.cursors["poll"]?.contains("/2|") == true)
    }

    @Test("is read out of a mark, and out of one without it")
    func marks() throws {
        var mark = SourceMark(
            position: 7, takenAt: "2026-01-05 08:00:00.000", identity: "a|b",
            feed: FeedMark(generation: "x.1", position: 9))
        mark.lineage = "712/3"
        mark.uptime = Uptime(milliseconds: 5, boot: "c")
        #expect(SourceMark(text: mark.text) == mark)
        var old = mark
        old.lineage = nil
        #expect(SourceMark(text: old.text) == old)
        #expect(!mark.isAnotherHistory(than: old) && !old.isAnotherHistory(than: mark))
        old.lineage = "712/2"
        #expect(mark.isAnotherHistory(than: old))
        old.feed = FeedMark(generation: "x.2", position: 9)
        #expect(mark.hasLostNotes(since: old))
        old.feed = FeedMark(generation: "y.1", position: 9)
        #expect(mark.hasLostNotes(since: old))
        old.feed = mark.feed
        #expect(!mark.hasLostNotes(since: old))
        old.feed = nil
        #expect(!mark.hasLostNotes(since: old))
    }
}

@Suite("The witness of a history")
struct HistoryWitnessTests {
    private func dossier(_ key: Int64, _ code: String, steps: [Int64]) -> SourceDossier {
        var header = SourceRow<HeaderColumn>()
        header[.code] = code
        var dossier = SourceDossier(key: SourceKey(key), header: header)
        dossier.steps = steps.map { id in
            var step = SourceRow<StepColumn>()
            step[.stepId] = String(id)
            return step
        }
        return dossier
    }

    @Test("agrees with what has gone on, and not with what lacks a dossier, a step or its code")
    func agreement() {
        var witness = HistoryWitness(text: nil)
        witness.note(dossier(1, "A", steps: [3, 2]))
        witness.note(dossier(2, "B", steps: []))
        witness.note(dossier(3, "C", steps: [7]))
        let text = witness.text
        #expect(!text.contains("A:") && HistoryWitness(text: text).text == text)
        func agrees(_ dossiers: [SourceDossier], unread: Set<SourceKey> = []) -> Bool {
            var kept = HistoryWitness(text: text)
            return kept.agrees(with: dossiers, unread: unread)
        }
        let first = dossier(1, "A", steps: [2, 3, 4])
        let second = dossier(2, "B", steps: [9])
        #expect(agrees([first, second, dossier(3, "C", steps: [7, 8])]))
        // One may have been deleted or corrected, and is not asked for again.
        #expect(agrees([first, second]))
        #expect(agrees([first, second, dossier(3, "C", steps: [6])]))
        #expect(!agrees([first]))
        #expect(!agrees([first, dossier(2, "X", steps: [9]), dossier(3, "C", steps: [6])]))
        #expect(!agrees([first, second].map { dossier($0.key.rawValue, "B", steps: [3]) }))
        #expect(agrees([first], unread: [SourceKey(2)]))
        _ = witness.agrees(with: [first, second], unread: [])
        #expect(witness.question(session: 1, now: 0, every: 1) == keys([1, 2]))
    }

    @Test(
        "remembers the last eight, asks each session once in a while, and forgets what is told as gone"
    )
    func questions() {
        var witness = HistoryWitness(text: nil)
        for key in 1...12 { witness.note(dossier(Int64(key), "A", steps: [])) }
        #expect(witness.question(session: 1, now: 0, every: 100) == keys(5...12))
        #expect(witness.question(session: 1, now: 99, every: 100).isEmpty)
        #expect(witness.question(session: 2, now: 99, every: 100).count == 8)
        witness.forget(keys(1...11))
        #expect(witness.question(session: 3, now: 99, every: 100) == keys([12]))
        #expect(
            HistoryWitness(text: "1:a;x:y:z;-1:a:0;9223372036854775807:a:1").text
                == "9223372036854775807:a:1")
    }
}
