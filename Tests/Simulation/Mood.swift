internal import Sandbox
internal import Wire

/// A manner in which a portal answers for a while, beyond what the sandbox's switches know: it is reachable, and
/// what it says is not what its contract says.
enum Mood: String, CaseIterable {
    /// It does what it is asked, and calls that a success in its own code.
    case foreignSuccess
    /// It does nothing, and says so in a code and words that nobody listed.
    case foreignErrors
    /// Logins get a page, nothing at all, or "busy".
    case pageAtLogin, emptyLogin, busyLogin
    /// It gives sessions and does not accept them.
    case deaf

    static let atLogin: [Mood] = [.pageAtLogin, .emptyLogin, .busyLogin]

    /// Whether no session can be had or used.
    var keepsOut: Bool { self == .deaf || Mood.atLogin.contains(self) }

    /// What comes instead of any work; nil when the request may go on.
    func instead(isLogin: Bool) -> ServedReply? {
        switch self {
        case .foreignSuccess: nil
        case .foreignErrors:
            isLogin ? nil : Mood.answer("E-77", "Hệ thống tạm thời gián đoạn")
        case .pageAtLogin where isLogin:
            ServedReply(
                contentType: "text/html",
                body: .bytes(Array("<html><body>Bảo trì hệ thống</body></html>".utf8)))
        case .emptyLogin where isLogin: ServedReply(body: .bytes([]))
        case .busyLogin where isLogin:
            ServedReply(
                status: 503, contentType: "text/plain", body: .bytes(Array("Busy".utf8)))
        case .pageAtLogin, .emptyLogin, .busyLogin: nil
        case .deaf:
            isLogin
                ? nil
                : Mood.answer("-1", "Phiên làm việc (session) không hợp lệ hoặc đã hết hạn")
        }
    }

    /// What becomes of an answer to anything but a login.
    func reworded(_ reply: ServedReply) -> ServedReply {
        guard self == .foreignSuccess, reply.status == 200, reply.manner == .whole,
            let value = try? JSONValue(parsing: reply.bytes),
            let code = value["error_code"]?.text, code == "0" || code == "00",
            // What was looked up is not hidden.
            value["result"] == nil
        else { return reply }
        return Mood.answer("1", "Thành công")
    }

    /// A session's end in the portal's own words.
    static func inItsOwnWords(_ reply: ServedReply) -> ServedReply {
        let text = String(decoding: reply.bytes, as: UTF8.self)
        guard text.contains("(session) không hợp lệ") else { return reply }
        return answer("401", "Unauthorized")
    }

    private static func answer(_ code: String, _ message: String) -> ServedReply {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("error_code", code)
        writer.member("message", message)
        writer.endObject()
        return ServedReply(body: .bytes(writer.finish()))
    }
}
