import Dossiers
import Operating
import Testing
import Wire

@testable import Capture
@testable import Outbox

@Suite("Beside its looks a source reader")
struct SourceReaderWorkTests {
    @Test(
        "looks at held dossiers again when a mapping of the source changes",
        arguments: SourceKind.allCases)
    func heldByMapping(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        let office = bench.office
        var script = ""
        for id in 1...230 {
            script += office.insertDossier(id, procedure: id > 10 ? "TT-2" : "TT-1")
        }
        try office.execute(script)
        let reader = try bench.reader()
        bench.settle(reader)
        #expect(bench.recorder.held.count == 220)
        #expect(bench.recorder.held.values.allSatisfy { $0.rule == .procedureUnmapped })
        #expect(bench.recorder.held.values.allSatisfy { $0.unmapped == "TT-2" })
        try office.execute(office.mapProcedure)
        office.pass(seconds: 120)
        bench.settle(reader)
        #expect(bench.recorder.held.isEmpty)
    }

    @Test("looks at held dossiers again under another configuration, and only then")
    func heldByConfiguration() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(bench.office.insertDossier(1, procedure: "TT-2"))
        bench.settle(try bench.reader(digest: "a"))
        let reads = try bench.reader(digest: "a")
        bench.settle(reads)
        let again = try bench.reader(digest: "b")
        bench.recorder.batches = []
        bench.settle(again)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(1)))
        #expect(bench.recorder.cursors["held"]?.hasSuffix("/b") == true)
    }

    @Test("carries out requests page by page, and counts what it does not find")
    func requests() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(dossiers(bench.office, 1...250))
        let reader = try bench.reader()
        bench.settle(reader)
        bench.recorder.batches = []
        var all = ResyncFilter()
        all.destinations = [DestinationID("portal")]
        var some = ResyncFilter()
        some.codes = [Office.code(5), "H21.none", Office.code(3)]
        some.isOnlyDifferent = true
        let requests = [request(1, all), request(2, some)]
        reader.accept(.requests(requests))
        bench.settle(reader)
        // The store still lists them as open when it is asked a moment too early.
        reader.accept(.requests(requests))
        bench.settle(reader)
        #expect(bench.recorder.keysRecorded == keys(1...250) + keys([3, 5]))
        let forced = bench.recorder.batches.filter(\.isForced)
        #expect(forced.flatMap(\.dossiers).count == 250)
        #expect(forced.allSatisfy { $0.isBacklog })
        // Whom it is forced for; a dossier that was held until now is news for all.
        #expect(forced.allSatisfy { $0.forced == [DestinationID("portal")] })
        #expect(forced.flatMap(\.dossiers).allSatisfy { $0.lanes.count == 1 })
        #expect(bench.recorder.progress.map(\.id) == [1, 1, 1, 2])
        #expect(bench.recorder.progress.map(\.isDone) == [false, false, true, true])
        #expect(bench.recorder.progress.map(\.read) == [100, 100, 50, 2])
        #expect(bench.recorder.progress.last?.missing == 1)
    }

    @Test("goes on with a request where the last run recorded it, and drops one that was cancelled")
    func requestResumed() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(dossiers(bench.office, 1...250))
        let reader = try bench.reader()
        bench.settle(reader)
        bench.recorder.batches = []
        var resumed = request(1, ResyncFilter())
        resumed.cursor = "200"
        reader.accept(.requests([resumed, request(2, ResyncFilter())]))
        reader.accept(.requests([resumed]))
        bench.settle(reader)
        #expect(bench.recorder.keysRecorded == keys(201...250))
        #expect(bench.recorder.progress.map(\.id) == [1])
    }

    @Test(
        "writes answers back, tells it, and captures nothing for it", arguments: SourceKind.allCases
    )
    func writeBacks(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        try bench.office.execute(dossiers(bench.office, 1...3))
        let reader = try bench.reader()
        bench.settle(reader)
        bench.poll(reader)
        bench.recorder.batches = []
        reader.accept(.writeBacks([answer(bench, 7, 1), answer(bench, 8, 2)]))
        bench.settle(reader)
        #expect(bench.recorder.writtenBack == [7, 8])
        bench.poll(reader)
        // What is read again because of it is recognised, or at most recorded with nothing new.
        #expect(bench.recorder.dossiers.allSatisfy { $0.hold == nil })
    }

    @Test("goes on reading when answers cannot be written back")
    func writeBackRefused() throws {
        let bench = try Bench(.referenceSQLite)
        let source = FaultySource(bench.office.anotherSource())
        let reader = try bench.reader(source)
        bench.settle(reader)
        source.writeFault = .sourceReadOnly(file: "write_back.sql")
        reader.accept(.writeBacks([answer(bench, 7, 1)]))
        try bench.office.execute(bench.office.insertDossier(1))
        bench.poll(reader)
        #expect(bench.recorder.writtenBack.isEmpty)
        #expect(bench.recorder.keysRecorded == keys([1]))
        #expect(reader.standing.writeBackTrouble?.code == "LT-3005")
        #expect(reader.standing.trouble == nil)
        source.writeFault = nil
        bench.poll(reader)
        bench.poll(reader)
        #expect(bench.recorder.writtenBack == [7])
        #expect(reader.standing.writeBackTrouble == nil)
    }

    @Test("backs off from a source that fails, and recovers without a loss")
    func failing() throws {
        let bench = try Bench(.referenceSQLite)
        let source = FaultySource(bench.office.anotherSource())
        let reader = try bench.reader(source)
        bench.settle(reader)
        source.fault = .sourceUnreachable("gone")
        try bench.office.execute(dossiers(bench.office, 1...150))
        bench.office.pass(seconds: 10)
        var waits: [Int64] = []
        for _ in 0..<9 {
            #expect(reader.step(now: bench.office.now) == nil)
            let wait = reader.nextWake(now: bench.office.now)
            waits.append(wait)
            bench.office.pass(seconds: wait / 1000)
        }
        #expect(waits == [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
        #expect(reader.standing.trouble?.code == "LT-3001")
        #expect(bench.events.count(.captureFailed) == 9)
        source.fault = nil
        bench.settle(reader)
        #expect(reader.standing.trouble == nil)
        #expect(bench.events.count(.captureRecovered) == 1)
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...150)))
    }

    @Test("asks a source that is too slow for smaller pages, and grows them again")
    func slow() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(dossiers(bench.office, 1...300))
        let source = FaultySource(bench.office.anotherSource())
        source.slowAbove = 40
        let reader = try bench.reader(source)
        for _ in 0..<20 {
            bench.settle(reader)
            bench.office.pass(seconds: 60)
        }
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...300)))
        #expect(bench.events.all.contains { $0.errorCode == "LT-3002" })
        source.slowAbove = .max
        reader.accept(.requests([request(1, ResyncFilter())]))
        bench.settle(reader)
        #expect(bench.recorder.progress.last?.isDone == true)
    }

    @Test("walks over everything again when the database is another one")
    func restored() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(dossiers(bench.office, 1...3))
        let source = FaultySource(bench.office.anotherSource())
        let reader = try bench.reader(source)
        bench.settle(reader)
        bench.recorder.batches = []
        source.identity = "another"
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded == keys(1...3))
        #expect(bench.events.count(.captureWalkStarted) == 2)
    }

    @Test("hands out no more than it may, and asks nothing of an idle source")
    func bounds() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(dossiers(bench.office, 1...400))
        let reader = try bench.reader()
        var handed = 0
        for _ in 0..<10 {
            if case .record = reader.step(now: bench.office.now) { handed += 1 }
        }
        #expect(handed == 2)
        #expect(reader.nextWake(now: bench.office.now) > 0)
        reader.accept(.recorded)
        #expect(reader.step(now: bench.office.now) != nil)
        #expect(reader.step(now: bench.office.now) == nil)
    }

    @Test("writes nothing to disk while nothing changes")
    func idle() throws {
        let bench = try Bench(.referenceSQLite)
        let reader = try bench.reader()
        bench.settle(reader)
        let batches = bench.recorder.batches.count
        for _ in 0..<20 { bench.poll(reader) }
        #expect(bench.recorder.batches.count == batches)
        for _ in 0..<20 { bench.poll(reader) }
        #expect(bench.recorder.batches.count == batches + 1)
    }

    private func request(_ id: Int64, _ filter: ResyncFilter) -> OperatorRequest {
        let time = Timestamp(milliseconds: 0)
        return OperatorRequest(
            id: id, filter: filter, state: .open, requestedBy: "test", requestedAt: time,
            updatedAt: time, cursor: nil, counts: RequestCounts())
    }

    private func answer(_ bench: Bench, _ id: Int64, _ key: Int) -> WriteBack {
        WriteBack(
            id: id, code: DossierCode(Office.code(key)), sourceKey: SourceKey(Int64(key)),
            verification: .matched, settledAt: bench.office.now.wall)
    }
}
