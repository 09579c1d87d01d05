import Dossiers
import Operating
import Outbox
import Postgres
import TestSupport
import Testing
import Wire

@testable import Capture

@Suite("Rows that the account does not see")
struct DoubtTests {
    @Test(
        "are told of where they are accepted, behind a view as well, and no more when they are shown"
    )
    func policies() throws {
        let bench = try Bench(.referencePostgres)
        let office = bench.office
        try office.execute(
            dossiers(office, 1...40)
                + """
                CREATE ROLE reader_\(office.role) LOGIN;
                GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_\(office.role);
                ALTER TABLE dossier ENABLE ROW LEVEL SECURITY;
                CREATE POLICY own ON dossier FOR SELECT TO reader_\(office.role) USING (id = 7);
                ANALYZE dossier;
                """)
        let source = office.sourceAs("reader_\(office.role)", acceptsHiddenRows: true)
        let reader = try bench.reader(source)
        bench.settle(reader)
        #expect(bench.recorder.keysRecorded == keys([7]))
        #expect(reader.standing.doubts.map(\.code) == ["LT-3016", "LT-3017"])
        #expect(reader.standing.doubts[0].english.contains("dossier"))
        #expect(reader.standing.doubts[1].english.contains("Only 1 dossiers"))
        #expect(bench.events.all.count { $0.errorCode == "LT-3016" } == 1)
        try office.execute("ALTER TABLE dossier DISABLE ROW LEVEL SECURITY;")
        office.pass(seconds: 700)
        bench.settle(reader)
        // LT-3017 names a policy: without it, the next sweep counts all of them.
        #expect(reader.standing.doubts.map(\.code) == ["LT-3017"])
        let next = try bench.reader(source) { $0.sweepPeriodMilliseconds = 120_000 }
        for _ in 0..<400 where bench.events.count(.sweepFinished) == 0 {
            office.pass(seconds: 1)
            bench.settle(next)
        }
        office.pass(seconds: 700)
        bench.settle(next)
        #expect(next.standing.doubts.isEmpty, "\(next.standing.doubts)")
        try office.execute(
            """
            ALTER TABLE dossier RENAME TO kept;
            CREATE VIEW dossier WITH (security_invoker = true) AS SELECT * FROM kept;
            GRANT SELECT ON dossier, kept TO reader_\(office.role);
            ALTER TABLE kept ENABLE ROW LEVEL SECURITY;
            """)
        #expect(try source.doubts(found: nil).map(\.code) == ["LT-3016"])
    }

    @Test("are those that a view's owner does not see, for a view reads as its owner")
    func owners() throws {
        let bench = try Bench(.referencePostgres)
        let office = bench.office
        let (reader, owner) = ("reader_\(office.role)", "owner_\(office.role)")
        try office.execute(
            dossiers(office, 1...3)
                + """
                CREATE ROLE \(reader) LOGIN; CREATE ROLE \(owner);
                ALTER TABLE dossier RENAME TO kept;
                ALTER TABLE kept ENABLE ROW LEVEL SECURITY;
                CREATE VIEW dossier AS SELECT * FROM kept;
                GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(reader), \(owner);
                """)
        let place = office.path.replacing("user=postgres", with: "user=\(reader)")
        let connection = try PostgresConnection(place, readOnly: true, refusesHiddenRows: true)
        let doubts = PostgresDoubts(office.profile)
        /// What is told, and whether the server itself lets the rows be read.
        func expect(hidden: Bool) throws {
            let told = try doubts.ask(connection, found: nil).map(\.code)
            #expect(told.contains("LT-3016") == hidden, "\(told)")
            do {
                try connection.execute("SELECT * FROM dossier")
                #expect(!hidden)
            } catch {
                #expect(hidden && error.isAboutHiddenRows, "\(error)")
            }
        }
        // The superuser whose view it is sees every row, and so does whoever reads through it.
        try expect(hidden: false)
        try office.execute("ALTER VIEW dossier OWNER TO \(owner)")
        try expect(hidden: true)
        // An account that may see all sees no more through another's view.
        try office.execute("ALTER ROLE \(reader) BYPASSRLS")
        try expect(hidden: true)
        try office.execute("ALTER VIEW dossier SET (security_invoker = true)")
        try expect(hidden: false)
        try office.execute("ALTER ROLE \(reader) NOBYPASSRLS")
        try expect(hidden: true)
    }

