import Curl
import TestSupport
import Testing
import Wire

@Suite("An answer", .timeLimit(.minutes(2))) struct AnswerTests {
    /// A server that reads one request and writes these bytes, then closes.
    private func serving(_ bytes: [UInt8]) throws -> SocketServer {
        try SocketServer { peer in
            guard peer.readRequest() != nil else { return }
            peer.write(bytes)
        }
    }

    private func answer(_ text: String, _ method: HTTPRequest.Method = .post) throws
        -> Result<HTTPResponse, HTTPFailure>
    {
        let server = try serving(Array(text.utf8))
        defer { server.stop() }
        return try Client().send(HTTPRequest(method: method, url: server.url(), body: [1]))
    }

    @Test("brings status, body and the two headers that matter")
    func whole() throws {
        let response = try answer(
            "HTTP/1.1 503 Busy\r\nretry-after:  120 \r\nCONTENT-TYPE: text/plain; charset=utf-8\r\n"
                + "Content-Length: 5\r\n\r\nhello"
        ).get()
        #expect(response.status == 503)
        #expect(response.retryAfter == "120")
        #expect(response.contentType == "text/plain; charset=utf-8")
        #expect(response.body == Array("hello".utf8))
    }

    @Test("without the headers has none, though the answer before it had")
    func headersDoNotLinger() throws {
        let server = try SocketServer { peer in
            _ = peer.readRequest()
            peer.answer("429 Slow Down", ["Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"])
            _ = peer.readRequest()
            peer.answer()
            peer.waitForEnd()
        }
        defer { server.stop() }
        let client = try Client()
        #expect(
            try client.answer(HTTPRequest(url: server.url())).retryAfter
                == "Sun, 06 Nov 1994 08:49:37 GMT")
        let second = try client.answer(HTTPRequest(url: server.url()))
        #expect(second.retryAfter == nil)
        #expect(second.contentType == nil)
        client.loop.close()
    }

    @Test("is the final one, not an interim one")
    func interim() throws {
        let response = try answer(
            "HTTP/1.1 100 Continue\r\nRetry-After: 7\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        ).get()
        #expect(response.status == 200)
        #expect(response.retryAfter == nil)
        #expect(response.body == Array("ok".utf8))
    }

    @Test("that redirects is handed over and not followed", arguments: [301, 302, 307, 308])
    func redirect(status: Int) throws {
        let target = try SocketServer { peer in while peer.readRequest() != nil { peer.answer() } }
        defer { target.stop() }
        let response = try answer(
            "HTTP/1.1 \(status) Moved\r\nLocation: \(target.url())\r\nContent-Length: 0\r\n\r\n"
        ).get()
        #expect(response.status == status)
        #expect(target.connections == 0)
    }

    @Test("may come in chunks, or until the connection's end")
    func framings() throws {
        let chunked = try answer(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        #expect(try chunked.get().body == Array("abcde".utf8))
        let untilEnd = try answer("HTTP/1.0 200 OK\r\n\r\nabcde")
        #expect(try untilEnd.get().body == Array("abcde".utf8))
    }

    @Test(
        "that is cut short is an interrupted exchange that may have arrived",
        arguments: [
            "",
            "HTTP/1.1 200",
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
        ])
    func cutShort(text: String) throws {
        guard case .failure(let failure) = try answer(text) else {
            Issue.record("a cut answer was taken for a whole one")
            return
        }
        #expect(failure.kind == .interrupted)
        #expect(failure.mayHaveArrived)
    }

    @Test(
        "that is not HTTP is malformed and may have been acted on",
        arguments: [
            "HELLO\r\nI am no web server\r\n\r\n",
            "HTTP/9.9 200 OK\r\n\r\n",
            "\u{0}\u{1}\u{2}garbage of every kind\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!",
        ])
    func malformed(text: String) throws {
        guard case .failure(let failure) = try answer(text) else {
            Issue.record("garbage was taken for an answer")
            return
        }
        #expect(failure.kind == .malformed)
        #expect(failure.mayHaveArrived)
        #expect(!failure.detail.contains("web server"))
    }

    @Test("up to the cap is whole, one byte more is too large")
    func cap() throws {
        for (extra, framing) in [(0, "length"), (1, "length"), (0, "end"), (1, "end")] {
            let body = [UInt8](repeating: 0x61, count: 10_000 + extra)
            let head =
                framing == "length"
                ? "HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n"
                : "HTTP/1.0 200 OK\r\n\r\n"
            let server = try serving(Array(head.utf8) + body)
            defer { server.stop() }
            let client = try Client { $0.maxAnswerBytes = 10_000 }
            switch try client.send(HTTPRequest(url: server.url())) {
            case .success(let response):
                #expect(extra == 0)
                #expect(response.body == body)
            case .failure(let failure):
                #expect(extra == 1)
                #expect(failure.kind == .tooLarge)
                #expect(failure.mayHaveArrived)
            }
        }
    }

    @Test("that never ends is cut at the cap")
    func endless() throws {
        let server = try SocketServer { peer in
            guard peer.readRequest() != nil else { return }
            peer.write("HTTP/1.0 200 OK\r\n\r\n")
            while peer.write([UInt8](repeating: 0x20, count: 65_536)) {}
        }
        defer { server.stop() }
        let failure = try Client().failure(HTTPRequest(url: server.url()))
        #expect(failure.kind == .tooLarge)
        #expect(failure.mayHaveArrived)
    }

    /// A short text and 200 MB of zeros, packed in one way.
    struct Packing: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var encoding: String
        /// From what `gzip` makes of the text or the zeros.
        var pack: @Sendable (_ gzip: [UInt8], _ isBomb: Bool) -> [UInt8]
    }

    static let packings = [
        Packing(testDescription: "gzip", encoding: "gzip") { gzip, _ in gzip },
        // What gzip wraps: its head has 10 bytes, its foot 8.
        Packing(testDescription: "raw deflate", encoding: "deflate") { gzip, _ in
            Array(gzip.dropFirst(10).dropLast(8))
        },
        Packing(testDescription: "deflate in zlib's wrapping", encoding: "deflate") {
            gzip, isBomb in
            // Adler-32 of "ho so", and of so many zeros: 1, and their number modulo 65,521.
            let sum: UInt32 = isBomb ? 200_000_000 % 65_521 << 16 | 1 : 0x057E_01DA
            return [0x78, 0xDA] + gzip.dropFirst(10).dropLast(8)
                + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
        },
        // Nobody asked for it, and libcurl unpacks it all the same.
        Packing(testDescription: "brotli", encoding: "br") { _, isBomb in
            isBomb ? BrotliBomb.bytes : [0x0F, 0x02, 0x80] + Array("ho so".utf8) + [0x03]
        },
    ]

    @Test(
        "is decompressed, and a bomb is cut at the cap, however it is packed", arguments: packings)
    func compressed(_ packing: Packing) throws {
        let folder = try TemporaryFolder()
        for (script, isBomb) in [
            ("printf 'ho so'", false), ("head -c 200000000 /dev/zero", true),
        ] {
            let file = folder.path("x.gz")
            try Command.run(["/bin/sh", "-c", "\(script) | gzip -9 > '\(file)'"])
            let bytes = packing.pack(try folder.read("x.gz"), isBomb)
            let head =
                "HTTP/1.1 200 OK\r\nContent-Encoding: \(packing.encoding)\r\n"
                + "Content-Length: \(bytes.count)\r\n\r\n"
            let server = try serving(Array(head.utf8) + bytes)
            defer { server.stop() }
            #expect(bytes.count < 1 << 20)
            switch try Client().send(HTTPRequest(url: server.url())) {
            case .success(let response):
                #expect(!isBomb)
                #expect(response.body == Array("ho so".utf8))
            case .failure(let failure):
                #expect(isBomb && failure.kind == .tooLarge, "\(failure)")
            }
        }
    }
}
