import Foundation
import Glibc
import Testing
import Wire

/// The daemon with `libfaketime` between it and the wall clock; the steady clock is the machine's own.
@Suite("A daemon whose clock jumps", .inTurns) struct ClockTests {
    private static let library = "/usr/lib/\(machine)-linux-gnu/faketime/libfaketime.so.1"
    #if arch(arm64)
        private static let machine = "aarch64"
    #else
        private static let machine = "x86_64"
    #endif

    private func environment(_ road: Road, _ offset: String) throws -> [String] {
        guard access(Self.library, R_OK) == 0 else {
            throw Unmet(description: "libfaketime is missing: apt-get install faketime")
        }
        try set(road, offset)
        return [
            "LD_PRELOAD=\(Self.library)", "FAKETIME_TIMESTAMP_FILE=\(road.scratch.file("clock"))",
            "FAKETIME_NO_CACHE=1", "DONT_FAKE_MONOTONIC=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
        ]
    }

    private func set(_ road: Road, _ offset: String) throws {
        // In one step: the daemon reads it at any time.
        try road.scratch.write("clock.new", offset + "\n")
        rename(road.scratch.file("clock.new"), road.scratch.file("clock"))
    }

    @Test(
        "keeps every wait as it is, whichever way it jumps",
        arguments: [["+3h", "+0"], ["-3h", "+0"], ["+400d", "+0"], ["-400d", "+0"]])
    func jumps(_ offsets: [String]) async throws {
        let road = try await Road()
        // Everything has to be tried again, so that every delivery has its wait.
        try await road.startPortal("server_error=0.4")
        let daemon = try await road.startDaemon(environment: try environment(road, "+0"))
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
        try await road.expectEqualEnds()
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        #expect(!daemon.errors.contains("level=error"))
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("is not stalled by what it wrote under a clock that ran ahead", arguments: ["+90d", "+8h"])
    func aheadBefore(_ offset: String) async throws {
        let road = try await Road()
        try await road.startPortal("server_error=1")
        let first = try await road.startDaemon(environment: try environment(road, offset))
        try await eventually("all wait") {
            try await road.count("later", of: "portal") > 3
        }
        first.stop(SIGKILL)
        try await road.portal?.set(#"{"server_error":0}"#)
        let second = try await road.startDaemon()
        try await road.settle(within: 40)
        try await road.expectEqualEnds()
        #expect(try await second.terminate().status == 0)
    }
}
