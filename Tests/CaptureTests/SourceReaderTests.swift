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
        let state = String(decoding: try #require(lane.state).bytes, as: UTF8.self)
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
}

/// A small generator with a seed of its own.
private struct Dice {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
