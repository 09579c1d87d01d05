import Foundation
import Glibc
import TestSupport
import Testing
import Wire

/// A service manager's socket, which counts what a daemon tells it.
private final class Notified {
    let path: String
    private let descriptor: Int32
    private(set) var pings = 0

    init(_ scratch: Scratch) throws {
        path = scratch.file("notify")
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_NONBLOCK, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            path.utf8.count < bytes.count
                && {
                    bytes.copyBytes(from: path.utf8)
                    return true
                }()
        }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) == 0 }
        }
        guard fits, isBound else { throw Unmet(description: "no socket at \(path)") }
    }

    deinit { close(descriptor) }

    /// Takes what has come; the number of signs of life in it.
    func take() -> Int {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var found = 0
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            let text = String(decoding: buffer[..<count], as: UTF8.self)
            if text.contains("WATCHDOG=1") { found += 1 }
        }
        pings += found
        return found
    }
}

@Suite("The watchdog of a daemon", .inTurns) struct WatchdogTests {
    @Test(
        "is fed while the portal is down, the source away and the disk full: that is no reason to be ended",
        .enabled(if: getuid() == 0, "mounting a small disk takes root"))
    func everythingIsDown() async throws {
        let road = try await Road()
        try await road.startPortal()
        let disk = try Disk(megabytes: 24, at: road.scratch.file("disk"))
        try road.configure { $0.replacing(road.state, with: disk.path) }
        let manager = try Notified(road.scratch)
        let daemon = try await road.startDaemon(environment: [
            "NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=900000",
        ])
        try await eventually("it is fed") { manager.take() > 0 }
        try await road.portal?.set(#"{"server_error":1}"#)
        for key in 1...24 { try road.correct(key) }
        try await eventually("a destination is in trouble") {
            try await road.json("status")["live"]?["troubles"]?.items?.isEmpty == false
        }
        rename(road.database, road.database + ".away")
        disk.fill()
        _ = manager.take()
        let before = manager.pings
        try await eventually("it is fed all the time") {
            _ = manager.take()
            return manager.pings >= before + 8
        }
        #expect(!daemon.errors.contains("event=progressStalled"))
        rename(road.database + ".away", road.database)
        disk.free()
        try await road.portal?.set(#"{"server_error":0}"#)
        try await road.settle(within: 40)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }
}
