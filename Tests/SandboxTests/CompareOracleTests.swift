import Testing

@testable import Sandbox

@Suite("The oracle") struct CompareOracleTests {
    let oracle: Oracle

    init() throws {
        var codes = try OracleCodes.load(
            "\(OneStopScratch.project)/Config/codes", units: nil)
        codes.units["H21.30"] = OracleCodes.Unit(
            code: "H21.30", name: "UBND huyện Cũ", until: "20250701",
            successors: [.init(code: "H21.129", name: "UBND xã Mới", communes: [])])
        codes.units["H21.39"] = OracleCodes.Unit(
            code: "H21.39", name: "UBND huyện Khác", until: "20250701")
        oracle = Oracle(codes: codes)
    }

    private func row(_ change: (inout OracleRow) -> Void = { _ in }) -> OracleRow {
        var row = OracleRow(id: 1, rawCode: "H21.129-260105-0001")
        row.statusWord = "processing"
        row.nationalProcedure = "1.001234"
        row.procedureName = "Thủ tục thử"
        row.fieldCode = "G15-HT01"
        row.fieldName = "Hộ tịch"
        row.ownerKind = "1"
        row.ownerName = "CÔNG DÂN THỬ"
        row.identityNumber = "000000000001"
        row.summary = "Hồ sơ thử"
        row.submittedAt = "2026-01-05 07:55:00"
        row.acceptedAt = "2026-01-05 08:00:00.123456"
        row.unitCode = "H21.129"
        row.unitName = "UBND xã Thử"
        change(&row)
        return row
    }

    private func expected(_ change: (inout OracleRow) -> Void) throws -> PortalRecord {
        guard case .expected(let record) = oracle.judge(row(change)) else {
            throw OracleHold.textMissing
        }
        return record
    }

    private func scalar(
        _ name: String, _ change: (inout OracleRow) -> Void
    ) throws -> String {
        try expected(change).scalars[try #require(PortalNames.scalarPlaces[name])]
    }

    @Test("expects the record that the contract describes, down to its defaults")
    func whole() throws {
        let record = try expected { _ in }
        #expect(
            record.scalars == [
                "H21.129-260105-0001", "1.001234", "Thủ tục thử", "G15-HT01", "Hộ tịch", "", "1",
                "CÔNG DÂN THỬ", "1", "", "000000000001", "", "", "", "", "Hồ sơ thử",
                "20260105075500", "20260105080000", "", "4", "", "", "0", "", "", "UBND xã Thử", "",
                "2", "0", "0", "0",
            ])
        #expect(record.lists == [[["1", "000000000001"]], [], [], [], [], [], []])
    }

    @Test(
        "composes, trims and clears text",
        arguments: [
            ("Nguye\u{302}\u{303}n", "Nguyễn"), ("  a\u{A0} ", "a"), ("a\u{A0}b", "a b"),
            ("a\u{7}b\u{200B}c\u{AD}", "abc"), ("a\tb", "a b"), ("a\r\nb", "a b"),
            ("\u{FEFF}x\u{3000}", "x"), ("a  b", "a  b"), ("\u{200D}a", "a"),
        ])
    func text(raw: String, clean: String) throws {
        #expect(try scalar("ChuHoSo") { $0.ownerName = raw } == clean)
    }

    @Test("keeps the line ends of a note")
    func notes() throws {
        #expect(try scalar("GhiChu") { $0.note = "a\r\nb\rc\u{1}\n" } == "a\nb\nc")
    }

    @Test(
        "writes telephone numbers in the national form, or not at all",
        arguments: [
            ("+84 901.234.567", "0901234567"), ("0084901234567", "0901234567"),
            ("84901234567", "0901234567"), ("(0269) 3824-123", "02693824123"), ("12", ""),
            ("+1 202 5550100", ""), ("0901234567 / 0907654321", ""), ("09x1234567", ""),
        ])
    func phones(raw: String, clean: String) throws {
        #expect(try scalar("SoDienThoai") { $0.phone = raw } == clean)
    }

