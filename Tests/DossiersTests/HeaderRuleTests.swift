import Dossiers
import Testing
import Wire

@Suite("A dossier's header") struct HeaderRuleTests {
    @Test("is a dossier when every rule is met, with nothing to remark")
    func good() throws {
        let made = Made(Sample.row())
        let dossier = try #require(made.dossier)
        #expect(made.remarks.isEmpty)
        #expect(dossier.code.rawValue == "H21.129-250812-0035")
        #expect(dossier.sourceKey == SourceKey(1))
        #expect(dossier.procedureCode == "1.000001")
        #expect(dossier.status == .processing)
        #expect(dossier.channel == .online)
        #expect(dossier.acceptedAt?.compact == "20250812080000")
        #expect(dossier.dueAt?.compact == "20250819170000")
        #expect(dossier.unitName == "UBND xã Thử")
    }

    // MARK: code

    @Test(
        "keeps any printable code as it is, but for blanks around it",
        arguments: [
            ("H21.129-250812-0035", "H21.129-250812-0035"),
            ("  H21.129-250812-0035\u{A0}", "H21.129-250812-0035"),
            ("HĐ 12/2025", "HĐ 12/2025"),
            (String(repeating: "Đ", count: 50), String(repeating: "Đ", count: 50)),
        ])
    func codeKept(given: String, kept: String) {
        #expect(Made([.code: given]).dossier?.code.rawValue == kept)
    }

    @Test(
        "is held without a usable code",
        arguments: [
            (nil, Hold.Rule.codeMissing), ("", .codeMissing), (" \u{A0}\t", .codeMissing),
            (String(repeating: "1", count: 51), .codeTooLong),
            ("H21\u{200B}.129", .codeShape), ("H21\u{7}", .codeShape), ("H21\u{E000}", .codeShape),
        ] as [(String?, Hold.Rule)])
    func codeHeld(given: String?, rule: Hold.Rule) {
        let made = Made([.code: given])
        #expect(made.hold == Hold(rule, field: "code"))
        #expect(made.code == nil)
    }

    @Test("composes a code's letters and says so")
    func codeComposed() {
        let made = Made([.code: "H-E\u{302}-1"])
        #expect(made.dossier.map { Array($0.code.rawValue.utf8) } == Array("H-Ê-1".utf8))
        #expect(made.remarks == [Remark(.composed, field: "code")])
    }

    @Test(
        "takes only the shapes asked for",
        arguments: [
            ("H21.129-250812-0035", true), ("H22.01-260105-0001", true),
            ("G22.99.12-250812-0001", true), ("000.00.01.H22-260105-0001", true),
            ("H21.129-250812-035", false), ("h21.129-250812-0035", false), ("1", false),
        ])
    func codeShapes(code: String, fits: Bool) {
        var rules = NormalizationRules(tables: Sample.tables)
        rules.codeShapes = CodeShape.known
        let made = Made(Sample.row([.code: code]), rules)
        #expect(made.dossier?.code.rawValue == (fits ? code : nil))
        #expect(made.hold?.rule == (fits ? nil : .codeShape))
    }

    @Test("reports a deletion, with its code, and never sends it", arguments: ["1", "t", "TRUE"])
    func deleted(flag: String) {
        let made = Made([.deleted: flag])
        #expect(made.hold == Hold(.sourceDeleted, field: "deleted"))
        #expect(made.code == DossierCode("H21.129-250812-0035"))
        #expect(Made([.deleted: flag, .code: nil]).hold?.rule == .sourceDeleted)
    }

    // MARK: status

    @Test(
        "takes the portal's own number first, then the sub-status, then the status",
        arguments: [
            (["9", "processing", nil], Status.processed),
            ([" 10 ", nil, nil], .returned),
            ([nil, "processing", nil], .processing),
            ([nil, "Processing\u{A0}", nil], .processing),
            ([nil, "processing", "paid-late"], .paymentRequested),
            ([nil, "processing", "nobody-knows"], .processing),
            ([nil, nil, "paid-late"], .paymentRequested),
            (["", "done", ""], .returned),
        ])
    func status(words: [String?], status: Status) {
        let made = Made([.status: words[0], .localStatus: words[1], .localSubstatus: words[2]])
        #expect(made.dossier?.status == status)
    }

