import Contracts
import Dossiers
import Foundation
import Testing
import Wire

@Suite("An answer of the portal")
struct AnswerTests {
    let portal: Contract

    init() throws { portal = try Samples.portal() }

    /// A row of the table: what was asked, what came, what it means.
    struct Row: Sendable, CustomTestStringConvertible {
        var call: Call.Kind
        var status: Int
        var body: String
        var outcome: Outcome
        var testDescription: String { "\(call.rawValue) \(status) \(body) → \(outcome.name)" }

        init(_ call: Call.Kind, _ status: Int, _ body: String, _ outcome: Outcome) {
            self.call = call
            self.status = status
            self.body = body
            self.outcome = outcome
        }

        /// HTTP 200 with a code and a message.
        init(_ call: Call.Kind, code: String, _ message: String, _ outcome: Outcome) {
            self.init(
                call, 200, "{\"error_code\":\(code),\"message\":\"\(message)\",\"result\":[]}",
                outcome)
        }
    }

    static func call(_ kind: Call.Kind) -> Call {
        switch kind {
        case .login: .login
        case .create: .create(body: [])
        case .update: .update(body: [])
        case .history: .history(body: [])
        case .probe: .probe(DossierCode("H21.01-260105-0001"))
        case .verify: .verify(body: [])
        case .lookup: .lookup(body: [])
        }
    }

    private func answer(
        _ contract: Contract, _ kind: Call.Kind, _ status: Int, _ body: String,
        retryAfter: String? = nil
    ) -> Answer {
        contract.answer(
            .success(HTTPResponse(status: status, body: Array(body.utf8), retryAfter: retryAfter)),
            to: AnswerTests.call(kind), now: Samples.now.wall)
    }

    static let again = Outcome.retry(afterMilliseconds: nil)

