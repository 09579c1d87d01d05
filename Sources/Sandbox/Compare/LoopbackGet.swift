internal import Glibc
internal import Operating

/// One `GET` over HTTP/1.1 to this machine, read as it comes: a minimal client of the comparer's own, so
/// that it shares nothing with the daemon's transport.
final class LoopbackGet {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    /// What is left of the body: bytes of the chunk or of the whole, nil until the end of the connection.
    private var left: Int?
    private var isChunked = false
    private var isOver = false

    /// - Parameter base: `http://127.0.0.1:PORT`, `http://localhost:PORT` or `http://[::1]:PORT`.
    init(base: String, path: String) throws(Trouble) {
        guard let (host, port) = LoopbackGet.parse(base) else {
            throw .holdingsUnreadable("“\(base)”: http://127.0.0.1:PORT")
        }
        descriptor = try LoopbackGet.connect(host, port)
        let request = Array(
            """
            GET \(path) HTTP/1.1\r
            Host: \(host):\(port)\r
            Accept: application/x-ndjson\r
            Connection: close\r
            \r

            """.utf8)
        guard write(descriptor, request, request.count) == request.count else {
            throw .holdingsUnreadable("write: \(String(cString: strerror(errno)))")
        }
        try readHead()
    }

    deinit { close(descriptor) }

    /// The next line without its end; nil at the end of the body.
    func line() throws(Trouble) -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            guard let byte = try bodyByte() else { return line.isEmpty ? nil : line }
            if byte == 0x0A { return line }
            line.append(byte)
        }
    }

    private static func parse(_ base: String) -> (host: String, port: UInt16)? {
        guard base.hasPrefix("http://") else { return nil }
        var rest = base.dropFirst(7)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let colon = rest.lastIndex(of: ":"),
            let port = UInt16(rest[rest.index(after: colon)...])
        else { return nil }
        let host = String(rest[..<colon])
        return ["127.0.0.1", "localhost", "[::1]"].contains(host) ? (host, port) : nil
    }

    private static func connect(_ host: String, _ port: UInt16) throws(Trouble) -> Int32 {
        let isSix = host == "[::1]"
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(isSix ? AF_INET6 : AF_INET, type, 0)
        guard descriptor >= 0 else {
            throw .holdingsUnreadable("socket: \(String(cString: strerror(errno)))")
        }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = isSix ? connectSix(descriptor, port) : connectFour(descriptor, port)
        guard result == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw .holdingsUnreadable("\(host):\(port): \(reason)")
        }
        return descriptor
    }

    private static func connectFour(_ descriptor: Int32, _ port: UInt16) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func connectSix(_ descriptor: Int32, _ port: UInt16) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }

    private func readHead() throws(Trouble) {
        let status = try headLine()
        let words = status.split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1] == "200" else {
            throw .holdingsUnreadable("HTTP \(words.count > 1 ? String(words[1]) : "?")")
        }
        while true {
            let header = try headLine().lowercased()
            if header.isEmpty { break }
            if header.hasPrefix("content-length:") {
                left = Int(header.dropFirst(15).filter { $0 != " " })
            } else if header.hasPrefix("transfer-encoding:"), header.contains("chunked") {
                isChunked = true
            }
        }
        if isChunked { left = 0 }
    }

    private func headLine() throws(Trouble) -> String {
        var line: [UInt8] = []
        while line.count < 16_384 {
            guard let byte = try byte() else { break }
            if byte == 0x0A {
                if line.last == 0x0D { line.removeLast() }
                return String(decoding: line, as: UTF8.self)
            }
            line.append(byte)
        }
        throw .holdingsUnreadable("the answer ends in its head")
    }

    private func bodyByte() throws(Trouble) -> UInt8? {
        if isOver { return nil }
        if left == 0 {
            guard isChunked, try nextChunk() else {
                isOver = true
                return nil
            }
        }
        guard let byte = try byte() else {
            // Only a body of unknown length may end with its connection.
            if left != nil { throw .holdingsUnreadable("the answer is cut off") }
            isOver = true
            return nil
        }
        if let left { self.left = left - 1 }
        return byte
    }

    private var isFirstChunk = true

    private func nextChunk() throws(Trouble) -> Bool {
        if !isFirstChunk { _ = try headLine() }
        isFirstChunk = false
        let size = try headLine().split(separator: ";").first.flatMap { Int($0, radix: 16) }
        guard let size else { throw .holdingsUnreadable("a chunk without its size") }
        left = size
        return size > 0
    }

    private func byte() throws(Trouble) -> UInt8? {
        if start == buffer.count {
            if buffer.count < 65_536 { buffer = Array(repeating: 0, count: 65_536) }
            let count = read(descriptor, &buffer, 65_536)
            guard count >= 0 else {
                throw .holdingsUnreadable("read: \(String(cString: strerror(errno)))")
            }
            if count == 0 {
                buffer = []
                start = 0
                return nil
            }
            buffer.removeLast(buffer.count - count)
            start = 0
        }
        defer { start += 1 }
        return buffer[start]
    }
}
