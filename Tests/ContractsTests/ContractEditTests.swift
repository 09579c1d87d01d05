import Contracts
import Dossiers
import Foundation
import Operating
import Testing
import Wire

@Suite("An edit of a contract file")
struct ContractEditTests {
    private func answer(_ contract: Contract, _ code: String, _ message: String) -> Outcome {
        let body = "{\"error_code\":\"\(code)\",\"message\":\"\(message)\"}"
        return contract.answer(
            .success(HTTPResponse(status: 200, body: Array(body.utf8))), to: .create(body: []),
            now: Samples.now.wall
        ).outcome
    }

    private func state(_ contract: Contract, _ dossier: Dossier = Samples.smallDossier()) throws
        -> JSONValue
    {
        try JSONValue(parsing: try Samples.bytes(contract.renderState(dossier)))
    }

    @Test("renames a field")
    func renamedField() throws {
        let contract = try Samples.edited(
            "dvcqg-adapter", (#"name: "SoDienThoai""#, #"name: "DienThoai""#))
        var dossier = Samples.smallDossier()
        dossier.phone = "0000000001"
        #expect(try state(contract, dossier)["DienThoai"] == .string("0000000001"))
        #expect(try state(contract, dossier)["SoDienThoai"] == nil)
    }

    @Test("adds a field: a constant, or one that was not sent before")
    func addedField() throws {
        let contract = try Samples.edited(
            "dvcqg-adapter",
            (
                #"{ name: "Fax", from: "fax" },"#,
                #"{ name: "PhienBan", value: "2" }, { name: "MaDonViXuLy", from: "unitCode" },"#
            ))
        var dossier = Samples.smallDossier()
        dossier.unitCode = "H21.129"
        #expect(try state(contract, dossier)["PhienBan"] == .string("2"))
        #expect(try state(contract, dossier)["MaDonViXuLy"] == .string("H21.129"))
        #expect(try state(contract, dossier)["Fax"] == nil)
    }

    @Test("changes a code, a date format, a limit, a default")
    func changedRules() throws {
        let contract = try Samples.edited(
            "dvcqg-adapter", (#"online: "2""#, #"online: "TT""#),
            (#"dates: "yyyyMMddHHmmss""#, #"dates: "dd/MM/yyyy HH:mm:ss""#),
            (#"from: "note", limit: 2000"#, #"from: "note", limit: 3, over: "truncate""#),
            (#"whenEmpty: "Chuyên viên""#, #"whenEmpty: "Cán bộ""#))
        var dossier = Samples.smallDossier()
        dossier.channel = .online
        dossier.note = "Năm" + "A"
        let value = try state(contract, dossier)
        #expect(value["KenhThucHien"] == .string("TT"))
        #expect(value["NgayTiepNhan"] == .string("05/01/2026 08:00:00"))
        #expect(value["GhiChu"] == .string("Năm"))
        let step = try Samples.bytes(contract.renderStep(Samples.step(officer: ""), of: dossier))
        #expect(try JSONValue(parsing: step)["NguoiXuLy"] == .string("Cán bộ"))
    }

    @Test("moves a path, renames a service, changes the spelling of a flag")
    func changedEnvelope() throws {
        let contract = try Samples.edited(
            "dvcqg-adapter",
            ("/VXPAdapter/RestService/forward/mapi/g", "/new/integration"),
            (#"value: "DongBoHoSoMC""#, #"value: "DongBoHoSoMC2""#),
            (#"name: "isUpdating", value: "True""#, #"name: "isUpdating", value: "1""#))
        let request = try contract.request(
            .update(body: Array("{}".utf8)), account: Samples.portalAccount,
            session: Secret("S"), key: nil, now: Samples.now, nonce: [])
        #expect(request.url == "https://adapter.example/new/integration")
        let value = try JSONValue(parsing: request.body)
        #expect(value["service"] == .string("DongBoHoSoMC2"))
        #expect(value["isUpdating"] == .string("1"))
    }

    @Test("learns a phrase, in whatever Unicode form it was typed")
    func phrases() throws {
        let contract = try Samples.edited(
            "dvcqg-adapter",
            (
                "\"đã tồn tại\"",
                "\"\("ĐÃ CÓ trong hệ".decomposedStringWithCanonicalMapping)*quốc gia\""
            ))
        #expect(
            answer(contract, "3", "Hồ sơ đã có trong hệ thống của Cổng quốc gia") == .exists)
        #expect(answer(contract, "3", "Cổng quốc gia: đã có trong hệ thống") == .unknown)
        #expect(answer(contract, "3", "Hồ sơ đã tồn tại") == .unknown)
    }

    @Test(
        "says what the destination does with a repeated step",
        arguments: zip(
            RepeatedStep.allCases, [false, false, true, true]))
    func repeatedStep(_ step: RepeatedStep, isHarmless: Bool) throws {
        let contract = try Samples.edited(
            "dvcqg-adapter", (#"repeatedStep: "unknown""#, "repeatedStep: \"\(step.rawValue)\""))
        #expect(contract.repeatedStep == step && contract.historyIsRepeatable == isHarmless)
        #expect(
            #expect(throws: Trouble.self) {
                try Samples.edited(
                    "dvcqg-adapter", (#"repeatedStep: "unknown""#, #"repeatedStep: "ignored""#))
            }?.code == "LT-1105")
    }

    @Test("keeps cookies where it is said")
    func cookies() throws {
        #expect(try !Samples.portal().keepsCookies)
        #expect(
            try Samples.edited(
                "dvcqg-adapter", (#"encoding: "json","#, #"encoding: "json", cookies: true,"#)
            ).keepsCookies)
    }

    @Test("demands the phrase of success with one edit")
    func strictSuccess() throws {
        let contract = try Samples.edited(
            "dvcqg-adapter",
            (
                #"codes: [0], outcome: "acknowledged""#,
                #"codes: [0], phrases: ["thành công"], outcome: "acknowledged""#
            ))
        #expect(answer(contract, "0", "Đồng bộ thành công") == .acknowledged)
        #expect(answer(contract, "0", "OK") == .unknown)
        #expect(answer(contract, "0", "Đồng bộ không thành công") == .unknown)
    }

    @Test("can do without an envelope, a session and steps: the shape of a provincial wrapper")
    func wrapper() throws {
        let contract = try Samples.written(ContractStrictnessTests.wrapper)
        #expect(contract.supports == [.state])
        let body = try Samples.bytes(contract.renderState(Samples.smallDossier()))
        let request = try contract.request(
            .update(body: body),
            account: Account(
                baseURL: "http://a.example", settings: ["unit": "000.00.01.H21"], secrets: [:]),
            session: nil, key: nil, now: Samples.now, nonce: [])
        #expect(
            request.url == "http://a.example/api/x?MaDinhDanhDV=000.00.01.H21&isUpdating=True")
        #expect(
            String(decoding: request.body, as: UTF8.self) == #"[{"MaHoSo":"H21.01-260105-0001"}]"#)
    }
}
