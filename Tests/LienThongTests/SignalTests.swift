import Foundation
import Glibc
import Outbox
import TestSupport
import Testing
import Wire

@Suite("A daemon that is sent a signal", .inTurns) struct SignalTests {
    @Test("reads its configuration again, refuses a bad one whole, and takes a good one")
    func reload() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()

        try road.configure { $0.replacing("poll:", with: "pol:") }
        daemon.signal(SIGHUP)
        try await eventually("the bad one is refused") {
            daemon.errors.contains("event=configurationRefused error_code=LT-1003")
        }
        try road.correct(1)
        try await eventually("the old one stays in force") {
            try await road.portal?.counter("updated") == 1
        }

        // What shows only when it is opened.
        try road.configure { $0.replacing(road.state, with: "/proc/none") }
        daemon.signal(SIGHUP)
        try await eventually("one that cannot be opened is refused") {
            daemon.errors.contains("event=configurationRefused error_code=LT-1011")
        }
        try road.configure {
            $0.replacing(
                "allowPlainHTTP: true,", with: "allowPlainHTTP: true, tls: { ca: \"/nowhere\" },")
        }
        daemon.signal(SIGHUP)
        try await eventually("one without its certificate is refused") {
            daemon.errors.contains("event=configurationRefused error_code=LT-5001")
        }
        try road.correct(2)
        try await eventually("the old one is in force again") {
            try await road.portal?.counter("updated") == 2
        }

        try road.configure {
            $0.replacing("destinations:", with: "log: { level: \"notice\" }, destinations:")
        }
        daemon.signal(SIGHUP)
        try await eventually("the good one is taken") {
            daemon.errors.contains("event=configurationReloaded")
        }
        // What arrives is told at the level that the old one had.
        func arrivals() -> Int {
            daemon.errors.split(separator: "\n").count { $0.contains("event=deliveryAcknowledged") }
        }
        let before = arrivals()
        #expect(before > 0)
        try road.correct(3)
        try await eventually("and works") {
            try await road.portal?.counter("updated") == 3
        }
        try await road.settle()
        #expect(arrivals() == before)
        #expect(try await daemon.terminate().status == 0)
        road.expectDiscretion(daemon.errors)
    }

    @Test("compares everything when told to (SIGUSR1), and sends only what differs")
    func resync() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        // A change whose time nobody moved is seen by no look.
        try road.change("UPDATE dossier SET note = 'sửa ngoài luồng' WHERE id = 4")
        daemon.signal(SIGUSR1)
        try await eventually("the request is done") {
            daemon.errors.contains("event=resyncFinished")
        }
        try await eventually("what differs is sent") {
            try await road.portal?.counter("updated") == 1
        }
        try await road.settle()
        #expect(try await road.portal?.counter("redundant") == 0)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("writes its status to the log when told to (SIGUSR2)")
    func report() async throws {
        let road = try await Road()
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        daemon.signal(SIGUSR2)
        try await eventually("both destinations and the whole are reported") {
            daemon.errors.split(separator: "\n").count { $0.contains("event=statusReported") } == 3
        }
        let lines = daemon.errors.split(separator: "\n").filter {
            $0.contains("event=statusReported")
        }
        #expect(
            lines.contains { $0.contains("destination=portal") && $0.contains("acknowledged=48") })
        #expect(lines.contains { $0.contains("dossiers=24") })
        #expect(try await daemon.terminate().status == 0)
    }

    @Test(
        "lets what is under way end, and leaves no trace of running", arguments: [SIGTERM, SIGINT])
    func stop(_ number: Int32) async throws {
        let road = try await Road()
        try await road.startPortal("delay=1", "delay_ms=400")
        let daemon = try await road.startDaemon()
        try await eventually("something is under way") {
            try road.count(\.inFlight, of: "portal") > 0
                && FileManager.default.fileExists(atPath: "\(road.state)/live.json")
        }
        daemon.signal(number)
        let end = try await daemon.end()
        #expect(end.status == 0)
        #expect(end.errors.contains("event=daemonStopped"))
        #expect(!FileManager.default.fileExists(atPath: "\(road.state)/live.json"))
        let status = try await road.json("status")
        #expect(status["running"] == .bool(false) && status["live"] == .null)
        // Nothing is in doubt: each answer was waited for.
        #expect(try road.count(\.uncertain, of: "portal") == 0)
        try await road.portal?.set(#"{"delay":0}"#)
        #expect(try await road.run("run", "--once").status == 0)
        try await road.expectEqualEnds()
        road.expectDiscretion(end.errors)
    }
}
