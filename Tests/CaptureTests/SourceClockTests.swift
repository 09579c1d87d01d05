import Dossiers
import Operating
import Testing
import Wire

@testable import Capture
@testable import Outbox

@Suite("The source's clock") struct SourceClockTests {
    /// The first dossier is there and recorded; its clock says eight o'clock.
    private func bench(_ kind: SourceKind = .referenceSQLite) throws -> Bench {
        let bench = try Bench(kind)
        try bench.office.execute(bench.office.insertDossier(1))
        bench.settle(try bench.reader { $0.boot = "first" })
        bench.recorder.batches = []
        return bench
    }

    /// A dossier written just after the last mark, by a clock that was set back by so much.
    private func change(_ bench: Bench, setBack minutes: Int64) throws {
        let time = bench.office.time(secondsAgo: minutes * 60)
        try bench.office.execute(bench.office.insertDossier(2))
        try bench.office.execute(bench.office.correct(2, summary: "Sau đó", at: time))
        try bench.office.execute("UPDATE step SET modified_at = '\(time)' WHERE dossier_id = 2")
    }

    /// What an hour later, by a clock that goes as it ought to, the next look finds.
    private func look(_ bench: Bench, _ reader: SourceReader, wallMinutes: Int64) throws {
        let later = bench.office.now.adding(milliseconds: 3_600_000)
        let now = Moment(
            wall: bench.office.now.wall.adding(milliseconds: wallMinutes * 60_000),
            steady: later.steady)
        for _ in 0..<20 {
            if let work = reader.step(now: now) { bench.recorder.hand(over: work, to: reader) }
            bench.recorder.recordOne(reader)
        }
    }

    @Test("may be set back for longer than the overlap before the next look", arguments: [0, 55])
    func longLook(_ wallMinutes: Int64) throws {
        let bench = try bench()
        try change(bench, setBack: 65)
        // The mark of the last look was taken an hour ago; the clock now stands near it again.
        try look(bench, bench.reader { $0.boot = "first" }, wallMinutes: wallMinutes)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(2)))
        #expect(bench.events.count(.captureWalkStarted) == 1)
    }

    @Test("is not trusted when the machine was started in between: everything is walked over")
    func anotherBoot() throws {
        let bench = try bench()
        try change(bench, setBack: 600)
        try look(bench, bench.reader { $0.boot = "second" }, wallMinutes: -500)
        #expect(Set(bench.recorder.keysRecorded) == Set(keys([1, 2])))
        #expect(bench.events.count(.captureWalkStarted) == 2)
        #expect(bench.recorder.cursors["walk"] == "done")
    }

    @Test("does not matter to what stands in the change feed")
    func feed() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.installFeed()
        try bench.office.execute(bench.office.insertDossier(1))
        bench.settle(try bench.reader { $0.boot = "first" })
        bench.recorder.batches = []
        try change(bench, setBack: 600)
        try look(bench, bench.reader { $0.boot = "second" }, wallMinutes: -500)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(2)))
        #expect(bench.events.count(.captureWalkStarted) == 1)
    }

    @Test("is kept with the mark, with and without a feed")
    func text() {
        for feed in [nil, FeedMark(text: "abc:17")] {
            var mark = SourceMark(
                position: 5, takenAt: "2026-01-05 08:00:00.000", identity: "a|b=c", feed: feed)
            #expect(mark.restored == mark)
            mark.uptime = Uptime(milliseconds: 12, boot: "x/y")
            #expect(mark.restored == mark)
        }
    }
}
