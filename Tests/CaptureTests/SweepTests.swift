import Dossiers
import Operating
import Outbox
import Synchronization
import Testing
import Wire

@testable import Capture

@Suite("The background sweep")
struct SweepTests {
    private func bench(_ kind: SourceKind, _ count: Int) throws -> Bench {
        let bench = try Bench(kind)
        let old = bench.office.time(secondsAgo: 30 * 86_400)
        try bench.office.execute(
            "BEGIN;" + (1...count).map { bench.office.insertDossier($0, at: old) }.joined()
                + "COMMIT;")
        return bench
    }

    private func reader(
        _ bench: Bench, spent: Int64 = 10, period: Int64 = 3_600_000, share: Double = 0.05
    ) throws -> SourceReader {
        let ticks = Mutex<Int64>(0)
        return try bench.reader { settings in
            settings.sweepPeriodMilliseconds = period
            settings.sweepShare = share
            settings.dossiersPerSweep = 50
            settings.stopwatch = {
                ticks.withLock {
                    $0 += spent; return $0
                }
            }
        }
    }

    /// Lets time pass by the second until a round is over; how many seconds it took.
    private func round(_ bench: Bench, _ reader: SourceReader) throws -> Int {
        let rounds = bench.events.count(.sweepFinished)
        for second in 0..<40_000 {
            bench.office.pass(seconds: 1)
            bench.settle(reader)
            if bench.events.count(.sweepFinished) > rounds { return second }
        }
        throw CancellationError()
    }

    @Test(
        "finds what changed without moving a time, and lists what is there",
        arguments: SourceKind.allCases)
    func silent(_ kind: SourceKind) throws {
        let bench = try bench(kind, 220)
        let reader = try reader(bench)
        bench.settle(reader)
        _ = try round(bench, reader)
        let header = bench.office.header
        try bench.office.execute(
            "UPDATE \(header.table) SET \(header.summary) = 'Lặng lẽ' WHERE \(header.key) = 137;"
                + bench.office.delete(42))
        bench.recorder.batches = []
        _ = try round(bench, reader)
        #expect(bench.recorder.keysRecorded == keys([137]))
        let swept = bench.recorder.batches.compactMap(\.swept)
        #expect(swept.flatMap(\.present).count == 219)
        #expect(!swept.flatMap(\.present).contains(SourceKey(42)))
        #expect(swept.first?.after == nil && swept.last?.through == nil)
        for (one, next) in zip(swept, swept.dropFirst()) { #expect(one.through == next.after) }
    }

    @Test("takes its period, and no more than its share of the time")
    func pace() throws {
        let bench = try bench(.referenceSQLite, 500)
        let easy = try reader(bench)
        bench.settle(easy)
        _ = try round(bench, easy)
        // The second round knows how long it is, and spreads itself over the hour that it has.
        let seconds = try round(bench, easy)
        #expect((3000...7300).contains(seconds))
        // Ten seconds a piece at a share of 5 %: at least 190 seconds between two.
        let hard = try reader(bench, spent: 10_000, period: 1_000_000)
        bench.settle(hard)
        bench.office.pass(seconds: 4000)
        #expect(try round(bench, hard) >= 9 * 190)
        #expect(bench.events.count(.sweepLate) == 1)
        #expect(hard.standing.sweep?.trouble?.code == "LT-3023")
        // Either of the two settings that the cure names, raised.
        let cure = try #require(hard.standing.sweep?.trouble?.fix)
        #expect(cure.contains("Raise source.sweep.period or source.sweep.share"))
        for (period, share) in [(4_000_000, 0.05), (1_000_000, 0.9)] as [(Int64, Double)] {
            let cured = try self.reader(bench, spent: 10_000, period: period, share: share)
            bench.settle(cured)
            _ = try round(bench, cured)
            _ = try round(bench, cured)
            #expect(cured.standing.sweep?.trouble == nil, "\(period) \(share)")
        }
    }

    @Test("goes on after a crash from the last piece on disk")
    func crash() throws {
        let bench = try bench(.referenceSQLite, 400)
        var reader = try reader(bench)
        bench.settle(reader)
        for _ in 0..<200 where bench.events.count(.sweepFinished) == 0 {
            for _ in 0..<3 {
                bench.office.pass(seconds: 2)
                if let work = reader.step(now: bench.office.now) {
                    bench.recorder.hand(over: work, to: reader)
                    bench.recorder.recordOne(reader)
                }
            }
            bench.recorder.crash()
            reader = try self.reader(bench)
        }
        let swept = bench.recorder.batches.compactMap(\.swept)
        #expect(Array(swept.flatMap(\.present).prefix(400)) == keys(1...400))
        #expect(bench.events.count(.sweepFinished) >= 1)
    }

    @Test("gives way to fresh changes")
    func looksFirst() throws {
        let bench = try bench(.referenceSQLite, 300)
        let reader = try reader(bench)
        bench.settle(reader)
        bench.recorder.batches = []
        bench.office.pass(seconds: 100)
        try bench.office.execute(bench.office.insertDossier(900))
        var found: CaptureWork?
        // Pages of the overlap without news come to nothing, and no piece of the sweep in between.
        for _ in 0..<20 where found == nil { found = reader.step(now: bench.office.now) }
        let work = try #require(found)
        guard case .record(let step) = work else { return #expect(Bool(false)) }
        #expect(step.batch.dossiers.map(\.sourceKey) == keys([900]))
    }

    @Test("looks a second time for what was missed, and tells which is gone for certain")
    func second() throws {
        let bench = try bench(.referenceSQLite, 5)
        let reader = try reader(bench)
        bench.settle(reader)
        try bench.office.execute(bench.office.delete(2))
        bench.recorder.batches = []
        reader.accept(.suspects(keys([2, 3])))
        bench.settle(reader)
        let told = bench.recorder.batches.filter { !$0.missing.keys.isEmpty }
        #expect(told.map(\.missing.keys) == [keys([2])])
        let certain = told.allSatisfy(\.missing.isCertain)
        #expect(certain)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(3)))
    }

    @Test("records a row anew that comes back just as it was, for it is held as deleted by then")
    func back() throws {
        let bench = try bench(.referenceSQLite, 5)
        let reader = try reader(bench)
        try bench.office.execute(bench.office.insertDossier(900))
        bench.settle(reader)
        try bench.office.execute(bench.office.delete(900))
        reader.accept(.suspects(keys([900])))
        bench.settle(reader)
        bench.recorder.batches = []
        bench.office.pass(seconds: 100)
        try bench.office.execute(bench.office.insertDossier(900))
        bench.office.pass(seconds: 2)
        bench.settle(reader)
        let back = bench.recorder.batches.flatMap(\.dossiers).map(\.sourceKey)
        #expect(back.contains(SourceKey(900)))
    }
}
