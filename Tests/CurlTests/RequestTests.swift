import Curl
import Testing
import Wire

@Suite("A request on the wire", .timeLimit(.minutes(2))) struct RequestTests {
    /// What the server read of each request, one after another over one connection.
    private func record(_ requests: [HTTPRequest]) throws -> [Peer.Request] {
        let seen = Seen<Peer.Request>()
        let server = try SocketServer { peer in
            while let request = peer.readRequest() {
                seen.note(request)
                peer.answer()
            }
        }
        defer { server.stop() }
        let client = try Client()
        for request in requests {
            var request = request
            request.url = server.url(request.url)
            #expect(try client.answer(request).status == 200)
        }
        client.loop.close()
        #expect(server.connections == 1)
        return seen.all
    }

    @Test("keeps nothing of the request that its handle carried before")
    func handlesAreClean() throws {
        let body = Array("{\"a\":1}".utf8)
        let seen = try record([
            HTTPRequest(
                method: .post, url: "/a", headers: [HTTPHeader("X-One", "1")], body: body),
            HTTPRequest(method: .get, url: "/b"),
            HTTPRequest(method: .put, url: "/c", body: [1, 2, 3]),
            HTTPRequest(method: .post, url: "/d"),
            HTTPRequest(method: .get, url: "/d"),
        ])
        #expect(
            seen.map(\.line) == [
                "POST /a HTTP/1.1", "GET /b HTTP/1.1", "PUT /c HTTP/1.1", "POST /d HTTP/1.1",
                "GET /d HTTP/1.1",
            ])
        #expect(seen.map(\.body) == [body, [], [1, 2, 3], [], []])
        #expect(seen.map { $0.header("X-One") } == ["1", nil, nil, nil, nil])
        #expect(seen[3].header("Content-Length") == "0")
        #expect(seen[4].header("Content-Length") == nil)
    }

    @Test("carries its own headers on a handle that carried others, whatever of them is the same")
    func headersFollow() throws {
        let type = HTTPHeader("Content-Type", "application/json")
        let given: [[HTTPHeader]] = [
            [type, HTTPHeader("Idempotency-Key", "\"aa\"")],
            [type, HTTPHeader("Idempotency-Key", "\"bb\"")],
            [type, HTTPHeader("Idempotency-Key", "\"ccc\"")],
            [type, HTTPHeader("Idempotency-Kex", "\"ddd\"")],
            [type, HTTPHeader("Idempotency-Kex", "")],
            [type, HTTPHeader("Idempotency-Kex", "")],
            [HTTPHeader("Content-Type", "application/jsom"), HTTPHeader("X", "e")],
            [HTTPHeader("X", "f")],
            [],
            [type],
        ]
        let seen = try record(given.map { HTTPRequest(url: "/", headers: $0, body: [1]) })
        let own: Set<String> = [
            "host", "accept", "user-agent", "accept-encoding", "content-length", "connection",
        ]
        let others = seen.map { request in
            request.headers.filter { !own.contains($0.name.lowercased()) }
        }
        #expect(others.map { $0.map(\.name) } == given.map { $0.map(\.name) })
        #expect(others.map { $0.map(\.value) } == given.map { $0.map(\.value) })
        #expect(seen.allSatisfy { $0.header("User-Agent") == "lienthongd" })
    }

    @Test("that would break out of its line does not go, nor spoils the next on its handle")
    func brokenHeader() throws {
        let seen = Seen<Peer.Request>()
        let server = try SocketServer { peer in
            while let request = peer.readRequest() {
                seen.note(request)
                peer.answer()
            }
        }
        defer { server.stop() }
        let client = try Client()
        func request(_ value: String) -> HTTPRequest {
            HTTPRequest(url: server.url(), headers: [HTTPHeader("X-Long", value)], body: [1])
        }
        #expect(try client.answer(request("abcd")).status == 200)
        #expect(try client.failure(request("a\r\nb")).kind == .unsendable)
        #expect(try client.answer(request("efgh")).status == 200)
        client.loop.close()
        #expect(seen.all.map { $0.header("X-Long") } == ["abcd", "efgh"])
    }

    @Test("carries the headers that it was given, an empty one too, and none that lies")
    func headers() throws {
        let seen = try record([
            HTTPRequest(
                url: "/",
                headers: [
                    HTTPHeader("Idempotency-Key", "\"0f\""), HTTPHeader("X-Empty", ""),
                    HTTPHeader("X-Text", "hồ sơ"),
                ], body: [0x7B, 0x7D]),
            HTTPRequest(
                url: "/",
                headers: [
                    HTTPHeader("content-type", "application/json"), HTTPHeader("User-Agent", "x/1"),
                ], body: [0x7B, 0x7D]),
        ])
        #expect(seen[0].header("Idempotency-Key") == "\"0f\"")
        #expect(seen[0].header("X-Empty") == "")
        #expect(seen[0].header("X-Text") == "hồ sơ")
        #expect(seen[0].header("Content-Type") == nil)
        #expect(seen[0].header("User-Agent") == "lienthongd")
        #expect(seen[0].header("Accept-Encoding") == "gzip, deflate")
        #expect(seen[1].header("Content-Type") == "application/json")
        #expect(
            seen[1].headers.filter { $0.name.lowercased() == "user-agent" }.map(\.value) == ["x/1"])
    }

    @Test(
        "arrives whole whatever its size, without waiting for leave",
        arguments: [0, 1, 8192, 8193, 70_000, 5_000_000])
    func sizes(count: Int) throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let seen = try record([
            HTTPRequest(url: "/", body: body), HTTPRequest(url: "/", body: [9]),
            HTTPRequest(url: "/", body: body),
        ])
        #expect(seen[0].body == body)
        #expect(seen[1].body == [9])
        #expect(seen[2].body == body)
        #expect(seen.allSatisfy { $0.header("Expect") == nil })
    }

    @Test(
        "is not sent when it is none",
        arguments: [
            HTTPRequest(url: ""),
            HTTPRequest(url: "no address"),
            HTTPRequest(url: "http://127.0.0.1:1/a\u{0}b"),
            HTTPRequest(url: "http://127.0.0.1:99999/"),
            HTTPRequest(url: "ftp://127.0.0.1:1/"),
            HTTPRequest(url: "file:///etc/passwd"),
            HTTPRequest(url: "http://user:secret@127.0.0.1:1/"),
            HTTPRequest(url: "http://127.0.0.1:1/", headers: [HTTPHeader("X", "a\r\nY: b")]),
            HTTPRequest(url: "http://127.0.0.1:1/", headers: [HTTPHeader("X", "a\u{0}b")]),
            HTTPRequest(url: "http://127.0.0.1:1/", headers: [HTTPHeader("X\n", "a")]),
            HTTPRequest(url: "http://127.0.0.1:1/", headers: [HTTPHeader("", "a")]),
            HTTPRequest(url: "http://127.0.0.1:1/", headers: [HTTPHeader("X:", "a")]),
        ])
    func unsendable(request: HTTPRequest) throws {
        let failure = try Client().failure(request)
        #expect(failure.kind == .unsendable)
        #expect(!failure.mayHaveArrived)
        #expect(!failure.detail.contains("secret"))
    }

    @Test("goes out over TLS only, unless plain HTTP is allowed")
    func plainRefused() throws {
        let server = try SocketServer { peer in while peer.readRequest() != nil { peer.answer() } }
        defer { server.stop() }
        let failure = try Client { $0.allowPlainHTTP = false }.failure(
            HTTPRequest(url: server.url()))
        #expect(failure.kind == .unsendable)
        #expect(!failure.mayHaveArrived)
        #expect(server.connections == 0)
    }
}
