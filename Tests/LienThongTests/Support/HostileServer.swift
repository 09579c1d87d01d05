import Execution
import Glibc
import Synchronization
import TestSupport
import Testing

/// A destination that answers every connection with the same malice, for as long as anybody listens.
final class HostileServer: Sendable {
    enum Malice: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case silence, drip, endlessHeaders, endlessChunks, interimStorm, shortBody, noProtocol
        case redirectToFile, redirectElsewhere, page, noUTF8, deepJSON, entityBomb, brotliBomb,
            hangUp

        var testDescription: String { rawValue }
    }

    let port: UInt16
    private let listener: Int32
    private let malice: Malice
    private let state = Mutex<(open: [Int32], threads: [OwnedThread], served: Int)>(([], [], 0))
    private let acceptor = Mutex<OwnedThread?>(nil)
    /// Where a redirection leads; nobody may ever come.
    private let elsewhere: String

    init(_ malice: Malice, elsewhere: String = "") throws {
        self.malice = malice
        self.elsewhere = elsewhere
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, $0, &size) == 0
            }
        }
        guard isBound else { throw Unmet(description: "no port for a server") }
        port = UInt16(bigEndian: address.sin_port)
        let thread = OwnedThread(name: "hostile") { [self] in accept() }
        acceptor.withLock { $0 = thread }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var served: Int { state.withLock { $0.served } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        acceptor.withLock { $0 }?.join()
        let threads = state.withLock { state in
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return state.threads
        }
        for thread in threads { thread.join() }
        for descriptor in state.withLock({ $0.open }) { close(descriptor) }
        close(listener)
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            state.withLock { state in
                state.open.append(descriptor)
                state.served += 1
                state.threads.append(
                    OwnedThread(name: "malice") { [self] in
                        serve(descriptor)
                        shutdown(descriptor, Int32(SHUT_RDWR))
                    })
            }
        }
    }

    private func serve(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        guard recv(descriptor, &buffer, buffer.count, 0) > 0 else { return }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        func say(_ text: String) -> Bool { say(Array(text.utf8)) }
        func say(_ bytes: [UInt8]) -> Bool {
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
        func whole(_ body: [UInt8]) {
            _ = say("\(head)Content-Length: \(body.count)\r\n\r\n") && say(body)
        }
        let block = String(repeating: "x", count: 4000)
        switch malice {
        case .silence: while recv(descriptor, &buffer, buffer.count, 0) > 0 {}
        case .drip:
            guard say("\(head)Content-Length: 1000000\r\n\r\n") else { return }
            while say("x") { usleep(200_000) }
        case .endlessHeaders:
            guard say(head) else { return }
            while say("X-More: \(block)\r\n") {}
        case .endlessChunks:
            guard say("\(head)Transfer-Encoding: chunked\r\n\r\n") else { return }
            while say("fa0\r\n\(block)\r\n") {}
        case .interimStorm: while say("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n") {}
        case .shortBody: _ = say("\(head)Content-Length: 5000\r\n\r\n{\"error_code\":0")
        case .noProtocol: _ = say("220 mail.example ESMTP\r\n")
        case .redirectToFile:
            _ = say(
                "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n")
        case .redirectElsewhere:
            _ = say("HTTP/1.1 307 Temporary\r\nLocation: \(elsewhere)\r\nContent-Length: 0\r\n\r\n")
        case .page:
            _ = say(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 33\r\n\r\n<html><h1>Đăng nhập</h1></html>"
            )
        case .noUTF8: whole(Array("{\"session\":\"".utf8) + [0xFF, 0xFE, 0xC0] + Array("\"}".utf8))
        case .deepJSON: whole([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))
        case .entityBomb:
            let entities = (1...9).map {
                "<!ENTITY e\($0) '&e\($0 - 1);&e\($0 - 1);&e\($0 - 1);&e\($0 - 1);'>"
            }
            whole(Array("<!DOCTYPE x [<!ENTITY e0 'lol'>\(entities.joined())]><x>&e9;</x>".utf8))
        case .brotliBomb:
            let bytes = BrotliBomb.bytes
            _ =
                say("\(head)Content-Encoding: br\r\nContent-Length: \(bytes.count)\r\n\r\n")
                && say(bytes)
        case .hangUp: break
        }
    }
}
