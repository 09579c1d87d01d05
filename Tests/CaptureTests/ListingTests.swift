import Dossiers
import Operating
import Testing
import Wire

@testable import Capture
@testable import Outbox

/// A province's own condition in a listing, which fails for what stands in one row.
@Suite("A row on which a listing of keys fails")
struct ListingTests {
    /// What the province wrote, in all.sql and changed.sql, and what spoils a row and mends it.
    private static func condition(_ kind: SourceKind) -> String {
        kind == .referenceSQLite ? "abs(d.channel) < 9" : "d.note::date < '2100-01-01'"
    }

    private static func spoil(_ kind: SourceKind, _ id: Int, at time: String) -> String {
        kind == .referenceSQLite
            ? "UPDATE dossier SET channel = -9223372036854775807 - 1, modified_at = '\(time)' WHERE id = \(id);"
            : "UPDATE dossier SET note = 'hôm qua', modified_at = '\(time)' WHERE id = \(id);"
    }

    private static func mend(_ kind: SourceKind, _ id: Int) -> String {
        kind == .referenceSQLite
            ? "UPDATE dossier SET channel = 1 WHERE id = \(id);"
            : "UPDATE dossier SET note = '2026-01-05' WHERE id = \(id);"
    }

    private struct Province {
        let bench: Bench
        let folder: TemporaryFolder
        let profile: SourceProfile
        var office: Office { bench.office }
    }

    private func province(
        _ kind: SourceKind, _ file: String, ids: ClosedRange<Int> = 1...120
    ) throws -> Province {
        let bench = try Bench(kind)
        let folder = try TemporaryFolder()
        let condition = ListingTests.condition(kind)
        let profile = try bench.office.profile(changing: file, in: folder) {
            file == "all.sql"
                ? $0.replacing("ORDER BY d.id", with: "AND \(condition) ORDER BY d.id")
                : $0.replacing("FROM dossier\n", with: "FROM dossier d\n")
                    .replacing(
                        "    UNION\n    SELECT dossier_id AS source_key FROM step",
                        with:
                            "    AND \(condition) UNION\n    SELECT dossier_id AS source_key FROM step"
                    )
        }
        try bench.office.execute(
            dossiers(bench.office, ids)
                + (kind == .referenceSQLite
                    ? "UPDATE dossier SET channel = 1;" : "UPDATE dossier SET note = '2026-01-05';")
        )
        return Province(bench: bench, folder: folder, profile: profile)
    }

