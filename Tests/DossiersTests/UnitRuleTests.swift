import Dossiers
import Testing
import Wire

@Suite("The handling unit") struct UnitRuleTests {
    typealias Unit = UnitTable.Unit

    static let end = CivilDate(year: 2025, month: 7, day: 1)

    static let units = UnitTable(
        [
            UnitTable.Entry(
                Unit(code: "H21.30.01", name: "UBND phường Cũ"), until: end,
                successors: [Unit(code: "H21.101", name: "UBND phường Mới")]),
            UnitTable.Entry(Unit(code: "H21.39.01", name: "UBND huyện Cũ"), until: end),
            UnitTable.Entry(
                Unit(code: "H21.31", name: "UBND huyện Chia"), until: end,
                successors: [
                    Unit(code: "H21.102", name: "UBND xã Đông", communes: ["00001", "00002"]),
                    Unit(code: "H21.103", name: "UBND xã Tây", communes: ["00003"]),
                ]),
            UnitTable.Entry(
                Unit(code: "H21.32", name: "UBND xã Chuỗi"), until: end,
                successors: [Unit(code: "H21.33", name: "UBND xã Giữa")]),
            UnitTable.Entry(
                Unit(code: "H21.33", name: "UBND xã Giữa"),
                until: CivilDate(year: 2025, month: 9, day: 1),
                successors: [Unit(code: "H21.104", name: "UBND xã Cuối")]),
            UnitTable.Entry(Unit(code: "H21.05", name: "Sở Thử nghiệm")),
        ],
        communes: [
            "00001": UnitTable.OldCommune(
                until: end, successor: "00004", unit: Unit(code: "H21.105", name: "UBND xã Gộp")),
            "00002": UnitTable.OldCommune(until: end, successor: "00004"),
            "00003": UnitTable.OldCommune(until: end),
        ])

    static let rules = NormalizationRules(
        tables: CodeTables(
            statuses: Sample.tables.statuses, procedures: Sample.tables.procedures, units: units,
            communes: CommuneRegister([4, 8])))

    static func made(
        _ code: String?, _ name: String?, accepted: String?, commune: String? = nil
    ) -> Made {
        Made(
            Sample.row([
                .unitCode: code, .unitName: name, .acceptedAt: accepted, .submittedAt: nil,
                .communeCode: commune, .localStatus: accepted == nil ? "receiving" : "processing",
            ]), rules)
    }

    @Test("is the source's own when no table knows it")
    func unknown() {
        let made = UnitRuleTests.made("H21.77", "UBND xã Lạ", accepted: "2025-08-12 08:00:00")
        #expect(made.dossier?.unitName == "UBND xã Lạ")
        #expect(made.dossier?.unitCode == "H21.77")
        #expect(made.remarks.isEmpty)
    }

