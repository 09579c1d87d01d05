import Dossiers
import Synchronization
import Testing
import Wire

/// The far side of the portal contract: holds dossiers and steps, gives sessions, and misbehaves as a test
/// tells it to. Answers at once, or when told to.
///
/// Used from one thread, like everything in these tests.
final class ScriptedPortal: HTTPTransport, @unchecked Sendable {
    /// One request as it came.
    struct Sent: Equatable {
        enum Kind: String { case login, create, update, history, probe, other }
        var token: UInt64
        var kind: Kind
        /// The first dossier's.
        var code = ""
        /// All dossiers', in order, each as often as records of it follow one another.
        var codes: [String] = []
        var session = ""
        var key: String?
        /// The body's own mark: `V` of a header, the contents of steps.
        var content = ""
        var at: Int64 = 0
    }

    /// What a script says about a request; nil leaves it to the portal.
    enum Reply {
        case normal
        case answer(Int, String, retryAfter: String? = nil)
        /// The portal acts, and the answer is lost.
        case lostAnswer
        /// The portal acts, and half of its answer comes.
        case halfAnswer
        /// The request does not get there, which nobody can know.
        case lostRequest
        case unreachable
        case insecure
        /// No answer yet: ``release()`` answers.
        case held
    }

    struct Held: Equatable {
        var content: String
        var steps: [JSONValue] = []
    }

    enum List: CaseIterable { case full, shuffled, missing, twice }

    /// How often each dossier's header was taken.
    private(set) var headers: [String: Int] = [:]
    var script: (Sent) -> Reply = { _ in .normal }
    /// How its own answers are written.
    var spelling: (String) -> String = { $0 }
    /// Whether a probe's answer lists the steps.
    var showsSteps = true
    /// Dossiers whose header it refuses; a step that says "bad" is refused whatever the dossier.
    var poison: Set<String> = []
    /// How it answers a call of which some records are refused; nil refuses all of it.
    var list: List?
    /// More records than this in a call are refused with 413.
    var mostRecords = Int.max
    var sessionAnswers = 0
    var elapsed: Int64 = 3_000
    var now: Int64 = 0
    private(set) var holdings: [String: Held] = [:]
    private(set) var sent: [Sent] = []
    private(set) var validSessions: Set<String> = []
    private(set) var mostInFlight = 0
    private var waiting: [(Sent, JSONValue)] = []
    private var done: [HTTPCompletion] = []

    var isQuiet: Bool { done.isEmpty }
    var isWaiting: Bool { !waiting.isEmpty }

    func sent(_ kind: Sent.Kind) -> [Sent] { sent.filter { $0.kind == kind } }
    /// Everything but logins, as `kind code`.
    var road: [String] {
        sent.filter { $0.kind != .login }.map { "\($0.kind.rawValue) \($0.code)" }
    }

    func expireSessions() { validSessions = [] }
    func forget(_ code: String) { holdings[code] = nil }
    /// Holds what another one does: the same portal, in front of a store that knows nothing of it.
    func adopt(_ other: ScriptedPortal) { holdings = other.holdings }
    func hold(_ code: String, _ content: String) { holdings[code] = Held(content: content) }

    // MARK: Transport

    func submit(_ exchanges: [HTTPExchange]) {
        for exchange in exchanges {
            let body = (try? JSONValue(parsing: exchange.request.body)) ?? .null
            let request = read(exchange, body)
            sent.append(request)
            respond(request, body, script(request))
        }
        mostInFlight = max(mostInFlight, done.count + waiting.count)
    }

    func completions() -> [HTTPCompletion] {
        defer { done = [] }
        return done
    }

    /// Answers everything that was held.
    func release() {
        let all = waiting
        waiting = []
        for (request, body) in all { respond(request, body, .normal) }
    }

    private func read(_ exchange: HTTPExchange, _ body: JSONValue) -> Sent {
        var request = Sent(token: exchange.token, kind: .other, at: now)
        request.key = exchange.request.headers.first { $0.name == "Idempotency-Key" }?.value
        request.session = body["session"]?.text ?? ""
        let records = body["data"]?.items ?? []
        request.codes = records.compactMap { $0["MaHoSo"]?.text }
        request.code = request.codes.first ?? body["mahoso"]?.text ?? ""
        switch body["service"]?.text {
        case nil: request.kind = .login
        case "DongBoHoSoMC":
            request.kind = body["isUpdating"]?.text == "True" ? .update : .create
            request.content = records.first?["V"]?.text ?? ""
        case "CapNhatTienDoHoSoMC":
            request.kind = .history
            request.content = records.compactMap { $0["NoiDungXuLy"]?.text }.joined(separator: "+")
        case "TraCuuHoSo": request.kind = .probe
        default: break
        }
        return request
    }

