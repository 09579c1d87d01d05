import Contracts
import Dossiers
import Foundation
import Operating
import Testing
import Wire

/// Invented dossiers, accounts and contracts for the tests of this target.
enum Samples {
    /// The package's folder, found from this file.
    static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func contractPath(_ name: String) -> String {
        package.appending(path: "Config/contracts/\(name).json5").path
    }

    static func portal() throws -> Contract {
        try Contract.load(path: contractPath("dvcqg-adapter"))
    }

    static func population() throws -> Contract {
        try Contract.load(path: contractPath("csdlqgdc-soap"))
    }

    /// A contract from a shipped file with some of its text exchanged, as a province would edit it.
    static func edited(
        _ name: String, honoursIdempotencyKey: Bool? = nil, _ edits: (String, String)...
    ) throws -> Contract {
        var text = try String(contentsOfFile: contractPath(name), encoding: .utf8)
        for (old, new) in edits {
            try #require(text.contains(old), "the contract no longer says “\(old)”")
            text = text.replacingOccurrences(of: old, with: new)
        }
        return try written(text, honoursIdempotencyKey: honoursIdempotencyKey)
    }

    static func written(_ text: String, honoursIdempotencyKey: Bool? = nil) throws -> Contract {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "contract-\(UUID().uuidString).json5")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Contract.load(path: file.path, honoursIdempotencyKey: honoursIdempotencyKey)
    }

    static let portalAccount = Account(
        baseURL: "https://adapter.example",
        settings: ["madonvi": "000.00.00.H21", "dstcode": "VN:GOV:SANDBOX:dvcqg"],
        secrets: ["username": Secret("sandbox"), "password": Secret("sandbox-password")])

    static let populationAccount = Account(
        baseURL: "https://population.example",
        settings: ["ma_dvc": "VPCP", "ma_can_bo": "officer01", "ma_yeu_cau_prefix": "H21-DVC"],
        secrets: ["username": Secret("sandbox"), "secret_key": Secret("sandbox-secret")])

    static func time(_ day: Int, _ hour: Int, _ minute: Int = 0) -> Timestamp {
        Timestamp(
            vietnam: CivilTime(year: 2026, month: 1, day: day, hour: hour, minute: minute))
    }

    static let now = Moment(wall: time(5, 9), steady: 1000)

    static func step(
        _ id: Int64 = 1, officer: String = "Cán bộ A", content: String = "Chuyển xử lý"
    ) -> Step {
        Step(
            id: SourceKey(id), officer: officer, performedAt: time(5, 8, 15),
            department: "Bộ phận một cửa", content: content, status: .processing,
            dueAt: time(7, 17))
    }

    /// Only what no dossier can do without.
    static func smallDossier() -> Dossier {
        Dossier(
            code: DossierCode("H21.01-260105-0001"), sourceKey: SourceKey(1),
            procedureCode: "1.000001", procedureName: "Thủ tục thử nghiệm", fieldCode: "G13-TP01",
            fieldName: "Hộ tịch", channel: .counter, ownerName: "", ownerKind: .citizen,
            summary: "Hồ sơ thử", submittedAt: time(5, 7, 55), acceptedAt: time(5, 8),
            status: .processing, unitName: "UBND xã Thử")
    }

    /// Something in every field and every list.
    static func fullDossier() -> Dossier {
        var dossier = smallDossier()
        dossier.receiptNumber = "BN-0001"
        dossier.channel = .online
        dossier.ownerName = "CÔNG DÂN THỬ"
        dossier.ownerAccount = "tech-000001"
        dossier.ownerIdentityNumber = "000000000001"
        dossier.identities = [
            Identity(kind: .personal, number: "000000000001"),
            Identity(kind: .legacy, number: "000000001"),
        ]
        dossier.otherInformation = "Ghi \"trong ngoặc\" và \\ gạch"
        dossier.email = "thu@example.vn"
        dossier.fax = "0000000002"
        dossier.phone = "0000000001"
        dossier.dueAt = time(12, 17)
        dossier.status = .returned
        dossier.returnedAt = time(9, 10)
        dossier.returnInformation = "Trả tại quầy"
        dossier.returnMethod = .post
        dossier.finishedAt = time(9, 9)
        dossier.refusedAt = time(8, 9)
        dossier.note = "Dòng một\nDòng hai"
        dossier.hasDigitisedComponent = true
        dossier.verifiedByVNeID = true
        dossier.onlinePayment = .provincial
        dossier.databases = ["1", "7"]
        fillLists(&dossier)
        return dossier
    }

    private static func fillLists(_ dossier: inout Dossier) {
        dossier.documents = [
            SubmittedDocument(
                id: "9001", name: "to-khai.pdf", componentCode: "KTT-1",
                url: "https://province.example/f/9001?a=1&b=2", isDigitised: true, reuse: .replaced,
                fromWarehouse: true, replacingResultCode: "KQ.G15.000031"),
            SubmittedDocument(
                id: "9002", name: "anh.jpg", isDeleted: true,
                url: "https://province.example/f/9002"),
        ]
        dossier.fees = [
            Fee(name: "Lệ phí", code: "1", collection: "1", amount: 8000, kind: "1")
        ]
        dossier.papers = [Paper(name: "Đơn", quantity: 2, kind: 1)]
        dossier.supplements = [
            SupplementRound(
                id: "31", requestedBy: "Cán bộ A", content: "Thiếu giấy", requestedAt: time(6, 9),
                receivedBy: "Cán bộ B", receivedInformation: "Đã nhận", receivedAt: time(7, 9),
                isDone: true, previousDueAt: time(12, 17), newDueAt: time(13, 17))
        ]
        dossier.results = [
            ResultDocument(
                id: "77", name: "Giấy khai sinh", componentCode: "",
                url: "https://province.example/r/77", resultCode: "KQ.G15.000031")
        ]
    }

    static func person(_ birth: Person.Birth = .date(year: 1990, month: 1, day: 1)) -> Person {
        Person(
            identity: Identity(kind: .personal, number: "000000000001"), name: "Đỗ Thị Thử",
            birth: birth)
    }

    /// The bytes of something that must be ready.
    static func bytes(_ rendered: Rendered) throws -> [UInt8] {
        guard case .ready(let payload, _) = rendered else {
            Issue.record("held: \(rendered)")
            return []
        }
        return payload.bytes
    }

    static func hold(_ rendered: Rendered) -> Hold? {
        if case .held(let hold, _) = rendered { hold } else { nil }
    }

    static func remarks(_ rendered: Rendered) -> [Remark] {
        switch rendered {
        case .ready(_, let remarks), .held(_, let remarks): remarks
        }
    }
}

/// The trouble that a piece of work ends in, nil when it does not.
func trouble(_ work: () throws -> some Any) -> Trouble? {
    do {
        _ = try work()
        return nil
    } catch let trouble as Trouble {
        return trouble
    } catch {
        Issue.record("another error: \(error)")
        return nil
    }
}

extension Contract {
    /// One step, as the dossier's only one.
    func renderStep(_ step: Step, of dossier: Dossier) -> Rendered {
        var one = dossier
        one.steps = [step]
        return renderSteps(of: one)[0]
    }
}
