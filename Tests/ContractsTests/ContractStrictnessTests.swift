import Contracts
import Dossiers
import Foundation
import Operating
import Testing

@Suite("A contract file")
struct ContractStrictnessTests {
    /// One broken edit: what is replaced, by what, which code it gives, and what the text must name.
    struct Break: Sendable, CustomTestStringConvertible {
        var file = "dvcqg-adapter"
        var old: String
        var new: String
        var code: String
        var names: String
        var testDescription: String { "\(code) \(new.prefix(60))" }
    }

    static let breaks = [
        Break(
            old: "encoding: \"json\",", new: "encoding \"json\",", code: "LT-1102", names: "line"),
        Break(old: "timeout: \"30s\"", new: "timeuot: \"30s\"", code: "LT-1103", names: "timeout"),
        Break(
            old: #"from: "note", limit: 2000"#, new: #"from: "note", limti: 2000"#, code: "LT-1103",
            names: "records.state["),
        // A limit on a date, a code table on a name: keys that make no sense there.
        Break(
            old: #"from: "dueAt" },"#, new: #"from: "dueAt", limit: 3 },"#, code: "LT-1103",
            names: "limit"),
        Break(
            old: #"from: "email", limit: 100"#, new: #"from: "email", codes: "digit""#,
            code: "LT-1103", names: "codes"),
        Break(old: "contract: \"dvcqg-adapter\",", new: "", code: "LT-1104", names: "contract"),
        Break(
            old: #"codes: "channel" }"#, new: "}", code: "LT-1104", names: "records.state[6].codes"),
        Break(old: "encoding: \"json\"", new: "encoding: \"xml\"", code: "LT-1105", names: "soap"),
        Break(
            old: "kind: \"sessionInBody\"", new: "kind: \"oauth\"", code: "LT-1105",
            names: "authentication.kind"),
        Break(
            old: "lifetime: \"10m\"", new: "lifetime: \"ten\"", code: "LT-1105", names: "lifetime"),
        Break(
            old: "dates: \"yyyyMMddHHmmss\"", new: "dates: \"yyyy-QQ\"", code: "LT-1105",
            names: "dates"),
        Break(old: "steps: 10", new: "steps: 0", code: "LT-1105", names: "batch.steps"),
        Break(
            old: #"http: ["2xx"], codes: [0], outcome: "acknowledged""#,
            new: #"http: ["2x"], codes: [0], outcome: "acknowledged""#, code: "LT-1105",
            names: "http"),
        Break(
            old: #"suffix: "…""#, new: #"suffix: "\#(String(repeating: ".", count: 60))""#,
            code: "LT-1105", names: "suffix"),
        Break(
            old: #"{ name: "data", records: true },"#, new: "", code: "LT-1105", names: "envelope"),
        Break(
            old: #"{ name: "session", value: "${session}" },"#, new: "", code: "LT-1105",
            names: "session"),
        Break(
            old: #"{ name: "mahoso", value: "${code}" },"#, new: "", code: "LT-1105", names: "code"),
        Break(
            old: #"login: "${auth_endpoint}""#, new: #"login: "/x?p=${password}""#, code: "LT-1105",
            names: "endpoints.login"),
        Break(
            old: #"name: "Charset""#, new: #"name: "Char set""#, code: "LT-1105", names: "header"),
        Break(old: #"from: "phone""#, new: #"from: "phonne""#, code: "LT-1106", names: "“phone”"),
        Break(
            old: #"value: "${madonvi}""#, new: #"value: "${madonvj}""#, code: "LT-1107",
            names: "“madonvi”"),
        Break(
            old: #"value: "${madonvi}""#, new: #"value: "${madonvi""#, code: "LT-1105", names: "${"),
        Break(
            old: #"endpoint: "integration""#, new: #"endpoint: "integratoin""#, code: "LT-1107",
            names: "“integration”"),
        Break(
            old: #"outcome: "exists""#, new: #"outcome: "exist""#, code: "LT-1107",
            names: "“exists”"),
        Break(
            old: #"calls: ["login"]"#, new: #"calls: ["logn"]"#, code: "LT-1107", names: "“login”"),
        Break(
            old: #"body: "empty""#, new: #"body: "emty""#, code: "LT-1107", names: "“empty”"),
        Break(
            old: #"requiredUnless: ["submitted""#, new: #"requiredUnless: ["submited""#,
            code: "LT-1107", names: "“submitted”"),
        Break(
            old: #"codes: "channel" }"#, new: #"codes: "chanel" }"#, code: "LT-1107",
            names: "“channel”"),
        Break(
            old: #"post: "3" }, // Kenh"#, new: #"post: "3", fax: "4" }, // Kenh"#, code: "LT-1107",
            names: "codes.channel.fax"),
        Break(
            old: #", post: "3" }, // Kenh"#, new: " }, // Kenh", code: "LT-1108", names: "“post”"),
        Break(
            old: #"name: "Email""#, new: #"name: "Fax""#, code: "LT-1109", names: "records.state"),
        Break(
            old: #"name: "madonvi", value: "${madonvi}""#, new: #"name: "session", value: "x""#,
            code: "LT-1109", names: "envelope"),
        Break(
            old: "    madonvi: {", new: "    session: {", code: "LT-1109", names: "settings.session"
        ),
        Break(
            old: "  secrets: {\n    username: {", new: "  secrets: {\n    dstcode: {",
            code: "LT-1109", names: "dstcode"),
        Break(old: "probe: {\n    //", new: "unused: {\n    //", code: "LT-1103", names: "unused"),
        Break(
            old: "status: { // Trang", new: "extra: { a: \"1\" }, status: { // Trang",
            code: "LT-1112", names: "codes.extra"),
        Break(
            old: #"from: "channel", codes: "channel""#,
            new: #"from: "hasDigitisedComponent", codes: "word", as: "number""#, code: "LT-1113",
            names: "codes.word"),
        Break(
            file: "csdlqgdc-soap", old: "prefix: \"dan\"", new: "prefix: \"d n\"", code: "LT-1105",
            names: "soap.prefix"),
        Break(
            file: "csdlqgdc-soap", old: "element: \"Xac", new: "element: \"<Xac", code: "LT-1105",
            names: "element"),
        Break(
            file: "csdlqgdc-soap", old: "{ person: true }", new: "{ name: \"a\", value: \"\" }",
            code: "LT-1105", names: "person"),
        Break(
            file: "csdlqgdc-soap", old: "    verify: {", new: "    probe: {", code: "LT-1111",
            names: "probe"),
        Break(
            file: "csdlqgdc-soap", old: #"from: "nameUpperCase""#, new: #"from: "nameUpercase""#,
            code: "LT-1106", names: "“nameUpperCase”"),
        Break(
            file: "csdlqgdc-soap",
            old: #"{ name: "HoVaTen", from: "nameUpperCase", required: true },"#,
            new: "", code: "LT-1110", names: "records.person"),
    ]

    @Test(
        "that is broken is refused with a code, the place and the nearest right word",
        arguments: breaks)
    func strictness(_ broken: Break) {
        let found = trouble {
            try Samples.edited(broken.file, (broken.old, broken.new))
        }
        #expect(found?.code == broken.code, "\(found?.description ?? "accepted")")
        #expect(found?.description.contains(broken.names) == true, "\(found?.description ?? "")")
        #expect(found?.exit == .configuration)
    }

    static let wrapper = """
        {
          contract: "wrapper", title: { vi: "Trục tỉnh", en: "Wrapper" }, encoding: "json",
          authentication: { kind: "none" },
          settings: { unit: { vi: "Mã đơn vị", en: "Unit" } },
          endpoints: {
            create: "/api/x?MaDinhDanhDV=${unit}&isUpdating=False",
            update: "/api/x?MaDinhDanhDV=${unit}&isUpdating=True",
          },
          operations: { create: { endpoint: "create" }, update: { endpoint: "update" }, },
          records: { state: [{ name: "MaHoSo", from: "code" }], },
          answers: { message: ["message"], rules: [{ http: ["2xx"], outcome: "acknowledged" }] },
        }
        """

    @Test(
        "that describes a call without what it needs is refused",
        arguments: [
            ("update: { endpoint: \"update\" },", "", "operations.update"),
            ("create: { endpoint: \"create\" },", "", "operations.create"),
            ("state: [{ name: \"MaHoSo\", from: \"code\" }],", "", "records.state"),
            ("},\n  records", "history: { endpoint: \"create\" } },\n  records", "records.step"),
            (
                "\"code\" }], },", "\"code\" }], step: [{ name: \"a\", value: \"b\" }] },",
                "operations.history"
            ),
            ("kind: \"none\"", "kind: \"sessionInBody\"", "operations.login"),
            ("answers: {", "probe: { records: \"result\" }, answers: {", "operations.probe"),
        ])
    func incomplete(_ old: String, _ new: String, _ place: String) throws {
        try #require(ContractStrictnessTests.wrapper.contains(old))
        let found = trouble {
            try Samples.written(
                ContractStrictnessTests.wrapper.replacingOccurrences(of: old, with: new))
        }
        #expect(found?.code == "LT-1110", "\(found?.description ?? "accepted")")
        #expect(found?.english.contains(place) == true)
    }

    @Test("that is not there is refused with its path")
    func absent() {
        let found = trouble { try Contract.load(path: "/nonexistent/contract.json5") }
        #expect(found?.code == "LT-1101")
        #expect(found?.description.contains("/nonexistent/contract.json5") == true)
    }
}
