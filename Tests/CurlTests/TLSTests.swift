import Curl
import Testing
import Wire

@Suite("TLS", .timeLimit(.minutes(2))) struct TLSTests {
    private let folder: TemporaryFolder
    private let authority: Authority
    private let answering =
        "location / { return 200 \"$ssl_protocol $server_protocol $connection\"; }"

    init() throws {
        folder = try TemporaryFolder()
        authority = try Authority("own", in: folder)
    }

    private func client(_ change: (inout TransferSettings) -> Void = { _ in }) throws -> Client {
        try Client { settings in
            settings.allowPlainHTTP = false
            settings.caFile = authority.certificate
            change(&settings)
        }
    }

    private func words(_ response: HTTPResponse) -> [String] {
        String(decoding: response.body, as: UTF8.self).split(separator: " ").map(String.init)
    }

    @Test("trusts our authority for the host that the certificate names")
    func trusted() throws {
        let nginx = try Nginx(
            certificate: authority.issue("a", for: "IP:127.0.0.1"),
            server: "ssl_protocols TLSv1.2 TLSv1.3; \(answering)")
        let client = try client()
        let requests = (0..<100).map { _ in HTTPRequest(url: nginx.url(), body: [1]) }
        let answers = try client.send(requests).map { words(try $0.result.get()) }
        #expect(answers.allSatisfy { $0[0] == "TLSv1.3" && $0[1] == "HTTP/1.1" })
        client.loop.close()
    }

    private func refusal(_ nginx: Nginx, _ client: Client) throws -> HTTPFailure {
        try client.failure(HTTPRequest(url: nginx.url(), body: [1]))
    }

    @Test("refuses a certificate for another host, with nothing sent")
    func wrongHost() throws {
        let nginx = try Nginx(
            certificate: authority.issue("b", for: "DNS:other.invalid"), server: answering)
        let failure = try refusal(nginx, client())
        #expect(failure.kind == .insecure)
        #expect(!failure.mayHaveArrived)
    }

    @Test("refuses an expired certificate, with nothing sent")
    func expired() throws {
        let nginx = try Nginx(
            certificate: authority.issue("c", for: "IP:127.0.0.1", expired: true),
            server: answering)
        let failure = try refusal(nginx, client())
        #expect(failure.kind == .insecure)
        #expect(!failure.mayHaveArrived)
        #expect(failure.detail.contains("expired"))
    }

    @Test("refuses an authority that is not ours, with nothing sent")
    func unknownAuthority() throws {
        let other = try Authority("other", in: folder)
        let nginx = try Nginx(certificate: other.issue("d", for: "IP:127.0.0.1"), server: answering)
        for client in [try client(), try client { $0.caFile = nil }] {
            let failure = try refusal(nginx, client)
            #expect(failure.kind == .insecure)
            #expect(!failure.mayHaveArrived)
        }
    }

    @Test("is never older than 1.2")
    func oldProtocol() throws {
        let certificate = try authority.issue("e", for: "IP:127.0.0.1")
        func nginx(_ version: String) throws -> Nginx {
            try Nginx(
                certificate: certificate,
                server: "ssl_protocols \(version); ssl_ciphers ALL:@SECLEVEL=0; \(answering)")
        }
        let old = try nginx("TLSv1.1")
        let failure = try refusal(old, client())
        #expect(failure.kind == .insecure)
        #expect(!failure.mayHaveArrived)
        let sufficient = try nginx("TLSv1.2")
        #expect(
            words(try client().answer(HTTPRequest(url: sufficient.url(), body: [1])))[0]
                == "TLSv1.2")
    }

    @Test("shows our certificate to a destination that asks for it")
    func mutual() throws {
        let nginx = try Nginx(
            certificate: authority.issue("f", for: "IP:127.0.0.1"),
            server: """
                ssl_client_certificate \(authority.certificate);
                ssl_verify_client on;
                location / { return 200 "$ssl_client_verify $ssl_client_s_dn"; }
                """)
        let ours = try authority.issue("province", for: "DNS:province.invalid")
        let known = try client {
            ($0.clientCertificate, $0.clientKey) = (ours.certificate, ours.key)
        }
        let answer = try known.answer(HTTPRequest(url: nginx.url(), body: [1]))
        #expect(words(answer) == ["SUCCESS", "CN=province"])
        // nginx tells a stranger in HTTP.
        #expect(try client().answer(HTTPRequest(url: nginx.url(), body: [1])).status == 400)
    }

    @Test("with a destination that refuses our certificate is insecure", arguments: ["1_2", "1_3"])
    func certificateRefused(version: String) throws {
        let openssl = try Command.path("openssl", package: "openssl")
        let pair = try authority.issue("g", for: "IP:127.0.0.1")
        let (descriptor, port) = try listenOnLoopback(backlog: -1)
        closeDescriptor(descriptor)
        let server = try Running([
            openssl, "s_server", "-accept", "127.0.0.1:\(port)", "-cert", pair.certificate,
            "-key", pair.key, "-CAfile", authority.certificate, "-Verify", "1",
            "-verify_return_error", "-www", "-tls\(version)",
        ])
        defer {
            server.stop()
        }
        let client = try client()
        var failure: HTTPFailure
        repeat {
            failure = try client.failure(HTTPRequest(url: "https://127.0.0.1:\(port)/", body: [1]))
        } while failure.kind == .unreachable && server.isRunning
        #expect(failure.kind == .insecure)
        // TLS 1.3 lets a client speak before the server has looked at its certificate.
        #expect(failure.mayHaveArrived == (version == "1_3"))
    }

    @Test("with a key that belongs to another certificate sends nothing")
    func mismatchedKey() throws {
        let nginx = try Nginx(
            certificate: authority.issue("h", for: "IP:127.0.0.1"), server: answering)
        let one = try authority.issue("one", for: "DNS:one.invalid")
        let two = try authority.issue("two", for: "DNS:two.invalid")
        let failure = try refusal(
            nginx, client { ($0.clientCertificate, $0.clientKey) = (one.certificate, two.key) })
        #expect(failure.kind == .unsendable)
        #expect(!failure.mayHaveArrived)
    }

    @Test("with HTTP/2 carries many exchanges over one connection")
    func multiplexing() throws {
        let nginx = try Nginx(
            certificate: authority.issue("i", for: "IP:127.0.0.1"), http2: true, server: answering)
        let client = try client { $0.http2 = true }
        for _ in 0..<3 {
            let requests = (0..<200).map { _ in HTTPRequest(url: nginx.url(), body: [1, 2, 3]) }
            let answers = try client.send(requests).map { words(try $0.result.get()) }
            #expect(answers.allSatisfy { $0[1] == "HTTP/2.0" })
            #expect(Set(answers.map { $0[2] }).count == 1)
        }
        client.loop.close()
    }

    @Test("with HTTP/2 falls back to HTTP/1.1 where the destination has no other")
    func fallback() throws {
        let nginx = try Nginx(
            certificate: authority.issue("j", for: "IP:127.0.0.1"), server: answering)
        let client = try client { $0.http2 = true }
        let requests = (0..<100).map { _ in HTTPRequest(url: nginx.url(), body: [1]) }
        let answers = try client.send(requests).map { words(try $0.result.get()) }
        #expect(answers.allSatisfy { $0[1] == "HTTP/1.1" })
        client.loop.close()
    }

    @Test("with HTTP/2 sends nothing twice when the server turns over its connections")
    func goingAway() throws {
        let log = folder.path("access.log")
        let nginx = try Nginx(
            certificate: authority.issue("k", for: "IP:127.0.0.1"), http2: true,
            server: "keepalive_requests 50; access_log \(log); \(answering)")
        let client = try client { $0.http2 = true }
        let ends = try client.send(
            (0..<1000).map { HTTPRequest(url: nginx.url("/dossier-\($0)-"), body: [1, 2, 3]) })
        #expect(ends.map(\.token) == Array(1...1000))
        var whole = 0
        for end in ends {
            switch end.result {
            case .success: whole += 1
            case .failure(let failure):
                #expect(failure.kind == .interrupted)
                #expect(failure.mayHaveArrived)
            }
        }
        #expect(whole >= 50)
        client.loop.close()
        nginx.stop()
        let lines = String(decoding: try folder.read("access.log"), as: UTF8.self)
            .split(separator: "\n").compactMap { line in
                line.split(separator: " ").first { $0.hasPrefix("/dossier-") }
            }
        #expect(Set(lines).count == lines.count)
        #expect(lines.count >= whole)
    }
}
