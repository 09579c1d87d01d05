import Foundation
import Glibc
import Outbox
import SQLite
import TestSupport
import Testing
import Wire

/// What happens to the files of a store while the daemon has them open.
@Suite("A daemon whose store is meddled with", .inTurns) struct SurvivalTests {
    @Test(
        "stops within seconds on a full disk, says what that means, and asks about it later",
        .enabled(if: getuid() == 0, "mounting a small disk takes root"))
    func stopsWhenFull() async throws {
        let road = try await Road(dossiers: 30)
        try await road.startPortal("delay=1", "delay_ms=300")
        let disk = try Disk(megabytes: 24, at: road.scratch.file("disk"))
        try road.configure { $0.replacing(road.state, with: disk.path) }
        let daemon = try await road.startDaemon()
        try await eventually("something is under way") {
            try await road.portal?.counter("created") ?? 0 > 0
        }
        disk.fill()
        // Should everything have been answered by now, on a busy machine.
        for dossier in 1...5 { try road.correct(dossier) }
        try await road.expectTrouble("LT-4003")
        let start = ContinuousClock.now
        let end = try await daemon.terminate()
        #expect(ContinuousClock.now - start < .seconds(8))
        #expect(end.status == 0)
        #expect(end.errors.contains("error_code=LT-6101"))
        #expect(end.errors.contains("event=daemonStopped"))
        #expect(
            end.errors.split(separator: "\n").count {
                $0.contains("event=storeFailed error_code=LT-4003")
            } <= 2)
        disk.free()
        try await road.portal?.set(#"{"delay":0}"#)
        #expect(try await road.run("run", "--once", within: 60).status == 0)
        try await road.expectEqualEnds()
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
    }

