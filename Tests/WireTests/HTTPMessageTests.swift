import Testing
import Wire

@Suite("HTTP messages") struct HTTPMessageTests {
    @Test("never print what they carry")
    func quiet() {
        let request = HTTPRequest(
            url: "https://portal.invalid/?session=secret", headers: [HTTPHeader("A", "secret")],
            body: Array("secret".utf8))
        let response = HTTPResponse(status: 200, body: Array("secret".utf8))
        for text in [
            "\(request)", String(describing: request), "\(response)", String(describing: response),
            "\(HTTPExchange(token: 1, request: request))", "\(Optional(request) as Any)",
        ] {
            #expect(!text.contains("secret"))
        }
        #expect("\(request)" == "POST (6 bytes)")
        #expect("\(response)" == "HTTP 200 (6 bytes)")
    }

    @Test("never reflect what they carry")
    func dumped() {
        var text = ""
        dump(HTTPRequest(url: "secret", body: Array("secret".utf8)), to: &text)
        dump(HTTPResponse(status: 200, body: Array("secret".utf8)), to: &text)
        #expect(!text.contains("secret"))
        #expect(!text.contains("115"))
        let debug = String(reflecting: HTTPRequest(url: "secret"))
        #expect(!debug.contains("secret"))
    }
}