    @Test("takes its name from the table when the source has none, else holds")
    func names() {
        let day = "2025-08-12 08:00:00"
        #expect(
            UnitRuleTests.made("H21.05", nil, accepted: day).dossier?.unitName == "Sở Thử nghiệm")
        #expect(
            UnitRuleTests.made("000.00.05.H21", " ", accepted: day).dossier?.unitName
                == "Sở Thử nghiệm")
        #expect(
            UnitRuleTests.made("H21.999", nil, accepted: day).hold
                == Hold(.unitUnmapped, field: "unit_code", unmapped: "H21.999"))
        #expect(
            UnitRuleTests.made(nil, nil, accepted: day).hold
                == Hold(.unitUnmapped, field: "unit_code"))
    }

    @Test(
        "is the old one until the last second before 2025-07-01 and its successor from then on",
        arguments: [
            ("2025-06-30 08:00:00", "UBND phường Cũ", false),
            ("2025-06-30 23:59:59.999", "UBND phường Cũ", false),
            ("2025-06-30 16:59:59Z", "UBND phường Cũ", false),
            ("2025-06-30 17:00:00Z", "UBND phường Mới", true),
            ("2025-07-01", "UBND phường Mới", true),
            ("2025-07-01 00:00:00", "UBND phường Mới", true),
            ("2026-01-05 08:00:00", "UBND phường Mới", true),
        ])
    func boundary(accepted: String, name: String, isReplaced: Bool) {
        for code in ["H21.30.01", "h21.30.01", "000.01.30.H21"] {
            let made = UnitRuleTests.made(code, "UBND phường Cũ", accepted: accepted)
            #expect(made.dossier?.unitName == name)
            #expect(made.dossier?.unitCode == (isReplaced ? "H21.101" : code))
            #expect(
                made.remarks == (isReplaced ? [Remark(.unitReplaced, field: "unit_code")] : []))
        }
    }

    @Test("is known by its name when the source has no code")
    func byName() {
        let made = UnitRuleTests.made(nil, "UBND phường Cũ", accepted: "2025-07-02 08:00:00")
        #expect(made.dossier?.unitCode == "H21.101")
    }

    @Test("holds when it ended and nobody named a successor")
    func orphan() {
        #expect(
            UnitRuleTests.made("H21.39.01", "UBND huyện Cũ", accepted: "2025-07-01 08:00:00").hold
                == Hold(.unitReplacedUnmapped, field: "unit_code", unmapped: "H21.39.01"))
        #expect(
            UnitRuleTests.made("H21.39.01", "UBND huyện Cũ", accepted: "2025-06-30 08:00:00")
                .dossier?.unitName == "UBND huyện Cũ")
    }

    @Test("that was divided goes by the dossier's commune, or holds")
    func divided() {
        func name(_ commune: String?) -> String? {
            UnitRuleTests.made(
                "H21.31", "UBND huyện Chia", accepted: "2025-07-01 08:00:00", commune: commune
            ).dossier?.unitName
        }
        #expect(name("00002") == "UBND xã Đông")
        #expect(name("00003") == "UBND xã Tây")
        #expect(name("00009") == nil)
        #expect(name(nil) == nil)
    }

    @Test("follows successors of successors as of the dossier's date")
    func chain() {
        func name(_ accepted: String) -> String? {
            UnitRuleTests.made("H21.32", "UBND xã Chuỗi", accepted: accepted).dossier?.unitName
        }
        #expect(name("2025-06-30 08:00:00") == "UBND xã Chuỗi")
        #expect(name("2025-08-31 08:00:00") == "UBND xã Giữa")
        #expect(name("2025-09-01 08:00:00") == "UBND xã Cuối")
    }

    @Test("ends even in a table that was made by hand in a circle")
    func circle() {
        let units = UnitTable([
            UnitTable.Entry(
                Unit(code: "A", name: "A"), until: Self.end,
                successors: [Unit(code: "B", name: "B")]),
            UnitTable.Entry(
                Unit(code: "B", name: "B"), until: Self.end,
                successors: [Unit(code: "A", name: "A")]),
        ])
        var tables = Sample.tables
        tables.units = units
        let made = Made(
            Sample.row([.unitCode: "A", .unitName: "A"]), NormalizationRules(tables: tables))
        #expect(made.hold?.rule == .unitReplacedUnmapped)
    }

    @Test("is looked at as of the submission before there is an acceptance, and needs one of both")
    func dateless() {
        let early = Sample.row([
            .unitCode: "H21.30.01", .unitName: "UBND phường Cũ", .acceptedAt: nil,
            .submittedAt: "2025-07-01 07:00:00", .localStatus: "receiving",
        ])
        #expect(Made(early, UnitRuleTests.rules).dossier?.unitName == "UBND phường Mới")
        #expect(
            UnitRuleTests.made("H21.30.01", "UBND phường Cũ", accepted: nil).hold
                == Hold(.dateMissing, field: "submitted_at"))
        #expect(UnitRuleTests.made("H21.77", "UBND xã Lạ", accepted: nil).dossier != nil)
    }

    @Test(
        "of a commune that ended is replaced, kept or held as the table says",
        arguments: [
            ("00004", "2025-07-01 08:00:00", "UBND xã Lạ", false),
            ("00001", "2025-06-30 08:00:00", "UBND xã Lạ", false),
            ("00001", "2025-07-01 08:00:00", "UBND xã Gộp", true),
            ("00002", "2025-07-01 08:00:00", "UBND xã Lạ", false),
            ("00003", "2025-07-01 08:00:00", nil, false),
            ("99999", "2025-07-01 08:00:00", nil, false),
            ("99999", "2025-06-30 08:00:00", "UBND xã Lạ", false),
            ("4", "2025-07-01 08:00:00", "UBND xã Lạ", false),
        ] as [(String, String, String?, Bool)])
    func communes(commune: String, accepted: String, name: String?, isReplaced: Bool) {
        let made = UnitRuleTests.made("H21.77", "UBND xã Lạ", accepted: accepted, commune: commune)
        #expect(made.dossier?.unitName == name)
        #expect(made.remarks.contains(Remark(.unitReplaced, field: "commune_code")) == isReplaced)
        if name == nil {
            #expect(
                made.hold == Hold(.unitReplacedUnmapped, field: "commune_code", unmapped: commune))
        }
    }

    @Test(
        "is one unit in both spellings",
        arguments: [
            ("000.00.01.H22", "H22.01"), ("000.00.00.H22", "H22"), ("000.02.01.H22", "H22.01.02"),
            ("003.02.01.H22", "H22.01.02.003"), ("h22.01", "H22.01"), ("H21.129", "H21.129"),
            ("", ""), ("0.0.0.H22", "0.0.0.H22"), ("000.00.01.", "000.00.01."),
        ])
    func spellings(code: String, canonical: String) {
        #expect(UnitCode.canonical(code) == canonical)
    }
}
