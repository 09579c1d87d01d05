import Foundation
import Glibc
import Outbox
import TestSupport
import Testing
import Wire

@Suite("A resync", .inTurns) struct ResyncTests {
    /// The newest request, as `resync --requests` tells it.
    private func newest(_ road: Road) async throws -> JSONValue {
        try #require(try await road.json("resync", "--requests").items?.first)
    }

    private func expectDone(_ road: Road) async throws -> JSONValue {
        try await eventually("the request is done", within: 40) {
            try await newest(road)["state"]?.text == "done"
        }
        return try await newest(road)
    }

    private func count(_ name: String, _ request: JSONValue) -> Int {
        Int((request["counts"]?[name] ?? request[name])?.text ?? "") ?? -1
    }

    @Test("of a list sends what is in it again, and tells of each code what became of it")
    func list() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        let codes = try road.texts("SELECT code FROM dossier ORDER BY id LIMIT 3")
        try road.scratch.write(
            "list.csv",
            "STT;Mã hồ sơ\r\n"
                + (codes + ["H21.999-990101-0001"]).enumerated().map {
                    "\($0 + 1);\($1)\r\n"
                }.joined())
        let before = try await road.portal?.counter("updated") ?? -1
        #expect(try await road.run("resync", "--list", road.scratch.file("list.csv")).status == 0)
        let request = try await expectDone(road)
        #expect(count("read", request) == 3 && count("missing", request) == 1)
        try await road.settle()
        #expect(try await road.portal?.counter("updated") == before + 3)
        let results = try await road.run("resync", "--results", request["id"]?.text ?? "?")
        #expect(results.status == 0)
        let lines = results.output.split(separator: "\r\n").map(String.init)
        #expect(lines.first == "\u{FEFF}MaHoSo,Dich,KetQua,ChiTiet")
        for code in codes { #expect(lines.contains("\(code),portal,acknowledged,")) }
        #expect(lines.contains("H21.999-990101-0001,,missing,"))
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        try await road.expectEqualEnds()
        expectTrouble(
            try await road.run("resync", "--list", road.scratch.file("none.csv")), "LT-6110",
            exit: 66)
        try road.scratch.write("empty.csv", "Mã hồ sơ\r\n\r\n")
        expectTrouble(
            try await road.run("resync", "--list", road.scratch.file("empty.csv")), "LT-6112",
            exit: 65, saying: ["MaHoSo"])
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("covers what each condition says, and only that")
    func filters() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        func number(_ condition: String) throws -> Int {
            Int(try road.texts("SELECT count(*) FROM dossier WHERE \(condition)").first ?? "") ?? -1
        }
        let procedure = try #require(try road.texts("SELECT procedure_code FROM dossier").first)
        let unit = try #require(try road.texts("SELECT unit_code FROM dossier").first)
        let day = try #require(
            try road.texts(
                "SELECT date(modified_at) FROM dossier ORDER BY modified_at DESC LIMIT 1 OFFSET 9"
            ).first)
        for (words, expected) in [
            (["--all"], try number("true")),
            (["--procedure", procedure], try number("procedure_code = '\(procedure)'")),
            (["--unit", unit], try number("unit_code = '\(unit)'")),
            (
                ["--procedure", procedure, "--unit", unit],
                try number("procedure_code = '\(procedure)' AND unit_code = '\(unit)'")
            ),
            (["--since", "2100-01-01"], 0), (["--until", "1990-01-01"], 0),
            (["--since", "1990-01-01", "--until", "2100-01-01"], try number("true")),
        ] {
            let finished = try await road.start(["resync"] + words + ["--only-different"]).end()
            #expect(finished.status == 0, "\(finished.errors)")
            let request = try await expectDone(road)
            #expect(count("read", request) == expected, "\(words)")
            #expect(count("unchanged", request) == expected, "\(words)")
        }
        let since = try await road.start(["resync", "--since", day, "--only-different"]).end()
        #expect(since.status == 0)
        let some = count("read", try await expectDone(road))
        #expect(try some >= number("modified_at >= '\(day)'") && some <= number("true"))

        // Only one destination, everything anew: the other one hears nothing.
        let asked = try road.count(\.acknowledged, of: "population")
        let sent = try road.count(\.acknowledged, of: "portal")
        #expect(
            try await road.run("resync", "--all", "--destination", "portal").status == 0)
        _ = try await expectDone(road)
        try await road.settle()
        #expect(try road.count(\.acknowledged, of: "population") == asked)
        #expect(try road.count(\.acknowledged, of: "portal") == sent + number("true"))
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("pauses, goes on and is cancelled, also while no daemon runs")
    func moves() async throws {
        let road = try await Road()
        try await road.startPortal()
        #expect(try await road.run("run", "--once").status == 0)
        let before = try await road.portal?.counter("updated") ?? -1
        #expect(try await road.run("resync", "--all").status == 0)
        let id = try await newest(road)["id"]?.text ?? "?"
        #expect(try await road.run("resync", "--pause", id).status == 0)
        let daemon = try await road.startDaemon()
        try road.correct(1)
        try await eventually("the correction arrives") {
            try await road.portal?.counter("updated") == before + 1
        }
        try await Task.sleep(for: .milliseconds(1500))
        #expect(try await newest(road)["state"]?.text == "paused")
        #expect(count("read", try await newest(road)) == 0)
        #expect(try await road.run("resync", "--resume", id).status == 0)
        #expect(count("read", try await expectDone(road)) == 24)
        expectTrouble(try await road.run("resync", "--resume", id), "LT-6008", exit: 65)
        try await road.settle()
        #expect(try await road.portal?.counter("updated") == before + 25)

        #expect(try await daemon.terminate().status == 0)
        #expect(try await road.run("resync", "--all").status == 0)
        let other = try await newest(road)["id"]?.text ?? "?"
        #expect(try await road.run("resync", "--cancel", other).status == 0)
        #expect(try await road.run("run", "--once").status == 0)
        #expect(try await newest(road)["state"]?.text == "cancelled")
        #expect(try await road.portal?.counter("updated") == before + 25)
        try await road.expectEqualEnds()
    }

    @Test("survives kill -9 in its middle, and never puts an older state over a newer")
    func killed() async throws {
        let road = try await Road(dossiers: 300)
        try await road.startPortal("drop_after=0.02")
        let first = try await road.startDaemon()
        try await road.settle(within: 60)
        #expect(try await road.run("resync", "--all").status == 0)
        var daemon = first
        for round in 1...3 {
            // The office works on while everything is sent again.
            for key in 1...20 { try road.correct(key * 7 + round) }
            try await eventually("some more is acknowledged or the request is done") {
                try await count("read", newest(road)) >= min(300, 100 * round)
            }
            daemon.stop(SIGKILL)
            daemon = try await road.startDaemon()
        }
        let request = try await expectDone(road)
        #expect(count("read", request) >= 300)
        try await road.portal?.set(#"{"drop_after":0}"#)
        try await road.settle(within: 60)
        try await road.expectEqualEnds()
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        #expect(try await daemon.terminate().status == 0)
    }
}