    @Test(
        "sends nothing while its disk is read-only, and goes on when it is not",
        .enabled(if: getuid() == 0, "mounting a small disk takes root"))
    func remounted() async throws {
        let road = try await Road()
        try await road.startPortal()
        let disk = try Disk(megabytes: 24, at: road.scratch.file("disk"))
        try road.configure { $0.replacing(road.state, with: disk.path) }
        let daemon = try await road.startDaemon()
        try await road.settle()
        // A file open for writing keeps a disk from being made read-only; what the kernel does itself after
        // an error is what writes then meet.
        let meddler = try await Meddler(
            daemon, calls: "pwrite64,write,ftruncate", injecting: "error=EROFS",
            path: disk.path + "/state.sqlite-wal", in: road.scratch)
        try road.correct(1)
        try await road.expectTrouble("LT-4005")
        #expect(try await road.portal?.counter("updated") == 0)
        try await meddler.end()
        try await eventually("the correction arrives") {
            try await road.portal?.counter("updated") == 1
        }
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test(
        "survives a disk that fails to write or to flush, tells it, and goes on",
        arguments: ["pwrite64", "fdatasync"])
    func failingDisk(_ call: String) async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        let meddler = try await Meddler(
            daemon, calls: call, injecting: "error=EIO", path: road.store + "-wal",
            in: road.scratch)
        for key in 1...3 { try road.correct(key) }
        try await road.expectTrouble("LT-4005")
        #expect(try await road.portal?.counter("updated") == 0)
        // Neither a busy loop nor a log storm: a few tries, one line.
        let before = meddler.injected
        try await Task.sleep(for: .seconds(2))
        #expect(meddler.injected - before < 30)
        #expect(
            daemon.errors.split(separator: "\n").count { $0.contains("event=storeFailed") } == 1)
        try await meddler.end()
        try await eventually("the corrections arrive") {
            try await road.portal?.counter("updated") == 3
        }
        try await road.settle()
        try await road.expectEqualEnds()
        #expect(daemon.errors.contains("event=storeRecovered error_code=LT-4005"))
        #expect(try await daemon.terminate().status == 0)
        #expect(try await road.run("check", "--quiet").status == 0)
    }

    @Test(
        "sends nothing while its store is moved away, says what to do, and goes on when it is back")
    func moved() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        rename(road.store, road.store + ".away")
        try road.correct(1)
        try await eventually("the daemon notices") {
            daemon.errors.contains("event=storeFailed error_code=LT-4015")
        }
        expectTrouble(
            try await road.run("status"), "LT-4015", exit: 74, saying: ["/proc/PID/fd", "back"])
        #expect(try await road.portal?.counter("updated") == 0)
        rename(road.store + ".away", road.store)
        try await eventually("the correction arrives") {
            try await road.portal?.counter("updated") == 1
        }
        try await road.settle()
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("touches nothing of another store that was put in the place of its own")
    func replaced() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        let copy = road.scratch.file("copy.sqlite")
        try Database(path: road.store, mode: .readWrite).execute("VACUUM INTO '\(copy)'")
        for ending in ["", "-wal", "-shm"] {
            rename(road.store + ending, road.scratch.file("old.sqlite") + ending)
        }
        rename(copy, road.store)
        try Database(path: road.store, mode: .readWrite).execute("PRAGMA journal_mode = WAL")
        let before = try Data(contentsOf: URL(fileURLWithPath: road.store))
        try road.correct(1)
        try await road.expectTrouble("LT-4015")
        let end = try await daemon.terminate()
        #expect(end.status == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: road.store)) == before)
        #expect(try await road.portal?.counter("updated") == 0)
        #expect(try await road.run("run", "--once").status == 0)
        #expect(try await road.portal?.counter("updated") == 1)
        try await road.expectEqualEnds()
    }

    @Test("loses nothing when the log beside its store is deleted, and opens it anew by itself")
    func logDeleted() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        let held = try road.count(\.acknowledged, of: "portal")
        unlink(road.store + "-wal")
        unlink(road.store + "-shm")
        try road.correct(1)
        try await eventually("the store is opened anew") {
            daemon.errors.contains("event=storeReopened error_code=LT-4015")
        }
        try await eventually("the correction arrives") {
            try await road.portal?.counter("updated") == 1
        }
        try await road.settle()
        #expect(try road.count(\.acknowledged, of: "portal") == held + 1)
        #expect(try await road.portal?.counter("redundant") == 0)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
        #expect(try await road.run("check", "--quiet").status == 0)
    }

    @Test("waits for a backup tool that locks its store, tells it, and goes on")
    func locked() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        let tool = try Database(path: road.store, mode: .readWrite)
        try tool.execute("BEGIN EXCLUSIVE")
        try road.correct(1)
        try await road.expectTrouble("LT-4007")
        // Looking goes on; what has to write waits, and says so in our words.
        #expect(try await road.run("status").status == 1)
        let command = try await road.start(["resync", "--all"]).end(within: 60)
        expectTrouble(command, "LT-4007", exit: 75, saying: ["backup"])
        #expect(!command.errors.lowercased().contains("database is locked"))
        #expect(try await road.portal?.counter("updated") == 0)
        try tool.execute("ROLLBACK")
        try await eventually("the correction arrives") {
            try await road.portal?.counter("updated") == 1
        }
        try await road.expectEqualEnds()
        #expect(daemon.errors.contains("event=storeRecovered error_code=LT-4007"))

        // Stopped while it is locked, it does not wait for the lock.
        try tool.execute("BEGIN EXCLUSIVE")
        try road.correct(2)
        try await road.expectTrouble("LT-4007")
        let start = ContinuousClock.now
        let end = try await daemon.terminate()
        #expect(ContinuousClock.now - start < .seconds(14))
        #expect(end.status == 0)
        try tool.execute("ROLLBACK")
        #expect(try await road.run("run", "--once").status == 0)
        try await road.expectEqualEnds()
    }

    @Test("works on while it is copied by sqlite3's .backup")
    func backedUp() async throws {
        let road = try await Road(dossiers: 40)
        try await road.startPortal("delay=1", "delay_ms=20")
        let daemon = try await road.startDaemon()
        for round in 1...3 {
            let copy = road.scratch.file("backup-\(round).sqlite")
            let tool = try await Child(
                [road.store, ".timeout 10000", ".backup '\(copy)'"], in: road.scratch,
                program: "/usr/bin/sqlite3"
            ).end()
            #expect(tool.status == 0, "\(tool.errors)")
            #expect(try Database(path: copy, mode: .readWrite).text("PRAGMA quick_check") == "ok")
        }
        try await road.settle(within: 40)
        try await road.expectEqualEnds()
        #expect(!daemon.errors.contains("event=storeFailed"))
        #expect(try await daemon.terminate().status == 0)
    }
}