    static let success: [Row] = [
        Row(.create, code: "0", "Cập nhật thành công", .acknowledged),
        Row(.create, code: "\"0\"", "THÀNH CÔNG", .acknowledged),
        Row(.update, code: "\"00\"", "Thành công", .acknowledged),
        Row(.history, code: "\"000\"", "thành công", .acknowledged),
        // 0 alone is taken for success, whatever else is said or not said…
        Row(.create, code: "0", "", .acknowledged),
        Row(.update, code: "\"0\"", "Success", .acknowledged),
        Row(.history, 200, #"{"error_code":"0"}"#, .acknowledged),
        Row(.update, code: "0", "Thành công, không có lỗi", .acknowledged),
        // …but for words of failure.
        Row(.create, code: "0", "Đồng bộ không thành công", .unknown),
        Row(.history, code: "0", "Thất bại", .unknown),
        // A success in the body of an error is none.
        Row(.update, 500, #"{"error_code":"0","message":"thành công"}"#, again),
        Row(.history, 500, #"{"error_code":"0","message":"thành công"}"#, .unknown),
    ]

    static let errors: [Row] = [
        Row(.create, code: "\"3\"", "Hồ sơ đã tồn tại", .exists),
        Row(.create, code: "\"-3\"", "Mã hồ sơ ĐÃ TỒN TẠI trên hệ thống", .exists),
        Row(.create, 409, #"{"error_code":"3","message":"đã tồn tại"}"#, .exists),
        Row(.history, code: "\"3\"", "đã tồn tại", .unknown),
        Row(.update, code: "-1", "Hồ sơ không tồn tại", .missing),
        Row(.history, code: "-1", "Không tìm thấy hồ sơ", .missing),
        Row(.history, code: "-1", "Hồ sơ chưa được đồng bộ", .missing),
        Row(.create, code: "-1", "Mã thủ tục 1.000001 không tồn tại", .needsMapping),
        Row(.update, code: "-1", "Không tìm thấy thủ tục", .needsMapping),
        Row(.create, code: "-1", "Đơn vị UBND xã Thử đã ngừng hoạt động", .needsMapping),
        Row(.create, code: "-1", "Đơn vị xử lý không hợp lệ", .needsMapping),
        Row(.create, code: "-1", "madonvi không hợp lệ", .refused),
        Row(.update, code: "-1", "Thiếu dstcode", .refused),
        Row(.create, code: "-1", "Ghi chú vượt quá 2000 ký tự", .rejected),
        Row(.history, code: "\"9\"", "Dữ liệu sai", .rejected),
        Row(.create, code: "-1", "Hệ thống đang bận, vui lòng thử lại sau", again),
        Row(
            .update, code: "-1", "Quá nhiều yêu cầu",
            .throttled(afterMilliseconds: 5000)),
        Row(.create, code: "-1", "Phiên làm việc đã hết hạn", .sessionExpired),
        Row(.history, code: "\"401\"", "Phiên không hợp lệ", .sessionExpired),
        Row(.probe, code: "-1", "Session expired", .sessionExpired),
        Row(.update, code: "-1", "Lỗi xử lý dữ liệu", .unknown),
        Row(.probe, code: "-1", "Lỗi hệ thống", again),
        Row(.history, code: "-1", "Một số bản ghi không được tiếp nhận", .unknown),
        Row(.create, code: "-1", "Không có dịch vụ này trên địa chỉ đã gọi", .refused),
        // A version is no session.
        Row(.create, code: "-1", "Phiên bản dữ liệu sai", .rejected),
    ]

    static let statuses: [Row] = [
        Row(.create, 401, "", .sessionExpired),
        Row(.login, 401, "", .refused),
        Row(.create, 403, "", .refused),
        Row(.update, 404, "<html>Not Found</html>", .refused),
        Row(.probe, 302, "", .refused),
        Row(.create, 408, "", again),
        Row(.create, 429, "", .throttled(afterMilliseconds: 5000)),
        Row(.create, 400, "", .rejected),
        Row(.create, 413, "", .rejected),
        Row(.create, 500, "", .unknown),
        Row(.update, 500, "", again),
        Row(.update, 502, "<html>", again),
        Row(.create, 503, "<html>", again),
        Row(.probe, 504, "", again),
        Row(.history, 500, "", .unknown),
        Row(.history, 502, "", .unknown),
        Row(.history, 504, "", .unknown),
        Row(.history, 503, "", again),
        Row(.create, 409, "", .unknown),
        Row(.create, 422, "", .rejected),
    ]

    static let unreadable: [Row] = [
        Row(.create, 200, "<html>Bảo trì</html>", .unknown),
        Row(.create, 200, "", .unknown),
        Row(.update, 200, "<html>Bảo trì</html>", again),
        Row(.history, 200, "<html>Bảo trì</html>", .unknown),
        Row(.history, 200, #"{"error_code":"0""#, .unknown),
        Row(.history, 200, "", .unknown),
        Row(.update, 204, "", again),
        Row(.update, 200, "[]", again),
        Row(.update, 200, "\"0\"", again),
        // No code is no success.
        Row(.create, 200, "{}", .unknown),
        Row(.history, 200, #"{"error_code":null,"message":"thành công"}"#, .unknown),
        Row(.update, 200, #"{"error_code":"","message":"thành công"}"#, .unknown),
        Row(.probe, 200, "{}", again),
    ]

    @Test(
        "means what the contract's table says", arguments: success + errors + statuses + unreadable)
    func table(_ row: Row) {
        #expect(answer(portal, row.call, row.status, row.body).outcome == row.outcome)
    }

    @Test("is understood composed and decomposed, in any case, with any white space")
    func unicode() {
        let message = "Hồ   SƠ Đã\u{A0}Tồn \u{3000}tại"
        for text in [
            message, message.decomposedStringWithCanonicalMapping, message.uppercased(),
        ] {
            let body = "{\"error_code\":\"3\",\"message\":\"\(text)\"}"
            #expect(answer(portal, .create, 200, body).outcome == .exists)
        }
    }

    @Test("carries the portal's code in its normal form, and never more than 32 characters of it")
    func codes() {
        func code(_ json: String) -> String {
            answer(portal, .update, 200, "{\"error_code\":\(json)}").code
        }
        for zero in ["0", "\"0\"", "\"00\"", "\"000\"", "\" 0 \""] { #expect(code(zero) == "0") }
        #expect(code("-3") == "-3")
        #expect(code("\"E01\"") == "E01")
        #expect(code("null") == "")
        #expect(code("\"" + String(repeating: "x", count: 99) + "\"").count == 32)
    }

    @Test("says how long to wait, in seconds or as a date")
    func retryAfter() {
        func outcome(_ status: Int, _ value: String) -> Outcome {
            answer(portal, .create, status, "", retryAfter: value).outcome
        }
        #expect(outcome(429, "7") == .throttled(afterMilliseconds: 7000))
        #expect(outcome(503, "30") == .throttled(afterMilliseconds: 30_000))
        // Samples.now is 02:00 in Greenwich.
        #expect(
            outcome(503, "Mon, 05 Jan 2026 02:00:10 GMT") == .throttled(afterMilliseconds: 10_000))
        #expect(outcome(503, "soon") == .retry(afterMilliseconds: nil))
        #expect(
            answer(portal, .update, 500, "", retryAfter: "9").outcome
                == .retry(afterMilliseconds: 9000))
    }

    @Test("means wait or conflict where idempotency keys are honoured")
    func honouredKeys() throws {
        let honouring = try Contract.load(
            path: Samples.contractPath("dvcqg-adapter"), honoursIdempotencyKey: true)
        #expect(honouring.honoursIdempotencyKey)
        #expect(
            answer(honouring, .history, 409, "").outcome == .retry(afterMilliseconds: 2000))
        let conflict = answer(honouring, .history, 422, "")
        #expect(conflict.outcome == .rejected)
        #expect(conflict.isKeyConflict)
        #expect(!answer(portal, .history, 422, "").isKeyConflict)
    }

    // MARK: Login

    @Test("opens a session only with code 0 and a session")
    func login() {
        func login(_ body: String, _ status: Int = 200) -> Answer {
            answer(portal, .login, status, body)
        }
        let good = login(#"{"error_code":0,"message":"","session":"S-1"}"#)
        #expect(good.outcome == .acknowledged)
        #expect(good.session?.value == "S-1")
        #expect(login(#"{"error_code":"00","session":"S-1"}"#).session?.value == "S-1")
        for body in [
            #"{"error_code":0,"message":""}"#, #"{"error_code":0,"session":""}"#,
            #"{"error_code":-1,"message":"Sai mật khẩu","session":"S-1"}"#, "{}",
        ] {
            #expect(login(body).outcome == .refused)
            #expect(login(body).session == nil)
        }
        #expect(
            login(#"{"error_code":-1,"message":"Hệ thống bận"}"#).outcome == AnswerTests.again)
        #expect(login("<html>").outcome == AnswerTests.again)
        #expect(login("", 500).outcome == AnswerTests.again)
        #expect(login("", 404).outcome == .refused)
    }

    // MARK: No answer

    @Test(
        "that never came is unknown for a write that may have arrived, and asked again otherwise",
        arguments: Call.Kind.allCases.prefix(5))
    func failures(_ kind: Call.Kind) {
        let call = AnswerTests.call(kind)
        let isWrite = [.create, .update, .history].contains(kind)
        func outcome(_ failure: HTTPFailure.Kind, arrived: Bool) -> Outcome {
            portal.answer(
                .failure(HTTPFailure(kind: failure, mayHaveArrived: arrived, detail: "")),
                to: call, now: Samples.now.wall
            ).outcome
        }
        for failure in [
            HTTPFailure.Kind.timedOut, .interrupted, .malformed, .tooLarge, .cancelled,
            .unreachable,
        ] {
            #expect(
                outcome(failure, arrived: true) == (isWrite ? .unknown : AnswerTests.again))
            #expect(outcome(failure, arrived: false) == AnswerTests.again)
        }
        #expect(outcome(.insecure, arrived: false) == .refused)
        #expect(outcome(.unsendable, arrived: false) == .refused)
    }
}
