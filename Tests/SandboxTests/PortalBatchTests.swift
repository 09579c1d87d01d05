import Testing
import Wire

@testable import Sandbox

@Suite("The portal's answers to several dossiers in one call", .timeLimit(.minutes(1)))
struct PortalBatchTests {
    private static let codes = (1...6).map { "H21.129-260105-000\($0)" }

    /// Six dossiers, of which the second is bad.
    private static let six = codes.enumerated().map { place, code in
        PortalRecords.dossier(code: code, place == 1 ? ["KenhThucHien": "\"9\""] : [:])
    }

    private func send(_ harness: PortalHarness, _ records: [String], key: String? = nil) throws
        -> RawAnswer?
    {
        try harness.call(
            harness.envelope("DongBoHoSoMC", records, updating: "False"), key: key)
    }

    @Test("take all or nothing unless told otherwise (S10)")
    func whole() throws {
        let harness = try PortalHarness()
        #expect(try send(harness, PortalBatchTests.six)?.code == "-1")
        #expect(harness.server.portal.dossierCount == 0)
        #expect(try harness.count("batches") == 1)
        #expect(try harness.count("partial_batches") == 0)
    }

    @Test(
        "list each record's outcome in whatever form (S10)",
        arguments: [
            ("full", [0, 1, 2, 3, 4, 5]), ("shuffled", [5, 4, 3, 2, 1, 0]),
            ("missing", [1, 2, 4, 5]),
            ("twice", [0, 1, 2, 3, 4, 5, 0, 1]),
        ])
    func lists(_ form: String, _ places: [Int]) throws {
        let harness = try PortalHarness(["partial_batch": "1", "batch_list": form])
        let answer = try #require(try send(harness, PortalBatchTests.six))
        let list = answer.json?["result"]?.items ?? []
        #expect(list.map { $0["MaHoSo"]?.text } == places.map { PortalBatchTests.codes[$0] })
        #expect(
            list.allSatisfy { entry in
                (entry["error_code"]?.text == "0")
                    == (entry["MaHoSo"]?.text != PortalBatchTests.codes[1])
            })
        #expect(harness.server.portal.dossierCount == 5)
    }

    @Test("refuse more records than `batch_limit`, which breaks no rule (S10)")
    func limit() throws {
        let harness = try PortalHarness(["batch_limit": "2"])
        let good = PortalBatchTests.codes.map { PortalRecords.dossier(code: $0) }
        #expect(try send(harness, Array(good.prefix(3)))?.code == "-1")
        #expect(try harness.count("oversized_batches") == 1)
        #expect(try send(harness, Array(good.prefix(2)))?.code == "0")
        #expect(harness.rules.isEmpty)
        #expect(harness.server.portal.dossierCount == 2)
    }

    @Test("record a dossier that stands in two places of a call")
    func laneTwice() throws {
        let harness = try PortalHarness()
        let one = PortalRecords.dossier(code: PortalBatchTests.codes[0])
        let two = PortalRecords.dossier(code: PortalBatchTests.codes[1])
        #expect(try send(harness, [one, two, one])?.code == "-1")
        #expect(harness.rules == ["lane-twice"])
        #expect(try send(harness, [one, two])?.code == "0")
        func step(_ place: Int, _ minute: String) -> String {
            PortalRecords.step([
                "MaHoSo": "\"\(PortalBatchTests.codes[place])\"",
                "ThoiDiemXuLy": "\"202601050815\(minute)\"",
            ])
        }
        #expect(try harness.progress(step(0, "00"), step(1, "00"), step(0, "01"))?.code == "-1")
        #expect(harness.rules == ["lane-twice", "lane-twice"])
        #expect(try harness.progress(step(0, "00"), step(0, "01"), step(1, "00"))?.code == "0")
        #expect(try harness.progress(step(0, "03"), step(0, "02"))?.code == "0")
        #expect(harness.rules.last == "step-out-of-order")
    }

    @Test("are replayed under the batch's key, and refuse another composition under it")
    func keys() throws {
        let harness = try PortalHarness()
        let good = PortalBatchTests.codes.map { PortalRecords.dossier(code: $0) }
        let first = try send(harness, Array(good.prefix(3)), key: "b")
        #expect(try send(harness, Array(good.prefix(3)), key: "b")?.body == first?.body)
        #expect(try harness.count("replayed") == 1)
        #expect(try send(harness, Array(good.prefix(2)), key: "b")?.status == 422)
        let ignoring = try PortalHarness(["keys": "ignored"])
        #expect(try send(ignoring, Array(good.prefix(2)), key: "b")?.code == "0")
        #expect(try send(ignoring, Array(good.prefix(2)), key: "b")?.code == "3")
    }
}
