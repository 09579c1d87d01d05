import Testing
import Wire

@testable import Sandbox

@Suite("The population database", .timeLimit(.minutes(1)))
struct PortalPopulationTests {
    private static func question(
        _ operation: String = "XacThucThongTinCongDan", _ change: (String) -> String = { $0 },
        id: String = "H21-1", package: String? = nil, number: String = "000000000001",
        name: String = "NGUYỄN VĂN THỬ", birth: String = "<d:NgayThangNam>19900101</d:NgayThangNam>"
    ) -> String {
        let code = package ?? (operation == "XacThucThongTinCongDan" ? "003" : "037")
        let element = number.count == 9 ? "SoCMND" : "SoDinhDanh"
        return change(
            """
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
            xmlns:d="http://dancuquocgia.bca"><s:Header/><s:Body><d:\(operation)>\
            <d:MaYeuCau>\(id)</d:MaYeuCau><d:MaDVC>VPCP</d:MaDVC>\
            <d:MaTichHop>\(code)</d:MaTichHop><d:MaCanBo>canbo01</d:MaCanBo>\
            <d:\(element)>\(number)</d:\(element)><d:HoVaTen>\(name)</d:HoVaTen>\
            <d:NgayThangNamSinh>\(birth)</d:NgayThangNamSinh>\
            </d:\(operation)></s:Body></s:Envelope>
            """)
    }

    private func ask(
        _ harness: PortalHarness, _ body: String, secret: String = "sandbox-secret",
        skew: Int64 = 0, _ headers: [String: String] = [:]
    ) throws -> RawAnswer? {
        let stamp = String(harness.time.now.wall.milliseconds + skew)
        let signed = "\(harness.server.baseURL)/dancusandbox\(stamp)\(secret)"
        let signature = SHA256.digest(Array(signed.utf8)).hex
        var all = [
            "Content-Type": "application/xml", "SOAPAction": "\"\"", "Timestamp": stamp,
            "Authorization": "Basic " + Base64.encode(Array("sandbox:\(signature)".utf8)),
        ]
        all.merge(headers) { $1 }
        return try harness.client.post("/dancu", body, headers: all)
    }

