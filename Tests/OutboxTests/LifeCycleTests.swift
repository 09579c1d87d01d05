import Dossiers
import SQLite
import Testing
import Wire

@testable import Outbox

@Suite("A delivery") struct LifeCycleTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    @Test("is recorded, claimed, acknowledged, and gone with a line in the ledger")
    func wholeLife() throws {
        let summary = try fixture.record(
            dossier("H1", state: "A", remarks: [Remark(.truncated, field: "TrichYeuHoSo")]),
            cursors: [CursorMove(name: "portal.changed", value: "42")])
        #expect(summary.created == 1 && summary.states == 1 && summary.steps == 0)
        #expect(try fixture.store.cursors() == ["portal.changed": "42"])
        #expect(fixture.store.depth == 1)

        let delivery = try fixture.claimOne()
        #expect(delivery.text == "A" && delivery.operation == .state && delivery.revision == 1)
        #expect(delivery.existence == .unknown && !delivery.isUncertain)
        #expect(try fixture.claim().isEmpty, "what is under way is not claimed again")

        try fixture.acknowledge(delivery)
        #expect(fixture.store.depth == 0)
        let line = try #require(try fixture.lines().first)
        #expect(line.settled == .acknowledged && line.outcome == "acknowledged")
        #expect(line.code == "H1" && line.destination == "portal" && line.httpStatus == 200)
        #expect(line.requestDigest == String(delivery.bodyDigest.hex.prefix(32)))
        #expect(line.elapsedMicroseconds == 1234)
        let lane = try fixture.lane("H1")
        #expect(lane.isSettled && lane.existence == .present && lane.acknowledgedRevision == 1)
        #expect(
            try fixture.story("H1").rows[0].remarks == [Remark(.truncated, field: "TrichYeuHoSo")])
    }

    @Test("is not added by content that was recorded already")
    func unchanged() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "x")]))
        let again = try fixture.record(dossier("H1", state: "A", steps: [(1, "x")]))
        #expect(again.unchanged == 1 && again.recorded == 0)
        _ = try fixture.drain()
        let later = try fixture.record(dossier("H1", state: "A", steps: [(1, "x")]))
        #expect(later.unchanged == 1 && fixture.store.depth == 0)
    }

    @Test("has a revision and a key of its own for each of A → B → A")
    func threeKeys() throws {
        var sent: [Delivery] = []
        for state in ["A", "B", "A"] {
            try fixture.record(dossier("H1", state: state))
            sent += try fixture.drain()
        }
        #expect(sent.map(\.text) == ["A", "B", "A"])
        #expect(sent.map(\.revision) == [1, 2, 3])
        #expect(Set(sent.map(\.key)).count == 3)
    }

    @Test("is superseded while it waits, and only then")
    func superseding() throws {
        try fixture.record(dossier("H1", state: "A"))
        let summary = try fixture.record(dossier("H1", state: "B"))
        #expect(summary.superseded == 1 && fixture.store.depth == 1)
        let flying = try fixture.claimOne()
        #expect(flying.text == "B" && flying.revision == 2)
        // Under way: the newer one waits behind it, and is itself superseded there.
        #expect(try fixture.record(dossier("H1", state: "C")).superseded == 0)
        #expect(try fixture.record(dossier("H1", state: "D")).superseded == 1)
        #expect(try fixture.claim().isEmpty)
        try fixture.acknowledge(flying)
        let last = try fixture.claimOne()
        #expect(last.text == "D" && last.revision == 4)
        #expect(try fixture.lines().map(\.settled) == [.superseded, .superseded, .acknowledged])
    }

    @Test("keeps its key and its revision on every attempt, and counts only those that failed")
    func attempts() throws {
        try fixture.record(dossier("H1", state: "A"))
        let first = try fixture.claimOne()
        let later = fixture.now.adding(milliseconds: 5000)
        try fixture.settle(
            first, .again(at: later, countsAsAttempt: true), outcome: .retry(afterMilliseconds: nil)
        )
        #expect(try fixture.claim().isEmpty)
        #expect(try fixture.store.nextDue(StoreFixture.portal, after: fixture.now) == later)
        fixture.now = later
        let second = try fixture.claimOne()
        #expect(second.key == first.key && second.revision == 1 && second.attempts == 1)
        try fixture.settle(
            second, .again(at: fixture.now, countsAsAttempt: false),
            outcome: .throttled(afterMilliseconds: 10))
        let third = try fixture.claimOne()
        #expect(third.attempts == 1 && third.key == first.key)
        try fixture.store.transaction { try fixture.store.giveBack([third.id]) }
        #expect(try fixture.claimOne().key == first.key)
        #expect(try fixture.lines().count == 2, "giving back is no attempt")
    }

    @Test("comes back uncertain after a crash, with the same key")
    func crash() throws {
        try fixture.record(dossier("H1", state: "A", person: "000000000001"))
        let sent = try fixture.claimOne()
        let asked = try fixture.claimOne(from: StoreFixture.population)
        try fixture.crash()
        let uncertain = try fixture.claimOne()
        #expect(uncertain.isUncertain && uncertain.key == sent.key && uncertain.text == "A")
        let question = try fixture.claimOne(from: StoreFixture.population)
        #expect(!question.isUncertain, "a question has no effect, so it is asked again")
        #expect(question.key == asked.key)
        #expect(try fixture.lines().map(\.settled) == [.interrupted, .interrupted])
        // A newer state never replaces what may have arrived.
        #expect(
            try fixture.record(dossier("H1", state: "B", person: "000000000001")).superseded == 0)
        // The probe says that it is not there.
        try fixture.settle(
            uncertain, .again(at: fixture.now, countsAsAttempt: false), outcome: .missing,
            existence: .absent)
        let again = try fixture.claimOne()
        #expect(!again.isUncertain && again.text == "A" && again.existence == .absent)
        #expect(try fixture.drain().isEmpty)
        try fixture.acknowledge(again)
        #expect(try fixture.drain().map(\.text) == ["B"])
    }

    @Test("that was not claimed is unharmed by a crash")
    func crashBeforeClaim() throws {
        try fixture.record(dossier("H1", state: "A"))
        try fixture.crash()
        #expect(try !fixture.claimOne().isUncertain)
        #expect(try fixture.lines().isEmpty)
    }

    @Test("is settled once; a second answer finds nothing")
    func twice() throws {
        try fixture.record(dossier("H1", state: "A"))
        let delivery = try fixture.claimOne()
        try fixture.acknowledge(delivery)
        try fixture.acknowledge(delivery)
        #expect(try fixture.lines().count == 1 && fixture.store.depth == 0)
    }

    @Test("is as it was when its transaction fails")
    func rollBack() throws {
        struct Stop: Error {}
        try fixture.record(dossier("H1", state: "A"))
        let store = fixture.store
        #expect(throws: Stop.self) {
            try store.transaction {
                let claimed = try store.claim(
                    StoreFixture.portal, limit: 1, freshShare: 1, now: fixture.now)
                #expect(claimed.count == 1)
                _ = try store.record(
                    CaptureBatch(dossiers: [dossier("H2", key: 2, state: "B")]), now: fixture.now)
                throw Stop()
            }
        }
        #expect(store.depth == 1)
        let delivery = try fixture.claimOne()
        try fixture.acknowledge(delivery)
        #expect(try fixture.reader().verifyLedger().brokenAt == nil)
        #expect(try fixture.reader().dossier(DossierCode("H2")) == nil)
    }

    @Test("is sent again under a new revision when an operator forces it, without its old steps")
    func forced() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "x")]))
        let before = try fixture.drain()
        let summary = try fixture.record(
            dossier("H1", state: "A", steps: [(1, "x")]), forced: true)
        #expect(summary.states == 1 && summary.steps == 0)
        let after = try fixture.drain()
        #expect(after.map(\.text) == ["A"])
        #expect(after[0].key != before[0].key && after[0].revision == 3)
    }

    @Test("is parked when its body cannot be opened, and blocks only its own lane")
    func unreadable() throws {
        try fixture.record(
            dossier("H1", key: 1, state: "A"), dossier("H2", key: 2, state: "B"))
        try fixture.store.db.execute(
            "UPDATE delivery_state SET body = randomblob(length(body)) WHERE place = (1 << 26) + 1"
        )
        #expect(try fixture.claim().map(\.text) == ["B"])
        let parked = try fixture.reader().parked(DeliveryFilter())
        #expect(parked.map(\.cause) == [.unreadable] && parked[0].code == "H1")
        let line = try #require(try fixture.lines().first)
        #expect(line.settled == .parked && line.note == "unreadable")
        // The dossier's next revision cures it.
        #expect(try fixture.record(dossier("H1", state: "A2")).freed.count == 1)
        #expect(try fixture.claim().map(\.text) == ["A2"])
    }
}