    @Test(
        "keeps no dossier from the first walk, itself included, is named, and is listed again once it is mended",
        arguments: [SourceKind.referenceSQLite, .referencePostgres],
        [[57], [1], [120], [56, 57, 90]])
    func walk(_ kind: SourceKind, _ spoilt: [Int]) throws {
        let province = try province(kind, "all.sql")
        let (bench, office) = (province.bench, province.office)
        for id in spoilt { try office.execute(ListingTests.spoil(kind, id, at: office.time())) }
        let reader = try bench.reader(office.anotherSource(province.profile))
        bench.settle(reader)
        // Read by its key it is a dossier as any other: on SQLite its own number is too large, and it is held.
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...120)))
        #expect(reader.standing.trouble == nil)
        let told = bench.events.all.filter { $0.errorCode == "LT-3039" }
        // Of rows next to each other the last is named first.
        let named = spoilt.filter { !spoilt.contains($0 + 1) }
        for id in named {
            #expect(told.contains { $0.detail?.contains("source_key \(id):") == true }, "\(told)")
        }
        #expect(told.count == named.count)
        #expect(reader.standing.doubts.map(\.code) == ["LT-3039"])
        for id in spoilt { try office.execute(ListingTests.mend(kind, id)) }
        office.pass(seconds: 700)
        bench.settle(reader)
        #expect(reader.standing.doubts.isEmpty)
    }

    @Test(
        "keeps no sweep from going round, and nothing that it passes by is taken for deleted",
        arguments: [SourceKind.referenceSQLite, .referencePostgres])
    func sweep(_ kind: SourceKind) throws {
        let province = try province(kind, "all.sql")
        let (bench, office) = (province.bench, province.office)
        let reader = try bench.reader(office.anotherSource(province.profile)) {
            $0.sweepPeriodMilliseconds = 3_600_000
            $0.dossiersPerSweep = 25
        }
        bench.settle(reader)
        try office.execute(
            ListingTests.spoil(kind, 57, at: office.time(secondsAgo: 9_000_000))
                + office.deleteDossier(60))
        bench.recorder.batches = []
        for _ in 0..<200 {
            office.pass(seconds: 60)
            bench.settle(reader)
        }
        #expect(reader.standing.trouble == nil)
        #expect(try #require(reader.standing.sweep).lastRound == 119)
        let swept = bench.recorder.batches.compactMap(\.swept)
        let all = Set(keys(1...120))
        for piece in swept {
            let range = all.filter {
                $0 > piece.after ?? SourceKey(0) && $0 <= piece.through ?? SourceKey(.max)
            }
            let missing = range.subtracting(piece.present)
            #expect(missing.isSubset(of: [SourceKey(60)]), "\(missing)")
        }
        #expect(swept.contains { $0.through == nil })
    }

    @Test(
        "keeps no other change back, not even one that is listed no more, and times flow on",
        arguments: [SourceKind.referenceSQLite, .referencePostgres], [60, 0])
    func changes(_ kind: SourceKind, secondsAgo: Int64) throws {
        let province = try province(kind, "changed.sql")
        let (bench, office) = (province.bench, province.office)
        let reader = try bench.reader(office.anotherSource(province.profile))
        bench.settle(reader)
        bench.recorder.batches = []
        // In one look with the row that spoils it: before its key and behind it.
        office.pass(seconds: 5)
        try office.execute(
            office.correct(20, summary: "Trước")
                + ListingTests.spoil(
                    kind, 57, at: office.time(secondsAgo: secondsAgo))
                + office.correct(80, summary: "Sau"))
        bench.poll(reader)
        #expect(Set(bench.recorder.keysRecorded).isSuperset(of: keys([20, 57, 80])))
        #expect(reader.standing.trouble == nil)
        let told = try #require(bench.events.all.first { $0.errorCode == "LT-3039" })
        #expect(told.detail?.contains("changed.sql") == true)
        // The row still lies within the overlap; a walk has ended, and looks go on by a shorter one.
        #expect(!reader.standing.isWalking)
        bench.recorder.batches = []
        for round in 1...3 {
            office.pass(seconds: 300)
            try office.execute(
                office.correct(round, summary: "Sửa \(round)")
                    + office.correct(100 + round, summary: "Sửa \(round)"))
            bench.poll(reader)
            // As new as the mark itself, no overlap leaves it out: what lies before it waits for a walk.
            if secondsAgo == 0 { continue }
            let found = Set(bench.recorder.keysRecorded)
            #expect(found.isSuperset(of: keys([round, 100 + round])), "\(found)")
        }
        office.pass(seconds: 700)
        bench.settle(reader)
        bench.poll(reader)
        #expect(Set(bench.recorder.keysRecorded).isSuperset(of: keys([1, 2, 3, 101, 102, 103])))
        try office.execute(ListingTests.mend(kind, 57))
        office.pass(seconds: 700)
        bench.settle(reader)
        #expect(reader.standing.doubts.isEmpty)
    }

    @Test("is passed by in a resync that names others, and none is sent that was not asked for")
    func resync() throws {
        let province = try province(.referencePostgres, "all.sql")
        let (bench, office) = (province.bench, province.office)
        let reader = try bench.reader(office.anotherSource(province.profile))
        bench.settle(reader)
        try office.execute(ListingTests.spoil(.referencePostgres, 57, at: office.time()))
        bench.poll(reader)
        bench.recorder.batches = []
        var filter = ResyncFilter()
        filter.procedures = ["TT-1"]
        let other = "UPDATE dossier SET procedure_code = 'TT-2' WHERE id IN (55, 58);"
        try office.execute(other)
        reader.accept(
            .requests([
                OperatorRequest(
                    id: 1, filter: filter, state: .open, requestedBy: "test",
                    requestedAt: office.now.wall, updatedAt: office.now.wall, cursor: nil,
                    counts: RequestCounts())
            ]))
        bench.settle(reader)
        let forced = bench.recorder.batches.filter(\.isForced).flatMap(\.dossiers).map(\.sourceKey)
        #expect(Set(forced).isSuperset(of: keys([1, 54, 56, 59, 120])))
        #expect(Set(forced).isDisjoint(with: keys([55, 58])))
        #expect(bench.recorder.progress.last?.isDone == true)
    }

    @Test("is no row where the listing has never worked")
    func unsound() throws {
        let bench = try Bench(.referencePostgres)
        let folder = try TemporaryFolder()
        let profile = try bench.office.profile(changing: "all.sql", in: folder) {
            $0.replacing("ORDER BY d.id", with: "AND d.code::date < '2100-01-01' ORDER BY d.id")
        }
        try bench.office.execute(dossiers(bench.office, 1...20))
        let reader = try bench.reader(bench.office.anotherSource(profile))
        bench.settle(reader)
        #expect(bench.recorder.keysRecorded.isEmpty)
        #expect(reader.standing.trouble?.code == "LT-3012")
        #expect(reader.standing.trouble?.english.contains("all.sql") == true)
    }

    @Test("of the source's own mappings keeps nothing waiting but what is held for them")
    func mappings() throws {
        let bench = try Bench(.referencePostgres)
        let folder = try TemporaryFolder()
        let profile = try bench.office.profile(changing: "mappings.sql", in: folder) {
            "SELECT code::date FROM procedure UNION ALL " + "SELECT NULL WHERE false -- \($0.count)"
        }
        try bench.office.execute(dossiers(bench.office, 1...20))
        let reader = try bench.reader(bench.office.anotherSource(profile))
        bench.settle(reader)
        #expect(bench.recorder.keysRecorded == keys(1...20))
        #expect(reader.standing.doubts.map(\.code) == ["LT-3012"])
        #expect(reader.standing.doubts.first?.english.contains("mappings.sql") == true)
    }
}
