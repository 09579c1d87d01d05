import Dossiers
import SQLite
import Testing
import Wire

@testable import Outbox

@Suite("A dossier that is gone from the source") struct DeletionTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    @discardableResult
    private func miss(_ keys: [Int64], certain: Bool = false) throws -> RecordSummary {
        var batch = CaptureBatch()
        batch.missing = MissingKeys(keys.map { SourceKey($0) }, isCertain: certain)
        return try record(batch)
    }

    private func record(_ batch: CaptureBatch) throws -> RecordSummary {
        fixture.now = fixture.now.adding(milliseconds: 1)
        return try fixture.store.transaction {
            try fixture.store.record(batch, now: fixture.now)
        }
    }

    private func sweep(_ present: [Int64], after: Int64? = nil, through: Int64? = nil) throws
        -> RecordSummary
    {
        var batch = CaptureBatch()
        batch.swept = SweptKeys(
            after: after.map { SourceKey($0) }, through: through.map { SourceKey($0) },
            present: present.map { SourceKey($0) }, listedAt: fixture.now.adding(milliseconds: 1))
        return try record(batch)
    }

    private func fill(_ count: Int64) throws {
        for key in 1...count { try fixture.record(dossier("H\(key)", key: key, state: "A")) }
    }

    @Test("is suspected, looked for again after its time, then held; what was recorded goes out")
    func twice() throws {
        try fill(3)
        #expect(try miss([2, 99]).suspected == 1)
        #expect(try fixture.store.dueSuspects(now: fixture.now, limit: 10).isEmpty)
        #expect(try fixture.story("H2").rows[0].hold == nil)
        fixture.now = fixture.now.adding(milliseconds: 600_001)
        #expect(try fixture.store.dueSuspects(now: fixture.now, limit: 10) == [SourceKey(2)])
        let second = try miss([2], certain: true)
        #expect(second.newlyHeld.map(\.hold.rule) == [.deletedInSource])
        #expect(try fixture.status().deletions.held == 1)
        #expect(try fixture.status().heldDossiers == 1)
        #expect(try fixture.drain().count == 3)
        #expect(try miss([2], certain: true).newlyHeld.isEmpty)
        #expect(try fixture.lines().contains { $0.settled == .deletionHeld })
        #expect(try fixture.story("H2").rows[0].deletion?.state == .held)
        #expect(try fixture.story("H1").rows[0].deletion == nil)
    }

    @Test("is looked for again after as long as it would have been, however the clock jumps")
    func clockSetBack() throws {
        let day: Int64 = 86_400_000
        fixture.now = fixture.now.adding(milliseconds: 3 * day)
        try fill(2)
        try miss([1])
        fixture.now = fixture.now.adding(milliseconds: -3 * day)
        _ = try fixture.store.transaction {
            try fixture.store.clockMoved(by: -3 * day, now: fixture.now)
        }
        #expect(try fixture.store.dueSuspects(now: fixture.now, limit: 10).isEmpty)
        fixture.now = fixture.now.adding(milliseconds: 600_001)
        #expect(try fixture.store.dueSuspects(now: fixture.now, limit: 10) == [SourceKey(1)])
        // Seen in a time to come, and gone now.
        #expect(try sweep([1]).suspected == 1)
    }

    @Test("frees itself when its row comes back, suspected or held or acknowledged")
    func comesBack() throws {
        try fill(3)
        try miss([1])
        try miss([2, 3], certain: true)
        _ = try fixture.desk().acknowledgeDeletions(
            [DossierCode("H3")], reason: "đúng", now: fixture.now)
        #expect(try fixture.record(dossier("H2", key: 2, state: "A")).released.count == 1)
        try fixture.record(dossier("H1", key: 1, state: "A"))
        try fixture.record(dossier("H3", key: 3, state: "B"))
        #expect(try fixture.status().deletions == DeletionCounts())
        #expect(try fixture.status().heldDossiers == 0)
        #expect(try fixture.drain().filter { $0.code == DossierCode("H3") }.map(\.text).last == "B")
    }

    @Test("gives its code to the row that came in its place, and the lane goes on")
    func successor() throws {
        try fixture.record(dossier("H1", key: 1, state: "A"))
        try fixture.record(dossier("H1", key: 2, state: "B"))
        #expect(try fixture.status().held.map(\.rule) == ["duplicateCode"])
        // The twin is read again at once.
        #expect(try miss([1], certain: true).toRead == [SourceKey(2)])
        let taken = try fixture.record(dossier("H1", key: 2, state: "B"))
        #expect(taken.released == [DossierCode("H1")])
        #expect(try fixture.story("H1").rows.map(\.sourceKey) == [2])
        #expect(try fixture.drain().map(\.text) == ["B"])
        #expect(try fixture.status().deletions == DeletionCounts())
    }

    @Test("is found by comparing what a sweep lists, within the range that it lists")
    func sweeping() throws {
        try fill(10)
        #expect(try sweep([1, 3], through: 4).suspected == 2)
        #expect(try sweep([5, 6, 7, 8, 9, 10], after: 4).suspected == 0)
        #expect(try fixture.reader().deletions(.suspected).map(\.sourceKey).sorted() == [2, 4])
        // Seen first after the source was asked: it cannot be in the list.
        var batch = CaptureBatch()
        batch.swept = SweptKeys(
            after: SourceKey(10), through: nil, present: [], listedAt: fixture.now)
        try fixture.record(dossier("H11", key: 11, state: "A"))
        #expect(try record(batch).suspected == 0)
    }

    @Test("is acknowledged with a reason, in the ledger, and is nobody's business any more")
    func acknowledged() throws {
        try fill(2)
        try miss([1, 2], certain: true)
        let desk = try fixture.desk()
        #expect(try desk.countDeletions(.held, codes: []) == 2)
        #expect(
            try desk.acknowledgeDeletions(
                [DossierCode("H1")], reason: "xoá theo quyết định", now: fixture.now) == 1)
        let note = try #require(
            try fixture.lines().last { $0.settled == .deletionAcknowledged }?.note)
        #expect(note == "dossier H1 key 1 by lan: xoá theo quyết định")
        #expect(try fixture.status().heldDossiers == 1)
        #expect(try fixture.story("H1").rows[0].deletion?.state == .acknowledged)
        #expect(try fixture.reader().verifyLedger().brokenAt == nil)
        // Missing for ever, and never told again.
        #expect(try miss([1], certain: true).newlyHeld.isEmpty)
    }

    @Test("is one of too many: nothing is held until an operator confirms it")
    func mass() throws {
        try fill(100)
        let all = try sweep([])
        #expect(all.massMissing == 100 && all.suspected == 100)
        fixture.now = fixture.now.adding(milliseconds: 600_001)
        #expect(try miss((1...100).map { $0 }, certain: true).newlyHeld.isEmpty)
        #expect(try fixture.status().heldDossiers == 0)
        #expect(try fixture.status().deletions.alarm?.missing == 100)
        // Looked for again later, not at once.
        #expect(try fixture.store.dueSuspects(now: fixture.now, limit: 10).isEmpty)
        #expect(
            try fixture.desk().confirmDisappearance(reason: "chuyển kho", now: fixture.now) == 100)
        #expect(try fixture.status().deletions.alarm == nil)
        #expect(try fixture.status().heldDossiers == 100)
        // What is confirmed does not count: one more is an ordinary deletion.
        try fixture.record(dossier("H101", key: 101, state: "A"))
        #expect(try miss([101], certain: true).newlyHeld.count == 1)
    }

    @Test("is one of too many that came back: the alarm ends by itself")
    func massIsBack() throws {
        try fill(100)
        #expect(try sweep([]).massMissing == 100)
        func review() throws -> Bool {
            try fixture.store.transaction { try fixture.store.reviewDeletions(now: fixture.now) }
        }
        #expect(try !review())
        try fill(90)
        #expect(try review())
        #expect(try fixture.status().deletions.alarm == nil)
    }

    @Test("may be one of a handful without an alarm, whatever the share")
    func handful() throws {
        try fill(25)
        #expect(try miss((1...20).map { $0 }, certain: true).newlyHeld.count == 20)
        #expect(try miss([21], certain: true).massMissing == 21)
    }
}
