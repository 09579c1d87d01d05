import Dossiers
import Foundation
import Operating
import Testing

@Suite("The code tables") struct CodeTableTests {
    /// The tables that the project ships.
    static let shipped = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Config/codes")

    static let whole: [String: String] = [
        "status.json5": "{ statuses: { new: 2 }, substatuses: {}, steps: { '100': 1 } }",
        "procedures.json5": "{ procedures: [] }",
        "units.json5": "{ units: [], communes: [] }",
        "administrative-units.csv":
            "province_code,province_name,ward_code,ward_name\n01,Tỉnh Thử,00004,Xã Thử\n",
    ]

    /// Loads the tables with some files changed, or missing when nil.
    static func load(_ changes: [String: String?] = [:]) throws -> CodeTables {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "codes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { _ = try? FileManager.default.removeItem(at: folder) }
        for (name, usual) in whole {
            let changed = changes[name] ?? usual
            guard let text = changed else { continue }
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        return try CodeTables.load(directory: folder.path())
    }

    static func code(_ changes: [String: String?]) -> String? {
        do {
            _ = try load(changes)
            return nil
        } catch {
            return (error as? Trouble)?.code
        }
    }

    @Test("that the project ships load, with every word of the portal's table")
    func shippedTables() throws {
        let tables = try CodeTables.load(directory: CodeTableTests.shipped.path())
        let words = tables.statuses.statuses
        let expected = [
            "receiving": 1, "new": 2, "denied": 3, "processing": 4, "waiting": 5, "paying": 6,
            "cancelled": 7, "unresolved": 8, "releasing": 9, "done": 10,
        ]
        for (word, number) in expected {
            #expect(words[word] == Status(rawValue: number).map { .status($0) })
        }
        #expect(words["interoperating"] == StatusTable.Meaning.none)
        #expect(words["posting"] == StatusTable.Meaning.none)
        #expect(words.count == 12)
        let steps = [
            100: 1, 110: 2, 200: 4, 210: 5, 220: 6, 300: 3, 310: 7, 320: 8, 400: 9, 500: 10,
        ]
        for (step, number) in steps {
            #expect(
                tables.statuses.steps["\(step)"] == Status(rawValue: number).map { .status($0) })
        }
        #expect(tables.procedures.entries.isEmpty && tables.units.isEmpty)
        #expect(tables.communes.count == 3321)
        #expect(tables.communes.contains("00004"))
        #expect(!tables.communes.contains("00005"))
        #expect(!tables.communes.contains("4") && !tables.communes.contains("99999"))
    }

    @Test("map procedures, units and communes as they are written")
    func entries() throws {
        let tables = try CodeTableTests.load([
            "procedures.json5": """
            { procedures: [
              { local: "A", code: "1.000001" },
              { local: "B", code: "2.002492.000.00.00.H22", name: " Te\u{302}n ", field: { code: "F", name: "L" } },
            ] }
            """,
            "units.json5": """
            { units: [
                { code: "H22.01", name: "Cũ", until: "2025-07-01", successor: { code: "H22.101", name: "Mới" } },
                { code: "H22.03", name: "Sở" },
              ],
              communes: [ { code: "00001", until: "2025-07-01", successor: "00004" } ] }
            """,
        ])
        #expect(tables.procedures.entries["B"]?.name == "Tên")
        #expect(tables.procedures.entries["B"]?.fieldName == "L")
        let old = try #require(tables.units.entry(code: "000.00.01.H22", name: ""))
        #expect(old.until == CivilDate(year: 2025, month: 7, day: 1))
        #expect(old.successors.map(\.code) == ["H22.101"])
        #expect(tables.units.entry(code: "", name: "Sở")?.until == nil)
        #expect(tables.units.communes["00001"]?.successor == "00004")
    }

