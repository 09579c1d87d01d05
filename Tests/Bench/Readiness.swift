import Foundation

/// systemd's end of `sd_notify`.
final class Readiness {
    let path: String
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        unlink(path)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        let bytes = Array(path.utf8)
        guard bytes.count < room else { throw Broken(description: "\(path) is too long") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw Broken(description: "\(path): \(errno)") }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Waits for `READY=1`.
    func wait(seconds: Double) throws {
        let deadline = Program.now() + seconds
        var buffer = [UInt8](repeating: 0, count: 4096)
        while Program.now() < deadline {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 100) > 0 else { continue }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0, String(decoding: buffer[0..<count], as: UTF8.self).contains("READY=1") {
                return
            }
        }
        throw Broken(description: "no READY=1 within \(seconds) s")
    }
}
