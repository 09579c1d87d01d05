import Contracts
import Dossiers
import Foundation
import Operating
import Testing
import Wire

@Suite("A contract with an order of its own")
struct OrderTests {
    static func groups() throws -> Contract {
        try Contract.load(path: Samples.contractPath("dvclt-group"))
    }

    static let account = Account(
        baseURL: "https://dvclt.example", settings: [:],
        secrets: ["username": Secret("sandbox"), "password": Secret("sandbox-password")])

    @Test("reads it, one step a call, steps alone, listed procedures alone")
    func reads() throws {
        let contract = try OrderTests.groups()
        #expect(contract.order?.road == ["1", "3", "7", "4", "5"])
        #expect(contract.order?.untold == ["0"])
        #expect(contract.order?.repeated == .drop)
        #expect(contract.order?.earlier == .hold)
        #expect(contract.stepsPerDelivery == 1)
        #expect(contract.supports == [.history])
        #expect(contract.needsSession)
        #expect(contract.historyIsRepeatable && contract.repeatedStep == .recognised)
        #expect(contract.needsProcedures)
        #expect(try Samples.portal().order == nil)
    }

    @Test("holds by default what is repeated or late")
    func standard() throws {
        let contract = try Samples.edited(
            "dvclt-group", ("    repeated: \"drop\",\n", ""), ("    earlier: \"hold\",\n", ""))
        #expect(contract.order?.repeated == .hold)
        #expect(contract.order?.earlier == .hold)
    }