    @Test(
        "that are broken are refused with their code",
        arguments: [
            ("status.json5", nil, "LT-1401"), ("administrative-units.csv", nil, "LT-1401"),
            ("status.json5", "{ statuses: ", "LT-1402"),
            ("status.json5", "{ status: {} }", "LT-1402"),
            ("status.json5", "{ statuses: { new: 11 } }", "LT-1402"),
            ("status.json5", "{ statuses: { new: 'x' } }", "LT-1402"),
            ("status.json5", "{ statuses: { new: 2, New: 3 } }", "LT-1403"),
            ("procedures.json5", "{ procedures: [{ local: 'A' }] }", "LT-1402"),
            ("procedures.json5", "{ procedures: [{ local: 'A', code: '1.1' }] }", "LT-1404"),
            (
                "procedures.json5", "{ procedures: [{ local: 'A', code: '1.000001', x: 1 }] }",
                "LT-1402"
            ),
            (
                "procedures.json5",
                "{ procedures: [{ local: 'A', code: '1.000001' }, { local: 'A', code: '1.000002' }] }",
                "LT-1403"
            ),
            ("units.json5", "{ units: [{ code: 'A' }] }", "LT-1402"),
            ("units.json5", "{ units: [{ code: 'A', name: 'A', until: '1/7/2025' }] }", "LT-1404"),
            (
                "units.json5",
                "{ units: [{ code: 'A', name: 'A', successor: { code: 'B', name: 'B' } }] }",
                "LT-1402"
            ),
            (
                "units.json5",
                "{ units: [{ code: 'H22.01', name: 'A' }, { code: '000.00.01.H22', name: 'B' }] }",
                "LT-1403"
            ),
            (
                "units.json5",
                """
                { units: [
                  { code: 'A', name: 'A', until: '2025-07-01', successor: { code: 'B', name: 'B' } },
                  { code: 'B', name: 'B', until: '2025-08-01', successor: { code: 'A', name: 'A' } },
                ] }
                """,
                "LT-1405"
            ),
            ("units.json5", "{ communes: [{ code: '1', until: '2025-07-01' }] }", "LT-1404"),
            ("units.json5", "{ communes: [{ code: '00001' }] }", "LT-1402"),
            (
                "units.json5",
                "{ communes: [{ code: '00001', until: '2025-07-01' }, { code: '00001', until: '2025-07-01' }] }",
                "LT-1403"
            ),
            ("administrative-units.csv", "", "LT-1406"),
            ("administrative-units.csv", "a,b,c,d\n01,Tỉnh,4,Xã\n", "LT-1406"),
            ("administrative-units.csv", "a,b,c,d\n01,Tỉnh\n", "LT-1406"),
        ] as [(String, String?, String)])
    func broken(file: String, text: String?, code: String) {
        #expect(CodeTableTests.code([file: text]) == code)
    }

    @Test("name the file, the place and the nearest known key of a slip")
    func helpful() throws {
        do {
            _ = try CodeTableTests.load(["status.json5": "{ statusses: {} }"])
            Issue.record("a misspelt key was accepted")
        } catch let trouble as Trouble {
            #expect(
                trouble.english.contains("status.json5") && trouble.english.contains("statusses"))
            #expect(trouble.fix.contains("statuses"))
        }
    }

    @Test("go with rules that a source profile may change")
    func rules() throws {
        let settings = try Settings.parse(
            Array(
                """
                { codeLimit: 40, codeShapes: ["known", "@@-####"], absentDates: ["2000-01-01"],
                  earliestYear: 2010, unacceptedStatuses: [1, "3", 7],
                  shortenProcedureCodes: true, strictIdentity: true }
                """.utf8), file: "profile.json5")
        var rules = NormalizationRules(tables: Sample.tables)
        try rules.read(settings)
        try settings.finish()
        #expect(rules.codeLimit == 40 && rules.codeShapes.count == CodeShape.known.count + 1)
        #expect(rules.absentDates == [CivilDate(year: 2000, month: 1, day: 1)])
        #expect(rules.plausibleYears == 2010...2100)
        #expect(rules.unacceptedStatuses == [.submitted, .refused, .withdrawn])
        #expect(rules.shortensProcedureCodes && rules.strictIdentity)
    }

    @Test(
        "do not go with rules that are none",
        arguments: [
            "{ codeLimit: 51 }", "{ absentDates: ['1/1/2000'] }", "{ unacceptedStatuses: [11] }",
            "{ earliestYear: 2050, latestYear: 2040 }", "{ strict: true }",
        ])
    func badRules(text: String) {
        #expect(throws: Trouble.self) {
            let settings = try Settings.parse(Array(text.utf8), file: "profile.json5")
            var rules = NormalizationRules()
            try rules.read(settings)
            try settings.finish()
        }
    }
}
