import Foundation
import Sandbox
import Synchronization

/// The portal inside the benchmark itself: notes when which dossier arrived, and says that all is well.
final class TimedSink: Sendable {
    private final class Arrivals: Sendable {
        let last = Mutex<[String: Double]>([:])
    }

    private let arrivals = Arrivals()
    private let server: HTTPServer

    /// - Parameter delay: how long it thinks about every answer, in milliseconds.
    init(delay: Int64 = 0) throws {
        let arrivals = arrivals
        let session = Array(#"{"error_code":"0","message":"Thành công","session":"sink"}"#.utf8)
        let well = Array(#"{"error_code":"0","message":"Thành công"}"#.utf8)
        server = try HTTPServer(HTTPServerSettings()) { request in
            let now = Program.now()
            if request.path.hasSuffix("/login") { return ServedReply(body: .bytes(session)) }
            if let code = TimedSink.code(in: request.body) {
                arrivals.last.withLock { $0[code] = now }
            }
            return ServedReply(
                body: .bytes(well), manner: delay > 0 ? .delayed(milliseconds: delay) : .whole)
        }
    }

    var url: String { server.baseURL }
    var port: UInt16 { server.port }

    /// When each dossier was last heard of.
    var lastArrivals: [String: Double] { arrivals.last.withLock { $0 } }

    func stop() { server.stop() }

    private static let name = Array(#""MaHoSo":""#.utf8)

    private static func code(in body: [UInt8]) -> String? {
        guard body.count > name.count,
            let start = (0...(body.count - name.count)).first(where: {
                body[$0] == name[0] && body[$0..<($0 + name.count)].elementsEqual(name)
            })
        else { return nil }
        let value = body[(start + name.count)...].prefix { $0 != UInt8(ascii: "\"") }
        return String(decoding: value, as: UTF8.self)
    }

    /// How long one POST of so many bytes takes over a kept connection with nothing around it, in seconds,
    /// each of so many.
    func roundTrips(_ count: Int, bytes: Int, perSecond: Double) throws -> [Double] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        guard Sink.connects(descriptor, port) else { throw Broken(description: "no sink") }
        var one: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let head = "POST / HTTP/1.1\r\nHost: sink\r\nContent-Length: \(bytes)\r\n\r\n"
        let request = Array(head.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: bytes)
        var buffer = [UInt8](repeating: 0, count: 4096)
        return try (0..<count).map { _ in
            usleep(UInt32(1e6 / perSecond))
            let began = Program.now()
            guard write(descriptor, request, request.count) == request.count else {
                throw Broken(description: "the sink hung up")
            }
            // The answer is over with its body's last bracket.
            var last: UInt8 = 0
            while last != UInt8(ascii: "}") {
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else { throw Broken(description: "the sink hung up") }
                last = buffer[count - 1]
            }
            return Program.now() - began
        }
    }
}
