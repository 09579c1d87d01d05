import Dossiers
import Testing
import Wire

@Suite("A dossier's lists") struct ListRuleTests {
    static func row<C: SourceColumn>(_ texts: [C: String]) -> SourceRow<C> {
        var row = SourceRow<C>()
        for (column, text) in texts { row[column] = text }
        return row
    }

    @Test("keep steps in order of time, then of their key")
    func order() {
        var source = Sample.row()
        source.steps = [
            Sample.step("12", "2025-08-12 09:00:00"), Sample.step("9", "2025-08-12 09:00:00"),
            Sample.step("30", "2025-08-12 08:00:00", "200"),
        ]
        source.steps[2][.dueAt] = "2025-08-14"
        let steps = Made(source).dossier?.steps
        #expect(steps?.map(\.id.rawValue) == [30, 9, 12])
        #expect(steps?.first?.status == .processing)
        #expect(steps?.first?.dueAt?.compact == "20250814235959")
    }

    @Test(
        "hold the dossier for one step that cannot be told",
        arguments: [
            (
                Sample.step("1", "2025-08-12 08:00:00", "pausing"),
                Hold(.statusUnmapped, field: "progress.local_status", unmapped: "pausing")
            ),
            (
                Sample.step("1", "2025-08-12 08:00:00", "posting"),
                Hold(.statusUnmapped, field: "progress.local_status", unmapped: "posting")
            ),
            (
                Sample.step("1", "2025-08-12 08:00:00", nil),
                Hold(.fieldMissing, field: "progress.status")
            ),
            (Sample.step("1", nil), Hold(.dateMissing, field: "progress.performed_at")),
            (Sample.step("1", "2025-02-30"), Hold(.dateImpossible, field: "progress.performed_at")),
            (
                Sample.step(nil, "2025-08-12 08:00:00"),
                Hold(.fieldMissing, field: "progress.step_id")
            ),
            (
                Sample.step("0", "2025-08-12 08:00:00"),
                Hold(.numberMalformed, field: "progress.step_id")
            ),
            (
                Sample.step("a1", "2025-08-12 08:00:00"),
                Hold(.numberMalformed, field: "progress.step_id")
            ),
            (
                Sample.step("7", "2025-08-12 08:00:00"),
                Hold(.duplicateCode, field: "progress.step_id")
            ),
        ])
    func badStep(step: SourceRow<StepColumn>, hold: Hold) {
        var source = Sample.row()
        source.steps = [Sample.step("7", "2025-08-12 07:00:00"), step]
        #expect(Made(source).hold == hold)
    }

    @Test("take a step's status from its number, its step code, then its words")
    func stepStatus() {
        func status(_ texts: [StepColumn: String]) -> Status? {
            var source = Sample.row()
            var row = ListRuleTests.row(texts)
            row[.stepId] = "1"
            row[.performedAt] = "2025-08-12 08:00:00"
            source.steps = [row]
            return Made(source).dossier?.steps.first?.status
        }
        #expect(status([.status: "5", .localStatus: "100"]) == .supplementRequested)
        #expect(status([.localStatus: "100"]) == .submitted)
        #expect(status([.localStatus: "done"]) == .returned)
        #expect(status([.localStatus: "done", .localSubstatus: "200"]) == .processing)
        #expect(status([.localStatus: "done", .localSubstatus: "paid-late"]) == .paymentRequested)
    }

    @Test("carry documents with their flags")
    func documents() throws {
        var source = Sample.row()
        source.documents = [
            Self.row([
                .id: "9001", .name: " to\u{200B}-khai.pdf ", .isDeleted: "f",
                .url: "https://x.example/9001",
                .isDigitised: "1", .reuse: "2", .fromWarehouse: "true",
                .replacingResultCode: "KQ.G15.000031",
            ])
        ]
        let made = Made(source)
        let document = try #require(made.dossier?.documents.first)
        #expect(document.name == "to-khai.pdf")
        #expect(document.isDigitised && document.fromWarehouse && !document.isDeleted)
        #expect(document.reuse == .replaced)
        #expect(made.dossier?.hasDigitisedComponent == true)
        source.header[.hasDigitisedComponent] = "0"
        #expect(Made(source).dossier?.hasDigitisedComponent == false)
    }

    @Test("do not count a deleted document as a digitised one")
    func deletedDocument() {
        var source = Sample.row()
        source.documents = [
            Self.row([.id: "1", .name: "a", .isDeleted: "1", .isDigitised: "1"])
        ]
        #expect(Made(source).dossier?.hasDigitisedComponent == false)
    }

    @Test(
        "read an amount of đồng as databases print it",
        arguments: [
            ("8000", 8000), ("0", 0), (" 8000 ", 8000), ("8000.0", 8000), ("8000.00", 8000),
            ("8000.0000", 8000), ("007", 7), ("9223372036854775807", Int64.max),
        ])
    func amount(text: String, amount: Int64) {
        var source = Sample.row()
        source.fees = [Self.row([.name: "Lệ phí", .amount: text])]
        #expect(Made(source).dossier?.fees.first?.amount == amount)
    }

    @Test(
        "hold the dossier for an amount that is none or could be two",
        arguments: [
            "8.000", "8,000", "-1", "8000đ", "8000.50", "8000.", ".5", "1e5", "tám nghìn",
            "9223372036854775808", "８000", "+1",
        ])
    func malformedAmount(text: String) {
        var source = Sample.row()
        source.fees = [Self.row([.amount: text])]
        #expect(Made(source).hold == Hold(.numberMalformed, field: "fees.amount"))
    }

    @Test("carry papers, supplement rounds and results")
    func others() throws {
        var source = Sample.row()
        source.papers = [
            Self.row([.name: "Bản sao", .quantity: "2", .kind: "2"]), Self.row([.name: "Đơn"]),
        ]
        source.supplements = [
            Self.row([
                .id: "5", .content: "Bổ sung:\r\n- ảnh", .requestedAt: "2025-08-13 08:00:00",
                .isDone: "t",
                .newDueAt: "2025-08-25",
            ])
        ]
        source.results = [
            Self.row([
                .id: "7", .name: "Giấy", .url: "https://x.example/7", .resultCode: "KQ.G15.000031",
            ])
        ]
        let dossier = try #require(Made(source).dossier)
        #expect(dossier.papers.map(\.quantity) == [2, 1])
        #expect(dossier.papers.map(\.kind) == [2, 0])
        #expect(dossier.supplements.first?.content == "Bổ sung:\n- ảnh")
        #expect(dossier.supplements.first?.isDone == true)
        #expect(dossier.supplements.first?.newDueAt?.compact == "20250825235959")
        #expect(dossier.results.first?.resultCode == "KQ.G15.000031")
    }

    @Test("hold the dossier for a row without what makes it one")
    func missing() {
        var source = Sample.row()
        source.documents = [Self.row([.id: "1", .name: " "])]
        #expect(Made(source).hold == Hold(.fieldMissing, field: "documents.name"))
        source = Sample.row()
        source.fees = [SourceRow()]
        #expect(Made(source).hold == Hold(.fieldMissing, field: "fees.amount"))
        source = Sample.row()
        source.papers = [SourceRow()]
        #expect(Made(source).hold == Hold(.fieldMissing, field: "papers.name"))
        source = Sample.row()
        source.supplements = [SourceRow()]
        #expect(Made(source).hold == Hold(.fieldMissing, field: "supplements.id"))
        source = Sample.row()
        source.results = [Self.row([.id: "1"])]
        #expect(Made(source).hold == Hold(.fieldMissing, field: "results.name"))
    }
}
