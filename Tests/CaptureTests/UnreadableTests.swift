import Dossiers
import Operating
import Outbox
import Testing
import Wire

@testable import Capture

/// One row that cannot be read: it alone is held, by its key, whatever is wrong with it.
@Suite("A value that cannot be read")
struct UnreadableTests {
    /// What a province's SQL and data may have in one row, and the column that is to be named.
    struct Spoil: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var kind: SourceKind
        var column: String
        var options = ""
        /// The statement that the province wrote in its own way, and what stands there for what.
        var file: (name: String, old: String, new: String)?
        var spoil: @Sendable (Office) -> String
        var mend: @Sendable (Office) -> String
    }

    static let spoils: [Spoil] = [
        Spoil(
            testDescription: "a cast that fails for one row", kind: .referencePostgres,
            column: "note", file: ("headers.sql", "d.note", "d.note::date::text AS note"),
            spoil: { _ in "UPDATE dossier SET note = 'hôm qua' WHERE id = 57;" },
            mend: {
                "UPDATE dossier SET note = '2026-01-05', modified_at = '\($0.time())' WHERE id = 57;"
            }),
        Spoil(
            testDescription: "a number that is too large, in a child row", kind: .referencePostgres,
            column: "fees.amount",
            file: ("fees.sql", "amount", "amount::integer AS amount"),
            spoil: {
                $0.insertPayment(1, dossier: 57) + "UPDATE fee SET amount = 99999999999;"
            },
            mend: { "UPDATE fee SET amount = 1000, modified_at = '\($0.time())';" }),
        Spoil(
            testDescription: "a byte that is no UTF-8, in a database without an encoding",
            kind: .referencePostgres, column: "summary",
            options: "TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'",
            spoil: { _ in "UPDATE dossier SET summary = E'Gi\\341\\272y t\\377' WHERE id = 57;" },
            mend: { $0.correct(57, summary: "Giấy tờ") }),
        Spoil(
            testDescription: "a text of SQLite that is no UTF-8", kind: .referenceSQLite,
            column: "summary",
            spoil: { _ in
                "UPDATE dossier SET summary = CAST(X'4769E1BAA5792074FF' AS TEXT) WHERE id = 57;"
            },
            mend: { $0.correct(57, summary: "Giấy tờ") }),
        Spoil(
            testDescription: "a blob where a text is expected", kind: .referenceSQLite,
            column: "progress.content",
            file: ("progress.sql", "s.content", "CAST(s.content AS BLOB) AS content"),
            spoil: {
                $0.insertStep(1, dossier: 57)
                    + "UPDATE step SET content = CAST(X'C3280041' AS TEXT) WHERE id = 1;"
            },
            mend: { "UPDATE step SET content = 'Bước', modified_at = '\($0.time())' WHERE id = 1;" }
        ),
        Spoil(
            testDescription: "an integer that overflows in SQLite", kind: .referenceSQLite,
            column: "channel", file: ("headers.sql", "d.channel", "abs(d.channel) AS channel"),
            spoil: { _ in
                "UPDATE dossier SET channel = -9223372036854775807 - 1 WHERE id = 57;"
            },
            mend: { "UPDATE dossier SET channel = 1, modified_at = '\($0.time())' WHERE id = 57;" }),
    ]

    @Test(
        "holds the one dossier by its key, before the first start and after, until it is mended",
        arguments: spoils)
    func alone(_ spoil: Spoil) throws {
        let bench = try Bench(spoil.kind, options: spoil.options)
        let office = bench.office
        let folder = try TemporaryFolder()
        let profile = try spoil.file.map { file in
            try office.profile(changing: file.name, in: folder) {
                $0.replacing(file.old, with: file.new, maxReplacements: 1)
            }
        }
        try office.execute(dossiers(office, 1...120) + spoil.spoil(office))
        let reader = try bench.reader(office.anotherSource(profile))
        bench.settle(reader)
        #expect(Set(bench.recorder.keysRecorded) == Set(keys(1...120)))
        #expect(
            bench.recorder.held == [SourceKey(57): Hold(.unreadable, field: spoil.column)])
        #expect(reader.standing.trouble == nil)
        // The others flow on beside it.
        bench.recorder.batches = []
        try office.execute(office.correct(56, summary: "Đã sửa"))
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded.contains(SourceKey(56)))
        #expect(bench.recorder.held.count == 1)
        try office.execute(spoil.mend(office))
        bench.poll(reader)
        #expect(bench.recorder.held.isEmpty)
        #expect(reader.standing.trouble == nil)
    }

    @Test("costs the halving once, and one question more each time after that")
    func cost() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(dossiers(bench.office, 1...128))
        let source = FaultySource(bench.office.source)
        source.spoilt = [SourceKey(77)]
        var pages = PageReading(diary: PageDiary(path: nil))
        let page = try pages.read(keys(1...128), from: source)
        #expect(page.dossiers.map(\.key) == keys(1...128).filter { $0 != SourceKey(77) })
        #expect(page.held.map(\.key) == keys([77]) && page.held.allSatisfy(\.isNews))
        #expect(source.reads == 15)
        let again = try pages.read(keys(1...128), from: source)
        #expect(source.reads == 17)
        #expect(again.held.map(\.isNews) == [false])
        #expect(pages.keysApart(5) == keys([77]))
        source.spoilt = []
        #expect(try pages.read(keys(1...128), from: source).dossiers.count == 128)
        #expect(pages.keysApart(5).isEmpty)
    }

    @Test("is not what is wrong when nothing at all could be read yet")
    func everything() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(dossiers(bench.office, 1...40))
        let source = FaultySource(bench.office.source)
        source.spoilt = Set(keys(1...40))
        var pages = PageReading(diary: PageDiary(path: nil))
        let found = try trouble { _ = try pages.read(keys(1...40), from: source) }
        #expect(found.code == "LT-3012")
        // Once a dossier could be read, it is the rows.
        source.spoilt = Set(keys(1...39))
        _ = try pages.read(keys(20...40), from: source)
        source.spoilt = Set(keys(1...39))
        #expect(try pages.read(keys(1...39), from: source).held.count == 39)
    }

    @Test("is read again after a while, though nothing says that it was mended")
    func mendedByHand() throws {
        let bench = try Bench(.referenceSQLite)
        try bench.office.execute(dossiers(bench.office, 1...20))
        let source = FaultySource(bench.office.source)
        source.spoilt = [SourceKey(3)]
        let reader = try bench.reader(source)
        bench.settle(reader)
        #expect(bench.recorder.held.keys.map(\.rawValue) == [3])
        source.spoilt = []
        for _ in 0..<2 {
            bench.office.pass(seconds: 700)
            bench.settle(reader)
        }
        #expect(bench.recorder.held.isEmpty)
    }

    @Test("is told as what it is where no dossier can be named")
    func listing() throws {
        let bench = try Bench(.referencePostgres)
        let folder = try TemporaryFolder()
        let profile = try bench.office.profile(changing: "mark.sql", in: folder) {
            $0.replacing("AS position", with: "|| (1 / 0)::text AS position")
        }
        let reader = try bench.reader(bench.office.anotherSource(profile))
        bench.settle(reader)
        #expect(reader.standing.trouble?.code == "LT-3012")
        #expect(reader.standing.trouble?.english.contains("mark.sql") == true)
    }
}
