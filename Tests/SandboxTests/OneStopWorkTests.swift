import Operating
import TestSupport
import Testing

@testable import Sandbox

@Suite("onestop work") struct OneStopWorkTests {
    let scratch: OneStopScratch

    init() throws { scratch = try OneStopScratch() }

    /// Works until enough of everything has happened.
    private func work(_ order: OfficeOrder, until isEnough: (OfficeCounts) -> Bool) throws
        -> OfficeCounts
    {
        let office = try Office(order)
        return try office.run(isStopping: { isEnough(office.shared.counts) })
    }

    @Test("changes an SQLite database as an office does", .timeLimit(.minutes(2)))
    func sqlite() throws {
        _ = try SampleMaker.make(scratch.order(200))
        let counts = try work(scratch.office()) {
            $0.arrivals > 20 && $0.steps > 20 && $0.corrections > 5 && $0.files > 5
                && $0.rolledBack > 0
        }
        #expect(
            try scratch.read("SELECT count(*) FROM dossier") == [["\(200 + counts.arrivals)"]])
        #expect(
            try scratch.read(
                """
                SELECT count(*) FROM dossier d
                WHERE NOT EXISTS (SELECT 1 FROM step s WHERE s.dossier_id = d.id)
                """) == [["0"]])
        // Whatever the header says, its last step said.
        #expect(
            try scratch.read(
                """
                SELECT count(*) FROM dossier d
                WHERE d.status NOT IN ('khong-ro', 'interoperating')
                    AND d.status <> (SELECT s.status FROM step s WHERE s.dossier_id = d.id
                                     ORDER BY s.performed_at DESC, s.id DESC LIMIT 1)
                    AND d.id > 200
                """) == [["0"]])
        #expect(
            try scratch.read("SELECT count(*) - count(DISTINCT code) FROM dossier WHERE code <> ''")
                .first?[0] == "0")
    }

    @Test("deletes dossiers with all their rows, and knows which", .timeLimit(.minutes(2)))
    func deletions() throws {
        _ = try SampleMaker.make(scratch.order(200))
        let codes = Set(try scratch.read("SELECT code FROM dossier").compactMap { $0.first ?? nil })
        var order = scratch.office()
        order.deletionShare = 0.5
        let office = try Office(order)
        let counts = try office.run(isStopping: {
            office.shared.counts.deletions > 20 && office.shared.counts.arrivals > 0
        })
        let kept = try scratch.read("SELECT code FROM dossier").compactMap { $0.first ?? nil }
        #expect(kept.count == 200 + counts.arrivals - counts.deletions)
        #expect(office.deletedCodes.count == counts.deletions)
        #expect(!codes.isDisjoint(with: office.deletedCodes))
        #expect(Set(office.deletedCodes).subtracting([""]).isDisjoint(with: kept))
        for table in ["step", "document", "fee", "paper", "supplement"] {
            let orphans = "dossier_id NOT IN (SELECT id FROM dossier)"
            #expect(
                try scratch.read("SELECT count(*) FROM \(table) WHERE \(orphans)") == [["0"]])
        }
    }

    @Test(
        "names a deleted dossier of another system by that system's code", .timeLimit(.minutes(2)))
    func foreignDeletions() throws {
        let database = try TestCluster.shared().makeDatabase()
        _ = try SampleMaker.make(scratch.order(300, profile: "opencps", database: database))
        let session = try OneStopPlace(database).open(applicationName: "test")
        func foreign() throws -> Set<String> {
            var codes: Set<String> = []
            try session.rows("SELECT referenceuid FROM opencps_dossier WHERE systemid = 5", []) {
                codes.insert($0[0] ?? "")
            }
            return codes
        }
        let before = try foreign()
        var order = scratch.office(profile: "opencps", database: database)
        order.rate = 1000
        order.deletionShare = 0.9
        let office = try Office(order)
        _ = try office.run(isStopping: { office.shared.counts.deletions > 200 })
        let gone = before.subtracting(try foreign())
        #expect(!gone.isEmpty)
        #expect(gone.isSubset(of: office.deletedCodes))
    }

    @Test("changes rows and moves no time when it is told to", .timeLimit(.minutes(2)))
    func silent() throws {
        _ = try SampleMaker.make(scratch.order(100))
        let times = "SELECT id, modified_at FROM dossier ORDER BY id"
        let content = "SELECT group_concat(summary) FROM dossier"
        let (timesBefore, contentBefore) = (try scratch.read(times), try scratch.read(content))
        var order = scratch.office()
        order.silentShare = 1
        let counts = try work(order) { $0.silent > 30 }
        #expect(counts.silent > 30 && counts.arrivals == 0)
        #expect(try scratch.read(times) == timesBefore)
        #expect(try scratch.read(content) != contentBefore)
    }

    @Test("leaves transactions open on PostgreSQL and commits them late", .timeLimit(.minutes(2)))
    func postgres() throws {
        let database = try TestCluster.shared().makeDatabase()
        let made = try SampleMaker.make(
            scratch.order(300, profile: "opencps", database: database))
        #expect(made.steps > 600)
        var order = scratch.office(profile: "opencps", database: database)
        order.rate = 300
        order.lateShare = 0.3
        order.notifies = true
        let counts = try work(order) {
            $0.arrivals > 10 && $0.steps > 10 && $0.committedLate > 3 && $0.rolledBack > 0
        }
        let session = try OneStopPlace(database).open(applicationName: "test")
        #expect(
            try session.integer("SELECT count(*) FROM opencps_dossier")
                == Int64(300 + counts.arrivals))
        #expect(
            try session.integer(
                """
                SELECT count(*) FROM opencps_dossieraction a
                WHERE NOT EXISTS (SELECT 1 FROM opencps_dossier d WHERE d.dossierid = a.dossierid)
                """) == 0)
    }

    @Test("works on the reference tables in PostgreSQL too", .timeLimit(.minutes(2)))
    func referencePostgres() throws {
        let database = try TestCluster.shared().makeDatabase()
        _ = try SampleMaker.make(scratch.order(100, database: database))
        let counts = try work(scratch.office(database: database)) { $0.steps > 10 }
        #expect(counts.steps > 10)
    }

    @Test("says when there is no office to work in")
    func empty() throws {
        #expect(throws: Trouble.self) { try Office(scratch.office()) }
    }
}
