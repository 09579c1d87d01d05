import Foundation
import Glibc
import Outbox
import TestSupport
import Testing
import Wire

/// A command line that is wrong by itself, and what is said about it.
private let mistakes: [([String], String, String)] = [
    (["statsu"], "LT-6001", "lienthongd status --help"),
    (["frobnicate"], "LT-6001", "lienthongd --help"),
    (["status", "--jsn"], "LT-6002", "--json"),
    (["run", "--onec"], "LT-6002", "--once"),
    (["status", "-x"], "LT-6002", "lienthongd status --help"),
    (["status", "--config"], "LT-6003", "--config"),
    (["status", "--json=yes"], "LT-6004", "--json"),
    (["explain"], "LT-6005", "lienthongd explain MaHoSo"),
    (["explain", "a", "b"], "LT-6005", "lienthongd explain MaHoSo"),
    (["status", "everything"], "LT-6005", "lienthongd status"),
    (["queue"], "LT-6005", "list | show | retry | discard"),
    (["run", "--resync=since:soon"], "LT-6006", "YYYY-MM-DD"),
    (["demo", "--dossiers", "many"], "LT-6006", "many"),
]

@Suite("The command line", .inTurns) struct CommandLineTests {
    @Test("names what is wrong with it and the nearest right word", arguments: mistakes)
    func mistaken(_ words: [String], _ code: String, _ hint: String) async throws {
        let scratch = try Scratch()
        let plain = try await Child(words, in: scratch).end()
        expectTrouble(plain, code, exit: 64, saying: [hint])
        #expect(plain.output.isEmpty)
        let json = try await Child(words + ["--json"], in: scratch).end()
        #expect(json.status == 64)
        try expectTroubleJSON(json, code)
    }

    @Test(
        "has help for every command",
        arguments: ["run", "demo", "check", "status", "explain", "queue", "resync"])
    func help(_ command: String) async throws {
        let scratch = try Scratch()
        let help = try await Child([command, "--help"], in: scratch).end()
        #expect(help.status == 0)
        #expect(help.errors.isEmpty)
        #expect(help.output.hasPrefix("lienthongd \(command)"))
        for option in ["--config", "--json", "--help"] { #expect(help.output.contains(option)) }
        let overview = try await Child(["--help"], in: scratch).end()
        #expect(overview.status == 0)
        #expect(overview.output.contains("  \(command) "))
    }

    @Test("shows the commands when there is none")
    func empty() async throws {
        let none = try await Child([], in: try Scratch()).end()
        #expect(none.status == 64)
        #expect(none.output.contains("lienthongd <command>"))
    }

    @Test(
        "refuses filters that are wrong",
        arguments: [
            (["resync"], "LT-6007"), (["resync", "--all", "--dossier", "X"], "LT-6007"),
            (["resync", "--since", "2026-13-01"], "LT-6006"),
            (["resync", "--since", "2026-03-01", "--until", "2026-02-01"], "LT-6006"),
            (["resync", "--all", "--destination", "portl"], "LT-6012"),
            (["resync", "--pause", "one"], "LT-6006"),
            (["queue", "lst"], "LT-6013"), (["queue", "retry"], "LT-6010"),
            (["queue", "retry", "--cause", "bad"], "LT-6006"),
            (["queue", "retry", "one"], "LT-6006"),
            (["queue", "list", "--limit", "0"], "LT-6006"),
            (["queue", "list", "--rule", "none"], "LT-6006"),
            (["queue", "list", "--destination", "portl"], "LT-6012"),
            (["queue", "discard", "--all"], "LT-6009"),
            (["queue", "discard", "--reason", "trùng"], "LT-6010"),
        ])
    func filters(_ words: [String], _ code: String) async throws {
        let road = try await Road(dossiers: 10)
        // The store is there, and no daemon is needed.
        #expect(try await road.run("run", "--once").status == 75)
        let finished = try await road.start(words).end()
        expectTrouble(finished, code, exit: 64)
        #expect(try await road.json("resync", "--requests").items?.isEmpty == true)
    }

    @Test(
        "says that there is no store yet",
        arguments: [
            ["status"], ["explain", "H21"], ["queue", "list"], ["resync", "--all"],
            ["resync", "--requests"],
        ])
    func noStore(_ words: [String]) async throws {
        let road = try await Road(dossiers: 10)
        let finished = try await road.start(words + ["--json"]).end()
        expectTrouble(finished, "LT-4011", exit: 66)
        try expectTroubleJSON(finished, "LT-4011")
    }
}

@Suite("One pass", .inTurns) struct OnePassTests {
    @Test("ends with 0 when everything has been delivered and written back")
    func whole() async throws {
        let road = try await Road()
        try await road.startPortal()
        let once = try await road.run("run", "--once")
        #expect(once.status == 0)
        #expect(try await road.portal?.counter("created") == 24)
        #expect(try await road.json("status")["store"]?["writeBacksWaiting"]?.text == "0")
        try await road.expectEqualEnds()
        // A second one finds nothing.
        let requests = try await road.portal?.counter("acked")
        #expect(try await road.run("run", "--once").status == 0)
        #expect(try await road.portal?.counter("acked") == requests)
    }

    @Test("ends with 75 when a destination cannot be reached, and the next one delivers")
    func unreachable() async throws {
        let road = try await Road()
        try await road.startPortal()
        road.stopPortal()
        let once = try await road.run("run", "--once")
        expectTrouble(once, "LT-6015", exit: 75)
        #expect(once.errors.contains("event=breakerOpened destination=portal error_code=LT-5115"))
        try await road.startPortal()
        // Questions that were answered “unavailable” are asked again by their own time.
        try await eventually("a pass is whole") { try await road.run("run", "--once").status == 0 }
        try await road.expectEqualEnds()
    }

    @Test("ends with 0 although some dossiers are held and parked: those wait for people")
    func heldAndParked() async throws {
        let road = try await Road(dossiers: 40, heldShare: 0.1)
        try await road.startPortal("unknown_procedure=0.3")
        #expect(try await road.run("run", "--once").status == 0)
        #expect(try road.count(\.parked, of: "portal") > 0)
        #expect(try await road.json("status")["store"]?["heldDossiers"]?.text != "0")
    }

    @Test(
        "begins with the resync it is told to", arguments: ["all", "dossier", "since:2020-01-01"])
    func resync(_ what: String) async throws {
        let road = try await Road()
        try await road.startPortal()
        #expect(try await road.run("run", "--once").status == 0)
        let code = try #require(try road.texts("SELECT code FROM dossier WHERE id = 5").first)
        let words = what == "dossier" ? "--resync=\(code)" : "--resync=\(what)"
        #expect(try await road.run("run", "--once", words).status == 0)
        let again = try await road.portal?.counter("redundant")
        #expect(again == (what == "dossier" ? 1 : 24))
        let request = try #require(try await road.json("resync", "--requests").items?.first)
        #expect(request["state"]?.text == "done")
        #expect(request["read"]?.text == (what == "dossier" ? "1" : "24"))
        try await road.expectEqualEnds()
    }
}
