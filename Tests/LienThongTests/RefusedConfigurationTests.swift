import Foundation
import Glibc
import TestSupport
import Testing
import Wire

/// One thing that is wrong before anything starts, and what is said about it.
struct Spoilt: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var code: String
    var exit: Int32
    var words: [String]
    /// True when the shipped data is spoilt, of which the road then gets a copy.
    var usesShare = false
    var spoil: @Sendable (Road) throws -> Void

    init(
        _ what: String, _ code: String, _ exit: Int32, _ words: String..., share: Bool = false,
        _ spoil: @escaping @Sendable (Road) throws -> Void
    ) {
        testDescription = what
        self.code = code
        self.exit = exit
        self.words = words
        usesShare = share
        self.spoil = spoil
    }

    /// A word of the configuration replaced.
    init(
        _ what: String, _ code: String, _ exit: Int32, _ words: String..., replace old: String,
        with new: String
    ) {
        testDescription = what
        self.code = code
        self.exit = exit
        self.words = words
        spoil = { road in
            try road.configure { good in
                guard good.contains(old) else { throw Unmet(description: "no “\(old)”") }
                return good.replacing(old, with: new, maxReplacements: 1)
            }
        }
    }
}

private let plainHTTP = "allowPlainHTTP: true,"

private let spoiltSettings: [Spoilt] = [
    Spoilt("no configuration", "LT-1001", 66, "lienthongd.json5", "No such file") {
        unlink($0.configuration)
    },
    Spoilt("a folder for a configuration", "LT-1001", 66, "Is a directory") {
        unlink($0.configuration)
        mkdir($0.configuration, 0o700)
    },
    Spoilt("no JSON5", "LT-1002", 78, "line 3") {
        try $0.scratch.write("lienthongd.json5", "{\n  // a comment\n  state { }\n}\n")
    },
    Spoilt("an empty file", "LT-1002", 78) { try $0.scratch.write("lienthongd.json5", "") },
    Spoilt(
        "an unknown key", "LT-1003", 78, "“stat”", "Did you mean “state”?", replace: "state:",
        with: "stat:"),
    Spoilt(
        "an unknown key in a section", "LT-1003", 78, "“source.pol”", "Did you mean “poll”?",
        replace: "poll:", with: "pol:"),
    Spoilt(
        "a wrong type", "LT-1005", 78, "“source.poll”", "number", replace: "\"100ms\"", with: "5"),
    Spoilt(
        "an impossible duration", "LT-1005", 78, "“source.poll”", replace: "\"100ms\"",
        with: "\"soon\""),
    Spoilt(
        "an unknown kind of database", "LT-1005", 78, "postgres | sqlite", replace: "\"sqlite\"",
        with: "\"oracle\""),
    Spoilt(
        "a missing key", "LT-1004", 78, "“source.profile”", replace: "profile: \"reference\",",
        with: ""),
    Spoilt("no destination", "LT-1008", 78, "destinations") { road in
        try road.configure { good in
            let end = try #require(good.range(of: "destinations:"))
            return good[..<end.lowerBound] + "destinations: {} }"
        }
    },
    Spoilt("plain HTTP", "LT-1009", 78, "https://", replace: plainHTTP, with: ""),
    Spoilt(
        "no address", "LT-1005", 78, ".url", replace: "http://127", with: "ftp://127"),
]

