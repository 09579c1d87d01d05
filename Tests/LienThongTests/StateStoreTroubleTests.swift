import Foundation
import Glibc
import SQLite
import TestSupport
import Testing
import Wire

/// One way in which a state store cannot be used, and what is said about it.
struct SpoiltStore: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var code: String
    var exit: Int32
    var words: [String]
    /// The code of `check`, when it looks deeper.
    var checked: String?
    var spoil: @Sendable (Road) throws -> Void
}

private func overwrite(_ path: String, at offset: off_t, count: Int) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    defer { close(descriptor) }
    let noise = (0..<count).map { _ in UInt8.random(in: 0...255) }
    guard pwrite(descriptor, noise, count, offset) == count else {
        throw Unmet(description: "cannot overwrite \(path)")
    }
}

/// Behind the schema's page and SQLite's map of the others.
private let firstTable: off_t = 3 * 16_384

private let spoiltStores: [SpoiltStore] = [
    SpoiltStore(
        testDescription: "a file that begins with noise", code: "LT-4006", exit: 65,
        words: ["state.sqlite"]
    ) { try overwrite($0.store, at: 0, count: 100) },
    SpoiltStore(
        testDescription: "pages of noise", code: "LT-4006", exit: 65, words: ["state.sqlite"],
        checked: "LT-1015"
    ) { try overwrite($0.store, at: firstTable, count: 12 * 16_384) },
    SpoiltStore(
        testDescription: "a file cut short", code: "LT-4006", exit: 65, words: ["state.sqlite"]
    ) { truncate($0.store, 50) },
    SpoiltStore(
        testDescription: "another program's database", code: "LT-4006", exit: 65,
        words: ["another program"]
    ) { try pragma("application_id = 7", $0) },
    SpoiltStore(
        testDescription: "a newer schema", code: "LT-4008", exit: 78, words: ["99"]
    ) { try pragma("user_version = 99", $0) },
    SpoiltStore(
        testDescription: "another key", code: "LT-4009", exit: 78, words: ["state-key"]
    ) { try $0.scratch.write("state/state.key", String(repeating: "0a", count: 32) + "\n") },
    SpoiltStore(
        testDescription: "a lost key", code: "LT-1308", exit: 78, words: ["state.key"]
    ) { unlink("\($0.state)/state.key") },
]

private func pragma(_ words: String, _ road: Road) throws {
    try Database(path: road.store, mode: .readWrite).execute("PRAGMA \(words)")
}

