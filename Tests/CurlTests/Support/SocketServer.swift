import Execution
import Glibc
import Synchronization

/// A server on a random loopback port whose script says, byte for byte, what each connection gets.
///
/// Every connection is served on a thread of its own; `stop()` cuts all of them and joins.
final class SocketServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let serve: @Sendable (Peer) -> Void

    private struct State {
        var acceptor: OwnedThread?
        var threads: [OwnedThread] = []
        var open: Set<Int32> = []
        var connections = 0
        var stopped = false
    }

    init(backlog: Int32 = 512, _ serve: @escaping @Sendable (Peer) -> Void) throws {
        (listener, port) = try listenOnLoopback(backlog: backlog)
        self.serve = serve
        let acceptor = OwnedThread(name: "acceptor") { [self] in acceptAll() }
        state.withLock { $0.acceptor = acceptor }
    }

    var connections: Int { state.withLock { $0.connections } }

    func url(_ path: String = "/", scheme: String = "http") -> String {
        "\(scheme)://127.0.0.1:\(port)\(path)"
    }

    func stop() {
        let (acceptor, alreadyStopped) = state.withLock { state in
            let stopped = state.stopped
            state.stopped = true
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return (state.acceptor, stopped)
        }
        guard !alreadyStopped else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        acceptor?.join()
        close(listener)
        for thread in state.withLock({ $0.threads }) { thread.join() }
    }

    private func acceptAll() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            var one: Int32 = 1
            setsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one,
                socklen_t(MemoryLayout<Int32>.size))
            state.withLock { state in
                guard !state.stopped else {
                    close(descriptor)
                    return
                }
                state.connections += 1
                state.open.insert(descriptor)
                let peer = Peer(descriptor: descriptor, number: state.connections)
                state.threads.append(
                    OwnedThread(name: "peer") { [self] in
                        serve(peer)
                        // Out of the set before the number can be given to another socket.
                        forget(descriptor)
                        close(descriptor)
                    })
            }
        }
    }

    private func forget(_ descriptor: Int32) {
        state.withLock { _ = $0.open.remove(descriptor) }
    }
}

/// A loopback listener on a port that the kernel chose.
func listenOnLoopback(backlog: Int32) throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
            guard bind(descriptor, raw, length) == 0 else { return Int32(-1) }
            if backlog >= 0, listen(descriptor, backlog) != 0 { return -1 }
            return getsockname(descriptor, raw, &length)
        }
    }
    guard descriptor >= 0, result == 0 else { throw SocketFailure(errno: errno) }
    return (descriptor, UInt16(bigEndian: address.sin_port))
}

/// A connection to a loopback port.
func connectToLoopback(_ port: UInt16, nonBlocking: Bool = false) -> Int32 {
    let kind =
        Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        | (nonBlocking ? Int32(SOCK_NONBLOCK.rawValue) : 0)
    let descriptor = socket(AF_INET, kind, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    _ = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    return descriptor
}

struct SocketFailure: Error { var errno: Int32 }

func closeDescriptor(_ descriptor: Int32) { close(descriptor) }
