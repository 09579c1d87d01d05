import Curl
import Glibc
import Testing
import Wire

/// What matters most of a failure: whether the destination can have seen the request.
@Suite("A failed exchange", .timeLimit(.minutes(2))) struct FailureTests {
    @Test("with a name that does not resolve cannot have arrived")
    func unresolvable() throws {
        let client = try Client { $0.connectTimeoutMilliseconds = 5000 }
        let failure = try client.failure(HTTPRequest(url: "http://lienthong.invalid/"))
        #expect(failure.kind == .unreachable)
        #expect(!failure.mayHaveArrived)
    }

    @Test("with a refused connection cannot have arrived")
    func refused() throws {
        // Bound and not listening, so that no one else can take the port.
        let (descriptor, port) = try listenOnLoopback(backlog: -1)
        defer { close(descriptor) }
        let failure = try Client().failure(HTTPRequest(url: "http://127.0.0.1:\(port)/"))
        #expect(failure.kind == .unreachable)
        #expect(!failure.mayHaveArrived)
        #expect(failure.detail.contains("127.0.0.1"))
    }

    @Test("with a host that swallows connections is unreachable after the time for connecting")
    func swallowed() throws {
        let (listener, port) = try listenOnLoopback(backlog: 0)
        // No one accepts: once the queue is full, the kernel drops what knocks.
        let knocking = (0..<8).map { _ in connectToLoopback(port, nonBlocking: true) }
        defer { for descriptor in knocking + [listener] { close(descriptor) } }
        let failure = try Client { $0.connectTimeoutMilliseconds = 200 }.failure(
            HTTPRequest(url: "http://127.0.0.1:\(port)/"))
        #expect(failure.kind == .unreachable)
        #expect(!failure.mayHaveArrived)
    }

    @Test("whose TLS never comes about cannot have arrived")
    func silentHandshake() throws {
        let server = try SocketServer { peer in peer.waitForEnd() }
        defer { server.stop() }
        let url = server.url(scheme: "https")
        let hung = try Client { $0.connectTimeoutMilliseconds = 200 }.failure(HTTPRequest(url: url))
        #expect(hung.kind == .unreachable)
        #expect(!hung.mayHaveArrived)
        let over = try Client().failure(HTTPRequest(url: url, timeoutMilliseconds: 200))
        #expect(over.kind == .timedOut)
        #expect(!over.mayHaveArrived)
    }

    @Test("whose TLS is cut or answered in plain text cannot have arrived")
    func brokenHandshake() throws {
        for (cut, kind) in [(true, HTTPFailure.Kind.unreachable), (false, .insecure)] {
            let server = try SocketServer { peer in
                _ = peer.read(exactly: 5)
                if !cut {
                    peer.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                    peer.waitForEnd()
                }
            }
            defer { server.stop() }
            let failure = try Client().failure(HTTPRequest(url: server.url(scheme: "https")))
            #expect(failure.kind == kind)
            #expect(!failure.mayHaveArrived)
        }
    }

    @Test(
        "whose connection ends unanswered may have arrived",
        arguments: [1, 1000], [false, true])
    func unanswered(read: Int, withReset: Bool) throws {
        let server = try SocketServer { peer in
            _ = peer.read(exactly: read)
            if withReset { peer.reset() }
        }
        defer { server.stop() }
        let failure = try Client().failure(
            HTTPRequest(url: server.url(), body: [UInt8](repeating: 1, count: 2000)))
        #expect(failure.kind == .interrupted)
        #expect(failure.mayHaveArrived)
    }

    @Test("that is cut before anyone read is called unsent only while nothing was sent")
    func cutAtOnce() throws {
        let server = try SocketServer { peer in peer.reset() }
        defer { server.stop() }
        let client = try Client()
        for _ in 0..<20 {
            // Which of the two it is depends on who is faster, the reset or the request.
            let failure = try client.failure(HTTPRequest(url: server.url(), body: [1]))
            #expect(failure.kind == (failure.mayHaveArrived ? .interrupted : .unreachable))
        }
    }

    @Test("whose answer does not come in time may have arrived")
    func slow() throws {
        let server = try SocketServer { peer in
            _ = peer.readRequest()
            peer.waitForEnd()
        }
        defer { server.stop() }
        let failure = try Client().failure(HTTPRequest(url: server.url(), timeoutMilliseconds: 200))
        #expect(failure.kind == .timedOut)
        #expect(failure.mayHaveArrived)
    }

    @Test("whose answer trickles is over at the time-out all the same")
    func trickle() throws {
        let server = try SocketServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 OK\r\nX: ")
            while peer.write("x") { usleep(5000) }
        }
        defer { server.stop() }
        let failure = try Client().failure(HTTPRequest(url: server.url(), timeoutMilliseconds: 300))
        #expect(failure.kind == .timedOut)
        #expect(failure.mayHaveArrived)
    }

    @Test("that never got one of the host's connections cannot have arrived")
    func crowded() throws {
        let seen = Seen<String>()
        let server = try SocketServer { peer in
            while let request = peer.readRequest() {
                seen.note(request.path)
                peer.waitForEnd()
            }
        }
        defer { server.stop() }
        let client = try Client { $0.maxConnectionsPerHost = 1 }
        let ends = try client.send([
            HTTPRequest(url: server.url("/first"), timeoutMilliseconds: 600),
            HTTPRequest(url: server.url("/second"), timeoutMilliseconds: 200),
        ])
        #expect(seen.all == ["/first"])
        let failures = ends.compactMap { end in
            if case .failure(let failure) = end.result { failure } else { nil }
        }
        #expect(failures.map(\.kind) == [.timedOut, .timedOut])
        #expect(failures.map(\.mayHaveArrived) == [true, false])
    }

    @Test("never says what was sent or answered")
    func quiet() throws {
        let secret = "000123456789"
        let server = try SocketServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 \(secret)\r\n\(secret) without colon\r\n\(secret)")
        }
        defer { server.stop() }
        let client = try Client()
        for url in [server.url("/\(secret)?q=\(secret)"), "http://127.0.0.1:\(secret)/"] {
            let failure = try client.failure(
                HTTPRequest(
                    url: url, headers: [HTTPHeader("X", secret)], body: Array(secret.utf8)))
            #expect(!failure.detail.isEmpty)
            #expect(!failure.detail.contains(secret))
        }
    }
}
