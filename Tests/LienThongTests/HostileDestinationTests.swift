import Foundation
import Glibc
import Outbox
import TestSupport
import Testing
import Wire

@Suite("A daemon whose destination is hostile", .inTurns) struct HostileDestinationTests {
    @Test(
        "stays up and small, serves the other one, and goes on when it is well again",
        arguments: HostileServer.Malice.allCases)
    func hostile(_ malice: HostileServer.Malice) async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        let elsewhere = try HostileServer(.hangUp)
        defer { elsewhere.stop() }
        let server = try HostileServer(malice, elsewhere: elsewhere.url)
        defer { server.stop() }
        let good = road.portalURL
        try road.configure { text in
            // The first destination is the portal; the second keeps its address.
            guard let range = text.range(of: good) else { throw Unmet(description: "no address") }
            return text.replacingCharacters(in: range, with: server.url)
                .replacing("timeout: \"5s\"", with: "timeout: \"800ms\"")
        }
        let daemon = try await road.startDaemon()
        try await eventually("it was asked more than once, and the other one answered") {
            guard daemon.isRunning else { throw Unmet(description: daemon.errors) }
            let asked = try road.count(\.acknowledged, of: "population")
            return server.served >= 3 && asked > 0
        }
        try await eventually("its trouble is told") {
            daemon.errors.contains("destination=portal")
                && daemon.errors.contains("error_code=LT-5")
        }
        let live = try await road.json("status")["live"]
        let resident = Int(live?["residentKiB"]?.text ?? "") ?? .max
        #expect(resident < 256 * 1024, "\(resident) KiB")
        #expect(elsewhere.served == 0)
        #expect(try await road.portal?.counter("created") == 0)
        #expect(try road.count(\.parked, of: "portal") == 0)
        road.expectDiscretion(daemon.errors)

        try road.configure()
        daemon.signal(SIGHUP)
        try await road.settle(within: 40)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
        road.expectDiscretion(daemon.errors)
    }
}
