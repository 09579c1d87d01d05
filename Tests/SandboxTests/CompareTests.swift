import Operating
import TestSupport
import Testing
import Wire

@testable import Sandbox

@Suite("compare") struct CompareTests {
    let scratch: OneStopScratch

    init() throws { scratch = try OneStopScratch() }

    /// What the oracle expects of the sample, by code in byte order, and how many dossiers must wait.
    private func expectations(
        profile: OneStopProfile = .reference, database: String? = nil
    ) throws -> (records: [PortalRecord], held: Int) {
        let order = scratch.comparison()
        let codes = try OracleCodes.load(try #require(order.codes), units: order.units)
        let session = try OracleSession(OneStopPlace(database ?? order.database))
        let source: any OracleSource =
            profile == .reference
            ? try ReferenceSource(session)
            : try OpenCPSSource(session, fileURL: "https://x.example/{id}")
        let oracle = Oracle(codes: codes)
        var records: [PortalRecord] = []
        var held = 0
        while true {
            let page = try source.page()
            if page.isEmpty { break }
            for row in page {
                if case .expected(let record) = oracle.judge(row) {
                    records.append(record)
                } else {
                    held += 1
                }
            }
        }
        records.sort { $0.scalars[0].utf8.lexicographicallyPrecedes($1.scalars[0].utf8) }
        return (records, held)
    }

    private func compare(_ records: [PortalRecord]) throws -> ComparisonReport {
        var lines = records.map(CannedHoldings.line)[...]
        let order = scratch.comparison()
        let codes = try OracleCodes.load(try #require(order.codes), units: order.units)
        var comparison = Comparison(
            oracle: Oracle(codes: codes),
            source: try ReferenceSource(try OracleSession(OneStopPlace(order.database))),
            held: HoldingsReader { lines.popFirst() }, report: ComparisonReport(limit: 50))
        return try comparison.walk()
    }

    @Test("agrees when the portal holds what it should, and says what waits")
    func clean() throws {
        _ = try SampleMaker.make(scratch.order(400, heldShare: 0.1))
        let (records, held) = try expectations()
        let report = try compare(records)
        #expect(report.isClean)
        #expect(report.dossiers == 400)
        #expect(report.equal == records.count)
        #expect(report.held == held)
        #expect(held > 20)
        #expect(report.holds.count > 5)
    }

    @Test("finds what is missing, what nobody asked for and what should have waited")
    func presence() throws {
        _ = try SampleMaker.make(scratch.order(60, heldShare: 0))
        var (records, _) = try expectations()
        let missing = records.remove(at: 7)
        var stranger = records[20]
        stranger.scalars[0] = records[20].scalars[0] + "-X"
        records.insert(stranger, at: 21)
        let report = try compare(records)
        #expect(!report.isClean)
        #expect(report.counts == [.missing: 1, .unexpected: 1])
        #expect(
            report.items.map(\.code).sorted() == [missing.scalars[0], stranger.scalars[0]].sorted())
    }

    @Test(
        "names the field that differs, and no value",
        arguments: ["ChuHoSo", "TrangThaiHoSo", "NgayTiepNhan", "DonViXuLy", "GhiChu"])
    func fields(name: String) throws {
        _ = try SampleMaker.make(scratch.order(30, heldShare: 0))
        var (records, _) = try expectations()
        records[3].scalars[try #require(PortalNames.scalarPlaces[name])] = "000BIMAT"
        let report = try compare(records)
        #expect(report.counts == [.differing: 1])
        #expect(report.items.first?.fields == [name])
        #expect(!report.text.contains("BIMAT") && !report.json.contains("BIMAT"))
    }

    @Test("tells doubled, missing, strange and disordered steps apart")
    func progress() throws {
        _ = try SampleMaker.make(scratch.order(30, heldShare: 0))
        let (records, _) = try expectations()
        func findings(_ change: (inout [[String]]) -> Void) throws -> [String] {
            var changed = records
            change(&changed[5].progress)
            return try compare(changed).items.flatMap(\.fields)
        }
        #expect(try findings { $0.append($0[0]) } == ["progress(×2)"])
        #expect(try findings { $0.removeLast() } == ["progress(-)"])
        #expect(try findings { $0.swapAt(0, 1) } == ["progress(order)"])
        #expect(try findings { $0[0][5] = "khác" } == ["progress.NoiDungXuLy"])
    }

    @Test("takes the order of a list for no difference, but its content")
    func lists() throws {
        _ = try SampleMaker.make(scratch.order(60, heldShare: 0))
        var (records, _) = try expectations()
        let place = try #require(PortalNames.listPlaces["TaiLieuNop"])
        let at = try #require(records.firstIndex { $0.lists[place].count > 1 })
        records[at].lists[place].reverse()
        #expect(try compare(records).isClean)
        records[at].lists[place][0][1] += "x"
        #expect(try compare(records).items.first?.fields == ["TaiLieuNop.TenTepDinhKem"])
    }

    @Test("finds a dossier whose code has blanks around it where the portal's order has it")
    func strays() throws {
        _ = try SampleMaker.make(scratch.order(40, heldShare: 0))
        _ = try scratch.read("UPDATE dossier SET code = '  ' || code || ' ' WHERE id IN (3, 17)")
        let (records, _) = try expectations()
        #expect(records.count == 40)
        #expect(try compare(records).isClean)
        let without = records.filter { !$0.scalars[0].isEmpty }.dropLast()
        #expect(try compare(Array(without)).counts == [.missing: 1])
    }

    @Test("agrees with a record written down by hand")
    func byHand() throws {
        _ = try SampleMaker.make(scratch.order(1, heldShare: 0))
        for sql in CannedHoldings.rows { _ = try scratch.read(sql) }
        var lines = [Array(CannedHoldings.byHand.utf8)][...]
        let codes = try OracleCodes.load(
            "\(OneStopScratch.project)/Config/codes", units: scratch.file("units.json5"))
        var comparison = Comparison(
            oracle: Oracle(codes: codes),
            source: try ReferenceSource(
                try OracleSession(OneStopPlace(scratch.file("onestop.db")))),
            held: HoldingsReader { lines.popFirst() }, report: ComparisonReport(limit: 5))
        let report = try comparison.walk()
        #expect(report.items == [])
        #expect(report.equal == 1)
    }

    @Test(
        "agrees over HTTP with a sandbox portal that was given the sample", .timeLimit(.minutes(2)))
    func overHTTP() throws {
        _ = try SampleMaker.make(scratch.order(150))
        let (records, held) = try expectations()
        let catalogue = try Catalogue.load(path: scratch.file("catalogue.json"))
        let portal = try PortalHarness { $0.catalogue = catalogue }
        for record in records {
            let line = try JSONValue(parsing: CannedHoldings.line(record))
            let header = try #require(line["header"])
            _ = try portal.create(CannedHoldings.text(header))
            for step in line["progress"]?.items ?? [] {
                _ = try portal.progress(CannedHoldings.text(step))
            }
        }
        let report = try Comparison.run(
            scratch.comparison(portal: "http://127.0.0.1:\(portal.server.port)"))
        #expect(report.counts[.differing] == nil)
        #expect(report.counts[.unexpected] == nil)
        #expect(report.held == held)
        // What the portal refused is missing, and nothing else.
        let refused = Set(portal.server.portal.violations.latest.map(\.code)).count
        #expect(report.counts[.missing] ?? 0 <= refused)
        #expect(report.equal > 100)
    }

    @Test("reads OpenCPS's tables on PostgreSQL", .timeLimit(.minutes(2)))
    func opencps() throws {
        let database = try TestCluster.shared().makeDatabase()
        _ = try SampleMaker.make(
            scratch.order(300, profile: "opencps", database: database, heldShare: 0.1))
        let (records, held) = try expectations(profile: .opencps, database: database)
        let session = try OneStopPlace(database).open(applicationName: "test")
        let groups = try session.integer(
            "SELECT count(*) FROM opencps_dossier WHERE originality = 9")
        #expect(records.count + held == 300 - Int(groups))
        let place = try #require(PortalNames.scalarPlaces["TrangThaiHoSo"])
        #expect(Set(records.map { $0.scalars[place] }) == Set((1...10).map(String.init)))
        #expect(records.allSatisfy { (2...8).contains($0.progress.count) })
        let online = try #require(PortalNames.scalarPlaces["DuocThanhToanTrucTuyen"])
        #expect(Set(records.map { $0.scalars[online] }) == ["0", "1", "2"])
    }

    @Test("says when the portal cannot be read", arguments: ["http://127.0.0.1:1", "ftp://x", ""])
    func unreachable(portal: String) throws {
        _ = try SampleMaker.make(scratch.order(5))
        do {
            _ = try Comparison.run(scratch.comparison(portal: portal))
            Issue.record("something answered")
        } catch {
            #expect(error.code == "LT-7056")
        }
    }
}