    @Test(
        "stop the reading before anything emptied is taken for the office's work, and what happened meanwhile is read when they are shown",
        arguments: ["ALTER ROLE", "ALTER TABLE"])
    func refused(_ cure: String) throws {
        let bench = try Bench(.referencePostgres)
        let office = bench.office
        let role = "reader_\(office.role)"
        try office.execute(
            dossiers(office, 1...10) + office.insertStep(1, dossier: 3, at: office.time())
                + "CREATE ROLE \(role) LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(role);"
        )
        let reader = try bench.reader(office.sourceAs(role))
        bench.settle(reader)
        #expect(bench.recorder.keysRecorded == keys(Array(1...10)))
        // A policy on the steps alone: every header is seen, every list is empty.
        try office.execute("ALTER TABLE step ENABLE ROW LEVEL SECURITY;")
        let before = bench.recorder.keysRecorded.count
        for id in 3...5 {
            office.pass(seconds: 20)
            try office.execute(
                office.insertStep(id + 10, dossier: id, at: office.time())
                    + "UPDATE dossier SET modified_at = '\(office.time())' WHERE id = \(id);")
            bench.settle(reader)
        }
        #expect(bench.recorder.keysRecorded.count == before)
        #expect(bench.events.all.contains { $0.errorCode == "LT-3016" })
        try office.execute(
            cure == "ALTER ROLE"
                ? "ALTER ROLE \(role) BYPASSRLS;"
                : "ALTER TABLE step DISABLE ROW LEVEL SECURITY;")
        office.pass(seconds: 60)
        bench.settle(reader)
        #expect(Set(bench.recorder.keysRecorded.dropFirst(before)).isSuperset(of: keys([3, 4, 5])))
    }

    @Test("are not read past before the first start either, and the table is named")
    func refusedAtFirst() throws {
        let bench = try Bench(.referencePostgres)
        let office = bench.office
        let role = "reader_\(office.role)"
        try office.execute(
            dossiers(office, 1...10)
                + """
                CREATE ROLE \(role) LOGIN;
                GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(role);
                ALTER TABLE dossier ENABLE ROW LEVEL SECURITY;
                CREATE POLICY own ON dossier FOR SELECT TO \(role) USING (id = 7);
                """)
        let reader = try bench.reader(office.sourceAs(role))
        bench.settle(reader)
        #expect(bench.recorder.keysRecorded.isEmpty)
        #expect(reader.standing.trouble?.code == "LT-3016")
        #expect(reader.standing.trouble?.english.contains("rows of dossier ") == true)
        try office.execute("ALTER TABLE dossier DISABLE ROW LEVEL SECURITY;")
        office.pass(seconds: 60)
        bench.settle(reader)
        #expect(bench.recorder.keysRecorded == keys(Array(1...10)))
        #expect(reader.standing.trouble == nil)
    }