@Suite("A daemon whose state store is in trouble", .inTurns) struct StateStoreTroubleTests {
    @Test(
        "says what is wrong, changes nothing, and goes on once it is mended",
        arguments: spoiltStores)
    func unusable(_ spoilt: SpoiltStore) async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        #expect(try await road.run("run", "--once").status == 0)
        let backup = road.scratch.file("backup")
        try FileManager.default.copyItem(atPath: road.state, toPath: backup)
        try spoilt.spoil(road)
        let before = try Data(contentsOf: URL(fileURLWithPath: road.store))
        let run = try await road.run("run", "--once")
        expectTrouble(run, spoilt.code, exit: spoilt.exit, saying: spoilt.words)
        let check = try await road.run("check", "--quiet")
        #expect(check.output.contains(spoilt.checked ?? spoilt.code), "\(check.output)")
        #expect(check.status == spoilt.exit)
        // What is done below, in the words of the message.
        switch spoilt.checked ?? spoilt.code {
        case "LT-1015": #expect(check.output.contains("then restore a backup."))
        case "LT-1308": #expect(check.output.contains("→ Restore the key from backup"))
        default: break
        }
        if spoilt.code.hasPrefix("LT-400"), spoilt.code != "LT-4009" {
            let status = try await road.run("status", "--json")
            expectTrouble(status, spoilt.code, exit: spoilt.exit)
            try expectTroubleJSON(status, spoilt.code)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: road.store)) == before)

        try FileManager.default.removeItem(atPath: road.state)
        rename(backup, road.state)
        try road.correct(3)
        #expect(try await road.run("run", "--once").status == 0)
        #expect(try await road.portal?.counter("updated") == 1)
        try await road.expectEqualEnds()
    }

    @Test("says that the state directory cannot be made")
    func nowhere() async throws {
        let road = try await Road(dossiers: 10)
        try road.configure { $0.replacing(road.state, with: road.scratch.file("no/state")) }
        expectTrouble(try await road.run("run", "--once"), "LT-1011", exit: 73)
        let check = try await road.run("check", "--offline", "--quiet")
        #expect(check.status == 73)
        #expect(check.output.contains("LT-1011"))
        expectTrouble(try await road.run("status"), "LT-4011", exit: 66)
    }

    @Test("makes the last folder of the path itself")
    func madeByItself() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        try road.configure { $0.replacing(road.state, with: road.scratch.file("own")) }
        #expect(try await road.run("check", "--quiet").status == 0)
        #expect(access(road.scratch.file("own"), F_OK) != 0, "looking makes nothing")
        #expect(try await road.run("run", "--once").status == 0)
        var facts = stat()
        stat(road.scratch.file("own/state.key"), &facts)
        #expect(facts.st_mode & 0o777 == 0o600)
        stat(road.scratch.file("own"), &facts)
        #expect(facts.st_mode & 0o777 == 0o700)
    }

    @Test(
        "says that the state directory cannot be written",
        .enabled(if: getuid() == 0, "mounting a read-only folder takes root"))
    func readOnly() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        let disk = try Disk(megabytes: 8, at: road.scratch.file("disk"))
        try disk.makeReadOnly()
        try road.configure { $0.replacing(road.state, with: disk.path) }
        expectTrouble(try await road.run("run", "--once"), "LT-1306", exit: 73)
        try disk.makeWritable()
        #expect(try await road.run("run", "--once").status == 0)
        try disk.makeReadOnly()
        expectTrouble(try await road.run("run", "--once"), "LT-4004", exit: 77)
        expectTrouble(
            try await road.run("resync", "--all"), "LT-4004", exit: 77, saying: ["with sudo"])
    }

    @Test("leaves the store to the daemon that holds it")
    func twoDaemons() async throws {
        let road = try await Road()
        try await road.startPortal()
        let first = try await road.startDaemon()
        let second = try await road.run("run")
        expectTrouble(second, "LT-4002", exit: 75, saying: ["pid \(first.id)"])
        try await road.settle()
        try road.correct(1)
        try await eventually("the first goes on") {
            try await road.portal?.counter("updated") == 1
        }
        try await road.expectEqualEnds()
        #expect(try await first.terminate().status == 0)
    }

    @Test(
        "stays up on a full disk, says so, and goes on when there is room, having lost nothing",
        .enabled(if: getuid() == 0, "mounting a small disk takes root"))
    func fullDisk() async throws {
        let road = try await Road(dossiers: 30)
        try await road.startPortal()
        let disk = try Disk(megabytes: 24, at: road.scratch.file("disk"))
        try road.configure { $0.replacing(road.state, with: disk.path) }
        let daemon = try await road.startDaemon()
        try await eventually("something is under way") {
            try await road.portal?.counter("created") ?? 0 > 0
        }
        disk.fill()
        let office = try Child(
            [
                "sandbox", "onestop", "work", "--profile", "reference", "--database",
                road.database, "--rate", "60/s", "--seconds", "2", "--seed", "9", "--codes",
                road.scratch.file("codes"), "--quiet",
            ], in: road.scratch)
        #expect(try await office.end().status == 0)
        try await eventually("status says LT-4003") {
            let live = try await road.json("status")["live"]
            return live?["troubles"]?.items?.first?["code"]?.text == "LT-4003"
        }
        #expect(daemon.isRunning)
        #expect(daemon.errors.contains("event=storeFailed error_code=LT-4003"))
        expectTrouble(try await road.run("resync", "--all"), "LT-4003", exit: 74, saying: ["df -h"])
        disk.free()
        try await eventually("the daemon goes on", within: 40) {
            daemon.errors.contains("event=storeRecovered")
        }
        try await road.settle(within: 40)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }
}
