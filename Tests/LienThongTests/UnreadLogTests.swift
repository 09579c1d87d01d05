import Foundation
import Glibc
import TestSupport
import Testing
import Wire

/// A pipe that somebody holds open and may or may not read.
private final class UnreadPipe {
    let path: String
    private let descriptor: Int32

    init(_ scratch: Scratch) throws {
        path = scratch.file("log.pipe")
        guard mkfifo(path, 0o600) == 0 else { throw Unmet(description: "mkfifo") }
        // For both ends: a writer finds a reader, and no one reads.
        descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        // F_SETPIPE_SZ, which the Glibc module does not have.
        guard descriptor >= 0, fcntl(descriptor, 1031, 4096) > 0 else {
            throw Unmet(description: "a pipe of one page")
        }
    }

    deinit { close(descriptor) }

    /// What stands in it now.
    func take() -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += buffer[..<count]
        }
    }
}

@Suite("A daemon whose words nobody takes", .inTurns) struct UnreadLogTests {
    /// A road that has more to say than a pipe takes.
    private func road(dossiers: Int) async throws -> Road {
        let road = try await Road(dossiers: dossiers)
        try await road.startPortal()
        try road.configure {
            $0.replacing("destinations:", with: "log: { level: \"debug\" }, destinations:")
        }
        return road
    }

    @Test("delivers everything, tells how much was lost once somebody reads, and ends when told to")
    func log() async throws {
        let road = try await road(dossiers: 1200)
        let pipe = try UnreadPipe(road.scratch)
        let daemon = try Child(
            ["run", "--config", road.configuration], in: road.scratch, log: pipe.path)
        try await road.settle(within: 240)
        #expect(daemon.isRunning)
        #expect(try await road.portal?.counter("created") == 1200)

        var text = ""
        try await eventually("what was lost is told, and the log flows again") {
            text += pipe.take()
            return text.contains("event=logLinesLost")
        }
        let lost = try #require(
            text.firstMatch(of: /event=logLinesLost .*error_code=LT-6030 .*lines=([0-9]+)/))
        #expect(Int(lost.1) ?? 0 > 0)
        daemon.signal(SIGUSR2)
        try await eventually("and says what is asked for") {
            text += pipe.take()
            return text.contains("event=statusReported")
        }
        road.expectDiscretion(text)

        // The pipe is full again when the end comes.
        for key in 1...60 { try road.correct(key) }
        try await eventually("the corrections arrive") {
            try await road.portal?.counter("updated") == 60
        }
        try await road.settle()
        daemon.signal(SIGTERM)
        try await eventually("it ends with nobody there") { !daemon.isRunning }
        #expect(daemon.exitStatus == 0)
        try await road.expectEqualEnds()
    }

    @Test("tells its last words to nobody for a second at most")
    func lastWords() async throws {
        let road = try await Road(dossiers: 10)
        try road.configure { $0.replacing("poll:", with: "pol:") }
        let pipe = try UnreadPipe(road.scratch)
        let filler = open(pipe.path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(filler) }
        var page = [UInt8](repeating: UInt8(ascii: "x"), count: 4096)
        #expect(write(filler, &page, page.count) == 4096)
        let daemon = try Child(
            ["run", "--json", "--config", road.configuration], in: road.scratch, log: pipe.path)
        try await eventually("it ends with nobody there") { !daemon.isRunning }
        #expect(daemon.exitStatus == 78)
    }

    @Test("delivers and ends when the service manager takes no messages")
    func notifications() async throws {
        let road = try await road(dossiers: 100)
        // A socket that is bound, and that nobody reads: the kernel keeps a few datagrams and blocks the next.
        let path = road.scratch.file("notify")
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) == 0 }
        }
        #expect(isBound)
        // Filled before the daemon says its first word.
        let filler = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(filler) }
        let isConnected = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(filler, $0, size) == 0 }
        }
        #expect(isConnected)
        while send(filler, "x", 1, Int32(MSG_DONTWAIT)) == 1 {}

        let daemon = try road.start(["run"], environment: ["NOTIFY_SOCKET=\(path)"])
        try await road.settle()
        #expect(try await road.portal?.counter("created") == 100)
        #expect(try await daemon.terminate().status == 0)
    }
}