    @Test("may lie in a table of the same name in another schema")
    func otherSchema() throws {
        let office = try Office(.referencePostgres)
        try office.execute(
            dossiers(office, 1...2)
                + "CREATE SCHEMA archive; CREATE TABLE archive.dossier (LIKE dossier);"
                + "INSERT INTO archive.dossier SELECT d.* FROM dossier d, generate_series(1, 100);"
                + "ANALYZE dossier; ANALYZE archive.dossier;")
        let doubts = try office.source.doubts(found: 2)
        #expect(doubts.map(\.code) == ["LT-3018"])
        #expect(doubts.first?.english.contains("archive.dossier") == true)
        // What is printed, for the account and the schema that were meant.
        let role = "reader_\(office.role)"
        try office.execute(
            """
            CREATE ROLE \(role) LOGIN; GRANT USAGE ON SCHEMA archive TO \(role);
            GRANT SELECT ON ALL TABLES IN SCHEMA public, archive TO \(role);
            """)
        #expect(try office.sourceAs(role).doubts(found: 2).map(\.code) == ["LT-3018"])
        let cure = try #require(
            doubts.first?.fix.firstMatch(
                of: /ALTER ROLE <user> SET search_path = <schema>, public;/))
        try office.execute(
            String(cure.0).replacing("<user>", with: role).replacing("<schema>", with: "archive"))
        #expect(try office.sourceAs(role).doubts(found: 200).isEmpty)
    }

    @Test("are no matter where all is seen", arguments: SourceKind.allCases)
    func none(_ kind: SourceKind) throws {
        let bench = try Bench(kind)
        try bench.office.execute(dossiers(bench.office, 1...40))
        let reader = try bench.reader()
        bench.settle(reader)
        #expect(reader.standing.doubts.isEmpty)
    }

    @Test("are looked for in the tables that a profile's statements name")
    func names() {
        let sql = """
            SELECT a -- from nowhere
            FROM public.dossier d LEFT JOIN "Step" s ON true
            JOIN LATERAL (SELECT 1 FROM fee, other) x ON true, (select 2 from dossier)
            """
        #expect(SourceTables.named(in: sql) == ["public.dossier", "\"Step\"", "fee", "dossier"])
    }
}

@Suite("A source whose times are in another zone")
struct ZoneWatchTests {
    private let now = Timestamp(milliseconds: 1_790_000_000_000)

    private func watch(_ minutes: [Int64]) -> Trouble? {
        var watch = ZoneWatch()
        for behind in minutes {
            watch.saw(newest: now.adding(milliseconds: -behind * 60_000), now: now)
        }
        return watch.trouble
    }

    @Test("is told after ten dossiers that are seven hours behind, and by how much")
    func behind() throws {
        let trouble = try #require(watch(Array(repeating: 421, count: 10)))
        #expect(trouble.code == "LT-3019")
        #expect(trouble.english.contains("7 h ago"))
        #expect(watch(Array(repeating: 421, count: 9)) == nil)
        #expect(watch(Array(repeating: -480, count: 10))?.english.contains("8 h ahead") == true)
        #expect(watch(Array(repeating: 330, count: 10))?.english.contains("5 h 30 min") == true)
    }

    @Test("is not one whose clerks enter work late, or whose clock is right")
    func right() {
        #expect(watch(Array(repeating: 1, count: 100)) == nil)
        #expect(
            watch(Array(repeating: 421, count: 9) + [0] + Array(repeating: 421, count: 9)) == nil)
        #expect(watch((0..<500).map { ($0 * 37) % 900 }) == nil)
        #expect(watch(Array(repeating: 2_000, count: 100)) == nil)
    }

    @Test("is found out by looks at fresh work, on a server that writes UTC")
    func found() throws {
        let bench = try Bench(.referencePostgres)
        let office = bench.office
        try office.execute(dossiers(office, 1...12))
        let reader = try bench.reader()
        bench.settle(reader)
        for id in 1...12 {
            office.pass(seconds: 20)
            let written = office.time(secondsAgo: 7 * 3600)
            try office.execute(
                office.insertStep(id, dossier: id, at: written)
                    + "UPDATE step SET modified_at = '\(office.time())' WHERE id = \(id);")
            bench.settle(reader)
        }
        #expect(reader.standing.doubts.map(\.code) == ["LT-3019"])
        // The setting that the cure names; a reload makes another reader.
        let cure = try #require(
            reader.standing.doubts.first?.fix.firstMatch(
                of: /source\.settings\.(\w+) \(such as "(\w+)"\)/))
        let profile = try SourceProfile.load(
            directory: office.kind.directory, dialect: .postgres,
            settings: [String(cure.1): String(cure.2)])
        let next = try bench.reader(office.anotherSource(profile), digest: "zone")
        bench.settle(next)
        for id in 1...12 {
            office.pass(seconds: 20)
            let written = office.time(secondsAgo: 7 * 3600)
            try office.execute(
                office.insertStep(id + 20, dossier: id, at: written)
                    + "UPDATE step SET modified_at = '\(written)' WHERE id = \(id + 20);")
            bench.settle(next)
        }
        #expect(next.standing.doubts.isEmpty, "\(next.standing.doubts)")
    }
}
