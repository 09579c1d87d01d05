import Testing
import Wire

@testable import Sandbox

@Suite("The portal's sessions", .timeLimit(.minutes(1)))
struct PortalSessionTests {
    @Test("open with the right account, with an integer code")
    func login() throws {
        let harness = try PortalHarness()
        let answer = try #require(
            try harness.client.post(
                PortalHarness.login, #"{"username":"sandbox","password":"sandbox-password"}"#))
        #expect(answer.json?["error_code"] == .number("0"))
        #expect(answer.json?["session"]?.text?.isEmpty == false)
    }

    @Test(
        "stay shut for a wrong password or a malformed login, with HTTP 200",
        arguments: [
            (#"{"username":"sandbox","password":"x"}"#, []),
            (#"{"username":"sandbox"}"#, ["member-missing"]),
            (#"{"username":"sandbox","password":7}"#, ["type"]),
            (#"{"username":"sandbox","password":"sandbox-password","otp":""}"#, ["member-unknown"]),
            ("no json", ["json-syntax"]),
        ])
    func refused(_ body: String, _ rules: [String]) throws {
        let harness = try PortalHarness()
        let answer = try #require(try harness.client.post(PortalHarness.login, body))
        #expect(answer.status == 200)
        #expect(answer.code == "-1")
        #expect(answer.json?["session"] == nil)
        #expect(harness.rules == rules)
    }

    @Test("fail by chance (S2)")
    func chance() throws {
        let harness = try PortalHarness(["login_refused": "1"])
        let answer = try harness.client.post(
            PortalHarness.login, #"{"username":"sandbox","password":"sandbox-password"}"#)
        #expect(answer?.code == "-1")
        #expect(answer?.status == 200)
    }

    @Test("end after their time, and a new one goes on (S1)")
    func expiry() throws {
        let harness = try PortalHarness(["session_seconds": "60"])
        harness.session = try harness.openSession()
        harness.time.pass(milliseconds: 59_000)
        #expect(try harness.create(PortalRecords.dossier())?.code == "0")
        harness.time.pass(milliseconds: 1_000)
        let expired = try #require(try harness.probe())
        #expect(expired.code == "-1")
        #expect(expired.message.lowercased().contains("phiên làm việc"))
        harness.session = try harness.openSession()
        #expect(try harness.probe()?.code == "0")
        #expect(try harness.count("expired_sessions") == 1)
        // An expired session is the portal's doing, not a breach.
        #expect(harness.rules.isEmpty)
    }

    @Test("are forgotten by chance (S1)")
    func loss() throws {
        let harness = try PortalHarness(["session_loss": "1"])
        #expect(try harness.probe()?.code == "-1")
        try harness.set(["session_loss": "0"])
        #expect(try harness.probe()?.code == "-1", "the session is gone for good")
    }

    @Test("are not guessed: an unknown or missing one is refused")
    func unknown() throws {
        let harness = try PortalHarness()
        harness.session = "S-invented"
        #expect(try harness.probe()?.code == "-1")
        harness.session = ""
        #expect(try harness.probe()?.code == "-1")
    }
}
