import Testing
import Wire

@testable import Sandbox

@Suite("The portal's rules for a dossier", .timeLimit(.minutes(1)))
struct PortalRuleTests {
    /// A member with raw JSON (nil: left out) and the rule that it breaks.
    struct Case: Sendable, CustomTestStringConvertible {
        var member: String
        var value: String?
        var rule: String
        var testDescription: String { "\(member): \(rule)" }
        init(_ member: String, _ value: String?, _ rule: String) {
            self.member = member
            self.value = value
            self.rule = rule
        }
    }

    static let broken: [Case] = [
        Case("MaTTHC", nil, "member-missing"),
        Case("DanhSachLePhi", nil, "member-missing"),
        Case("TenTTHC", "\"\"", "member-empty"),
        Case("TenLinhVuc", "\"\"", "member-empty"),
        Case("NgayTiepNhan", "\"\"", "member-empty"),
        Case("SoLuongTep", "\"1\"", "member-unknown"),
        Case("KenhThucHien", "2", "type"),
        Case("TrangThaiHoSo", "2", "type"),
        Case("GhiChu", "null", "type"),
        Case("TaiLieuNop", "{}", "type"),
        Case("TaiLieuNop", "[\"tệp\"]", "type"),
        Case("HoSoCoThanhPhanSoHoa", "true", "type"),
        Case("DanhSachTepDinhKemKhac", paper(quantity: "\"2\""), "type"),
        Case("DanhSachTepDinhKemKhac", paper(quantity: "1.5"), "type"),
        Case("KenhThucHien", "\"4\"", "code-list"),
        Case("TrangThaiHoSo", "\"11\"", "code-list"),
        Case("TrangThaiHoSo", "\"02\"", "code-list"),
        Case("HinhThuc", "\"2\"", "code-list"),
        Case("NoiNopHoSo", "\"3\"", "code-list"),
        Case("DuocThanhToanTrucTuyen", "\"3\"", "code-list"),
        Case("DinhDanhCHS", identity("3", "000000000001"), "code-list"),
        Case(
            "TaiLieuNop", "[\(PortalRecords.document().replacing("False", with: "0"))]", "code-list"
        ),
        Case("GhiChu", "\"\(String(repeating: "đ", count: 2001))\"", "too-long"),
        Case("TrichYeuHoSo", "\"\(String(repeating: "a", count: 1001))\"", "too-long"),
        Case("ChuHoSo", "\"\(String(repeating: "a", count: 499))😀\"", "too-long"),
        Case("NgayNopHoSo", "\"2026-01-05 07:55:00\"", "date"),
        Case("NgayNopHoSo", "\"20260229075500\"", "date"),
        Case("NgayHenTra", "\"20260105240000\"", "date"),
        Case("NgayTra", "\"02260105080000\"", "date"),
        Case("ChuHoSo", "\"CO\u{302}NG D\u{300}A\"", "not-nfc"),
        Case("TrichYeuHoSo", "\"Hồ sơ\\u0007\"", "control-character"),
        Case("ChuHoSo", "\"Công\\ndân\"", "control-character"),
        Case("GhiChu", "\"Dòng một\\r\\nDòng hai\"", "control-character"),
        Case("TrichYeuHoSo", "\"Hồ sơ\u{85}\"", "control-character"),
        Case("TaiLieuNop", "[\(PortalRecords.document(url: "ftp://x.example/1"))]", "url"),
        Case("TaiLieuNop", "[\(PortalRecords.document(url: "https://x.example/a b"))]", "url"),
        Case("Email", "\"không phải thư\"", "shape"),
        Case("SoDienThoai", "\"không có\"", "shape"),
        Case("MaHoSo", "\"H21 129\"", "shape"),
        Case("SoGiayToChuHoSo", "\"123456789012\"", "identity-not-invented"),
        Case("SoGiayToChuHoSo", "\"00012345\"", "identity-shape"),
        Case("DinhDanhCHS", identity("1", "000000001"), "identity-shape"),
        Case("DinhDanhCHS", identity("2", "000000000001"), "identity-shape"),
        Case("MaDoiTuong", "\"000000000001\"", "account-is-identity"),
        Case("MaTTHC", "\"9.999999\"", "procedure-unknown"),
        Case("MaLinhVuc", "\"G99-XX99\"", "field-unknown"),
        Case("DonViXuLy", "\"UBND xã Không Có\"", "unit-unknown"),
        Case("DonViXuLy", "\"UBND huyện Cũ\"", "unit-dead"),
    ]

    static func paper(quantity: String) -> String {
        #"[{"TenGiayTo":"Giấy","SoLuong":\#(quantity),"LoaiGiayTo":1}]"#
    }

    static func identity(_ kind: String, _ number: String) -> String {
        #"[{"LoaiDinhDanh":"\#(kind)","SoDinhDanh":"\#(number)"}]"#
    }

    @Test("refuse and record what breaks them", arguments: broken)
    func refuses(_ broken: Case) throws {
        let harness = try PortalHarness()
        let answer = try #require(
            try harness.create(PortalRecords.dossier([broken.member: broken.value])))
        #expect(answer.status == 200)
        #expect(answer.code == "-1")
        #expect(harness.rules == [broken.rule])
        #expect(harness.server.portal.dossierCount == 0)
        let violation = try #require(harness.server.portal.violations.latest.first)
        #expect(violation.service == "DongBoHoSoMC")
    }

    static let fine: [[String: String?]] = [
        [:],
        ["SoBienNhan": "\"BN-1\""],
        ["GhiChu": "\"\(String(repeating: "đ", count: 2000))\""],
        ["GhiChu": "\"Dòng một\\nDòng hai\""],
        ["NgayHenTra": "\"\""],
        ["NgayTiepNhan": "\"\"", "TrangThaiHoSo": "\"1\""],
        ["NgayNopHoSo": "\"20240229075500\""],
        // A unit that died later handled it while it lived.
        ["DonViXuLy": "\"UBND huyện Cũ\"", "NgayTiepNhan": "\"20250630235959\""],
        ["ChuHoSo": "\"C\\u00f4ng d\\u00e2n \\ud83d\\ude00\""],
        ["DinhDanhCHS": "[]", "SoGiayToChuHoSo": "\"\"", "DSKetNoiCSDL": nil],
        ["LoaiDoiTuong": "\"2\"", "SoGiayToChuHoSo": "\"0001234567-001\""],
    ]

    @Test("take what keeps them, whatever the order of members", arguments: fine)
    func takes(_ changes: [String: String?]) throws {
        let harness = try PortalHarness()
        let answer = try #require(try harness.create(PortalRecords.dossier(changes)))
        #expect(answer.code == "0", "\(answer.message)")
        #expect(harness.rules.isEmpty)
    }

    @Test("do not look at the order of members")
    func anyOrder() throws {
        let harness = try PortalHarness()
        let members = PortalRecords.dossierMembers.reversed().map { "\"\($0)\":\($1)" }
        let answer = try #require(try harness.create("{\(members.joined(separator: ","))}"))
        #expect(answer.code == "0")
    }

    @Test("count a member that comes twice")
    func repeated() throws {
        let harness = try PortalHarness()
        let twice = PortalRecords.dossier().replacing(
            "\"Fax\":\"\"", with: "\"Fax\":\"\",\"Fax\":\"\"")
        _ = try harness.create(twice)
        #expect(harness.rules == ["member-repeated"])
    }

    @Test("record every breach of a record, and never a value")
    func several() throws {
        let harness = try PortalHarness()
        _ = try harness.create(
            PortalRecords.dossier(["KenhThucHien": "\"9\"", "SoGiayToChuHoSo": "\"123456789012\""]))
        #expect(harness.rules == ["code-list", "identity-not-invented"])
        let shown = try #require(try harness.client.get("/sandbox/violations")).text
        #expect(shown.contains("SoGiayToChuHoSo"))
        #expect(!shown.contains("123456789012"))
        #expect(!shown.contains("CÔNG DÂN"))
    }

    @Test("do not repeat a code that is none, for it might be anything")
    func codeShape() throws {
        let harness = try PortalHarness()
        _ = try harness.create(PortalRecords.dossier(code: "NGUYEN VAN THU 0901"))
        _ = try harness.probe("NGUYEN VAN THU 0901")
        #expect(harness.rules == ["shape", "shape"])
        let shown = try #require(try harness.client.get("/sandbox/violations")).text
        #expect(!shown.contains("NGUYEN"))
    }

    @Test("lengths can be switched off (S9)")
    func limitsOff() throws {
        let harness = try PortalHarness(["limits": "off"])
        let long = "\"\(String(repeating: "đ", count: 2001))\""
        #expect(try harness.create(PortalRecords.dossier(["GhiChu": long]))?.code == "0")
    }

    @Test("the catalogue can be switched off (S14)")
    func lenientCatalogue() throws {
        let harness = try PortalHarness(["catalogue": "lenient"])
        let answer = try harness.create(PortalRecords.dossier(["MaTTHC": "\"9.999999\""]))
        #expect(answer?.code == "0")
    }
}
