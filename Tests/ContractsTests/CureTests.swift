import Contracts
import Foundation
import Operating
import Testing

/// A contract that is wrong in one place, and every way out that its message names.
struct SpoiltContract: Sendable, CustomTestStringConvertible {
    var code: String
    /// What is printed as the cure; the ways below are these words carried out.
    var says: String
    var file = "dvcqg-adapter"
    var old: String
    var new: String
    /// From the spoilt text and the message to a text that is to be taken.
    var ways: [@Sendable (String, Trouble) throws -> String]
    var testDescription: String { "\(code) \(new.prefix(50))" }
}

/// Exchanges a text that is there.
private func exchange(_ old: String, _ new: String, in text: String) throws -> String {
    try #require(text.contains(old), "no “\(old)”")
    return text.replacing(old, with: new)
}

/// What stands between quotation marks in the words of a message, the one with this number.
private func quoted(_ number: Int, in words: String) throws -> String {
    let all = words.matches(of: /“([^”]+)”/).map { String($0.1) }
    try #require(all.count > number, "\(words)")
    return all[number]
}

private let spoiltContracts: [SpoiltContract] = [
    SpoiltContract(
        code: "LT-1104", says: "Add it; every key is explained in Contracts.md.",
        old: "contract: \"dvcqg-adapter\",", new: "",
        ways: [
            { text, trouble in
                let key = try quoted(0, in: trouble.english)
                let page = Samples.package.appending(
                    path: "Sources/Contracts/Contracts.docc/Contracts.md")
                #expect(try String(contentsOf: page, encoding: .utf8).contains("`\(key)`"))
                let title = try #require(text.firstRange(of: "  title: {"))
                return text.replacingCharacters(
                    in: title, with: "  \(key): \"dvcqg-adapter\", title: {")
            }
        ]),
    SpoiltContract(
        code: "LT-1106", says: "Did you mean “phone”?", old: #"from: "phone""#,
        new: #"from: "phonne""#,
        ways: [
            { text, trouble in
                try exchange("phonne", try quoted(0, in: trouble.fix), in: text)
            }
        ]),
    SpoiltContract(
        code: "LT-1106", says: "The fields are listed in Contracts.md.", old: #"from: "phone""#,
        new: #"from: "soDienThoaiDiDong""#,
        ways: [
            { text, _ in
                let page = Samples.package.appending(
                    path: "Sources/Contracts/Contracts.docc/Contracts.md")
                let names = try String(contentsOf: page, encoding: .utf8)
                #expect(names.contains("`phone`"))
                return try exchange("soDienThoaiDiDong", "phone", in: text)
            }
        ]),
    SpoiltContract(
        code: "LT-1107", says: "Did you mean “integration”?", old: #"endpoint: "integration""#,
        new: #"endpoint: "integratoin""#,
        ways: [
            { text, trouble in
                try exchange("integratoin", try quoted(0, in: trouble.fix), in: text)
            }
        ]),
    SpoiltContract(
        code: "LT-1107", says: "Declare it, or take the mention out.",
        old: #"{ name: "Charset", value: "utf-8" },"#,
        new: #"{ name: "Charset", value: "${bangMaKyTu}" },"#,
        ways: [
            { text, trouble in
                let name = try quoted(1, in: trouble.english)
                return try exchange(
                    "  settings: {", "  settings: { \(name): { vi: \"x\", en: \"x\" },", in: text)
            },
            { text, _ in
                try exchange(#"{ name: "Charset", value: "${bangMaKyTu}" },"#, "", in: text)
            },
        ]),
    SpoiltContract(
        code: "LT-1108", says: "Add a line post: \"…\" to the table.",
        old: #", post: "3" }, // Kenh"#, new: " }, // Kenh",
        ways: [
            { text, trouble in
                let line = try #require(trouble.fix.firstMatch(of: /a line (\w+): "…"/))
                return try exchange(
                    #"online: "2" }, // Kenh"#, #"online: "2", \#(line.1): "3" }, // Kenh"#,
                    in: text)
            }
        ]),
    SpoiltContract(
        code: "LT-1109", says: "Rename or remove one of the two.",
        old: #"{ name: "Email", from: "email", limit: 100"#,
        new: #"{ name: "Fax", from: "email", limit: 100"#,
        ways: [
            { text, _ in
                try exchange(
                    #"{ name: "Fax", from: "email""#, #"{ name: "ThuDienTu", from: "email""#,
                    in: text)
            },
            { text, _ in
                let entry = try #require(
                    text.firstMatch(of: /\{ name: "Fax", from: "email"[^}]*\},/))
                return try exchange(String(entry.0), "", in: text)
            },
        ]),
    SpoiltContract(
        code: "LT-1112", says: "Name it in a field's codes, or remove it.", file: "dvclt-group",
        old: #"{ name: "trangThai", from: "status", codes: "status", as: "number" },"#,
        new: #"{ name: "trangThai", value: "1" },"#,
        ways: [
            { text, trouble in
                let table = try quoted(0, in: trouble.english).split(separator: ".")[1]
                return try exchange(
                    #"{ name: "trangThai", value: "1" },"#,
                    #"{ name: "trangThai", from: "status", codes: "\#(table)", as: "number" },"#,
                    in: text)
            }
        ]),
    SpoiltContract(
        code: "LT-1112", says: "Name it in a field's codes, or remove it.",
        old: "status: { // Trang", new: "extra: { a: \"1\" }, status: { // Trang",
        ways: [{ text, _ in try exchange("extra: { a: \"1\" }, ", "", in: text) }]),
    SpoiltContract(
        code: "LT-1113",
        says: "Make the code a number, or remove as: \"number\" from the field.",
        file: "dvclt-group", old: #"returned: "5""#, new: #"returned: "5a""#,
        ways: [{ text, _ in try exchange(#"returned: "5a""#, #"returned: "5""#, in: text) }]),
    SpoiltContract(
        code: "LT-1113",
        says: "Make the code a number, or remove as: \"number\" from the field.",
        old: #"from: "isDeleted", codes: "word" }"#,
        new: #"from: "isDeleted", codes: "word", as: "number" }"#,
        ways: [
            { text, trouble in
                let words = try #require(trouble.fix.firstMatch(of: /remove (as: "number")/))
                return try exchange(#""word", \#(words.1) }"#, #""word" }"#, in: text)
            }
        ]),
    SpoiltContract(
        code: "LT-1140",
        says: "Add it to statuses (in its turn), beside (off the road) or unsent (not told).",
        file: "dvclt-group", old: #"statuses: ["1", "3", "7", "4", "5"]"#,
        new: #"statuses: ["1", "3", "4", "5"]"#,
        ways: [
            { text, trouble in
                let status = try quoted(1, in: trouble.english)
                return try exchange(#""3", "4", "5"]"#, #""3", "\#(status)", "4", "5"]"#, in: text)
            },
            { text, trouble in
                let status = try quoted(1, in: trouble.english)
                return try exchange(
                    "beside: [", #"beside: [{ status: "\#(status)", after: "3", before: "4" },"#,
                    in: text)
            },
            { text, trouble in
                let status = try quoted(1, in: trouble.english)
                return try exchange(#"unsent: ["0"]"#, #"unsent: ["0", "\#(status)"]"#, in: text)
            },
        ]),
    SpoiltContract(
        code: "LT-1111",
        says: "encoding \"json\": login, create, update, history, probe; \"soap\": verify, lookup.",
        file: "csdlqgdc-soap", old: "    verify: {", new: "    probe: {",
        ways: [
            { text, trouble in
                let calls = try #require(trouble.fix.firstMatch(of: /"soap": (\w+)/))
                return try exchange("    probe: {", "    \(calls.1): {", in: text)
            }
        ]),
]

@Suite("The cure that a message about a contract prints")
struct CureTests {
    private func spoilt(_ case: SpoiltContract) throws -> String {
        let text = try String(contentsOfFile: Samples.contractPath(`case`.file), encoding: .utf8)
        try #require(text.contains(`case`.old), "no “\(`case`.old)”")
        return text.replacing(`case`.old, with: `case`.new)
    }

    @Test("makes the contract good, in each of the ways that it names", arguments: spoiltContracts)
    func files(_ spoilt: SpoiltContract) throws {
        let text = try self.spoilt(spoilt)
        let found = try #require(trouble { try Samples.written(text) })
        #expect(found.code == spoilt.code)
        #expect(found.fix.contains(spoilt.says), "\(found.fix)")
        for way in spoilt.ways {
            let cured = try way(text, found)
            let left = trouble { try Samples.written(cured) }
            #expect(left == nil, "after “\(found.fix)”: \(left?.description ?? "")")
        }
    }

    @Test("makes a call whole again that lacked something, or takes out what needed it")
    func incomplete() throws {
        let whole = ContractStrictnessTests.wrapper
        let update = "update: { endpoint: \"update\" },"
        let lacking = try exchange("}, " + update, "},", in: whole)
        let found = try #require(trouble { try Samples.written(lacking) })
        #expect(found.code == "LT-1110" && found.fix.hasPrefix("Add it, or remove “"))
        let place = try quoted(0, in: found.english).split(separator: ".")
        #expect(place == ["operations", "update"])
        let added = try exchange(
            "\(place[0]): {", "\(place[0]): { \(place[1]): { endpoint: \"update\" },", in: lacking)
        #expect(trouble { try Samples.written(added) } == nil)

        let extra = "probe: { records: \"result\" }, "
        let needing = try exchange("answers: {", extra + "answers: {", in: whole)
        let other = try #require(trouble { try Samples.written(needing) })
        #expect(other.code == "LT-1110")
        #expect(try quoted(0, in: other.fix).hasPrefix("probe"), "\(other.fix)")
        let removed = try exchange(extra, "", in: needing)
        #expect(trouble { try Samples.written(removed) } == nil)
    }

    /// What a call would be made of: a setting that is wrong is found when the request is written.
    private func unsendable(_ account: Account, _ contract: Contract) -> Trouble? {
        contract.unsendable(for: account, now: Samples.now)
    }

    @Test("makes a call possible again that a setting made impossible")
    func settings() throws {
        let portal = try Samples.portal()
        var account = Samples.portalAccount
        #expect(unsendable(account, portal) == nil)
        account.settings["dstcode"] = "VN:GOV:SANDBOX:dvcqg\n"
        let header = try #require(unsendable(account, portal))
        #expect(header.code == "LT-1123")
        #expect(header.fix.contains("Remove the line break from the setting"))
        account.settings["dstcode"] = account.settings["dstcode"]?.filter { !$0.isNewline }
        #expect(unsendable(account, portal) == nil)

        account.baseURL = "https://adapter .example"
        let address = try #require(unsendable(account, portal))
        #expect(address.code == "LT-1124")
        #expect(address.fix.contains("Correct the destination's url"))
        account.baseURL = account.baseURL.filter { !$0.isWhitespace }
        #expect(unsendable(account, portal) == nil)
        account.settings["auth_endpoint"] = "/đăng nhập"
        let path = try #require(unsendable(account, portal))
        #expect(path.code == "LT-1124" && path.fix.contains("the paths in its settings"))
        account.settings["auth_endpoint"] = nil
        #expect(unsendable(account, portal) == nil)

        let population = try Samples.population()
        var asking = Samples.populationAccount
        #expect(unsendable(asking, population) == nil)
        asking.settings["timestamp_unit"] = "minutes"
        let unit = try #require(unsendable(asking, population))
        #expect(unit.code == "LT-1125" && unit.fix.contains("timestamp_unit"))
        for word in ["milliseconds", "seconds"] {
            #expect(unit.english.contains(word))
            asking.settings["timestamp_unit"] = word
            #expect(unsendable(asking, population) == nil)
        }
    }

    @Test("reads a file that was not there, where the command that is printed looks for it")
    func absent() throws {
        let place = FileManager.default.temporaryDirectory.appending(
            path: "cure-\(UUID().uuidString).json5")
        defer { try? FileManager.default.removeItem(at: place) }
        let found = try #require(trouble { try Contract.load(path: place.path) })
        #expect(found.code == "LT-1101")
        let command = try #require(found.fix.firstMatch(of: /: ls -l (.+)$/))
        try FileManager.default.copyItem(
            atPath: Samples.contractPath("dvcqg-adapter"), toPath: String(command.1))
        #expect(trouble { try Contract.load(path: place.path) } == nil)
    }
}