private let spoiltCredentials: [Spoilt] = [
    Spoilt(
        "a missing credential", "LT-1301", 78, "“passwort”", "/etc/lienthongd/credentials/passwort",
        replace: "password: \"password\"", with: "password: \"passwort\""),
    Spoilt(
        "a credential named by its path", "LT-1302", 78,
        replace: "password: \"password\"", with: "password: \"../password\""),
    Spoilt("a credential that others may read", "LT-1303", 78, "chmod 600") {
        chmod($0.scratch.file("credentials/password"), 0o644)
    },
    Spoilt("an empty credential", "LT-1307", 78, "credentials/password") {
        try $0.scratch.write("credentials/password", "")
    },
    Spoilt("a credential of line breaks", "LT-1307", 78) {
        try $0.scratch.write("credentials/password", "\n")
    },
    Spoilt("a malformed state key", "LT-1305", 78, "64") {
        try $0.scratch.write("state/state.key", "zz\n")
    },
    Spoilt(
        "a setting that the contract needs", "LT-1120", 78, "“dstcode”",
        replace: ", dstcode: \"VN:GOV:SANDBOX:dvcqg\"", with: ""),
    Spoilt(
        "a secret that the contract needs", "LT-1121", 78, "“password”",
        replace: ", password: \"password\"", with: ""),
    Spoilt(
        "a setting that the contract does not know", "LT-1122", 78, "“madonvy”",
        "Did you mean “madonvi”?", replace: "madonvi:", with: "madonvi: \"x\", madonvy:"),
    Spoilt(
        "no authority file", "LT-5001", 78, "/nowhere/ca.pem", replace: plainHTTP,
        with: plainHTTP + "tls: { ca: \"/nowhere/ca.pem\" },"),
    Spoilt(
        "a client certificate without its key", "LT-5004", 78, replace: plainHTTP,
        with: plainHTTP + "tls: { certificate: \"/nowhere/client.pem\" },"),
    Spoilt(
        "no client certificate", "LT-5002", 78, "/nowhere/client.pem", replace: plainHTTP,
        with: plainHTTP + "tls: { certificate: \"/nowhere/client.pem\", key: \"/nowhere/key\" },"),
]

private func edit(_ path: String, _ change: (String) -> String) throws {
    let old = try String(contentsOfFile: path, encoding: .utf8)
    let new = change(old)
    guard new != old else { throw Unmet(description: "\(path) is not changed") }
    try new.write(toFile: path, atomically: false, encoding: .utf8)
}

private let spoiltData: [Spoilt] = [
    Spoilt(
        "an unknown contract", "LT-1130", 78, "“dvcqg-adaptor”", "Did you mean “dvcqg-adapter”?",
        replace: "dvcqg-adapter", with: "dvcqg-adaptor"),
    Spoilt("a contract that is no JSON5", "LT-1102", 78, "line 2", share: true) {
        try "{\n  name \"x\"\n}".write(
            toFile: $0.copyShare() + "/contracts/dvcqg-adapter.json5", atomically: false,
            encoding: .utf8)
    },
    Spoilt(
        "a contract with an unknown key", "LT-1103", 78, "Did you mean “encoding”?", share: true
    ) {
        try edit($0.copyShare() + "/contracts/csdlqgdc-soap.json5") {
            $0.replacing("encoding:", with: "encodin: 1, encoding:", maxReplacements: 1)
        }
    },
    Spoilt("a contract of an unknown kind", "LT-1105", 78, "json | soap", share: true) {
        try edit($0.copyShare() + "/contracts/csdlqgdc-soap.json5") {
            $0.replacing("\"soap\"", with: "\"soop\"")
        }
    },
    Spoilt(
        "an unknown profile", "LT-1211", 78, "“referenc”", "Did you mean “reference”?",
        replace: "\"reference\"", with: "\"referenc\""),
    Spoilt(
        "a profile of another kind of database", "LT-1201", 78, "postgres",
        replace: "\"reference\"", with: "\"opencps\""),
    Spoilt("a profile without a file that it needs", "LT-1202", 66, "headers.sql", share: true) {
        try unlink($0.copyShare() + "/sources/reference/sqlite/headers.sql")
    },
    Spoilt(
        "a stray file in a profile", "LT-1203", 78, "feess.sql", "“fees.sql”", share: true
    ) {
        let folder = try $0.copyShare() + "/sources/reference/sqlite/"
        rename(folder + "fees.sql", folder + "feess.sql")
    },
    Spoilt("an unknown parameter in a profile", "LT-1204", 78, ":keyz", share: true) {
        try edit($0.copyShare() + "/sources/reference/sqlite/fees.sql") {
            $0.replacing(":keys", with: ":keyz")
        }
    },
    Spoilt(
        "a setting that the profile does not have", "LT-1208", 78, "“file_url”",
        replace: "poll:", with: "settings: { file_url: \"x\" }, poll:"),
    Spoilt("a code table that is no JSON5", "LT-1402", 78, "status.json5", "line 1") {
        try $0.scratch.write("codes/status.json5", "{ statuses: [")
    },
    Spoilt("a missing code table", "LT-1401", 66, "procedures.json5") {
        unlink($0.scratch.file("codes/procedures.json5"))
    },
    Spoilt("an unknown key in a code table", "LT-1402", 78, "Did you mean “statuses”?") {
        try edit($0.scratch.file("codes/status.json5")) {
            $0.replacing("statuses:", with: "statusses:")
        }
    },
    Spoilt("a broken list of communes", "LT-1406", 78, "line 2") {
        try edit($0.scratch.file("codes/administrative-units.csv")) {
            $0.replacing("\r\n", with: "\r\nGia Lai\r\n", maxReplacements: 1)
        }
    },
    Spoilt("no shipped data at all", "LT-1006", 78, "contracts", share: true) {
        try FileManager.default.removeItem(atPath: $0.copyShare() + "/contracts")
    },
]

