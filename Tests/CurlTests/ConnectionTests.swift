import Curl
import Execution
import Glibc
import Testing
import Wire

@Suite("Kept connections", .timeLimit(.minutes(2))) struct ConnectionTests {
    @Test("carry a thousand requests over no more of them than allowed")
    func reuse() throws {
        let server = try SocketServer { peer in
            while let request = peer.readRequest() { peer.answer("200 OK", [], request.body) }
        }
        defer { server.stop() }
        let client = try Client { $0.maxConnectionsPerHost = 4 }
        let requests = (0..<1000).map { number in
            HTTPRequest(url: server.url("/\(number % 7)"), body: Array(String(number).utf8))
        }
        var next = 0
        var bodies: [UInt64: [UInt8]] = [:]
        while bodies.count < 1000 {
            let batch = requests[next..<min(next + 50, 1000)]
            next += batch.count
            for end in try client.send(Array(batch)) {
                bodies[end.token] = try end.result.get().body
            }
        }
        #expect((1...1000).allSatisfy { bodies[UInt64($0)] == Array(String($0 - 1).utf8) })
        #expect((1...4).contains(server.connections))
        client.loop.close()
    }

    @Test("that the server announced to close are not used again")
    func announcedClose() throws {
        let server = try SocketServer { peer in
            _ = peer.readRequest()
            peer.answer("200 OK", ["Connection: close"])
        }
        defer { server.stop() }
        let client = try Client()
        for _ in 0..<20 {
            #expect(try client.answer(HTTPRequest(url: server.url(), body: [1])).status == 200)
        }
        #expect(server.connections == 20)
    }

    @Test("that the server closed while they were idle cost nothing")
    func closedWhileIdle() throws {
        let closed = Gate()
        let server = try SocketServer { peer in
            _ = peer.readRequest()
            peer.answer()
            if peer.number == 1 {
                shutdown(peer.descriptor, Int32(SHUT_RDWR))
                closed.open()
            }
        }
        defer { server.stop() }
        let client = try Client()
        #expect(try client.answer(HTTPRequest(url: server.url(), body: [1])).status == 200)
        closed.pass()
        #expect(try client.answer(HTTPRequest(url: server.url(), body: [2])).status == 200)
        #expect(server.connections == 2)
    }

    /// A server that answers the first request of its first connection, and takes the next one there
    /// without a word: what a destination does that dies after it has entered the dossier.
    private func dyingServer(_ seen: Seen<String>) throws -> SocketServer {
        try SocketServer { peer in
            guard let first = peer.readRequest() else { return }
            seen.note(first.path)
            peer.answer()
            while let next = peer.readRequest() {
                seen.note(next.path)
                if peer.number == 1 { return }
                peer.answer()
            }
        }
    }

    @Test(
        "that die with a request that changes something never have it sent again",
        arguments: [HTTPRequest.Method.post, .put])
    func neverTwice(method: HTTPRequest.Method) throws {
        let seen = Seen<String>()
        let server = try dyingServer(seen)
        defer { server.stop() }
        let client = try Client()
        let warmUp = HTTPRequest(method: method, url: server.url("/warm"), body: [1])
        #expect(try client.answer(warmUp).status == 200)
        let failure = try client.failure(
            HTTPRequest(method: method, url: server.url("/dossier"), body: [2]))
        #expect(failure.kind == .interrupted)
        #expect(failure.mayHaveArrived)
        // The loop goes on, and the next exchange on the same handle is a whole one.
        #expect(try client.answer(warmUp).status == 200)
        #expect(seen.all.filter { $0 == "/dossier" }.count == 1)
        client.loop.close()
    }

    @Test("that die with a question have it asked again")
    func questionAgain() throws {
        let seen = Seen<String>()
        let server = try dyingServer(seen)
        defer { server.stop() }
        let client = try Client()
        #expect(
            try client.answer(HTTPRequest(method: .get, url: server.url("/warm"))).status == 200)
        #expect(
            try client.answer(HTTPRequest(method: .get, url: server.url("/probe"))).status == 200)
        #expect(seen.all == ["/warm", "/probe", "/probe"])
        client.loop.close()
    }

    @Test("do not stand in each other's way: a host that hangs delays no other")
    func independentHosts() throws {
        let hanging = try SocketServer { peer in
            _ = peer.readRequest()
            peer.waitForEnd()
        }
        let quick = try SocketServer { peer in while peer.readRequest() != nil { peer.answer() } }
        defer {
            quick.stop()
            hanging.stop()
        }
        let client = try Client { $0.maxConnectionsPerHost = 2 }
        client.submit((0..<20).map { _ in HTTPRequest(url: hanging.url()) })
        let last = client.submit((0..<200).map { _ in HTTPRequest(url: quick.url()) })
        let ends = try client.wait(200)
        #expect(ends.allSatisfy { $0.token >= last })
        client.loop.close()
        #expect(client.loop.completions().count == 20)
    }
}
