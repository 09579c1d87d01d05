import Dossiers
import Foundation
import Operating
import Testing

/// A code table that is wrong in one place, and its message carried out.
struct SpoiltTable: Sendable, CustomTestStringConvertible {
    var code: String
    var says: String
    var file: String
    var text: String
    var ways: [@Sendable (String, Trouble) throws -> String]
    var testDescription: String { "\(code) \(text.prefix(50))" }
}

private func exchange(_ old: String, _ new: String, in text: String) throws -> String {
    try #require(text.contains(old), "no “\(old)”")
    return text.replacing(old, with: new)
}

private let spoiltTables: [SpoiltTable] = [
    SpoiltTable(
        code: "LT-1403", says: "Keep one entry for each code (capitals do not count).",
        file: "status.json5", text: "{ statuses: { new: 2, New: 3 } }",
        ways: [
            { text, _ in try exchange(", New: 3", "", in: text) },
            { text, _ in try exchange("new: 2, ", "", in: text) },
        ]),
    SpoiltTable(
        code: "LT-1403", says: "Keep one entry for each code (capitals do not count).",
        file: "procedures.json5",
        text:
            "{ procedures: [{ local: 'A', code: '1.000001' }, { local: 'A', code: '1.000002' }] }",
        ways: [
            { text, _ in try exchange(", { local: 'A', code: '1.000002' }", "", in: text) }
        ]),
    SpoiltTable(
        code: "LT-1404", says: "Correct the value, then run: lienthongd check --offline",
        file: "units.json5",
        text: "{ units: [{ code: 'A', name: 'A', until: '1/7/2025' }] }",
        ways: [
            // The message shows the form that is wanted.
            { text, trouble in
                #expect(trouble.english.contains("yyyy-MM-dd"), "\(trouble.english)")
                return try exchange("1/7/2025", "2025-07-01", in: text)
            }
        ]),
    SpoiltTable(
        code: "LT-1404", says: "Correct the value, then run: lienthongd check --offline",
        file: "procedures.json5", text: "{ procedures: [{ local: 'A', code: '1.1' }] }",
        ways: [
            { text, trouble in
                let form = try #require(trouble.english.firstMatch(of: /[0-9]\.[0-9]{6}/))
                return try exchange("'1.1'", "'\(form.0)'", in: text)
            }
        ]),
    SpoiltTable(
        code: "LT-1405", says: "Correct “successor” so that the chain ends at a unit in force.",
        file: "units.json5",
        text: """
            { units: [
              { code: 'A', name: 'A', until: '2025-07-01', successor: { code: 'B', name: 'B' } },
              { code: 'B', name: 'B', until: '2025-08-01', successor: { code: 'A', name: 'A' } },
            ] }
            """,
        ways: [
            { text, _ in
                try exchange(
                    "successor: { code: 'A', name: 'A' }", "successor: { code: 'C', name: 'C' }",
                    in: text)
            }
        ]),
]

@Suite("The cure that a message about a code table prints")
struct CureTests {
    private func trouble(_ file: String, _ text: String) throws -> Trouble? {
        do {
            _ = try CodeTableTests.load([file: text])
            return nil
        } catch let trouble as Trouble {
            return trouble
        }
    }

    @Test("makes the table good", arguments: spoiltTables)
    func tables(_ spoilt: SpoiltTable) throws {
        let found = try #require(try trouble(spoilt.file, spoilt.text))
        #expect(found.code == spoilt.code)
        #expect(found.fix == spoilt.says)
        for way in spoilt.ways {
            let cured = try way(spoilt.text, found)
            let left = try trouble(spoilt.file, cured)
            #expect(left == nil, "after “\(found.fix)”: \(left?.description ?? "")")
        }
    }
}
