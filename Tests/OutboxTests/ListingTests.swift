import Dossiers
import Testing
import Wire

@testable import Outbox

@Suite("Steps that an operator counted at a destination") struct ListingTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private let steps: [(Int64, String)] = [(2, "a"), (3, "b"), (4, "c"), (5, "d")]

    /// One step acknowledged, four in doubt, one behind them.
    private func doubt() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "0")]))
        _ = try fixture.drain()
        try fixture.record(dossier("H1", state: "A", steps: [(1, "0")] + steps))
        try fixture.settle(
            try fixture.claimOne(), .parked(.undecidable), outcome: .unknown, existence: .present)
        try record()
    }

    private func record() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "0")] + steps + [(6, "e")]))
    }

    private func count(_ steps: Int, isRehearsal: Bool = false) throws -> DeskResult {
        try fixture.desk().listed(
            DeliveryFilter(), steps: steps, reason: "seen", now: fixture.now,
            isRehearsal: isRehearsal)
    }

    private func expectSettled() throws {
        #expect(try fixture.lane("H1").isSettled)
        #expect(try fixture.reader().verifyLedger().brokenAt == nil)
    }

    @Test("end within a delivery: the rest is read again and sent in its order")
    func parted() throws {
        try doubt()
        #expect(try count(3).deliveries == 2)
        #expect(try fixture.lane("H1").steps == 3)
        #expect(try fixture.claim().isEmpty)
        let requests = try fixture.reader().requests()
        #expect(requests.map(\.filter.codes) == [["H1"]])
        #expect(requests.map(\.filter.destinations) == [[StoreFixture.portal]])
        // Capture does what the request says.
        try record()
        #expect(try fixture.drain().map(\.body) == [Array("c,d,e".utf8)])
        try expectSettled()
    }

    @Test("are judged and counted by a rehearsal, which changes nothing")
    func rehearsal() throws {
        try doubt()
        let (lines, lane) = (try fixture.lines(), try fixture.lane("H1"))
        #expect(throws: ListingRefusal.tooMany(recorded: 6)) { try count(7, isRehearsal: true) }
        #expect(throws: ListingRefusal.tooFew(acknowledged: 1)) { try count(0, isRehearsal: true) }
        #expect(try count(3, isRehearsal: true).deliveries == 2)
        #expect(try fixture.lines() == lines)
        #expect(try fixture.lane("H1") == lane)
        #expect(try fixture.reader().requests().isEmpty)
        // As if it had not been.
        #expect(try count(5).deliveries == 1)
        #expect(try fixture.drain().map(\.body) == [Array("e".utf8)])
        try expectSettled()
    }

    @Test("settle what is there, and what is behind goes without a question")
    func whole() throws {
        try doubt()
        #expect(try count(5).deliveries == 1)
        #expect(try fixture.drain().map(\.body) == [Array("e".utf8)])
        #expect(try fixture.reader().requests().isEmpty)
        try expectSettled()
    }

    @Test("settle a whole lane at once")
    func lane() throws {
        try doubt()
        #expect(try count(6).deliveries == 2)
        #expect(try fixture.claim().isEmpty)
        try expectSettled()
    }

    @Test("let everything go again when none of it is there")
    func none() throws {
        try doubt()
        #expect(try count(1).deliveries == 0)
        let sent = try fixture.drain()
        #expect(sent.map(\.body) == [Array("a,b,c,d".utf8), Array("e".utf8)])
        #expect(sent.allSatisfy { !$0.isUncertain })
        try expectSettled()
    }

    @Test(
        "are refused when the store knows better",
        arguments: [
            (0, ListingRefusal.tooFew(acknowledged: 1)), (7, .tooMany(recorded: 6)),
        ])
    func impossible(count steps: Int, refusal: ListingRefusal) throws {
        try doubt()
        #expect(throws: refusal) { _ = try count(steps) }
        #expect(try fixture.lane("H1").deliveries.map(\.stepCount) == [4, 1])
    }

    @Test("are about one dossier that is in doubt")
    func others() throws {
        try fixture.record(dossier("H0", key: 9, state: "B"))
        try fixture.settle(try fixture.claimOne(), .parked(.rejected), outcome: .refused)
        #expect(throws: ListingRefusal.notOneDossier(found: 0)) { _ = try count(0) }
        try doubt()
        #expect(try count(5).deliveries == 1)
    }
}
