import Capture
import Dossiers
import Foundation
import Operating
import Testing

@Suite("A source profile")
struct SourceProfileTests {
    /// A copy of the reference profile to be spoilt.
    private final class Copy {
        let folder: TemporaryFolder
        var path: String { "\(folder.path)/reference" }

        init() throws {
            folder = try TemporaryFolder()
            try FileManager.default.copyItem(
                atPath: SourceKind.referenceSQLite.directory, toPath: "\(folder.path)/reference")
        }

        func write(_ text: String, to file: String) throws {
            try text.write(toFile: "\(path)/\(file)", atomically: true, encoding: .utf8)
        }

        func load(settings: [String: String] = [:]) throws(Trouble) -> SourceProfile {
            try SourceProfile.load(directory: path, dialect: .sqlite, settings: settings)
        }
    }

    @Test("is read for every database it is made for", arguments: SourceKind.allCases)
    func shipped(_ kind: SourceKind) throws {
        let profile = try SourceProfile.load(directory: kind.directory, dialect: kind.dialect)
        #expect(profile.zone.identifier == "Asia/Ho_Chi_Minh")
        #expect(profile.channel == "lienthongd")
        #expect(profile.dossiersPerQuery == 400)
        #expect(profile.hasWriteBack)
        let hour: Int64 = 3_600_000
        #expect(profile.overlapMilliseconds == (kind.dialect == .sqlite ? hour / 6 : 24 * hour))
    }

    @Test("says for which databases it is made")
    func dialect() throws {
        let found = try trouble {
            _ = try SourceProfile.load(
                directory: SourceKind.opencps.directory, dialect: .sqlite)
        }
        #expect(found.code == "LT-1201")
        #expect(found.fix.contains("postgres"))
    }

    @Test("takes the configuration's settings over its own, and no unknown ones")
    func settings() throws {
        let directory = SourceKind.opencps.directory
        let profile = try SourceProfile.load(
            directory: directory, dialect: .postgres, settings: ["waiting_step": "215"])
        #expect(profile.settings["waiting_step"] == "215")
        #expect(profile.settings["denied_step"] == "300")
        let found = try trouble {
            _ = try SourceProfile.load(
                directory: directory, dialect: .postgres, settings: ["waiting_stp": "215"])
        }
        #expect(found.code == "LT-1208")
        #expect(found.fix.contains("waiting_step"))
    }

    @Test("takes the zone of the configuration over its own")
    func zone() throws {
        let profile = try SourceProfile.load(
            directory: SourceKind.opencps.directory, dialect: .postgres, settings: ["zone": "UTC"])
        #expect(profile.zone.identifier == "UTC")
        #expect(profile.settings["zone"] == nil)
    }

    @Test("names a file that is missing, unless the product may do without it")
    func missingFile() throws {
        let copy = try Copy()
        try FileManager.default.removeItem(atPath: "\(copy.path)/sqlite/papers.sql")
        _ = try copy.load()
        try FileManager.default.removeItem(atPath: "\(copy.path)/sqlite/headers.sql")
        let found = try trouble { _ = try copy.load() }
        #expect(found.code == "LT-1202")
        #expect(found.english.contains("sqlite/headers.sql"))
    }

    @Test("names a file that nobody would read")
    func strangeFile() throws {
        let copy = try Copy()
        try copy.write("SELECT 1", to: "sqlite/paper.sql")
        let found = try trouble { _ = try copy.load() }
        #expect(found.code == "LT-1203")
        #expect(found.fix.contains("papers.sql"))
    }

    @Test("names a parameter that a statement is not given")
    func strangeParameter() throws {
        let copy = try Copy()
        try copy.write(
            "SELECT id AS source_key, code FROM dossier WHERE code = :code",
            to: "sqlite/by_code.sql")
        let found = try trouble { _ = try copy.load() }
        #expect(found.code == "LT-1204")
        #expect(found.english.contains("by_code.sql"))
        #expect(found.fix.contains("codes"))
    }

    @Test("refuses a zone that does not exist and a key that nobody knows")
    func strictFile() throws {
        let copy = try Copy()
        let text = try Repository.text("Config/sources/reference/profile.json5")
        try copy.write(
            text.replacing("Asia/Ho_Chi_Minh", with: "Asia/Nowhere"), to: "profile.json5")
        #expect(try trouble { _ = try copy.load() }.code == "LT-1209")
        try copy.write(text.replacing("listen:", with: "lisen:"), to: "profile.json5")
        #expect(try trouble { _ = try copy.load() }.code == "LT-1003")
    }

    @Test(
        "names the column of a statement that is missing, unknown or there twice",
        arguments: [
            ("SELECT dossier_id AS source_key, id, url FROM document", "LT-1206", "name"),
            ("SELECT id, name FROM document", "LT-1206", "source_key"),
            (
                "SELECT dossier_id AS source_key, id, name, url AS link FROM document", "LT-1205",
                "link"
            ),
            (
                "SELECT dossier_id AS source_key, id, name, url AS name FROM document", "LT-1207",
                "name"
            ),
        ])
    func columns(_ statement: String, _ code: String, _ column: String) throws {
        let copy = try Copy()
        try copy.write(statement, to: "sqlite/documents.sql")
        let office = try Office(.referenceSQLite)
        let source = office.anotherSource(try copy.load())
        let found = try trouble { try source.check() }
        #expect(found.code == code)
        #expect(found.english.contains("documents.sql"))
        #expect(found.english.contains("\"\(column)\""))
    }

    @Test("checks the columns of a look as well")
    func markColumns() throws {
        let copy = try Copy()
        try copy.write("SELECT 0 AS position, :now AS taken", to: "sqlite/mark.sql")
        let office = try Office(.referenceSQLite)
        let found = try trouble { try office.anotherSource(try copy.load()).check() }
        #expect(found.code == "LT-1206")
        #expect(found.english.contains("\"taken_at\""))
    }
}
