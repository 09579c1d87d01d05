import Glibc

/// The server's end of one connection.
struct Peer: Sendable {
    let descriptor: Int32
    /// The connection's place in the order of acceptance, from 1.
    let number: Int

    struct Request: Sendable {
        var line: String
        var headers: [(name: String, value: String)]
        var body: [UInt8]

        var path: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// Reads one whole request; nil at the connection's end.
    func readRequest() -> Request? {
        guard let head = readHead() else { return nil }
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: true).map(String.init)
        guard !lines.isEmpty else { return nil }
        let first = lines.removeFirst()
        let headers = lines.map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = line[colon...].dropFirst().drop { $0 == " " }
            return (name: String(line[..<colon]), value: String(value))
        }
        var request = Request(line: first, headers: headers, body: [])
        let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
        guard let body = read(exactly: length) else { return nil }
        request.body = body
        return request
    }

    /// Up to and with the empty line, one byte at a time: what follows belongs to the next reader.
    private func readHead() -> String? {
        var bytes: [UInt8] = []
        while true {
            guard let byte = read(exactly: 1) else { return nil }
            bytes.append(byte[0])
            if bytes.suffix(4) == [13, 10, 13, 10] {
                return String(decoding: bytes, as: UTF8.self)
            }
        }
    }

    func read(exactly count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var have = 0
        while have < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                recv(descriptor, buffer.baseAddress.map { $0 + have }, count - have, 0)
            }
            guard got > 0 else { return nil }
            have += got
        }
        return bytes
    }

    /// Sends everything; false when the other side is gone.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                send(
                    descriptor, buffer.baseAddress.map { $0 + sent }, bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// A whole answer that keeps the connection.
    @discardableResult
    func answer(_ status: String = "200 OK", _ headers: [String] = [], _ body: [UInt8] = []) -> Bool
    {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + headers
        return write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    }

    /// Waits until the other side has closed.
    func waitForEnd() { while read(exactly: 1) != nil {} }

    /// Closes with a reset instead of an orderly end.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }
}