@Suite("A daemon whose configuration is wrong", .inTurns) struct RefusedConfigurationTests {
    @Test("says what is wrong with its settings", arguments: spoiltSettings)
    func settings(_ spoilt: Spoilt) async throws { try await expectRefusal(spoilt) }

    @Test("says what is wrong with its credentials", arguments: spoiltCredentials)
    func credentials(_ spoilt: Spoilt) async throws { try await expectRefusal(spoilt) }

    @Test("says what is wrong with the data that it was shipped with", arguments: spoiltData)
    func shipped(_ spoilt: Spoilt) async throws { try await expectRefusal(spoilt) }

    /// `run` and `check` say the same, and nothing was touched.
    private func expectRefusal(_ spoilt: Spoilt) async throws {
        let road = try await Road(dossiers: 10)
        try spoilt.spoil(road)
        let share = spoilt.usesShare ? try road.copyShare() : nil
        let before = try FileManager.default.contentsOfDirectory(atPath: road.state).sorted()
        let run = try await road.run("run", share: share)
        expectTrouble(run, spoilt.code, exit: spoilt.exit, saying: spoilt.words)
        #expect(run.output.isEmpty)
        let check = try await road.run("check", "--offline", "--json", share: share)
        #expect(check.status == spoilt.exit)
        try expectTroubleJSON(check, spoilt.code)
        // Certificates are the last thing looked at, when the daemon has opened its store.
        if !spoilt.code.hasPrefix("LT-500") {
            let after = try FileManager.default.contentsOfDirectory(atPath: road.state).sorted()
            #expect(after == before)
        }
        // What is printed is carried out, and the trouble is gone.
        let trouble = try JSONValue(parsing: Array(check.output.utf8))["troubles"]?.items?.first
        let fix = try #require(trouble?["fixEn"]?.text)
        try await PrintedCure(fix).carryOut(on: road, spoiltShare: share)
        let cured = try await road.run("check", "--offline", share: share)
        #expect(cured.status == 0, "after “\(fix)”: \(cured.output)")
    }

    @Test("says that it may not read its configuration")
    func unreadable() async throws {
        let road = try await Road(dossiers: 10)
        chmod(road.configuration, 0)
        let run = try await road.run("run", user: getuid() == 0 ? 65_534 : nil)
        expectTrouble(run, "LT-1001", exit: 66, saying: ["Permission denied"])
    }

    @Test("goes on where it was once the configuration is mended")
    func mended() async throws {
        let road = try await Road()
        try await road.startPortal()
        #expect(try await road.run("run", "--once").status == 0)
        try road.configure { $0.replacing("poll:", with: "pol:") }
        expectTrouble(try await road.run("run", "--once"), "LT-1003", exit: 78)
        try road.correct(1)
        try road.configure()
        #expect(try await road.run("run", "--once").status == 0)
        try await road.expectEqualEnds()
    }
}
