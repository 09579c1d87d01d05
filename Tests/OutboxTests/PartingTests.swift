import Dossiers
import Testing
import Wire

@testable import Outbox

@Suite("A delivery of which only a part arrived") struct PartingTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private let steps: [(Int64, String)] = [(1, "a"), (2, "b"), (3, "c"), (4, "d")]

    @Test("is parted by an operator: the rest is read again and sent in its order")
    func parted() throws {
        try fixture.record(dossier("H1", state: "A"))
        _ = try fixture.drain()
        try fixture.record(dossier("H1", state: "A", steps: steps))
        try fixture.settle(
            try fixture.claimOne(), .parked(.undecidable), outcome: .unknown, existence: .present)
        // Behind it waits what came later.
        try fixture.record(dossier("H1", state: "A", steps: steps + [(5, "e")]))
        let desk = try fixture.desk()
        for count in [0, 4, 9] {
            let none = try desk.arrived(
                DeliveryFilter(), first: count, reason: "seen", now: fixture.now)
            #expect(none.deliveries == 0)
        }
        let result = try desk.arrived(DeliveryFilter(), first: 2, reason: "seen", now: fixture.now)
        #expect(result.deliveries == 1)
        #expect(try fixture.lane("H1").steps == 2)
        #expect(try fixture.claim().isEmpty)
        let requests = try fixture.reader().requests()
        #expect(requests.map(\.filter.codes) == [["H1"]])
        #expect(requests.map(\.filter.destinations) == [[StoreFixture.portal]])
        // Capture does what the request says.
        try fixture.record(dossier("H1", state: "A", steps: steps + [(5, "e")]))
        let sent = try fixture.drain()
        #expect(sent.map(\.body) == [Array("c,d,e".utf8)])
        #expect(try fixture.lane("H1").isSettled)
        #expect(try fixture.reader().verifyLedger().brokenAt == nil)
    }

    @Test("leaves headers and what is not in doubt alone")
    func others() throws {
        try fixture.record(dossier("H1", state: "A", steps: steps))
        try fixture.settle(try fixture.claimOne(), .parked(.undecidable), outcome: .unknown)
        try fixture.record(dossier("H2", key: 2, state: "B"))
        _ = try fixture.claim()
        let result = try fixture.desk().arrived(
            DeliveryFilter(), first: 1, reason: "seen", now: fixture.now)
        #expect(result.deliveries == 0)
        #expect(try fixture.reader().requests().isEmpty)
    }
}
