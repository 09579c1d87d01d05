import Contracts
import Dossiers
import Testing
import Wire

@Suite("A limit or a need of the contract")
struct LimitTests {
    let portal: Contract

    init() throws { portal = try Samples.portal() }

    struct Limit: Sendable, CustomTestStringConvertible {
        var field: String
        var characters: Int
        var truncates = false
        var set: @Sendable (inout Dossier, String) -> Void
        var testDescription: String { "\(field) \(characters)" }
    }

    static let limits = [
        Limit(field: "MaHoSo", characters: 50) { $0.code = DossierCode($1) },
        Limit(field: "MaTTHC", characters: 50) { $0.procedureCode = $1 },
        Limit(field: "MaLinhVuc", characters: 50) { $0.fieldCode = $1 },
        Limit(field: "TenLinhVuc", characters: 500) { $0.fieldName = $1 },
        Limit(field: "ChuHoSo", characters: 500) { $0.ownerName = $1 },
        Limit(field: "MaDoiTuong", characters: 50) { $0.ownerAccount = $1 },
        Limit(field: "SoGiayToChuHoSo", characters: 100) { $0.ownerIdentityNumber = $1 },
        Limit(field: "DinhDanhCHS.SoDinhDanh", characters: 40) {
            $0.identities = [Identity(kind: .personal, number: $1)]
        },
        Limit(field: "ThongTinKhac", characters: 5000) { $0.otherInformation = $1 },
        Limit(field: "Email", characters: 100) { $0.email = $1 },
        Limit(field: "SoDienThoai", characters: 50) { $0.phone = $1 },
        Limit(field: "TrichYeuHoSo", characters: 1000, truncates: true) { $0.summary = $1 },
        Limit(field: "DonViXuLy", characters: 500) { $0.unitName = $1 },
        Limit(field: "GhiChu", characters: 2000) { $0.note = $1 },
        Limit(field: "TaiLieuNop.TenTepDinhKem", characters: 4000, truncates: true) {
            $0.documents = [SubmittedDocument(id: "1", name: $1, url: "https://a.example/1")]
        },
        Limit(field: "TaiLieuNop.MaThanhPhanHoSo", characters: 50) {
            $0.documents = [
                SubmittedDocument(id: "1", name: "a", componentCode: $1, url: "https://a.example/1")
            ]
        },
        Limit(field: "TaiLieuNop.MaKetQuaThayThe", characters: 50) {
            $0.documents = [
                SubmittedDocument(
                    id: "1", name: "a", url: "https://a.example/1", replacingResultCode: $1)
            ]
        },
        Limit(field: "DanhSachGiayToKetQua.TenGiayTo", characters: 2000, truncates: true) {
            $0.results = [
                ResultDocument(id: "1", name: $1, url: "https://a.example/1", resultCode: "")
            ]
        },
    ]

    @Test("lets a text of exactly that length pass, in letters and not in bytes", arguments: limits)
    func exactly(_ limit: Limit) throws {
        var dossier = Samples.smallDossier()
        let text = String(repeating: "ộ", count: limit.characters)
        limit.set(&dossier, text)
        let rendered = portal.renderState(dossier)
        #expect(Samples.remarks(rendered).isEmpty)
        #expect(String(decoding: try Samples.bytes(rendered), as: UTF8.self).contains(text))
    }

    @Test("holds or truncates a longer one, as the file says", arguments: limits)
    func over(_ limit: Limit) throws {
        var dossier = Samples.smallDossier()
        limit.set(&dossier, String(repeating: "ộ", count: limit.characters + 1))
        let rendered = portal.renderState(dossier)
        if limit.truncates {
            #expect(Samples.remarks(rendered) == [Remark(.truncated, field: limit.field)])
            let text = String(decoding: try Samples.bytes(rendered), as: UTF8.self)
            #expect(text.contains("\"" + String(repeating: "ộ", count: limit.characters) + "\""))
        } else {
            #expect(Samples.hold(rendered) == Hold(.fieldTooLong, field: limit.field))
        }
    }

