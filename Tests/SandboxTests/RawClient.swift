import Glibc
import Wire

struct RawAnswer {
    var status: Int
    var headers: [String: String]
    var body: [UInt8]
    /// Whether the whole body came.
    var isWhole: Bool

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue? { try? JSONValue(parsing: body) }
    var code: String? { json?["error_code"]?.text }
    var message: String { json?["message"]?.text ?? "" }
    var lines: [JSONValue] {
        body.split(separator: 0x0A).compactMap { try? JSONValue(parsing: Array($0)) }
    }
}

struct RawClientError: Error { var what: String }

/// Speaks HTTP/1.1 over one kept-alive socket, and tells a dropped connection from an answer.
final class RawClient {
    let port: UInt16
    private var descriptor: Int32 = -1
    private var rest: [UInt8] = []

    init(port: UInt16) throws {
        self.port = port
        try connect()
    }

    deinit { close(descriptor) }

    private func connect() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // A server that never answers must fail the test, not hang it.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw RawClientError(what: "connect") }
    }

    func get(_ path: String) throws -> RawAnswer? { try send("GET", path, [:], "") }

    func post(_ path: String, _ body: String, headers: [String: String] = [:]) throws
        -> RawAnswer?
    {
        try send(
            "POST", path, ["Content-Type": "application/json"].merging(headers) { $1 }, body)
    }

    /// nil when the connection ended without an answer; the next call opens a new one.
    func send(_ method: String, _ path: String, _ headers: [String: String], _ body: String) throws
        -> RawAnswer?
    {
        try write(method, path, headers, Array(body.utf8))
        return try read()
    }

    func write(_ method: String, _ path: String, _ headers: [String: String], _ body: [UInt8])
        throws
    {
        if descriptor < 0 { try connect() }
        var text = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        text += "Content-Length: \(body.count)\r\n\r\n"
        var bytes = (Array(text.utf8) + body)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent <= 0 { break }
            bytes = bytes.dropFirst(sent)
        }
    }

    func read() throws -> RawAnswer? {
        guard let head = fill(until: Array("\r\n\r\n".utf8)) else {
            drop()
            return nil
        }
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 {
                headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
            }
        }
        let status = lines.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        var body: [UInt8] = []
        var isWhole = true
        if headers["transfer-encoding"]?.lowercased() == "chunked" {
            isWhole = chunks(into: &body)
        } else {
            let count = Int(headers["content-length"] ?? "") ?? 0
            isWhole = take(count, into: &body)
        }
        if !isWhole || headers["connection"]?.lowercased() == "close" { drop() }
        return RawAnswer(status: status, headers: headers, body: body, isWhole: isWhole)
    }

    private func drop() {
        close(descriptor)
        descriptor = -1
        rest = []
    }

    private func more() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        rest += buffer[..<count]
        return true
    }

    private func fill(until mark: [UInt8]) -> [UInt8]? {
        while true {
            if let at = find(mark) {
                let head = Array(rest[..<at])
                rest.removeFirst(at + mark.count)
                return head
            }
            if !more() { return nil }
        }
    }

    private func find(_ mark: [UInt8]) -> Int? {
        guard rest.count >= mark.count else { return nil }
        return (0...(rest.count - mark.count)).first {
            rest[$0..<$0 + mark.count].elementsEqual(mark)
        }
    }

    private func take(_ count: Int, into body: inout [UInt8]) -> Bool {
        while rest.count < count {
            if !more() {
                body += rest
                return false
            }
        }
        body += rest[..<count]
        rest.removeFirst(count)
        return true
    }

    private func chunks(into body: inout [UInt8]) -> Bool {
        while let line = fill(until: [0x0D, 0x0A]) {
            let size = Int(String(decoding: line, as: UTF8.self), radix: 16) ?? 0
            guard take(size, into: &body), fill(until: [0x0D, 0x0A]) != nil else { return false }
            if size == 0 { return true }
        }
        return false
    }
}
