import Foundation
import Glibc
import SQLite
import TestSupport
import Testing
import Wire

/// The real daemon and a portal that ignores keys and loses answers.
@Suite("A daemon whose state store is gone or old", .inTurns) struct RecoveryTests {
    private static let faults = ["keys=ignored", "drop_after=0.05", "drop_before=0.05"]

    private func portalWithFaults(_ road: Road) async throws {
        try await road.startPortal(
            RecoveryTests.faults[0], RecoveryTests.faults[1], RecoveryTests.faults[2])
    }

    private func calm(_ road: Road) async throws {
        try await road.portal?.set(#"{"drop_after":0,"drop_before":0}"#)
    }

    @Test("appends no step twice when the store is deleted on the way")
    func deleted() async throws {
        let road = try await Road(dossiers: 30)
        try await portalWithFaults(road)
        let first = try await road.startDaemon()
        try await eventually("half is delivered") {
            try await road.portal?.counter("acked") ?? 0 >= 40
        }
        first.stop(SIGKILL)
        try FileManager.default.removeItem(atPath: road.state)
        try road.scratch.makeFolder("state")
        let second = try await road.startDaemon()
        #expect(second.errors.contains("error_code=LT-4032"))
        for key in 1...5 { try road.correct(key) }
        try await road.settle(within: 60)
        try await calm(road)
        try await road.settle()
        try await road.expectEqualEnds()
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        #expect(try await road.json("status").at(["store", "memory", "cause"])?.text == "lost")
        #expect(try await second.terminate().status == 0)
    }

    @Test("appends no step twice when a copy of the store is put back and the portal has gone on")
    func restored() async throws {
        let road = try await Road(dossiers: 30)
        try await portalWithFaults(road)
        let first = try await road.startDaemon()
        try await eventually("some is delivered") {
            try await road.portal?.counter("acked") ?? 0 >= 25
        }
        let copy = road.scratch.file("copy.sqlite")
        try Database(path: road.store, mode: .readWrite).execute("VACUUM INTO '\(copy)'")
        for key in 6...12 { try road.correct(key) }
        try await eventually("more is delivered") {
            try await road.portal?.counter("acked") ?? 0 >= 60
        }
        // The witness is at most a second old.
        usleep(1_500_000)
        first.stop(SIGKILL)
        for name in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: "\(road.state)/\(name)")
        }
        try FileManager.default.copyItem(atPath: copy, toPath: road.store)
        let second = try await road.startDaemon()
        #expect(second.errors.contains("error_code=LT-4031"))
        for key in 10...14 { try road.correct(key) }
        try await road.settle(within: 60)
        try await calm(road)
        try await road.settle()
        try await road.expectEqualEnds()
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        #expect(try await second.terminate().status == 0)
        // Once told, a restart does not tell it again.
        let third = try await road.startDaemon()
        #expect(!third.errors.contains("LT-403"))
        #expect(try await third.terminate().status == 0)
    }

    @Test(
        "asks a first portal one thing about a dossier, and nothing where a fresh start is trusted")
    func firstStart() async throws {
        var probes: [Int] = []
        for word in ["probe", "send"] {
            let road = try await Road(dossiers: 20)
            try await road.startPortal("keys=ignored")
            try road.configure {
                $0.replacingOccurrences(
                    of: "quietDelay: \"200ms\"",
                    with: "quietDelay: \"200ms\", firstContact: \"\(word)\"")
            }
            let daemon = try await road.startDaemon()
            try await road.settle()
            try await road.expectEqualEnds()
            probes.append(try await road.portal?.counter("probes") ?? -1)
            #expect(try await daemon.terminate().status == 0)
        }
        #expect(probes == [20, 0])
    }
}
