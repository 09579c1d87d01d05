import Foundation
import Glibc
import Outbox
import TestSupport
import Testing
import Wire

@Suite("An operator who has the configuration read again", .inTurns) struct ReloadTests {
    @Test("is told whether it was taken, and sees in the status that it was not")
    func reload() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        expectTrouble(try await road.run("reload"), "LT-4011", exit: 66)
        let daemon = try await road.startDaemon()
        #expect(try await road.run("reload").status == 0)

        try road.configure { $0.replacing("poll:", with: "pol:") }
        let refused = try await road.run("reload")
        expectTrouble(refused, "LT-1003", exit: 78, saying: ["“source.pol”"])
        try await road.expectTrouble("LT-1003")
        // What shows only when it is opened is told in the same way.
        try road.configure {
            $0.replacing(
                "allowPlainHTTP: true,", with: "allowPlainHTTP: true, tls: { ca: \"/nowhere\" },")
        }
        expectTrouble(try await road.run("reload", "--pid", "\(daemon.id)"), "LT-5001", exit: 78)
        #expect(daemon.isRunning)

        try road.configure()
        #expect(try await road.run("reload").status == 0)
        try await eventually("the status forgets it") {
            try await road.json("status")["live"]?["troubles"]?.items?.isEmpty == true
        }
        #expect(try await daemon.terminate().status == 0)
        expectTrouble(try await road.run("reload"), "LT-6033", exit: 69)
    }
}

@Suite("A status", .inTurns) struct StatusTests {
    @Test("says at once that a daemon was killed, and ends accordingly")
    func killed() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        try await eventually("it runs") { try await road.run("status").status == 0 }
        daemon.stop(SIGKILL)
        let status = try await road.run("status")
        #expect(status.status == 69)
        #expect(status.output.contains("không chạy / not running"))
        #expect(try await road.json("status")["running"] == .bool(false))
    }

    @Test("keeps what was discarded in sight, and the log has who did it")
    func discarded() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal("unknown_procedure=1")
        let daemon = try await road.startDaemon()
        try await eventually("something is parked") {
            try road.count(\.parked, of: "portal") >= 1
        }
        let parked = try await road.json("queue", "list")["parked"]?.items?.first?["delivery"]
        let number = try #require(parked?["delivery"]?.text)
        let code = try #require(parked?["code"]?.text)
        #expect(
            try await road.run("queue", "discard", number, "--reason", "hồ sơ thử").status == 0)
        try await eventually("the log has it") {
            daemon.errors.contains("event=deliveryDiscarded dossier=\(code)")
        }
        #expect(!daemon.errors.contains("hồ sơ thử"))
        let list = try await road.run("queue", "list", "--discarded")
        #expect(list.status == 1)
        #expect(list.output.contains("#\(number)") && list.output.contains("operator: hồ sơ thử"))
        #expect(try await road.run("status").output.contains("queue list --discarded"))
        expectTrouble(
            try await road.run("queue", "forget", "12345678901", "--reason", "x"), "LT-6032",
            exit: 64)
        #expect(
            try await road.run("queue", "forget", number, "--reason", "không cần").status == 0)
        #expect(try await road.run("queue", "list", "--discarded").status == 0)
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("is not needed to find a delivered dossier in the log")
    func arrivals() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        let code = try #require(try road.texts("SELECT code FROM dossier WHERE id = 1").first)
        #expect(daemon.errors.contains("event=deliveryAcknowledged dossier=\(code)"))
        try road.configure {
            $0.replacing("destinations:", with: "log: { deliveries: false }, destinations:")
        }
        #expect(try await road.run("reload").status == 0)
        let before = daemon.errors.split(separator: "\n").count {
            $0.contains("deliveryAcknowledged")
        }
        try road.correct(1)
        try await eventually("it arrives") { try await road.portal?.counter("updated") == 1 }
        try await road.settle()
        #expect(
            daemon.errors.split(separator: "\n").count { $0.contains("deliveryAcknowledged") }
                == before)
        #expect(try await daemon.terminate().status == 0)
    }
}