    @Test(
        "is held with the word that has no counterpart",
        arguments: [
            (["0", nil, nil], "status", "0"), (["11", nil, nil], "status", "11"),
            (["-1", nil, nil], "status", "-1"), (["2.0", nil, nil], "status", "2.0"),
            ([nil, "pausing", nil], "local_status", "pausing"),
            ([nil, "posting", nil], "local_status", "posting"),
            ([nil, "processing", "handover"], "local_status", "handover"),
            ([nil, "pausing", "other"], "local_status", "pausing"),
            ([nil, nil, "other"], "local_status", "other"),
        ])
    func statusUnmapped(words: [String?], field: String, word: String) {
        let made = Made([.status: words[0], .localStatus: words[1], .localSubstatus: words[2]])
        #expect(made.hold == Hold(.statusUnmapped, field: field, unmapped: word))
        #expect(made.code == DossierCode("H21.129-250812-0035"))
    }

    @Test("is held when nobody says a status")
    func statusMissing() {
        #expect(Made([.localStatus: nil]).hold == Hold(.fieldMissing, field: "status"))
    }

    @Test("does not repeat a word that is too long to be one")
    func statusEndless() {
        let made = Made([.localStatus: String(repeating: "x", count: 101)])
        #expect(made.hold == Hold(.statusUnmapped, field: "local_status"))
    }

    // MARK: procedure

    @Test(
        "takes a national code from the source, else from the table",
        arguments: [
            (["1.000001", nil], "1.000001"), (["1.000001", "TT-01"], "1.000001"),
            (["2.002492.000.00.00.H22", nil], "2.002492.000.00.00.H22"),
            ([nil, "TT-01"], "1.000007"), (["TT-01", nil], "1.000007"),
            (["TT-09", "TT-01"], "1.000007"),
        ])
    func procedure(codes: [String?], national: String) {
        let made = Made([.procedureCode: codes[0], .localProcedureCode: codes[1]])
        #expect(made.dossier?.procedureCode == national)
        #expect(made.dossier?.procedureName == "Thủ tục thử nghiệm")
    }

    @Test("takes the national names where the table has them")
    func procedureNames() {
        let made = Made([.procedureCode: nil, .localProcedureCode: "TT-02", .fieldCode: "X"])
        #expect(made.dossier?.procedureName == "Tên quốc gia")
        #expect(made.dossier?.fieldCode == "G13-TP01")
    }

    @Test("shortens the legacy long form only when told to")
    func procedureShortened() {
        var rules = NormalizationRules(tables: Sample.tables)
        rules.shortensProcedureCodes = true
        let made = Made(Sample.row([.procedureCode: "2.002492.000.00.00.H22"]), rules)
        #expect(made.dossier?.procedureCode == "2.002492")
    }

    @Test("is held with the procedure that has no national code")
    func procedureUnmapped() {
        #expect(
            Made([.procedureCode: nil, .localProcedureCode: "TT-99"]).hold
                == Hold(.procedureUnmapped, field: "local_procedure_code", unmapped: "TT-99"))
        #expect(
            Made([.procedureCode: "1.00001"]).hold
                == Hold(.procedureUnmapped, field: "procedure_code", unmapped: "1.00001"))
        #expect(
            Made([.procedureCode: nil]).hold == Hold(.fieldMissing, field: "procedure_code"))
    }

    // MARK: closed lists, flags, databases

    @Test(
        "is held for a number that is on no list",
        arguments: [
            (HeaderColumn.channel, "4"), (.channel, "online"), (.ownerKind, "0"),
            (.ownerKind, "citizen"), (.returnMethod, "2"), (.submissionPlace, "0"),
            (.onlinePayment, "3"), (.onlinePayment, "99999999999999999999"),
            (.verifiedByVneid, "2"), (.verifiedByVneid, "có"), (.hasDigitisedComponent, "x"),
            (.deleted, "maybe"),
        ])
    func offList(column: HeaderColumn, text: String) {
        #expect(Made([column: text]).hold == Hold(.numberMalformed, field: column.sqlName))
    }

    @Test("takes what the interface's own defaults say where the source is silent")
    func silent() throws {
        let dossier = try #require(Made([.channel: nil]).dossier)
        #expect(dossier.channel == .counter)
        #expect(dossier.returnMethod == .counter)
        #expect(dossier.submissionPlace == .province)
        #expect(dossier.onlinePayment == .none)
        #expect(!dossier.verifiedByVNeID)
    }

    @Test("does not guess who owns it")
    func ownerKindMissing() {
        #expect(Made([.ownerKind: nil]).hold == Hold(.fieldMissing, field: "owner_kind"))
    }

    @Test("reads flags in every spelling", arguments: ["1", "t", "T", "true", "True", " 1 "])
    func flags(text: String) {
        #expect(Made([.verifiedByVneid: text]).dossier?.verifiedByVNeID == true)
    }

    @Test(
        "splits its databases",
        arguments: [("1,7", ["1", "7"]), (" 1 ; 7,,1", ["1", "7"]), ("", [])])
    func databases(text: String, codes: [String]) {
        #expect(Made([.databases: text]).dossier?.databases == codes)
    }
}