    private func respond(_ request: Sent, _ body: JSONValue, _ reply: Reply) {
        switch reply {
        case .normal where (body["data"]?.items?.count ?? 0) > mostRecords:
            finish(request, 413, "<html>413 Request Entity Too Large</html>")
        case .normal: finish(request, 200, spelling(act(request, body)))
        case .answer(let status, let text, let retryAfter):
            finish(request, status, text, retryAfter: retryAfter)
        case .lostAnswer:
            _ = act(request, body)
            fail(request, .timedOut, mayHaveArrived: true)
        case .halfAnswer:
            let answer = act(request, body)
            finish(request, 200, String(answer.prefix(answer.count / 2)))
        case .lostRequest: fail(request, .interrupted, mayHaveArrived: true)
        case .unreachable: fail(request, .unreachable, mayHaveArrived: false)
        case .insecure: fail(request, .insecure, mayHaveArrived: false)
        case .held: waiting.append((request, body))
        }
    }

    private func finish(_ request: Sent, _ status: Int, _ text: String, retryAfter: String? = nil) {
        done.append(
            HTTPCompletion(
                token: request.token,
                result: .success(
                    HTTPResponse(
                        status: status, body: Array(text.utf8), retryAfter: retryAfter,
                        contentType: "application/json")), elapsedMicroseconds: elapsed))
    }

    private func fail(_ request: Sent, _ kind: HTTPFailure.Kind, mayHaveArrived: Bool) {
        done.append(
            HTTPCompletion(
                token: request.token,
                result: .failure(
                    HTTPFailure(kind: kind, mayHaveArrived: mayHaveArrived, detail: "scripted")),
                elapsedMicroseconds: elapsed))
    }

    // MARK: The portal itself

    static let ok = #"{"error_code":"0","message":"Đồng bộ thành công"}"#
    static let exists = #"{"error_code":"-3","message":"Hồ sơ đã tồn tại"}"#
    static let missing = #"{"error_code":"-1","message":"Hồ sơ không tồn tại"}"#
    static let expired = #"{"error_code":"-1","message":"Session hết hạn"}"#
    static let rejected = #"{"error_code":"-1","message":"Trường GhiChu sai định dạng"}"#

    private func act(_ request: Sent, _ body: JSONValue) -> String {
        if request.kind == .login {
            sessionAnswers += 1
            let session = "S-\(sessionAnswers)"
            validSessions.insert(session)
            return #"{"error_code":0,"message":"OK","session":"\#(session)"}"#
        }
        guard validSessions.contains(request.session) else { return ScriptedPortal.expired }
        switch request.kind {
        case .create, .update, .history: return write(request.kind, body["data"]?.items ?? [])
        case .probe: return found(request.code)
        case .login, .other: return ScriptedPortal.rejected
        }
    }

    private func write(_ kind: Sent.Kind, _ records: [JSONValue]) -> String {
        let answers = records.map { refusal(of: $0, kind) ?? ScriptedPortal.ok }
        let refused = answers.first { $0 != ScriptedPortal.ok }
        if let refused, list == nil || records.count == 1 { return refused }
        for (record, answer) in zip(records, answers) where answer == ScriptedPortal.ok {
            take(record, kind)
        }
        return refused == nil ? ScriptedPortal.ok : listed(records, answers)
    }

    private func refusal(of record: JSONValue, _ kind: Sent.Kind) -> String? {
        let code = record["MaHoSo"]?.text ?? ""
        let isThere = holdings[code] != nil
        if kind == .create, isThere { return ScriptedPortal.exists }
        if kind != .create, !isThere { return ScriptedPortal.missing }
        let isBad = kind == .history && record["NoiDungXuLy"]?.text?.contains("bad") == true
        return isBad || (kind != .history && poison.contains(code)) ? ScriptedPortal.rejected : nil
    }

    private func take(_ record: JSONValue, _ kind: Sent.Kind) {
        let code = record["MaHoSo"]?.text ?? ""
        guard kind != .history else {
            holdings[code]?.steps.append(record)
            return
        }
        headers[code, default: 0] += 1
        holdings[code] = Held(
            content: record["V"]?.text ?? "", steps: holdings[code]?.steps ?? [])
    }

    private func listed(_ records: [JSONValue], _ answers: [String]) -> String {
        var entries = zip(records, answers).map { record, answer in
            #"{"MaHoSo":"\#(record["MaHoSo"]?.text ?? "")",\#(answer.dropFirst())"#
        }
        switch list {
        case .shuffled: entries.reverse()
        case .missing: entries = entries.enumerated().filter { $0.offset % 3 != 1 }.map(\.element)
        case .twice: entries += entries.prefix(2)
        case .full, nil: break
        }
        return #"{"error_code":"-1","message":"Một số bản ghi không được tiếp nhận","result":["#
            + entries.joined(separator: ",") + "]}"
    }

    private func found(_ code: String) -> String {
        guard let held = holdings[code] else {
            return #"{"error_code":"0","message":"OK","result":[]}"#
        }
        guard showsSteps else {
            return #"{"error_code":"0","message":"OK","result":[{"MaHoSo":"\#(code)"}]}"#
        }
        let steps = held.steps.map { step in
            let members = ["ThoiDiemXuLy", "TrangThai", "NoiDungXuLy"].map {
                "\"\($0)\":\"\(step[$0]?.text ?? "")\""
            }
            return "{\(members.joined(separator: ","))}"
        }
        return #"{"error_code":"0","message":"OK","result":[{"MaHoSo":"\#(code)","TienDo":["#
            + steps.joined(separator: ",") + "]}]}"
    }
}

extension JSONValue {
    static func text(_ text: String) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8))
    }
}
