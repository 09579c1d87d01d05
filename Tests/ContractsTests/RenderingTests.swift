import Contracts
import Dossiers
import Foundation
import Testing
import Wire

@Suite("A rendered record")
struct RenderingTests {
    let portal: Contract

    init() throws { portal = try Samples.portal() }

    @Test("carries every field of the header, in the contract's order")
    func fullHeader() throws {
        try expectGolden(
            try Samples.bytes(portal.renderState(Samples.fullDossier())), "state-full.json")
    }

    @Test("says little when there is little to say, and still names every field")
    func smallHeader() throws {
        try expectGolden(
            try Samples.bytes(portal.renderState(Samples.smallDossier())), "state-small.json")
    }

    @Test("carries the nine fields of a step")
    func step() throws {
        let dossier = Samples.smallDossier()
        try expectGolden(
            try Samples.bytes(portal.renderStep(Samples.step(), of: dossier)), "step.json")
    }

    @Test("has the SHA-256 of its own bytes")
    func digest() throws {
        guard case .ready(let payload, _) = portal.renderState(Samples.fullDossier()) else {
            Issue.record("held")
            return
        }
        #expect(payload.digest == SHA256.digest(payload.bytes))
    }

    @Test("is the same for the same dossier, so that an unchanged one is known by its digest")
    func stability() throws {
        let first = try Samples.bytes(portal.renderState(Samples.fullDossier()))
        let second = try Samples.bytes(try Samples.portal().renderState(Samples.fullDossier()))
        #expect(first == second)
    }

    @Test("says every scalar as text but the two numbers of a paper")
    func scalarsAreTexts() throws {
        let bytes = try Samples.bytes(portal.renderState(Samples.fullDossier()))
        guard case .object(let members) = try JSONValue(parsing: bytes) else {
            Issue.record("no object")
            return
        }
        var numbers: [String] = []
        for (name, value) in members {
            switch value {
            case .string: break
            case .array(let entries):
                for entry in entries {
                    guard case .object(let inner) = entry else {
                        Issue.record("\(name) has an entry that is no object")
                        continue
                    }
                    for (field, value) in inner {
                        if case .number = value { numbers.append("\(name).\(field)") }
                    }
                }
            default: Issue.record("\(name) is neither text nor list")
            }
        }
        #expect(
            numbers == ["DanhSachTepDinhKemKhac.SoLuong", "DanhSachTepDinhKemKhac.LoaiGiayTo"])
        #expect(members.count == 38)
    }

    @Test("is JSON that another parser reads back equal, whatever the text")
    func escaping() throws {
        var texts = (0..<0x20).compactMap { Unicode.Scalar($0).map { "a\($0)b" } }
        texts += [
            "\"", "\\", "/", "\\\"", "\u{7F}", "Đỗ Thị Thử", "👩‍👩‍👧", "\u{2028}", "</script>",
            "a\\u0000",
            "𝄞",
        ]
        for text in texts {
            var dossier = Samples.smallDossier()
            dossier.otherInformation = text
            dossier.documents = [SubmittedDocument(id: text, name: text, url: text)]
            let bytes = try Samples.bytes(portal.renderState(dossier))
            let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            #expect(object?["ThongTinKhac"] as? String == text)
            let documents = object?["TaiLieuNop"] as? [[String: Any]]
            #expect(documents?.first?["TenTepDinhKem"] as? String == text)

            let step = try Samples.bytes(
                portal.renderStep(Samples.step(content: text), of: dossier))
            let parsed = try JSONSerialization.jsonObject(with: Data(step)) as? [String: Any]
            #expect(parsed?["NoiDungXuLy"] as? String == text)
        }
    }

    @Test("uses the portal's numbers for every member of every closed set")
    func codes() throws {
        func value(_ name: String, _ change: (inout Dossier) -> Void) throws -> String? {
            var dossier = Samples.smallDossier()
            change(&dossier)
            let bytes = try Samples.bytes(portal.renderState(dossier))
            return try JSONValue(parsing: bytes)[name]?.text
        }
        for status in Status.allCases {
            #expect(
                try value("TrangThaiHoSo") { $0.status = status } == String(status.rawValue))
        }
        #expect(try value("KenhThucHien") { $0.channel = .counter } == "1")
        #expect(try value("KenhThucHien") { $0.channel = .online } == "2")
        #expect(try value("KenhThucHien") { $0.channel = .post } == "3")
        #expect(try value("LoaiDoiTuong") { $0.ownerKind = .business } == "2")
        #expect(try value("LoaiDoiTuong") { $0.ownerKind = .agency } == "3")
        #expect(try value("LoaiDoiTuong") { $0.ownerKind = .organisation } == "4")
        #expect(try value("HinhThuc") { $0.returnMethod = .post } == "1")
        #expect(try value("NoiNopHoSo") { $0.submissionPlace = .nationalPortal } == "1")
        #expect(try value("DuocThanhToanTrucTuyen") { $0.onlinePayment = .national } == "1")
        #expect(try value("DuocThanhToanTrucTuyen") { $0.onlinePayment = .provincial } == "2")
    }

    @Test("joins with others into one body, with the contract's separator")
    func joining() throws {
        let dossier = Samples.smallDossier()
        let first = try Samples.bytes(portal.renderStep(Samples.step(1), of: dossier))
        let second = try Samples.bytes(portal.renderStep(Samples.step(2), of: dossier))
        let list = try JSONValue(
            parsing: [UInt8(ascii: "[")] + first + portal.separator + second + [UInt8(ascii: "]")])
        #expect(list.items?.count == 2)
    }
}
