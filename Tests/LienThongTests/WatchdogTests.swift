import Execution
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import Wire

/// A service manager's socket, which counts what a daemon tells it.
///
/// It listens all the time: a daemon waits for a service manager whose socket is full.
private final class Notified: Sendable {
    let path: String
    private let descriptor: Int32
    private let state = Mutex((pings: 0, isOver: false))
    private let thread = Mutex<OwnedThread?>(nil)

    init(_ scratch: Scratch) throws {
        path = scratch.file("notify")
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let place = Array(path.utf8)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            guard place.count < bytes.count else { return false }
            bytes.copyBytes(from: place)
            return true
        }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let descriptor = descriptor
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) == 0 }
        }
        guard fits, isBound else { throw Unmet(description: "no socket at \(path)") }
        var patience = timeval(tv_sec: 0, tv_usec: 100_000)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let listener = OwnedThread(name: "notified") { [self] in listen() }
        thread.withLock { $0 = listener }
    }

    var pings: Int { state.withLock { $0.pings } }

    func end() {
        state.withLock { $0.isOver = true }
        thread.withLock { $0 }?.join()
        close(descriptor)
    }

    private func listen() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !state.withLock({ $0.isOver }) {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { continue }
            if String(decoding: buffer[..<count], as: UTF8.self).contains("WATCHDOG=1") {
                state.withLock { $0.pings += 1 }
            }
        }
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
        defer { manager.end() }
        let daemon = try await road.startDaemon(environment: [
            "NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=900000",
        ])
        // Only upper limits: a machine may be as slow as it likes.
        try await eventually("it is fed", within: 120) { manager.pings > 0 }
        try await road.portal?.set(#"{"server_error":1}"#)
        for key in 1...24 { try road.correct(key) }
        try await eventually("a destination is in trouble", within: 120) {
            try await road.json("status")["live"]?["troubles"]?.items?.isEmpty == false
        }
        rename(road.database, road.database + ".away")
        disk.fill()
        let before = manager.pings
        try await eventually("it is fed all the time", within: 120) {
            manager.pings >= before + 8
        }
        #expect(!daemon.errors.contains("event=progressStalled"))
        rename(road.database + ".away", road.database)
        disk.free()
        try await road.portal?.set(#"{"server_error":0}"#)
        try await road.settle(within: 180)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }
}
