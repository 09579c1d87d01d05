import Foundation
import Glibc
import Outbox
import TestSupport
import Testing
import Wire

/// Steps of which nobody can find out whether they are there: a person looks at the destination's page.
@Suite("Steps that a person has counted", .inTurns) struct CountedTests {
    @Test("are taken from a sheet, line by line, after a store was lost; nothing comes twice")
    func list() async throws {
        let road = try await Road(dossiers: 6)
        try await road.startPortal("keys=ignored", "probe_shows=existence")
        #expect(try await road.run("run", "--once").status == 0)
        var counts: [(code: String, steps: Int)] = []
        for code in try road.texts("SELECT code FROM dossier ORDER BY id") {
            let lanes = try await road.json("explain", code)["lanes"]?.items ?? []
            let portal = lanes.first { $0["destination"]?.text == "portal" }
            counts.append((code, Int(portal?["steps"]?.text ?? "") ?? 0))
        }
        try #require(counts.contains { $0.steps > 0 })
        try FileManager.default.removeItem(atPath: road.state)
        try road.scratch.makeFolder("state")
        let daemon = try await road.startDaemon()
        let wanted = counts.count { $0.steps > 0 }
        try await eventually("they wait for a person") {
            try road.count(\.parked, of: "portal") == wanted
        }
        let waiting = try await road.run("queue", "list", "--cause", "undecidable")
        #expect(waiting.output.contains("undecidable"))

        let sheet = road.scratch.file("counted.csv")
        func take(_ words: String...) async throws -> Finished {
            try await road.start(
                ["queue", "arrived", "--destination", "portal", "--list", sheet, "--reason", "đếm"]
                    + words
            ).end()
        }
        // No line of the two columns: the cure says which they are.
        try road.scratch.write("counted.csv", "Mã hồ sơ\r\n\(counts[0].code)\r\n")
        expectTrouble(
            try await take(), "LT-6025", exit: 65,
            saying: ["the code into the first column and the number of steps into the second"])
        // One that cannot be is refused on its own, and nothing of it changed.
        let first = try #require(counts.first { $0.steps > 0 })
        try road.scratch.write("counted.csv", "\(first.code);\(first.steps + 5)\r\n")
        let refused = try await take()
        #expect(refused.status == 1 && refused.output.contains("0 dossiers decided, 1 not."))
        try road.scratch.write(
            "counted.csv",
            "Mã hồ sơ;Số bước\r\n"
                + counts.filter { $0.steps > 0 }.map { "\($0.code);\($0.steps)\r\n" }.joined())
        let dry = try await take("--dry-run")
        #expect(dry.status == 0 && dry.output.contains("\(wanted) dossiers decided, 0 not."))
        #expect(try road.count(\.parked, of: "portal") == wanted)
        #expect(try await take().status == 0)
        try await road.settle()
        #expect(try road.count(\.parked, of: "portal") == 0)
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }
}
