import Dossiers
import Operating
import SQLite
import Testing
import Wire

@testable import Outbox

@Suite("What was discarded") struct DiscardTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func discard(_ code: String) throws {
        let result = try fixture.desk().discard(
            DeliveryFilter(code: DossierCode(code)), reason: "hồ sơ thử", now: fixture.now)
        #expect(result.deliveries == 1)
    }

    private func open() throws -> [DiscardedEntry] {
        try fixture.reader().discarded(DeliveryFilter())
    }

    @Test("makes a difference until the destination has taken a later header")
    func header() throws {
        try fixture.record(dossier("H1", state: "A"), dossier("H2", key: 2, state: "A"))
        for claimed in try fixture.claim(2) {
            try fixture.settle(claimed, .parked(.rejected), outcome: .rejected)
        }
        #expect(try fixture.status().discarded == 0)
        try discard("H1")
        try discard("H2")
        let found = try open()
        #expect(found.map(\.code) == ["H1", "H2"] && found.map(\.operation) == [.state, .state])
        #expect(found.allSatisfy { $0.note == "lan: hồ sơ thử" && $0.actor == "lan" })
        #expect(try fixture.status().discarded == 2)
        // Recorded is not taken.
        try fixture.record(dossier("H1", state: "B"))
        #expect(try fixture.status().discarded == 2)
        try fixture.acknowledge(try fixture.claimOne())
        #expect(try open().map(\.code) == ["H2"])
        #expect(try fixture.status().discarded == 1)
    }

    @Test("as a step makes a difference for good, until somebody says that it need not")
    func step() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "một")]))
        try fixture.acknowledge(try fixture.claimOne())
        try fixture.settle(try fixture.claimOne(), .parked(.rejected), outcome: .rejected)
        try discard("H1")
        // Neither a later header nor a later step brings it.
        try fixture.record(dossier("H1", state: "B", steps: [(1, "một"), (2, "hai")]))
        _ = try fixture.drain()
        let entry = try #require(try open().first)
        #expect(entry.operation == .history)

        let filter = DeliveryFilter(ids: [DeliveryID(entry.delivery)])
        #expect(try fixture.desk().forget(filter, reason: "đích không cần", now: fixture.now) == 1)
        #expect(try open().isEmpty)
        #expect(try fixture.status().discarded == 0)
        let line = try #require(try fixture.lines().last)
        #expect(line.settled == .differenceAccepted && line.note == "lan: đích không cần")
        #expect(line.code == "H1" && line.delivery == entry.delivery)
        #expect(try fixture.desk().forget(filter, reason: "lần nữa", now: fixture.now) == 0)
    }

    @Test("is told to the log once, whenever it was discarded")
    func told() throws {
        try fixture.record(dossier("H1", state: "A"))
        try fixture.settle(try fixture.claimOne(), .parked(.rejected), outcome: .rejected)
        try discard("H1")
        let untold = try fixture.store.untoldDiscards()
        #expect(untold.map(\.code) == ["H1"])
        let last = try #require(untold.last)
        try fixture.store.transaction {
            try fixture.store.discardsTold(through: last.id)
        }
        #expect(try fixture.store.untoldDiscards().isEmpty)
        #expect(try open().count == 1)
    }
}