    @Test("lists a citizen's number by its length, and a business's not")
    func identities() throws {
        #expect(
            try expected { $0.identityNumber = "000 000.002" }.lists[0] == [["2", "000000002"]])
        #expect(try expected { $0.identityNumber = "0001" }.lists[0] == [])
        let business = try expected {
            $0.ownerKind = "2"
            $0.identityNumber = "0001234567001"
        }
        #expect(business.lists[0] == [])
        #expect(business.scalars[10] == "0001234567-001")
    }

    @Test("cuts what the contract cuts, to the letter")
    func cuts() throws {
        let name = String(repeating: "ế", count: 51)
        let summary = try scalar("TrichYeuHoSo") {
            $0.summary = String(repeating: "ồ", count: 1001)
        }
        #expect(summary.count == 1000)
        #expect(OracleLimit.officer(name) == String(repeating: "ế", count: 46) + "…")
        #expect(OracleLimit.officer(String(repeating: "ế", count: 50)).count == 50)
        #expect(OracleLimit.officer("") == "Chuyên viên")
    }

    @Test("names the unit that is in force on the dossier's day")
    func units() throws {
        let old: (inout OracleRow) -> Void = {
            $0.unitCode = "H21.30"
            $0.unitName = "UBND huyện Cũ"
        }
        #expect(try scalar("DonViXuLy", old) == "UBND xã Mới")
        let before = try scalar("DonViXuLy") {
            old(&$0)
            $0.acceptedAt = "2025-06-30 23:59:59"
        }
        #expect(before == "UBND huyện Cũ")
    }

    @Test("orders progress by business time, then by number, and gives it the step's status")
    func progress() throws {
        let record = try expected { row in
            for (id, time, word) in [
                (3, "2026-01-05 09:00:00", "200"), (2, "2026-01-05 09:00:00", "new"),
                (1, "2026-01-05 09:00:00.5", "done"),
            ] {
                row.steps.append(OracleRow.Step(id: Int64(id), word: word, performedAt: time))
            }
        }
        #expect(record.progress.map { $0[6] } == ["2", "4", "10"])
        #expect(record.progress[0][1] == "Chuyên viên")
        #expect(record.progress[0][3] == "20260105090000")
    }

    @Test(
        "says why a dossier should wait",
        arguments: [
            OracleHold.codeMissing, .codeTooLong, .codeUnreadable, .deleted, .statusUnmapped,
            .procedureUnmapped, .unitUnmapped, .unitWithoutSuccessor, .dateImpossible,
            .acceptanceMissing, .submissionMissing, .stepUnmapped, .stepWithoutTime,
            .ownerKindUnknown, .numberMalformed, .textTooLong, .textMissing,
        ])
    func holds(reason: OracleHold) {
        let broken = row { CompareOracleTests.spoil(&$0, reason) }
        guard case .held(let found) = oracle.judge(broken) else {
            Issue.record("the dossier was not held")
            return
        }
        #expect(found == reason)
    }

    private static func spoil(_ row: inout OracleRow, _ reason: OracleHold) {
        switch reason {
        case .codeMissing: row.rawCode = " \u{A0}"
        case .codeTooLong: row.rawCode = String(repeating: "H", count: 51)
        case .codeUnreadable: row.rawCode = "H21\u{200B}.129"
        case .deleted: row.isDeleted = true
        case .statusUnmapped: row.statusWord = "interoperating"
        case .procedureUnmapped: row.nationalProcedure = "HT-001"
        case .unitUnmapped: row.unitName = ""
        case .unitWithoutSuccessor: (row.unitCode, row.unitName) = ("H21.39", "UBND huyện Khác")
        case .dateImpossible: row.dueAt = "2026-02-30 17:00:00"
        case .acceptanceMissing: row.acceptedAt = nil
        case .submissionMissing: row.submittedAt = nil
        case .stepUnmapped:
            row.steps.append(OracleRow.Step(id: 1, word: "999", performedAt: row.acceptedAt))
        case .stepWithoutTime: row.steps.append(OracleRow.Step(id: 1, word: "200"))
        case .ownerKindUnknown: row.ownerKind = "hội"
        case .numberMalformed: row.channel = "7"
        case .textTooLong: row.note = String(repeating: "x", count: 2001)
        default: row.summary = " "
        }
    }

    @Test(
        "does without an acceptance where there may have been none",
        arguments: [
            ("receiving", true), ("denied", true), ("cancelled", true), ("new", false),
            ("done", false),
        ])
    func acceptance(word: String, isSent: Bool) {
        let verdict = oracle.judge(
            row {
                $0.statusWord = word
                $0.acceptedAt = nil
            })
        if case .expected = verdict { #expect(isSent) } else { #expect(!isSent) }
    }
}
