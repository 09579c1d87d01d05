import Testing
import Wire

@testable import Sandbox

@Suite("The portal's envelope", .timeLimit(.minutes(1)))
struct PortalEnvelopeTests {
    @Test(
        "refuses calls that are not as the contract says",
        arguments: [
            (#""isUpdating":"False""#, #""isUpdating":false"#, "is-updating"),
            (#""isUpdating":"False""#, #""isUpdating":"false""#, "is-updating"),
            (#""isUpdating":"False","#, "", "member-missing"),
            (#""madonvi":"000.00.00.H21""#, #""madonvi":"000.00.00.H22""#, "madonvi"),
            (#""madonvi":"000.00.00.H21","#, "", "member-missing"),
            (#""service":"DongBoHoSoMC""#, #""service":"DongBoHoSo""#, "service"),
            (#""service":"DongBoHoSoMC""#, #""service":"LayDanhSachTTHC""#, "service"),
            (
                #""service":"DongBoHoSoMC","#, #""service":"DongBoHoSoMC","version":"1","#,
                "member-unknown"
            ),
            (
                #""isUpdating":"False","#, #""isUpdating":"False","isUpdating":"False","#,
                "member-repeated"
            ),
        ])
    func refuses(_ from: String, _ to: String, _ rule: String) throws {
        let harness = try PortalHarness()
        let body = harness.envelope("DongBoHoSoMC", [PortalRecords.dossier()], updating: "False")
            .replacing(from, with: to)
        let answer = try #require(try harness.call(body))
        #expect(answer.code == "-1")
        #expect(harness.rules == [rule])
        #expect(harness.server.portal.dossierCount == 0)
    }

    @Test(
        "refuses what is not one JSON value in UTF-8",
        arguments: [
            Array(#"{"a":1,}"#.utf8), Array(#"{"a":01}"#.utf8), Array(#"{"a":"\x"}"#.utf8),
            Array(#"{"a":"\ud800"}"#.utf8), Array("{\"a\":\"\t\"}".utf8), Array("{} {}".utf8),
            Array("{\"a\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8),
            [0xEF, 0xBB, 0xBF, 0x7B, 0x7D],
            Array("[]".utf8), [], Array(String(repeating: "[", count: 4000).utf8),
        ])
    func notJSON(_ body: [UInt8]) throws {
        let harness = try PortalHarness()
        try harness.client.write(
            "POST", PortalHarness.integration,
            ["Content-Type": "application/json", "dstcode": "VN:GOV:SANDBOX:dvcqg"], body)
        let answer = try #require(try harness.client.read())
        #expect(answer.status == 400)
        #expect(harness.rules == ["json-syntax"])
    }

    @Test("refuses another content type, method, path or route (S13)")
    func transport() throws {
        let harness = try PortalHarness()
        let body = harness.envelope("DongBoHoSoMC", [PortalRecords.dossier()], updating: "False")
        #expect(try harness.call(body, headers: ["Content-Type": "text/plain"])?.status == 415)
        #expect(try harness.call(body, headers: ["dstcode": "VN:GOV:OTHER"])?.status == 404)
        #expect(try harness.client.post(PortalHarness.integration, body)?.status == 404)
        #expect(try harness.client.get(PortalHarness.integration)?.status == 405)
        #expect(try harness.call(body, path: "/other")?.status == 404)
        #expect(harness.rules == ["content-type", "dstcode", "dstcode", "method", "path"])
        #expect(
            try harness.call(body, headers: ["Content-Type": "application/json; charset=UTF-8"])?
                .code == "0")
    }

    @Test("knows that a dossier is created once and updated afterwards (S4, S5)")
    func existence() throws {
        let harness = try PortalHarness()
        #expect(try harness.update(PortalRecords.dossier())?.message == "Hồ sơ không tồn tại")
        #expect(try harness.create(PortalRecords.dossier())?.code == "0")
        let exists = try #require(try harness.create(PortalRecords.dossier()))
        #expect(exists.code == "3")
        #expect(exists.message.contains("đã tồn tại"))
        let next = PortalRecords.dossier(["TrangThaiHoSo": "\"4\""])
        #expect(try harness.update(next)?.code == "0")
        #expect(harness.rules == ["update-of-missing", "create-of-existing"])
        let line = try #require(try harness.client.get("/sandbox/holdings")?.lines.first)
        #expect(line.at(["header", "TrangThaiHoSo"])?.text == "4")
        #expect(line["creates"]?.text == "1")
        #expect(line["updates"]?.text == "1")
    }

    @Test("counts updates that change nothing and updates that go back")
    func reverted() throws {
        let harness = try PortalHarness()
        let first = PortalRecords.dossier()
        let second = PortalRecords.dossier(["TrangThaiHoSo": "\"4\""])
        _ = try harness.create(first)
        for record in [second, second, first] { _ = try harness.update(record) }
        let line = try #require(try harness.client.get("/sandbox/holdings")?.lines.first)
        #expect(line["redundant"]?.text == "1")
        #expect(line["reverted"]?.text == "1")
    }

    @Test("takes a batch whole or not at all, or item by item when told so (S10)")
    func batches() throws {
        let good = PortalRecords.dossier(code: "H21.129-260105-0002")
        let bad = PortalRecords.dossier(code: "H21.129-260105-0003", ["MaTTHC": "\"9.9\""])
        let whole = try PortalHarness()
        #expect(try whole.create(good, bad)?.code == "-1")
        #expect(whole.server.portal.dossierCount == 0)
        let partial = try PortalHarness(["partial_batch": "1"])
        let answer = try #require(try partial.create(good, bad))
        #expect(answer.code == "-1")
        #expect(answer.json?.at(["result", "0", "error_code"])?.text == "0")
        #expect(answer.json?.at(["result", "1", "error_code"])?.text == "-1")
        #expect(partial.server.portal.dossierCount == 1)
        #expect(partial.rules == ["procedure-unknown"])
    }

    @Test("tells procedures, units and fields from the catalogue")
    func reads() throws {
        let harness = try PortalHarness()
        func read(_ service: String, _ path: String, _ extra: String = "") throws -> JSONValue? {
            let body =
                #"{"session":"\#(harness.session)","madonvi":"\#(PortalHarness.sender)","#
                + #""service":"\#(service)"\#(extra)}"#
            return try harness.call(body, path: path)?.json?["result"]
        }
        let procedure = try read(
            "LayThuTuc", PortalHarness.integration, #","maTTHC":"1.001234""#)
        #expect(procedure?.at(["0", "TENTTHC"])?.text == "Thủ tục thử")
        #expect(try read("LayDanhSachTTHC", PortalHarness.share)?.items?.count == 2)
        #expect(try read("LayDanhMucCoQuan", PortalHarness.share)?.items?.count == 1)
        #expect(try read("LayDanhMucLinhVuc", PortalHarness.share)?.items?.count == 2)
    }
}
