import Dossiers
import Testing
import Wire

@testable import Capture
@testable import Outbox

@Suite("A place that a damaged store remembers") struct DamagedPlaceTests {
    @Test(
        "is no place of a sweep when its numbers cannot be added up",
        arguments: [
            "1|9223372036854775807|1|0|0|0", "1|1|1|9223372036854775807|1|1",
            "1|1|0|1|9223372036854775807|1", "-9223372036854775808|1|1|1|1|1", "1|1|1|1|-5|1",
            "1|1|1|1|1|9223372036854775807",
        ])
    func sweep(_ text: String) {
        var settings = CaptureSettings()
        settings.sweepPeriodMilliseconds = 60_000
        var sweep = SourceSweep(text: text)
        let now = Moment(wall: Timestamp(milliseconds: 1_790_000_000_000), steady: 0)
        #expect(sweep.startedAt == nil && sweep.after == nil)
        _ = sweep.nextAt(now, settings)
        sweep.begin(now)
        sweep.moved(to: SourceKey(5), count: 200, isLast: false, spent: 1, now, settings)
        sweep.moved(to: SourceKey(9), count: 200, isLast: true, spent: 1, now, settings)
        #expect(sweep.lastRound == 400)
    }

    @Test("is read anew by a request whose place is none", arguments: [-5, Int64.min, .max])
    func request(_ place: Int64) throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(dossiers(bench.office, 1...5))
        let reader = try bench.reader()
        bench.settle(reader)
        var filter = ResyncFilter()
        filter.codes = [Office.code(2), Office.code(3)]
        reader.accept(
            .requests([
                OperatorRequest(
                    id: 1, filter: filter, state: .open, requestedBy: "test",
                    requestedAt: bench.office.now.wall, updatedAt: bench.office.now.wall,
                    cursor: String(place), counts: RequestCounts())
            ]))
        bench.settle(reader)
        #expect(bench.recorder.progress.last?.isDone == true)
    }

    @Test("reaches back a hundred years at most")
    func uptime() throws {
        let mark = "0|2026-01-05 08:00:00.000|x|at="
        #expect(SourceMark(text: mark + "-9223372036854775808/b")?.uptime == nil)
        let early = try #require(SourceMark(text: mark + "-1000000000000000000/b"))
        let late = try #require(SourceMark(text: mark + "1000000000000000000/b"))
        let office = try Office(.referenceSQLite)
        _ = try office.source.changedKeys(
            since: early.reachingBack(to: late), after: nil, limit: 1)
    }
}

@Suite("The sweep under a clock that is set back") struct SweepClockTests {
    @Test("rests no longer than a period, however often it is asked")
    func rests() {
        var settings = CaptureSettings()
        settings.sweepPeriodMilliseconds = 60_000
        var sweep = SourceSweep(text: nil)
        let start = Moment(wall: Timestamp(milliseconds: 1_790_000_000_000), steady: 0)
        sweep.begin(start)
        sweep.moved(to: nil, count: 0, isLast: true, spent: 0, start, settings)
        let back = Timestamp(milliseconds: start.wall.milliseconds - 3 * 86_400_000)
        #expect(sweep.nextAt(Moment(wall: back, steady: 1_000), settings) <= 61_000)
        let later = Moment(wall: back.adding(milliseconds: 60_000), steady: 61_000)
        #expect(sweep.nextAt(later, settings) <= later.steady)
    }
}
