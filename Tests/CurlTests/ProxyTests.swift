import Curl
import Testing
import Wire

@Suite("Through a proxy", .timeLimit(.minutes(2))) struct ProxyTests {
    @Test("TLS runs in a tunnel, to the host whose certificate is asked for")
    func tunnel() throws {
        let folder = try TemporaryFolder()
        let authority = try Authority("own", in: folder)
        let nginx = try Nginx(
            certificate: authority.issue("p", for: "IP:127.0.0.1"),
            server: "location / { return 200 \"$request_method\"; }")
        let proxy = try ProxyServer()
        defer { proxy.server.stop() }
        let client = try Client {
            $0.caFile = authority.certificate
            $0.proxy = proxy.address
        }
        for _ in 0..<3 {
            let answer = try client.answer(HTTPRequest(url: nginx.url(), body: [1]))
            #expect(answer.body == Array("POST".utf8))
            // The proxy's own header is not the destination's.
            #expect(answer.retryAfter == nil)
        }
        #expect(proxy.asked.all == ["CONNECT 127.0.0.1:\(nginx.port) HTTP/1.1"])
        client.loop.close()
    }

    @Test("that refuses the tunnel nothing is sent", arguments: ["403 Forbidden", "503 Busy"])
    func refused(status: String) throws {
        let proxy = try ProxyServer(refusal: status)
        defer { proxy.server.stop() }
        let failure = try Client { $0.proxy = proxy.address }.failure(
            HTTPRequest(url: "https://127.0.0.1:1/", body: [1]))
        #expect(failure.kind == .unreachable)
        #expect(!failure.mayHaveArrived)
    }

    @Test("that is not there nothing is sent")
    func missing() throws {
        let (descriptor, port) = try listenOnLoopback(backlog: -1)
        defer { closeDescriptor(descriptor) }
        for url in ["https://127.0.0.1:1/", "http://127.0.0.1:1/"] {
            let failure = try Client { $0.proxy = "http://127.0.0.1:\(port)" }.failure(
                HTTPRequest(url: url, body: [1]))
            #expect(failure.kind == .unreachable)
            #expect(!failure.mayHaveArrived)
        }
    }

    @Test("a plain request names the whole address")
    func plain() throws {
        let proxy = try ProxyServer()
        defer { proxy.server.stop() }
        let client = try Client { $0.proxy = proxy.address }
        #expect(
            try client.answer(HTTPRequest(method: .get, url: "http://portal.invalid/x")).status
                == 200)
        #expect(proxy.asked.all == ["GET http://portal.invalid/x HTTP/1.1"])
        client.loop.close()
    }
}
