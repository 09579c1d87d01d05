import Foundation
import Glibc
import TestSupport
import Testing
import Wire

/// The change feed and deletions, through the commands and the daemon that operators run.
@Suite("The change feed", .inTurns) struct FeedTests {
    @Test("is printed, installed, found just so, shown, checked and removed without a trace")
    func commands() async throws {
        let road = try await Road(dossiers: 10)
        let schema = "SELECT name FROM sqlite_schema ORDER BY name"
        let before = try road.texts(schema)
        let printed = try await road.run("source", "install", "--print")
        #expect(printed.status == 0)
        #expect(printed.output.hasPrefix("BEGIN;") && printed.output.contains("COMMIT;"))
        #expect(try await road.run("source", "uninstall", "--print").output.contains("DROP"))
        #expect(try road.texts(schema) == before, "printing changes nothing")
        #expect(try await road.json("source", "show")["feed"]?.text == "absent")

        let first = try await road.run("source", "install", "--connection", road.database)
        #expect(first.status == 0 && first.output.contains("Triggers installed"))
        let installed = try road.texts(schema)
        let second = try await road.run("source", "install")
        #expect(second.status == 0 && second.output.contains("nothing changed"))
        #expect(try road.texts(schema) == installed)

        try road.correct(3)
        let shown = try await road.json("source", "show")
        #expect(shown["feed"]?.text == "ready")
        #expect(Int(shown["rows"]?.text ?? "") ?? 0 > 0)
        try await road.startPortal()
        let well = try await road.run("check")
        #expect(well.status == 0 && well.output.contains("change feed: "), "\(well.output)")

        let trigger = try #require(installed.first { $0.hasPrefix("lienthongd_fee") })
        try road.change("DROP TRIGGER \(trigger)")
        #expect(try await road.run("source", "show").status == 1)
        #expect(try await road.run("check").output.contains("LT-3021"))
        #expect(try await road.run("source", "install").output.contains("Triggers installed"))

        #expect(try await road.run("source", "uninstall").output.contains("nothing is left"))
        #expect(try road.texts(schema) == before)
        let none = try await road.run("source", "uninstall")
        #expect(none.status == 0 && none.output.contains("There was none"))
    }

    @Test("tells a deletion, which an operator sees in the story and acknowledges")
    func deletion() async throws {
        let road = try await Road(dossiers: 12)
        try await road.startPortal()
        #expect(try await road.run("source", "install").status == 0)
        let daemon = try await road.startDaemon()
        try await road.settle()
        let code = try #require(try road.texts("SELECT code FROM dossier WHERE id = 2").first)
        try delete(2...2, of: road)
        try await eventually("the deletion is held") {
            try await road.json("status").at(["store", "deletions", "held"])?.text == "1"
        }
        #expect(try await road.run("explain", code).output.contains("gone, waits for a decision"))
        let story = try await road.json("explain", code)
        #expect(story.at(["rows", "0", "deletion", "state"])?.text == "held")
        #expect(story.at(["rows", "0", "hold", "rule"])?.text == "deletedInSource")

        let other = try #require(try road.texts("SELECT code FROM dossier WHERE id = 3").first)
        try expectTroubleJSON(
            try await road.run(
                "queue", "acknowledge", "--dossier", other, "--reason", "thử", "--json"), "LT-6021")
        let dry = try await road.run(
            "queue", "acknowledge", "--dossier", code, "--reason", "thử", "--dry-run")
        #expect(dry.status == 0 && dry.output.contains("1 dossiers"))
        let done = try await road.run(
            "queue", "acknowledge", "--dossier", code, "--reason", "đã xoá thật")
        #expect(done.status == 0)
        #expect(
            try await road.json("explain", code).at(["rows", "0", "deletion", "state"])?.text
                == "acknowledged")
        #expect(try await road.json("status").at(["store", "deletions", "held"])?.text == "0")
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("tells a mass disappearance, which holds nothing until an operator confirms it")
    func disappearance() async throws {
        let road = try await Road(dossiers: 60)
        try await road.startPortal()
        #expect(try await road.run("source", "install").status == 0)
        let daemon = try await road.startDaemon()
        try await road.settle()
        try delete(1...40, of: road)
        try await eventually("the alarm is raised") {
            try await road.json("status").at(["store", "deletions", "alarm"]) != nil
        }
        #expect(try await road.json("status").at(["store", "deletions", "held"])?.text == "0")
        #expect(try await road.run("queue", "confirm-deletions").status != 0, "wants a reason")
        let done = try await road.run("queue", "confirm-deletions", "--reason", "dọn dẹp")
        #expect(done.status == 0 && done.output.contains("40 dossiers"), "\(done.output)")
        #expect(try await road.json("status").at(["store", "deletions", "held"])?.text == "40")
        #expect(try await road.json("status").at(["store", "deletions", "alarm"]) == nil)
        #expect(
            try await road.run("queue", "acknowledge", "--all", "--reason", "dọn dẹp").status == 0)
        #expect(
            try await road.json("status").at(["store", "deletions", "acknowledged"])?.text == "40")
        #expect(try await daemon.terminate().status == 0)
    }

    /// Deletes dossiers with all their rows, in one transaction.
    private func delete(_ keys: ClosedRange<Int>, of road: Road) throws {
        let range = "BETWEEN \(keys.lowerBound) AND \(keys.upperBound)"
        let children = ["step", "document", "fee", "paper", "supplement"].map {
            "DELETE FROM \($0) WHERE dossier_id \(range);"
        }
        try road.change(
            "BEGIN; \(children.joined(separator: " ")) DELETE FROM dossier WHERE id \(range); COMMIT;"
        )
    }
}
