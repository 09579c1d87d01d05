import Execution
import Glibc

/// A forward proxy: tunnels for `CONNECT`, and answers itself to a plain request.
final class ProxyServer: Sendable {
    let server: SocketServer
    let asked: Seen<String>

    /// - Parameter refusal: the status line with which every tunnel is refused; nil to open them.
    init(refusal: String? = nil) throws {
        let asked = Seen<String>()
        self.asked = asked
        server = try SocketServer { peer in
            while let request = peer.readRequest() {
                asked.note(request.line)
                guard request.line.hasPrefix("CONNECT ") else {
                    peer.answer("200 OK", ["X-Via: proxy"])
                    continue
                }
                if let refusal {
                    peer.answer(refusal, ["Retry-After: 99"])
                    return
                }
                guard let port = request.path.split(separator: ":").last.flatMap({ UInt16($0) })
                else { return }
                ProxyServer.tunnel(peer, to: port)
                return
            }
        }
    }

    var address: String { "http://127.0.0.1:\(server.port)" }

    private static func tunnel(_ peer: Peer, to port: UInt16) {
        let target = Peer(descriptor: connectToLoopback(port), number: 0)
        defer { close(target.descriptor) }
        peer.write("HTTP/1.1 200 Connection established\r\nRetry-After: 99\r\n\r\n")
        let back = OwnedThread(name: "tunnel") {
            copy(from: target, to: peer)
            shutdown(peer.descriptor, Int32(SHUT_RDWR))
        }
        copy(from: peer, to: target)
        shutdown(target.descriptor, Int32(SHUT_RDWR))
        back.join()
    }

    private static func copy(from source: Peer, to sink: Peer) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(source.descriptor, &buffer, buffer.count, 0)
            guard count > 0, sink.write(Array(buffer[..<count])) else { return }
        }
    }
}
