import Foundation
import Glibc
import Outbox
import TestSupport
import Testing
import Wire

/// The daemon with a small library between it and the wall clock, whose offset a file says; the steady clock
/// is the machine's own.
@Suite("A daemon whose clock jumps", .inTurns) struct ClockTests {
    /// Not `libfaketime`: its constructor moves the environment, behind which Swift looks for its arguments.
    private static let source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <time.h>
        #include <unistd.h>
        int clock_gettime(clockid_t id, struct timespec *now) {
            if (syscall(SYS_clock_gettime, id, now)) return -1;
            if (id != CLOCK_REALTIME) return 0;
            char text[32] = {0};
            int file = open(getenv("CLOCK_OFFSET"), O_RDONLY | O_CLOEXEC);
            if (file < 0) return 0;
            if (read(file, text, sizeof text - 1) > 0) now->tv_sec += atoll(text);
            close(file);
            return 0;
        }
        """

    private func environment(_ road: Road, _ offset: Int) async throws -> [String] {
        try set(road, offset)
        try road.scratch.write("clock.c", Self.source)
        let library = road.scratch.file("clock.so")
        let compiler = try await Child(
            ["clang", "-shared", "-fPIC", "-o", library, road.scratch.file("clock.c")],
            in: road.scratch, program: "/usr/bin/env",
            environment: ["PATH=\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin")"]
        ).end()
        guard compiler.status == 0 else {
            throw Unmet(
                description: "clang, which comes with the Swift toolchain: \(compiler.errors)")
        }
        return ["LD_PRELOAD=\(library)", "CLOCK_OFFSET=\(road.scratch.file("clock"))"]
    }

    /// - Parameter offset: in seconds.
    private func set(_ road: Road, _ offset: Int) throws {
        // In one step: the daemon reads it at any time.
        try road.scratch.write("clock.new", "\(offset)\n")
        rename(road.scratch.file("clock.new"), road.scratch.file("clock"))
    }

    @Test(
        "keeps every wait as it is, whichever way it jumps",
        arguments: [[10_800, 0], [-10_800, 0], [400 * 86_400, 0], [-400 * 86_400, 0]])
    func jumps(_ offsets: [Int]) async throws {
        let road = try await Road()
        // Everything has to be tried again, so that every delivery has its wait.
        try await road.startPortal("server_error=0.4")
        let daemon = try await road.startDaemon(environment: try await environment(road, 0))
        for (index, offset) in offsets.enumerated() {
            try set(road, offset)
            try await eventually("jump \(index + 1) is told") {
                daemon.errors.split(separator: "\n").count {
                    $0.contains("event=clockJumped error_code=LT-6102")
                } == index + 1
            }
            try road.correct(index + 1)
        }
        try await road.portal?.set(#"{"server_error":0}"#)
        try await road.settle(within: 40)
        // A question signed by a wrong clock is refused, rightly.
        try await road.expectEqualEnds(allowingViolations: true)
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        #expect(!daemon.errors.contains("event=storeFailed"))
        #expect(!daemon.errors.contains("event=captureFailed"))
        #expect(try await daemon.terminate().status == 0)
    }

    @Test(
        "is not stalled by what it wrote under a clock that ran ahead",
        arguments: [90 * 86_400, 28_800])
    func aheadBefore(_ offset: Int) async throws {
        let road = try await Road()
        try await road.startPortal("server_error=1")
        let first = try await road.startDaemon(environment: try await environment(road, offset))
        try await eventually("all wait") {
            try road.count(\.later, of: "portal") > 3
        }
        first.stop(SIGKILL)
        try await road.portal?.set(#"{"server_error":0}"#)
        let second = try await road.startDaemon()
        try await road.settle(within: 40)
        // A question signed by a wrong clock is refused, rightly.
        try await road.expectEqualEnds(allowingViolations: true)
        #expect(try await second.terminate().status == 0)
    }
}
