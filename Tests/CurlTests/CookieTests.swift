import Curl
import Testing
import Wire

@Suite("Cookies of a load balancer", .timeLimit(.minutes(2))) struct CookieTests {
    /// A server that gives a cookie to whoever has none, and what it was brought each time.
    private func brought(
        cookies: Bool, _ name: @escaping @Sendable (Int) -> String = { _ in "node=a" },
        _ body: (Client, SocketServer) throws -> Void
    ) throws -> [String?] {
        let seen = Seen<Peer.Request>()
        let server = try SocketServer { peer in
            while let request = peer.readRequest() {
                seen.note(request)
                peer.answer("200 OK", ["Set-Cookie: \(name(seen.all.count)); Path=/; HttpOnly"])
            }
        }
        defer { server.stop() }
        let client = try Client { $0.cookies = cookies }
        try body(client, server)
        client.loop.close()
        return seen.all.map { $0.header("Cookie") }
    }

    private func send(_ client: Client, _ server: SocketServer, beginsSession: Bool = false) throws
    {
        var exchange = HTTPExchange(token: 7, request: HTTPRequest(url: server.url("/a")))
        exchange.beginsSession = beginsSession
        client.loop.submit([exchange])
        _ = try client.wait(1)
    }

    @Test("come back where the contract says so, and are forgotten when a session begins")
    func sticky() throws {
        let brought = try brought(cookies: true) { client, server in
            try send(client, server, beginsSession: true)
            try send(client, server)
            try send(client, server)
            try send(client, server, beginsSession: true)
            try send(client, server)
        }
        #expect(brought == [nil, "node=a", "node=a", nil, "node=a"])
    }

    @Test("are kept by nobody else")
    func none() throws {
        let brought = try brought(cookies: false) { client, server in
            for _ in 0..<3 { try send(client, server) }
        }
        #expect(brought == [nil, nil, nil])
    }

    @Test("are few, whatever a server gives")
    func bounded() throws {
        let brought = try brought(cookies: true, { "n\($0)=1" }) { client, server in
            for _ in 0..<600 { try send(client, server) }
        }
        let most = brought.compactMap { $0?.split(separator: ";").count }.max() ?? 0
        #expect(most > 50 && most <= 306, "\(most)")
        #expect(brought.last.flatMap { $0?.split(separator: ";").count } ?? 999 < 200)
    }
}
