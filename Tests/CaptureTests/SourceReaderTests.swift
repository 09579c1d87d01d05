import Dossiers
import Operating
import Testing
import Wire

@testable import Capture
@testable import Outbox

@Suite("A source reader")
struct SourceReaderTests {
    @Test(
        "marks the source, then walks over everything that is there", arguments: SourceKind.allCases
    )
    func firstWalk(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        try bench.office.execute(dossiers(bench.office, 1...250))
        let reader = try bench.reader()
        #expect(!reader.standing.isCaughtUp)
        bench.settle(reader)
        #expect(bench.recorder.keysRecorded == keys(1...250))
        let first = try #require(bench.recorder.batches.first)
        #expect(Set(first.cursors.map(\.name)) == ["poll", "look", "walk"])
        #expect(first.dossiers.isEmpty)
        #expect(
            bench.recorder.batches.dropFirst().filter { !$0.dossiers.isEmpty }.allSatisfy {
                $0.isBacklog
            })
        #expect(bench.recorder.batches.allSatisfy { $0.dossiers.count <= 100 })
        #expect(bench.recorder.cursors["walk"] == "done")
        #expect(bench.events.count(.captureWalkStarted) == 1)
        #expect(bench.events.count(.captureWalkFinished) == 1)
        #expect(reader.standing.isCaughtUp)
        #expect(reader.standing.dossiersRead == 250)
    }

    @Test("makes of a dossier what its destinations are to hold", arguments: SourceKind.allCases)
    func rendering(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        try bench.office.execute(
            bench.office.insertDossier(1) + bench.office.insertStep(1, dossier: 1, code: "100")
                + bench.office.insertStep(2, dossier: 1))
        if kind == .opencps {
            try bench.office.execute(
                "INSERT INTO opencps_applicant (applicantid, applicantidno, profile) VALUES "
                    + "(1, '000000000001', '{\"birthDate\":\"1990-01-02\"}')")
        }
        bench.settle(try bench.reader())
        let dossier = try #require(bench.recorder.dossiers.first)
        #expect(dossier.code == DossierCode(Office.code(1)))
        #expect(dossier.lanes.map(\.destination) == [DestinationID("portal")])
        let lane = try #require(dossier.lanes.first)
        #expect(lane.steps.map(\.id) == keys([1, 2]))
        let state = String(decoding: lane.state.bytes, as: UTF8.self)
        #expect(state.contains("\"MaHoSo\":\"\(Office.code(1))\""))
        #expect(state.contains("\"TrangThaiHoSo\":\"4\""))
        let step = String(decoding: try #require(lane.steps.first).payload.bytes, as: UTF8.self)
        #expect(step.contains("\"TrangThai\":\"1\""))
        let question = try #require(dossier.question)
        #expect(question.destination == DestinationID("population"))
        #expect(question.identity == Array("000000000001|NGUYỄN VĂN THỬ|19900102".utf8))
    }

    @Test("goes on after a crash from the last page on disk", arguments: SourceKind.allCases)
    func crashDuringWalk(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        try bench.office.execute(dossiers(bench.office, 1...2000))
        var reader = try bench.reader()
        var crashes = 0
        while bench.recorder.cursors["walk"] != "done" {
            // Five pages, then the process is gone with what it had not recorded.
            for _ in 0..<5 {
                for _ in 0..<2 {
                    if let work = reader.step(now: bench.office.now) {
                        bench.recorder.hand(over: work, to: reader)
                    }
                }
                bench.recorder.recordOne(reader)
            }
            #expect(bench.recorder.pending.count <= 2)
            bench.recorder.crash()
            crashes += 1
            try #require(crashes < 200)
            reader = try bench.reader()
        }
        #expect(crashes >= 3)
        let walked = bench.recorder.batches.filter(\.isBacklog).flatMap(\.dossiers)
        // Pages that were on disk are not walked over again; those that were not are.
        #expect(walked.map(\.sourceKey) == keys(1...2000))
    }

    @Test("lets fresh changes pass the walk", arguments: SourceKind.allCases)
    func freshFirst(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        let old = bench.office.time(secondsAgo: 2 * 86_400)
        try bench.office.execute(
            (1...499).map { bench.office.insertDossier($0, at: old) }.joined()
                + bench.office.insertDossier(500))
        let reader = try bench.reader()
        func turn() throws {
            let work = try #require(reader.step(now: bench.office.now))
            bench.recorder.hand(over: work, to: reader)
            bench.recorder.recordOne(reader)
        }
        while bench.recorder.keysRecorded.count < 100 { try turn() }
        bench.office.pass(seconds: 10)
        try bench.office.execute(bench.office.insertDossier(501))
        reader.accept(.look)
        try turn()
        let batch = try #require(bench.recorder.batches.last)
        #expect(!batch.isBacklog)
        #expect(batch.dossiers.contains { $0.sourceKey == SourceKey(501) })
        bench.settle(reader)
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...501)))
    }

    @Test(
        "records a look page by page, and goes on with it after a crash",
        arguments: SourceKind.allCases)
    func crashDuringLook(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        var reader = try bench.reader()
        bench.settle(reader)
        bench.recorder.batches = []
        try bench.office.execute(dossiers(bench.office, 1...350))
        bench.office.pass(seconds: 10)
        let first = try #require(reader.step(now: bench.office.now))
        bench.recorder.hand(over: first, to: reader)
        bench.recorder.recordOne(reader)
        #expect(bench.recorder.keysRecorded == keys(1...100))
        #expect(bench.recorder.cursors["look"]?.hasPrefix("100@") == true)
        // A second page is made and lost.
        let lost = try #require(reader.step(now: bench.office.now))
        bench.recorder.hand(over: lost, to: reader)
        bench.recorder.crash()
        reader = try bench.reader()
        // A change of a dossier that the look has passed is found by the next one.
        try bench.office.execute(
            bench.office.correct(7, summary: "Đã sửa lại"))
        bench.settle(reader)
        bench.poll(reader)
        let recorded = bench.recorder.keysRecorded
        #expect(recorded.prefix(350) == keys(1...350)[...])
        #expect(recorded.dropFirst(350).contains(SourceKey(7)))
        #expect(bench.recorder.cursors["look"] == nil)
    }

    @Test("loses no change, however transactions and looks cross", arguments: SourceKind.allCases)
    func adversary(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        let office = bench.office
        let reader = try bench.reader()
        bench.settle(reader)
        var id = 0
        var random = Dice(state: 20_260_105)
        // SQLite has one writer at a time: there, a clerk who is late only writes old times.
        let clerks =
            try kind.dialect == .sqlite ? [] : (0..<3).map { _ in try office.anotherClerk() }
        var open = clerks.map { _ in false }
        for _ in 0..<120 {
            id += 1
            let sql = office.insertDossier(
                id, at: office.time(secondsAgo: Int64(random.below(300))))
            if clerks.isEmpty {
                try office.execute(sql)
            } else {
                let who = random.below(clerks.count)
                try clerks[who].execute((open[who] ? "" : "BEGIN;") + sql)
                open[who] = true
            }
            for who in clerks.indices where open[who] && random.below(4) == 0 {
                try clerks[who].execute("COMMIT")
                open[who] = false
            }
            if random.below(3) == 0 { bench.poll(reader) }
        }
        for who in clerks.indices where open[who] { try clerks[who].execute("COMMIT") }
        bench.poll(reader)
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...id)))
        // And nothing is captured again when it has not changed.
        let count = bench.recorder.keysRecorded.count
        #expect(count == id)
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded.count == count)
    }

    @Test("captures a change of a step, a file or a payment alone", arguments: SourceKind.allCases)
    func childRows(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        try bench.office.execute(dossiers(bench.office, 1...5))
        let reader = try bench.reader()
        bench.settle(reader)
        bench.poll(reader)
        bench.recorder.batches = []
        let office = bench.office
        for (index, sql) in [
            office.insertStep(1, dossier: 2), office.insertFile(1, dossier: 3),
            office.insertPayment(1, dossier: 4),
        ].enumerated() {
            try office.execute(sql)
            bench.poll(reader)
            #expect(bench.recorder.keysRecorded.last == SourceKey(Int64(index + 2)))
        }
        #expect(bench.recorder.keysRecorded.count == 3)
    }

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
        #expect(forced.flatMap(\.dossiers).allSatisfy { $0.question == nil })
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

    @Test("finds changes after a clock was set back")
    func clockSetBack() throws {
        let bench = try Bench(.referenceSQLite)
        let reader = try bench.reader()
        bench.office.pass(seconds: 86_400)
        try bench.office.execute(bench.office.insertDossier(1))
        bench.settle(reader)
        bench.poll(reader)
        // The office's server and ours had been a day ahead.
        bench.office.pass(seconds: -86_400)
        let steady = Moment(
            wall: bench.office.now.wall, steady: bench.office.now.steady + 2 * 86_400_000)
        try bench.office.execute(bench.office.insertDossier(2))
        let work = try #require(reader.step(now: steady))
        bench.recorder.hand(over: work, to: reader)
        bench.recorder.recordOne(reader)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(2)))
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

    // MARK: - Helpers

    private func dossiers(_ office: Office, _ ids: ClosedRange<Int>) -> String {
        "BEGIN;" + ids.map { office.insertDossier($0) }.joined() + "COMMIT;"
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

/// A small generator with a seed of its own.
private struct Dice {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}

/// A real source that fails on demand.
private final class FaultySource: DossierSource {
    private let source: DatabaseSource
    var fault: Trouble?
    var writeFault: Trouble?
    var slowAbove = Int.max
    var identity: String?

    init(_ source: DatabaseSource) { self.source = source }

    private func check() throws(Trouble) -> DatabaseSource {
        if let fault { throw fault }
        return source
    }

    var dossiersPerQuery: Int { source.dossiersPerQuery }
    var hasWriteBack: Bool { source.hasWriteBack }
    func mark(now: Timestamp) throws(Trouble) -> SourceMark {
        var mark = try check().mark(now: now)
        mark.identity = identity ?? mark.identity
        return mark
    }
    func changedKeys(
        since mark: SourceMark, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        try check().changedKeys(since: mark, after: key, limit: limit)
    }
    func allKeys(
        _ filter: ResyncFilter, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        try check().allKeys(filter, after: key, limit: limit)
    }
    func keys(ofCodes codes: [String]) throws(Trouble) -> [(code: String, key: SourceKey)] {
        try check().keys(ofCodes: codes)
    }
    func read(_ keys: [SourceKey]) throws(Trouble) -> [SourceDossier] {
        if keys.count > slowAbove { throw .sourceSlow(file: "headers.sql") }
        return try check().read(keys)
    }
    func mappings() throws(Trouble) -> Digest? { try check().mappings() }
    func writeBack(_ answers: [WriteBack]) throws(Trouble) {
        if let writeFault { throw writeFault }
        try check().writeBack(answers)
    }
    func wait(milliseconds: Int64, interruptedBy descriptor: Int32?) throws(Trouble) -> Bool {
        try check().wait(milliseconds: milliseconds, interruptedBy: descriptor)
    }
    func disconnect() { source.disconnect() }
}

extension FaultySource {
    func check() throws(Trouble) { _ = try check() as DatabaseSource }
}