    struct Break: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        var code: String
        var names: String
        var testDescription: String { "\(code) \(new.prefix(60))" }
    }

    static let breaks = [
        Break(
            old: #"statuses: ["1", "3", "7", "4", "5"]"#, new: #"statuses: ["1", "3", "8", "4"]"#,
            code: "LT-1107", names: "“8”"),
        Break(
            old: #"statuses: ["1", "3", "7", "4", "5"]"#, new: #"statuses: ["1", "3", "4", "5"]"#,
            code: "LT-1140", names: "“7”"),
        Break(
            old: #"statuses: ["1", "3", "7", "4", "5"]"#,
            new: #"statuses: ["1", "3", "7", "3", "4", "5"]"#, code: "LT-1109",
            names: "order.statuses"),
        Break(
            old: #"statuses: ["1", "3", "7", "4", "5"]"#, new: #"statuses: ["1"]"#, code: "LT-1105",
            names: "order.statuses"),
        Break(
            old: #"{ status: "6", after: "1", before: "4""#,
            new: #"{ status: "6", after: "9", before: "4""#, code: "LT-1107",
            names: "order.beside[1].after"),
        Break(
            old: #"{ status: "6", after: "1", before: "4""#,
            new: #"{ status: "6", after: "4", before: "1""#, code: "LT-1105",
            names: "order.beside[1].before"),
        Break(
            old: #"{ status: "6", after"#, new: #"{ status: "3", after"#, code: "LT-1109",
            names: "order.beside"),
        Break(old: #"unsent: ["0"],"#, new: "", code: "LT-1140", names: "“0”"),
        Break(
            old: #"repeated: "drop","#, new: #"repeated: "skip","#, code: "LT-1105",
            names: "order.repeated"),
        Break(
            old: #"earlier: "hold","#, new: #"erlier: "hold","#, code: "LT-1103", names: "earlier"),
        Break(
            old: "  dates: \"dd/", new: "  batch: { steps: 2 },\n  dates: \"dd/", code: "LT-1105",
            names: "batch.steps"),
        Break(
            old: #"{ name: "trangThai", from: "status", codes: "status", as: "number" },"#,
            new: #"{ name: "trangThai", value: "1" },"#, code: "LT-1112", names: "codes.status"),
        Break(old: #"bare: "record""#, new: #"bare: "object""#, code: "LT-1105", names: "bare"),
        Break(
            old: #"submitted: "1""#, new: #"submitted: "1 a""#, code: "LT-1113",
            names: "codes.status.submitted"),
    ]

    @Test("is refused with its place when the order cannot hold", arguments: breaks)
    func refused(_ broken: Break) throws {
        do {
            _ = try Samples.edited("dvclt-group", (broken.old, broken.new))
            Issue.record("accepted")
        } catch let trouble as Trouble {
            #expect(trouble.code == broken.code, "\(trouble)")
            #expect(trouble.description.contains(broken.names), "\(trouble)")
        }
    }

    private func dossier() -> Dossier {
        var dossier = Samples.smallDossier()
        dossier.linkedCode = "LT-000-1"
        return dossier
    }

    @Test("renders a step as the one object that is sent, with the token in a header")
    func renders() throws {
        let contract = try OrderTests.groups()
        guard case .ready(let payload, _) = contract.renderStep(Samples.step(), of: dossier())
        else { throw Unheld() }
        let request = try contract.request(
            .history(body: payload.bytes), account: OrderTests.account, session: Secret("T-1"),
            key: nil, now: Samples.now, nonce: [])
        #expect(request.url == "https://dvclt.example/api/lienthongdvclt/trangthai")
        #expect(request.headers.contains { $0.name == "Authorization" && $0.value == "Bearer T-1" })
        let body = try JSONValue(parsing: request.body)
        let text = String(decoding: request.body, as: UTF8.self)
        #expect(text.contains("\"trangThai\":7,"))
        #expect(text.contains("\"coQuanXuLy\":5,"))
        #expect(body["soHoSoLT"]?.text == "LT-000-1")
        #expect(body["thoiGianThucHien"]?.text == "05/01/2026 08:15:00")
        #expect(contract.status(of: Samples.step()) == "7")
        let login = try contract.request(
            .login, account: OrderTests.account, session: nil, key: nil, now: Samples.now, nonce: []
        )
        #expect(!login.headers.contains { $0.name == "Authorization" })
        #expect(throws: Trouble.self) {
            _ = try contract.request(
                .history(body: payload.bytes), account: OrderTests.account,
                session: Secret("T-1\r\nX: y"), key: nil, now: Samples.now, nonce: [])
        }
    }

    private struct Unheld: Error {}

    @Test("demands the result with the step that carries it, and sends it as JSON in a text")
    func result() throws {
        let contract = try OrderTests.groups()
        var step = Samples.step()
        step.status = .processed
        guard case .held(let hold, _) = contract.renderStep(step, of: dossier()) else {
            throw Unheld()
        }
        #expect(hold == Hold(.fieldMissing, field: "ketQuaXuLy"))
        step.resultData = #"{"soDangKy":"1"}"#
        guard case .ready(let payload, _) = contract.renderStep(step, of: dossier()) else {
            throw Unheld()
        }
        let text = try #require(try JSONValue(parsing: payload.bytes)["ketQuaXuLy"]?.text)
        #expect(try JSONValue(parsing: Array(text.utf8))["soDangKy"]?.text == "1")
    }

    struct Said: Sendable, CustomTestStringConvertible {
        var words: String
        var status = 400
        var outcome: String
        var isRepeat = false
        var testDescription: String { "\(words) \(isRepeat)" }
    }

    static let answers = [
        Said(words: "Hồ sơ không tồn tại", outcome: "rejected"),
        Said(words: "Logic xử lý không hợp lệ", outcome: "rejected"),
        Said(words: "CHƯA CẬP NHẬT TRẠNG THÁI 3", outcome: "retry"),
        Said(words: "Hồ sơ chưa được gửi không thể cập nhật trạng thái", outcome: "retry"),
        Said(words: "Có lỗi trong quá trình thêm mới", status: 500, outcome: "unknown"),
        Said(words: "Client received SOAP Fault from server", outcome: "unknown"),
        Said(words: "Đã Trả kết quả, không được cập nhật trạng thái", outcome: "acknowledged"),
        Said(words: "Hồ sơ đã có kết quả xử lý", outcome: "acknowledged"),
        Said(words: "Đã tồn tại trong một cửa điện tử", outcome: "acknowledged"),
        Said(words: "Hồ sơ bị từ chối. Không thể cập nhật trạng thái", outcome: "rejected"),
        Said(
            words: "Hồ sơ bị từ chối. Không thể cập nhật trạng thái", outcome: "acknowledged",
            isRepeat: true),
        Said(words: "một câu chưa ai thấy", outcome: "rejected"),
        Said(words: "một câu chưa ai thấy", status: 502, outcome: "unknown"),
        Said(words: "Cập nhật thành công", status: 200, outcome: "acknowledged"),
        Said(words: "Cập nhật không thành công", status: 200, outcome: "rejected"),
        Said(words: "", status: 401, outcome: "sessionExpired"),
    ]

    @Test("reads the answers by class, in any case and Unicode form", arguments: answers)
    func answer(_ said: Said) throws {
        let contract = try OrderTests.groups()
        for words in [said.words, said.words.decomposedStringWithCanonicalMapping] {
            let text = #"{"errors":{"soHoSoLT":["\#(words)"]},"status":\#(said.status)}"#
            let response = HTTPResponse(
                status: said.status, body: Array(text.utf8), retryAfter: nil,
                contentType: "application/json")
            let answer = contract.answer(
                .success(response), to: .history(body: []), now: Samples.now.wall,
                isRepeat: said.isRepeat)
            #expect(answer.outcome.name == said.outcome)
        }
    }
}
