import Testing
import Wire

@testable import LienThong

@Suite("An answer to a login") struct StrangeAnswerTests {
    private func words(_ status: Int, _ body: String, type: String? = nil, isXML: Bool = false)
        -> String?
    {
        StrangeAnswer(
            HTTPResponse(status: status, body: Array(body.utf8), contentType: type), isXML: isXML)?
            .words
    }

    @Test(
        "that no password can be blamed for is told as it is, without its text",
        arguments: [
            (503, "", nil as String?, "HTTP 503, 0 bytes"),
            (503, "{}", "application/json", "HTTP 503, application/json, 2 bytes"),
            (404, "{\"error\":\"no such path\"}", nil, "HTTP 404, 24 bytes"),
            (200, "<html><h1>Bảo trì</h1></html>", "text/html", "HTTP 200, text/html, 32 bytes"),
            (200, "", nil, "HTTP 200, 0 bytes"),
            (429, "{}", nil, "HTTP 429, 2 bytes"),
        ])
    func strange(_ status: Int, _ body: String, _ type: String?, _ expected: String) {
        #expect(words(status, body, type: type) == expected)
    }

    @Test("that is the destination's own is judged by its contract")
    func own() {
        #expect(words(200, "{\"error_code\":\"7\"}") == nil)
        #expect(words(401, "") == nil)
        #expect(words(403, "<html></html>", type: "text/html") == nil)
        #expect(words(400, " {\"a\":1}") == nil)
        #expect(words(500, "<Envelope/>", isXML: true) == nil)
        #expect(words(500, "{}", isXML: true) != nil)
    }
}
