import Dossiers
import Operating
import Outbox
import Testing
import Wire

@testable import Capture

/// Tables that are altered while statements are prepared for them: told when it must be, over by itself.
@Suite("A source whose tables change under a running daemon")
struct ChangingSourceTests {
    private func bench(_ kind: SourceKind) throws -> (Bench, SourceReader) {
        let bench = try Bench(kind)
        try bench.office.execute(dossiers(bench.office, 1...5))
        let reader = try bench.reader()
        bench.settle(reader)
        try #require(bench.recorder.keysRecorded == keys(1...5))
        bench.recorder.batches = []
        return (bench, reader)
    }

    @Test(
        "is read on without a word when a column gets another type",
        arguments: [SourceKind.referencePostgres, .opencps])
    func typeChanged(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind)
        let header = bench.office.header
        try bench.office.execute(
            "ALTER TABLE \(header.table) ALTER COLUMN \(header.summary) TYPE varchar(900);"
                + bench.office.correct(3, summary: "Sau khi đổi kiểu"))
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(3)))
        #expect(reader.standing.trouble == nil && bench.events.count(.captureFailed) == 0)
    }

    @Test(
        "names a column that is gone, and goes on once it is back", arguments: SourceKind.allCases)
    func renamed(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind)
        let header = bench.office.header
        func rename(_ old: String, _ new: String) -> String {
            "ALTER TABLE \(header.table) RENAME COLUMN \(old) TO \(new);"
        }
        try bench.office.execute(
            bench.office.correct(2, summary: "Trước khi đổi tên")
                + rename(header.summary, "other_name"))
        for _ in 0..<3 { bench.poll(reader) }
        let trouble = try #require(reader.standing.trouble)
        #expect(trouble.code == "LT-3003")
        #expect(trouble.english.contains(header.summary))
        try bench.office.execute(rename("other_name", header.summary))
        for _ in 0..<10 where reader.standing.trouble != nil { bench.poll(reader) }
        #expect(reader.standing.trouble == nil)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(2)))
    }

    @Test(
        "is read from the table that has taken the old one's name", arguments: SourceKind.allCases)
    func swapped(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind)
        let table = bench.office.header.table
        let copy =
            kind == .referenceSQLite
            ? "CREATE TABLE fresh AS SELECT * FROM \(table);"
            : "CREATE TABLE fresh (LIKE \(table) INCLUDING ALL);"
                + "INSERT INTO fresh SELECT * FROM \(table);"
        try bench.office.execute(
            copy + "ALTER TABLE \(table) RENAME TO stale; ALTER TABLE fresh RENAME TO \(table);"
                + bench.office.insertDossier(6))
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(6)))
        #expect(bench.events.count(.captureFailed) == 0)
    }

    @Test("never takes one column for another when a view names them in another order")
    func reordered() throws {
        let bench = try Bench(.referenceSQLite)
        let folder = try TemporaryFolder()
        let profile = try bench.office.profile(changing: "progress.sql", in: folder) { _ in
            "SELECT * FROM steps_shown WHERE source_key IN (SELECT value FROM json_each(:keys))"
        }
        func view(_ columns: String) -> String {
            """
            DROP VIEW IF EXISTS steps_shown;
            CREATE VIEW steps_shown AS SELECT dossier_id AS source_key, id AS step_id,
                performed_at, status AS local_status, \(columns) FROM step;
            """
        }
        try bench.office.execute(
            view("officer, content") + bench.office.insertDossier(1)
                + bench.office.insertStep(1, dossier: 1))
        let source = bench.office.anotherSource(profile)
        func officer() throws -> String? {
            try source.read(keys([1])).first?.steps.first?[.officer]
        }
        #expect(try officer() == "Cán bộ Thử")
        try bench.office.execute(view("content, officer"))
        #expect(try officer() == "Cán bộ Thử")
    }

    @Test("knows removed dossiers of OpenCPS as deleted, and copies of others not at all")
    func originality() throws {
        let (bench, reader) = try bench(.opencps)
        func originality(_ id: Int, _ value: Int) -> String {
            "UPDATE opencps_dossier SET originality = \(value), modifieddate = '\(bench.office.time())' "
                + "WHERE dossierid = \(id);"
        }
        try bench.office.execute(
            originality(1, -1) + originality(2, 3) + bench.office.insertDossier(7)
                + originality(7, 2) + bench.office.insertDossier(8) + originality(8, 0)
                + bench.office.insertDossier(9) + originality(9, Int(Int32.min)))
        bench.poll(reader)
        #expect(bench.recorder.batches.flatMap(\.missing.keys).contains(SourceKey(1)))
        #expect(bench.recorder.keysRecorded == keys([2]))
        // Put back, it is a dossier again, though it looks as it did.
        bench.recorder.batches = []
        try bench.office.execute(originality(1, 1))
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded == keys([1]))
        let listed = try bench.office.source.allKeys(ResyncFilter(), after: nil, limit: 99)
        #expect(listed == keys(1...5))
    }

    @Test("takes a blank of OpenCPS for nothing")
    func blanks() throws {
        let office = try Office(.opencps)
        try office.execute(
            office.insertDossier(1) + office.insertStep(1, dossier: 1)
                + """
                UPDATE opencps_dossier SET briefnote = '   ', dossiername = E' \t\n ';
                UPDATE opencps_dossieraction SET actionuser = '  ', username = 'Cán bộ Hai';
                UPDATE opencps_serviceinfomapping SET servicenamedvcqg = ' ';
                INSERT INTO opencps_serviceinfomapping (serviceinfomappingid, groupid, servicecode,
                    servicecodedvcqg) VALUES (0, 1, 'TT-1', '  ');
                """)
        let dossier = try #require(try office.source.read(keys([1])).first)
        #expect(dossier.header[.summary] == "Thủ tục thử nghiệm")
        #expect(dossier.header[.procedureName] == "Thủ tục thử nghiệm")
        #expect(dossier.header[.procedureCode] == "1.000001")
        #expect(dossier.steps.first?[.officer] == "Cán bộ Hai")
    }
}
