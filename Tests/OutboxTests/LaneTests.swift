import Dossiers
import SQLite
import Testing
import Wire

@testable import Outbox

@Suite("A lane") struct LaneTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    @Test("sends the header first and every step once, in order, several to a request")
    func order() throws {
        let steps = (1...7).map { (Int64($0), "s\($0)") }
        try fixture.record(dossier("H1", state: "A", steps: Array(steps[0..<5]), perDelivery: 2))
        let first = try fixture.claimOne()
        #expect(first.text == "A")
        try fixture.record(dossier("H1", state: "B", steps: steps, perDelivery: 2))
        try fixture.acknowledge(first)
        let sent = try fixture.drain()
        #expect(sent.map(\.text) == ["B", "s1,s2", "s3,s4", "s5", "s6,s7"])
        #expect(sent.map(\.stepCount) == [0, 2, 2, 1, 2])
        #expect(Set(sent.map(\.key)).count == 5)
        #expect(sent[1].bodyDigest == SHA256.digest(Array("s1,s2".utf8)))
    }

    @Test("is blocked by its own parked delivery, and no other lane is")
    func blocking() throws {
        try fixture.record(
            dossier("H1", key: 1, state: "A", steps: [(1, "x")]),
            dossier("H2", key: 2, state: "B", steps: [(2, "y")]))
        for delivery in try fixture.claim() where delivery.code.rawValue == "H1" {
            try fixture.settle(delivery, .parked(.rejected), outcome: .rejected)
        }
        try fixture.crash()
        #expect(try fixture.drain().map(\.text) == ["B", "y"])
        let parked = try #require(try fixture.reader().parked(DeliveryFilter()).first)
        #expect(parked.code == "H1" && parked.blocked == 1 && parked.cause == .rejected)
    }

    @Test("is freed by the next revision of its dossier")
    func freedByState() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "x")]))
        try fixture.settle(try fixture.claimOne(), .parked(.needsMapping), outcome: .needsMapping)
        let summary = try fixture.record(dossier("H1", state: "B", steps: [(1, "x"), (2, "y")]))
        #expect(
            summary.freed == [FreedLane(destination: StoreFixture.portal, code: DossierCode("H1"))])
        #expect(try fixture.drain().map(\.text) == ["B", "x", "y"])
    }

    @Test("tries parked progress again behind a newer header")
    func parkedHistory() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "x")]))
        try fixture.acknowledge(try fixture.claimOne())
        try fixture.settle(try fixture.claimOne(), .parked(.rejected), outcome: .rejected)
        #expect(try fixture.claim().isEmpty)
        #expect(try fixture.record(dossier("H1", state: "B", steps: [(1, "x")])).freed.count == 1)
        #expect(try fixture.drain().map(\.text) == ["B", "x"])
    }

    @Test("tries a newer header that waits behind progress when that is parked")
    func parkedBeforeState() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "x")]))
        try fixture.acknowledge(try fixture.claimOne())
        let progress = try fixture.claimOne()
        try fixture.record(dossier("H1", state: "B", steps: [(1, "x")]))
        try fixture.settle(progress, .parked(.undecidable), outcome: .unknown)
        let header = try fixture.claimOne()
        #expect(header.text == "B")
        try fixture.acknowledge(header)
        let again = try fixture.claimOne()
        #expect(again.text == "x" && again.isUncertain, "it may be there: probe first")
    }

    @Test("replaces an uncertain header by none, and probes it")
    func uncertainStays() throws {
        try fixture.record(dossier("H1", state: "A"))
        let sent = try fixture.claimOne()
        let later = fixture.now.adding(milliseconds: 900)
        try fixture.settle(sent, .uncertain(at: later), outcome: .unknown)
        #expect(try fixture.record(dossier("H1", state: "B")).superseded == 0)
        #expect(try fixture.store.nextDue(StoreFixture.portal, after: fixture.now) == later)
        #expect(try fixture.claim().isEmpty)
        fixture.now = later
        let probed = try fixture.claimOne()
        #expect(probed.isUncertain && probed.key == sent.key)
        try fixture.acknowledge(probed)
        #expect(try fixture.drain().map(\.text) == ["B"])
    }

    @Test("sends the newest header last when an uncertain one turns out not to have arrived")
    func twoHeaders() throws {
        try fixture.record(dossier("H1", state: "A"))
        let lost = try fixture.claimOne()
        try fixture.settle(lost, .uncertain(at: fixture.now), outcome: .unknown)
        try fixture.record(dossier("H1", state: "B"))
        try fixture.settle(
            try fixture.claimOne(), .again(at: fixture.now, countsAsAttempt: false),
            outcome: .missing)
        // Now two headers wait, neither of them at the destination: the third replaces both.
        #expect(try fixture.record(dossier("H1", state: "C")).superseded == 2)
        #expect(fixture.store.depth == 1)
        #expect(try fixture.drain().map(\.text) == ["C"])
    }

    @Test("gives a step that was changed before it was sent its new content, in its old place")
    func rewrittenInTime() throws {
        try fixture.record(
            dossier("H1", state: "A", steps: [(1, "s1"), (2, "s2"), (3, "s3")], perDelivery: 2))
        let before = try fixture.claimOne()
        let summary = try fixture.record(
            dossier(
                "H1", state: "A", steps: [(1, "s1"), (2, "s2 mended"), (3, "s3")], perDelivery: 2))
        #expect(summary.historyRewritten == 0 && summary.steps == 0 && summary.superseded == 1)
        try fixture.acknowledge(before)
        #expect(try fixture.drain().map(\.text) == ["s1,s2 mended", "s3"])
    }

    @Test("frees itself when the parked step is mended")
    func mended() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "bad"), (2, "good")]))
        try fixture.acknowledge(try fixture.claimOne())
        let rejected = try fixture.claimOne()
        try fixture.settle(rejected, .parked(.rejected), outcome: .rejected)
        let summary = try fixture.record(
            dossier("H1", state: "A", steps: [(1, "ok"), (2, "good")]))
        #expect(summary.freed.count == 1)
        let mended = try fixture.claimOne()
        #expect(mended.text == "ok,good" && mended.key != rejected.key)
    }

    @Test("never sends a step again; one changed afterwards is told of in the ledger, once")
    func rewrittenTooLate() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "x"), (2, "y")]))
        _ = try fixture.drain()
        let changed = dossier("H1", state: "A", steps: [(1, "x2"), (2, "y"), (3, "z")])
        #expect(try fixture.record(changed).historyRewritten == 1)
        #expect(try fixture.record(changed).unchanged == 1)
        #expect(try fixture.drain().map(\.text) == ["z"])
        let line = try #require(try fixture.lines().first { $0.settled == .historyRewritten })
        #expect(line.code == "H1" && line.note == "step 1")
    }

    @Test("does not touch a step that is under way")
    func rewrittenUnderWay() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "x")]))
        try fixture.acknowledge(try fixture.claimOne())
        let flying = try fixture.claimOne()
        #expect(
            try fixture.record(dossier("H1", state: "A", steps: [(1, "x2")])).historyRewritten == 1)
        #expect(try fixture.claim().isEmpty)
        try fixture.settle(
            flying, .again(at: fixture.now, countsAsAttempt: true), outcome: .unknown)
        #expect(try fixture.claimOne().text == "x")
    }

    @Test("keeps a step that its source no longer has")
    func vanishedStep() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "x"), (2, "y")]))
        try fixture.record(dossier("H1", state: "A", steps: [(2, "y2")]))
        #expect(try fixture.drain().map(\.text) == ["A", "x,y2"])
    }

    @Test("is fresh as soon as a fresh change touches it")
    func freshness() throws {
        try fixture.record(
            dossier("H1", key: 1, state: "A", steps: [(1, "x")]),
            dossier("H2", key: 2, state: "B"), backlog: true)
        try fixture.record(dossier("H1", key: 1, state: "A2", steps: [(1, "x")]))
        let claimed = try fixture.claim(1, freshShare: 1)
        #expect(claimed.map(\.text) == ["A2"] && !claimed[0].isBacklog)
        try fixture.acknowledge(claimed[0])
        #expect(try fixture.claim(1, freshShare: 1).map(\.text) == ["x"])
        // A walk does not make a fresh delivery wait with the backlog.
        try fixture.record(dossier("H3", key: 3, state: "C"))
        try fixture.record(dossier("H3", key: 3, state: "C2"), backlog: true)
        #expect(try fixture.claim(1, freshShare: 1).map(\.text) == ["C2"])
    }

    @Test("cannot have a head that is another lane's, stands behind, or is nothing that it owes")
    func oneHead() throws {
        try fixture.record(
            dossier("H1", key: 1, state: "A", steps: [(1, "x")]), dossier("H2", key: 2, state: "B"))
        for wrong in [
            "head = (SELECT head FROM lane WHERE id = 2)", "head_state = 1", "head = NULL",
            "head_due = NULL", "owed = 0", "head_state = 3", "cause = 'rejected'", "owed = -1",
        ] {
            #expect(throws: (any Error).self, "\(wrong)") {
                try fixture.store.db.execute("UPDATE lane SET \(wrong) WHERE id = 1")
            }
        }
    }

    @Test("is counted with what it owes, whoever changes it")
    func counts() throws {
        try fixture.record(
            dossier("H1", key: 1, state: "A", steps: [(1, "x"), (2, "y")], perDelivery: 1),
            dossier("H2", key: 2, state: "B"))
        #expect(fixture.store.depth == 4)
        let claimed = try fixture.claim()
        try fixture.settle(claimed[0], .parked(.rejected), outcome: .rejected)
        try fixture.acknowledge(claimed[1])
        #expect(fixture.store.depth == 3)
        let desk = try fixture.desk()
        _ = try desk.discard(DeliveryFilter(), reason: "thử", now: fixture.now)
        _ = try fixture.claim()
        #expect(fixture.store.depth == 2)
        let report = try fixture.portal()
        #expect(report.lanes == 2 && report.waiting == 2 && report.parked == 1)
        #expect(throws: (any Error).self) {
            try fixture.store.transaction {
                var batch = CaptureBatch()
                batch.dossiers = [dossier("H3", key: 3, state: "C")]
                _ = try fixture.store.record(batch, now: fixture.now)
                throw CancellationError()
            }
        }
        #expect(fixture.store.depth == 2)
        try fixture.record(dossier("H4", key: 4, state: "D"))
        try fixture.crash()
        #expect(fixture.store.depth == 3)
        #expect(try fixture.portal().lanes == 3)
    }
}
