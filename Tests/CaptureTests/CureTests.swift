import Dossiers
import Foundation
import Operating
import Testing
import Wire

@testable import Capture

/// A file of a profile that is wrong in one place, and its message carried out.
struct SpoiltProfile: Sendable, CustomTestStringConvertible {
    var code: String
    var says: String
    var file: String
    var old: String
    var new: String
    var ways: [@Sendable (String, Trouble) throws -> String]
    var testDescription: String { "\(code) \(file)" }
}

private func exchange(_ old: String, _ new: String, in text: String) throws -> String {
    try #require(text.contains(old), "no “\(old)”")
    return text.replacing(old, with: new)
}

private let spoiltProfiles: [SpoiltProfile] = [
    SpoiltProfile(
        code: "LT-1205", says: "Did you mean \"amount\"?", file: "sqlite/fees.sql",
        old: "f.amount", new: "f.amount AS amout",
        ways: [
            { text, trouble in
                let name = try #require(trouble.fix.firstMatch(of: /"(\w+)"/))
                return try exchange("AS amout", "AS \(name.1)", in: text)
            }
        ]),
    SpoiltProfile(
        code: "LT-1206", says: "Add it to the SELECT: … AS source_key",
        file: "sqlite/fees.sql", old: "f.dossier_id AS source_key,", new: "",
        ways: [
            { text, trouble in
                let column = try #require(trouble.fix.firstMatch(of: /… (AS \w+)$/))
                return try exchange("f.amount", "f.dossier_id \(column.1), f.amount", in: text)
            }
        ]),
    SpoiltProfile(
        code: "LT-1207", says: "Remove one of them, or rename it with AS.",
        file: "sqlite/fees.sql", old: "f.amount", new: "f.amount, f.amount AS name",
        ways: [{ text, _ in try exchange(", f.amount AS name", "", in: text) }]),
    SpoiltProfile(
        code: "LT-1207", says: "Remove one of them, or rename it with AS.",
        file: "sqlite/fees.sql", old: "f.amount", new: "f.amount AS name",
        ways: [{ text, _ in try exchange("f.amount AS name", "f.amount AS amount", in: text) }]),
    SpoiltProfile(
        code: "LT-1209", says: "Use an IANA name such as \"Asia/Ho_Chi_Minh\".",
        file: "profile.json5", old: "Asia/Ho_Chi_Minh", new: "Viet Nam",
        ways: [
            { text, trouble in
                let name = try #require(trouble.fix.firstMatch(of: /"([^"]+)"/))
                return try exchange("Viet Nam", String(name.1), in: text)
            }
        ]),
    SpoiltProfile(
        code: "LT-1210", says: "Try the statement with psql or sqlite3, then mend the file.",
        file: "sqlite/fees.sql", old: "FROM fee", new: "FRM fee",
        ways: [
            { text, trouble in
                // What SQLite says of it stands in the message already.
                #expect(trouble.english.contains("syntax error"))
                return try exchange("FRM fee", "FROM fee", in: text)
            }
        ]),
    SpoiltProfile(
        code: "LT-3010",
        says:
            "Try the statement, then mend the file; a model is mark.sql of the profile reference.",
        file: "sqlite/mark.sql", old: "AS position", new: "|| 'x' AS position",
        ways: [
            { _, _ in try Repository.text("Config/sources/reference/sqlite/mark.sql") }
        ]),
]

@Suite("The cure that a message about a source profile prints")
struct CureTests {
    @Test("makes the profile good", arguments: spoiltProfiles)
    func profiles(_ spoilt: SpoiltProfile) throws {
        let folder = try TemporaryFolder()
        let copy = "\(folder.path)/reference"
        try FileManager.default.copyItem(
            atPath: SourceKind.referenceSQLite.directory, toPath: copy)
        let office = try Office(.referenceSQLite)
        try office.execute(office.insertDossier(1) + office.insertChildren(10, dossier: 1))
        let path = "\(copy)/\(spoilt.file)"
        let good = try String(contentsOfFile: path, encoding: .utf8)
        try #require(good.contains(spoilt.old), "no “\(spoilt.old)”: \(good)")
        let text = good.replacing(spoilt.old, with: spoilt.new, maxReplacements: 1)
        func fault(_ text: String) throws -> Trouble? {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            do throws(Trouble) {
                let profile = try SourceProfile.load(directory: copy, dialect: .sqlite)
                let source = office.anotherSource(profile)
                try source.check()
                _ = try source.mark(now: office.now.wall)
                return nil
            } catch {
                return error
            }
        }
        let found = try #require(try fault(text))
        #expect(found.code == spoilt.code, "\(found)")
        #expect(found.fix == spoilt.says)
        for way in spoilt.ways {
            let left = try fault(try way(text, found))
            #expect(left == nil, "after “\(found.fix)”: \(left?.description ?? "")")
        }
    }
}