    @Test("cuts an officer's name at 46 and marks the cut")
    func officer() throws {
        func officer(_ name: String) throws -> (String?, [Remark]) {
            let rendered = portal.renderStep(
                Samples.step(officer: name), of: Samples.smallDossier())
            let value = try JSONValue(parsing: try Samples.bytes(rendered))
            return (value["NguoiXuLy"]?.text, Samples.remarks(rendered))
        }
        let fifty = String(repeating: "ễ", count: 50)
        #expect(try officer(fifty) == (fifty, []))
        let cut = String(repeating: "ễ", count: 46) + "…"
        #expect(try officer(fifty + "ễ") == (cut, [Remark(.truncated, field: "NguoiXuLy")]))
    }

    @Test("says “Chuyên viên” where a step has no officer")
    func noOfficer() throws {
        let bytes = try Samples.bytes(
            portal.renderStep(Samples.step(officer: ""), of: Samples.smallDossier()))
        #expect(try JSONValue(parsing: bytes)["NguoiXuLy"] == .string("Chuyên viên"))
    }

    @Test("never cuts a letter from its accent or a pair of surrogates in two")
    func cutsBetweenCharacters() throws {
        for letter in ["e\u{323}\u{302}", "👍🏽", "𝄞"] {
            var dossier = Samples.smallDossier()
            dossier.summary = "x" + String(repeating: letter, count: 1000)
            let bytes = try Samples.bytes(portal.renderState(dossier))
            let text = try #require(try JSONValue(parsing: bytes)["TrichYeuHoSo"]?.text)
            #expect(text.utf16.count <= 1000)
            #expect(text.utf16.count > 1000 - letter.utf16.count)
            #expect(text.dropFirst().allSatisfy { String($0) == letter })
        }
    }

    struct Need: Sendable, CustomTestStringConvertible {
        var field: String
        var empty: @Sendable (inout Dossier) -> Void
        var testDescription: String { field }
    }

    static let needs = [
        Need(field: "MaHoSo") { $0.code = DossierCode("") },
        Need(field: "MaTTHC") { $0.procedureCode = "" },
        Need(field: "TenTTHC") { $0.procedureName = "" },
        Need(field: "MaLinhVuc") { $0.fieldCode = "" },
        Need(field: "TenLinhVuc") { $0.fieldName = "" },
        Need(field: "TrichYeuHoSo") { $0.summary = "" },
        Need(field: "NgayNopHoSo") { $0.submittedAt = nil },
        Need(field: "NgayTiepNhan") { $0.acceptedAt = nil },
        Need(field: "DonViXuLy") { $0.unitName = "" },
        Need(field: "DSKetNoiCSDL.MaCSDL") { $0.databases = [""] },
        Need(field: "DinhDanhCHS.SoDinhDanh") {
            $0.identities = [Identity(kind: .personal, number: "")]
        },
    ]

    @Test("holds a dossier that lacks what is mandatory, and names the field", arguments: needs)
    func missing(_ need: Need) {
        var dossier = Samples.smallDossier()
        need.empty(&dossier)
        #expect(
            Samples.hold(portal.renderState(dossier)) == Hold(.fieldMissing, field: need.field))
    }

    @Test(
        "asks for no acceptance date of a dossier that was never accepted",
        arguments: [Status.submitted, .refused, .withdrawn])
    func notAccepted(_ status: Status) throws {
        var dossier = Samples.smallDossier()
        dossier.status = status
        dossier.acceptedAt = nil
        let bytes = try Samples.bytes(portal.renderState(dossier))
        #expect(try JSONValue(parsing: bytes)["NgayTiepNhan"] == .string(""))
    }

    @Test("leaves out a file without an address and says so, rather than hold the dossier")
    func incompleteEntries() throws {
        var dossier = Samples.smallDossier()
        dossier.documents = [
            SubmittedDocument(id: "1", name: "a.pdf", url: ""),
            SubmittedDocument(id: "2", name: "b.pdf", url: "https://a.example/2"),
        ]
        dossier.results = [ResultDocument(id: "3", name: "kq", url: "", resultCode: "")]
        let rendered = portal.renderState(dossier)
        #expect(
            Samples.remarks(rendered) == [
                Remark(.entryOmitted, field: "TaiLieuNop"),
                Remark(.entryOmitted, field: "DanhSachGiayToKetQua"),
            ])
        let value = try JSONValue(parsing: try Samples.bytes(rendered))
        #expect(value.at(["TaiLieuNop", "0", "TepDinhKemId"]) == .string("2"))
        #expect(value["DanhSachGiayToKetQua"]?.items?.isEmpty == true)
    }
}
