import Curl
import Execution
import Glibc
import Operating
import Synchronization
import Testing
import Wire

@Suite("A transfer loop", .timeLimit(.minutes(2))) struct LifetimeTests {
    @Test("ends every exchange exactly once, whatever the server does and whenever it is closed")
    func exactlyOnce() throws {
        let server = try SocketServer { peer in
            var generator = SystemRandomNumberGenerator()
            while peer.readRequest() != nil {
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: return
                case 1:
                    peer.reset()
                    return
                case 2:
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
                    return
                case 3: peer.waitForEnd()
                default: peer.answer("200 OK", [], [UInt8](repeating: 1, count: 2000))
                }
            }
        }
        defer { server.stop() }
        for round in 0..<20 {
            let client = try Client { $0.maxConnectionsPerHost = 8 }
            let requests = (0..<100).map { number in
                HTTPRequest(
                    method: number % 3 == 0 ? .get : .post, url: server.url(), body: [1, 2],
                    timeoutMilliseconds: number % 2 == 0 ? 50 : 60_000)
            }
            client.submit(requests)
            let early = try client.wait(round * 2)
            client.loop.close()
            let tokens = (early + client.loop.completions()).map(\.token).sorted()
            #expect(tokens == Array(1...100))
        }
    }

    @Test("takes exchanges from many threads at once")
    func manyThreads() throws {
        let server = try SocketServer { peer in
            while let request = peer.readRequest() { peer.answer("200 OK", [], request.body) }
        }
        defer { server.stop() }
        let client = try Client { $0.maxConnectionsPerHost = 8 }
        let loop = client.loop
        let url = server.url()
        let threads = (0..<4).map { thread in
            OwnedThread(name: "sender") {
                for number in 0..<100 {
                    let token = UInt64(thread * 100 + number)
                    loop.submit([
                        HTTPExchange(
                            token: token,
                            request: HTTPRequest(url: url, body: Array("\(token)".utf8)))
                    ])
                }
            }
        }
        for thread in threads { thread.join() }
        let ends = try client.wait(400)
        #expect(ends.map(\.token).sorted() == Array(0..<400))
        for end in ends { #expect(try end.result.get().body == Array("\(end.token)".utf8)) }
        client.loop.close()
    }

    @Test("that is closed cancels what is under way, and says what may have arrived")
    func cancels() throws {
        let reading = Gate()
        let server = try SocketServer { peer in
            guard peer.readRequest() != nil else { return }
            reading.open()
            peer.waitForEnd()
        }
        defer { server.stop() }
        let client = try Client { $0.maxConnectionsPerHost = 1 }
        client.submit([HTTPRequest(url: server.url()), HTTPRequest(url: server.url())])
        reading.pass()
        client.loop.close()
        let ends = client.loop.completions().sorted { $0.token < $1.token }
        let failures = ends.compactMap { end in
            if case .failure(let failure) = end.result { failure } else { nil }
        }
        #expect(failures.map(\.kind) == [.cancelled, .cancelled])
        #expect(failures.map(\.mayHaveArrived) == [true, false])
    }

    @Test("that was closed ends at once what is submitted, rings for it, and may be closed again")
    func afterClose() throws {
        let bell = Doorbell()
        let loop = try TransferLoop(TransferSettings()) { bell.ring() }
        loop.close()
        loop.submit([HTTPExchange(token: 7, request: HTTPRequest(url: "https://127.0.0.1:1/"))])
        #expect(bell.wait(milliseconds: 0))
        let ends = loop.completions()
        #expect(ends.map(\.token) == [7])
        guard case .failure(let failure) = ends[0].result else {
            Issue.record("nothing can be answered after closing")
            return
        }
        #expect(failure.kind == .cancelled)
        #expect(!failure.mayHaveArrived)
        loop.close()
        #expect(loop.completions().isEmpty)
    }

    @Test("that no one holds any more closes its connections")
    func released() throws {
        let ended = Gate()
        let answered = Gate()
        let server = try SocketServer { peer in
            guard peer.readRequest() != nil else { return }
            peer.answer()
            answered.open()
            peer.waitForEnd()
            ended.open()
        }
        defer { server.stop() }
        do {
            let client = try Client()
            #expect(try client.answer(HTTPRequest(url: server.url())).status == 200)
            answered.pass()
        }
        ended.pass()
        #expect(server.connections == 1)
    }

    @Test("rings once for a batch at least, never for nothing")
    func rings() throws {
        let rings = Mutex(0)
        let server = try SocketServer { peer in while peer.readRequest() != nil { peer.answer() } }
        defer { server.stop() }
        let bell = Doorbell()
        var settings = TransferSettings()
        settings.allowPlainHTTP = true
        let counter = Seen<Int>()
        let loop = try TransferLoop(settings) {
            counter.note(1)
            bell.ring()
        }
        loop.submit([])
        loop.submit(
            (0..<64).map { HTTPExchange(token: $0, request: HTTPRequest(url: server.url())) })
        var ends = 0
        while ends < 64 {
            try #require(bell.wait(milliseconds: 60_000))
            ends += loop.completions().count
        }
        #expect((1...64).contains(counter.count))
        rings.withLock { $0 = counter.count }
        loop.close()
        #expect(rings.withLock { $0 } == counter.count)
    }

    @Test("refuses files that it cannot use, by name and with the fix")
    func unusableFiles() throws {
        let folder = try TemporaryFolder()
        let empty = try folder.write("empty.pem", "nothing\n")
        let certificate = try folder.write("cert.pem", "-----BEGIN CERTIFICATE-----\n")
        let locked = try folder.write("locked.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
        let old = try folder.write(
            "old.pem", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n")
        let missing = folder.path("missing.pem")
        let cases: [(String, String, (inout TransferSettings) -> Void)] = [
            ("LT-5001", missing, { $0.caFile = missing }),
            ("LT-5001", empty, { $0.caFile = empty }),
            ("LT-5002", missing, { ($0.clientCertificate, $0.clientKey) = (missing, locked) }),
            ("LT-5002", empty, { ($0.clientCertificate, $0.clientKey) = (empty, locked) }),
            ("LT-5003", missing, { ($0.clientCertificate, $0.clientKey) = (certificate, missing) }),
            ("LT-5003", empty, { ($0.clientCertificate, $0.clientKey) = (certificate, empty) }),
            ("LT-5003", locked, { ($0.clientCertificate, $0.clientKey) = (certificate, locked) }),
            ("LT-5003", old, { ($0.clientCertificate, $0.clientKey) = (certificate, old) }),
            ("LT-5004", certificate, { $0.clientCertificate = certificate }),
            ("LT-5004", locked, { $0.clientKey = locked }),
        ]
        for (code, file, change) in cases {
            let trouble = #expect(throws: Trouble.self) { _ = try Client(change) }
            #expect(trouble?.code == code)
            #expect(trouble?.english.contains(file) == true)
            #expect(trouble?.vietnamese.contains(file) == true)
        }
    }
}