    private func exists(_ answer: RawAnswer?) throws -> String? {
        let root = try XMLElement(parsing: try #require(answer).body)
        return root.first(["Body", "*", "KetQuaXacThuc", "TonTai"])?.text
    }

    @Test(
        "knows a person with and without accents, by year too",
        arguments: [
            ("000000000001", "NGUYỄN VĂN THỬ", "<d:NgayThangNam>19900101</d:NgayThangNam>", "true"),
            ("000000000001", "NGUYEN VAN THU", "<d:Nam>1990</d:Nam>", "true"),
            ("000000002", "TRAN THI DO", "<d:Nam>1985</d:Nam>", "true"),
            ("000000002", "TRẦN THỊ ĐO", "<d:NgayThangNam>19850612</d:NgayThangNam>", "true"),
            ("000000000001", "NGUYỄN VĂN THU", "<d:Nam>1990</d:Nam>", "false"),
            ("000000000001", "NGUYỄN VĂN THỬ", "<d:Nam>1991</d:Nam>", "false"),
            ("000000000009", "NGUYỄN VĂN THỬ", "<d:Nam>1990</d:Nam>", "false"),
            ("000000000003", "LÊ VẮNG MẶT", "<d:Nam>1970</d:Nam>", "false"),
        ])
    func verifies(_ number: String, _ name: String, _ birth: String, _ expected: String) throws {
        let harness = try PortalHarness()
        let body = Self.question(number: number, name: name, birth: birth)
        #expect(try exists(ask(harness, body)) == expected)
        #expect(harness.rules.isEmpty)
    }

    @Test("tells who a number is, or sends a collection with nobody in it")
    func looksUp() throws {
        let harness = try PortalHarness()
        func citizen(_ number: String, _ name: String, _ id: String) throws -> XMLElement {
            let body = Self.question("TraCuuThongTinCongDan", id: id, number: number, name: name)
            let answer = try #require(try ask(harness, body))
            let root = try XMLElement(parsing: answer.body)
            return try #require(root.first(["Body", "*", "CongdanCollection"]))
        }
        let known = try citizen("000000000001", "AI ĐÓ", "a")
        #expect(known.first(["CongDan", "HoVaTen", "Ten"])?.text == "NGUYỄN VĂN THỬ")
        #expect(known.first(["CongDan", "NgayThangNamSinh", "NgayThangNam"])?.text == "19900101")
        let old = try citizen("000000002", "AI ĐÓ", "b")
        #expect(old.first(["CongDan", "SoCMND"])?.text == "000000002")
        #expect(old.first(["CongDan", "NgayThangNamSinh", "Nam"])?.text == "1985")
        #expect(try citizen("000000000009", "AI ĐÓ", "c").children.isEmpty)
        try harness.set(["population_lookup": "by_match"])
        #expect(try citizen("000000000001", "AI ĐÓ", "d").children.isEmpty)
    }

    @Test("refuses a wrong signature and a stale or malformed timestamp")
    func signature() throws {
        let harness = try PortalHarness()
        #expect(try ask(harness, Self.question(), secret: "other")?.status == 401)
        #expect(try ask(harness, Self.question(), skew: -300_001)?.status == 401)
        #expect(try ask(harness, Self.question(), ["Timestamp": "1767574800"])?.status == 401)
        #expect(harness.rules == ["signature", "timestamp", "timestamp"])
        #expect(try ask(harness, Self.question(), skew: -300_000)?.status == 200)
    }

    @Test(
        "refuses questions that are not as the contract says",
        arguments: [
            ("<d:MaDVC>VPCP</d:MaDVC>", "", "element-missing"),
            ("<d:MaDVC>VPCP</d:MaDVC>", "<d:MaDVC></d:MaDVC>", "member-empty"),
            (
                "<d:MaCanBo>canbo01</d:MaCanBo>", "<d:Tuoi>9</d:Tuoi><d:MaCanBo>a</d:MaCanBo>",
                "element-unknown"
            ),
            (
                "<d:MaDVC>VPCP</d:MaDVC><d:MaTichHop>003</d:MaTichHop>",
                "<d:MaTichHop>003</d:MaTichHop><d:MaDVC>VPCP</d:MaDVC>", "element-order"
            ),
            (
                "<d:MaDVC>VPCP</d:MaDVC>", "<d:MaDVC>a</d:MaDVC><d:MaDVC>b</d:MaDVC>",
                "element-repeated"
            ),
            ("<d:MaTichHop>003<", "<d:MaTichHop>037<", "integration-code"),
            (">000000000001<", ">00000000001<", "identity-shape"),
            (">000000000001<", ">123456789012<", "identity-not-invented"),
            (">NGUYỄN VĂN THỬ<", ">Nguyễn Văn Thử<", "name-case"),
            (">NGUYỄN VĂN THỬ<", ">NGUYE\u{302}\u{303}N<", "not-nfc"),
            (">19900101<", ">1990-01-01<", "birth"),
            (">19900101<", ">19900230<", "birth"),
            ("d:NgayThangNam>", "d:Ngay>", "birth"),
            ("http://dancuquocgia.bca", "http://www.mic.gov.vn/dancu/1.0", "soap-namespace"),
            ("s:Body>", "s:Than>", "soap-syntax"),
            ("<s:Header/>", "<s:Header>", "soap-syntax"),
        ])
    func refuses(_ from: String, _ to: String, _ rule: String) throws {
        let harness = try PortalHarness()
        let body = Self.question { $0.replacing(from, with: to) }
        let answer = try #require(try ask(harness, body))
        #expect(answer.status == 500)
        #expect(answer.text.contains("faultstring"))
        #expect(harness.rules.contains(rule))
    }

    @Test("wants its content type and SOAPAction, and a new MaYeuCau each time")
    func transport() throws {
        let harness = try PortalHarness()
        #expect(try ask(harness, Self.question(), ["Content-Type": "text/xml"])?.status == 415)
        #expect(try ask(harness, Self.question(), ["SOAPAction": "urn:x"])?.status == 500)
        #expect(try ask(harness, Self.question(id: "b"))?.status == 200)
        #expect(try ask(harness, Self.question(id: "b"))?.status == 500)
        #expect(harness.rules == ["content-type", "soap-action", "request-id-repeated"])
    }

    @Test("can be lenient about case, and fail by chance (S19)")
    func switches() throws {
        let harness = try PortalHarness(["population": "lenient"])
        let lower = Self.question(id: "a", name: "Nguyễn Văn Thử")
        #expect(try ask(harness, lower, ["SOAPAction": "x"])?.status == 200)
        try harness.set(["population_error": "1"])
        let failed = try #require(try ask(harness, Self.question(id: "b")))
        #expect(failed.status == 500)
        #expect(failed.text.contains("soapenv:Server"))
    }

    @Test("counts how often each person was asked about, and names nobody")
    func histogram() throws {
        let harness = try PortalHarness()
        for (id, number) in [("a", "000000000001"), ("b", "000000000001"), ("c", "000000000009")] {
            _ = try ask(harness, Self.question(id: id, number: number))
        }
        let counters = try harness.ask("counters")
        #expect(counters["verify_persons"]?.text == "2")
        #expect(counters["verify_requests"]?.text == "3")
        #expect(counters.at(["verify_asks", "1"])?.text == "1")
        #expect(counters.at(["verify_asks", "2"])?.text == "1")
        let text = try #require(try harness.client.get("/sandbox/counters")).text
        #expect(!text.contains("000000000001"))
    }
}
