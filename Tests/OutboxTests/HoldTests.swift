import Dossiers
import SQLite
import Testing
import Wire

@testable import Outbox

@Suite("A held dossier") struct HoldTests {
    let fixture: StoreFixture
    let unmapped = Hold(.procedureUnmapped, field: "procedure_code", unmapped: "TT-01")

    init() throws { fixture = try StoreFixture() }

    @Test("sends nothing, is listed with its reason, and is released when it becomes deliverable")
    func release() throws {
        let first = try fixture.record(held("H1", unmapped))
        #expect(first.held == 1 && first.newlyHeld.map(\.hold) == [unmapped])
        #expect(try fixture.record(held("H1", unmapped)).newlyHeld.isEmpty)
        #expect(fixture.store.depth == 0)
        #expect(try fixture.store.heldKeys(after: nil, limit: 10) == [SourceKey(1)])
        #expect(try fixture.store.heldKeys(after: SourceKey(1), limit: 10).isEmpty)
        let since = try #require(try fixture.reader().held().first)
        #expect(since.rule == "procedureUnmapped" && since.unmapped == "TT-01")

        let summary = try fixture.record(dossier("H1", state: "A"))
        #expect(summary.released == [DossierCode("H1")] && summary.created == 0)
        #expect(try fixture.drain().map(\.text) == ["A"])
        #expect(try fixture.store.heldKeys(after: nil, limit: 10).isEmpty)
    }

    @Test("is released for every destination by a resync that is forced for one")
    func releaseByResync() throws {
        let district = DestinationID("district")
        func both(_ code: String, key: Int64) -> CapturedDossier {
            var one = dossier(code, key: key, state: "A", steps: [(key, "x")])
            guard case .deliverable(var lanes) = one.content else { return one }
            lanes.append(lanes[0])
            lanes[1].destination = district
            one.content = .deliverable(lanes)
            return one
        }
        try fixture.record(held("H1", unmapped))
        try fixture.record(both("H2", key: 2))
        _ = try fixture.drain()
        _ = try fixture.drain(district)
        var batch = CaptureBatch(
            dossiers: [both("H1", key: 1), both("H2", key: 2)], isBacklog: true, isForced: true)
        batch.forced = [StoreFixture.portal]
        let store = fixture.store
        let summary = try store.transaction { try store.record(batch, now: fixture.now) }
        #expect(summary.released == [DossierCode("H1")])
        func sent(_ destination: DestinationID) throws -> [String] {
            try fixture.drain(destination).map { "\($0.code.rawValue) \($0.text)" }.sorted()
        }
        // Both headers go to the portal again, and only what is new goes to the other one.
        #expect(try sent(StoreFixture.portal) == ["H1 A", "H1 x", "H2 A"])
        #expect(try sent(district) == ["H1 A", "H1 x"])
    }

    @Test("lets what was recorded before go out")
    func olderContent() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "x")]))
        try fixture.record(held("H1", Hold(.dateImpossible, field: "due_at")))
        #expect(try fixture.drain().map(\.text) == ["A", "x"])
        #expect(try fixture.story("H1").rows[0].hold?.rule == .dateImpossible)
    }

    @Test("is grouped for staff by what is missing")
    func groups() throws {
        for number in 1...7 { try fixture.record(held("H\(number)", key: Int64(number), unmapped)) }
        try fixture.record(
            held("H8", key: 8, Hold(.statusUnmapped, field: "status", unmapped: "X")))
        let groups = try fixture.reader().heldGroups()
        #expect(groups.map(\.count) == [7, 1])
        #expect(
            groups[0].unmapped == "TT-01" && groups[0].examples == ["H1", "H2", "H3", "H4", "H5"])
        #expect(try fixture.reader().held(unmapped: "X").map(\.code) == ["H8"])
        #expect(
            try fixture.reader().held(rule: "procedureUnmapped", after: SourceKey(5)).count == 2)
    }

    @Test("is a second row of a code that another row has")
    func duplicate() throws {
        try fixture.record(dossier("H1", key: 1, state: "A"))
        let second = try fixture.record(dossier("H1", key: 2, state: "B"))
        #expect(second.newlyHeld.map(\.hold.rule) == [.duplicateCode] && second.states == 0)
        // The first goes on, and keeps its code.
        try fixture.record(dossier("H1", key: 1, state: "A2"))
        #expect(try fixture.drain().map(\.text) == ["A2"])
        #expect(try fixture.story("H1").rows.map(\.sourceKey) == [1, 2])
        // The first is gone from the source: the second takes over.
        try fixture.record(held("H1", key: 1, Hold(.sourceDeleted, field: "deleted")))
        let taken = try fixture.record(dossier("H1", key: 2, state: "B"))
        #expect(taken.released == [DossierCode("H1")])
        #expect(try fixture.drain().map(\.text) == ["B"])
        #expect(try fixture.lane("H1").revision == 3)
    }

    @Test("leaves its lanes to whoever has its code next, and finds them again itself")
    func strayLanes() throws {
        try fixture.record(dossier("H1", key: 1, state: "A", steps: [(1, "x")]))
        _ = try fixture.drain()
        // The row has another code now: what H1 was given stays known.
        try fixture.record(dossier("H2", key: 1, state: "A", steps: [(1, "x")]))
        #expect(try fixture.drain().map(\.text) == ["A", "x"])
        #expect(try fixture.lane("H1").revision == 2 && fixture.lane("H2").revision == 2)
        #expect(try fixture.story("H1").rows.isEmpty)
        // Another row has it: the same header adds nothing, and another one is the lane's third revision.
        try fixture.record(dossier("H1", key: 7, state: "A", steps: [(1, "x")]))
        #expect(try fixture.drain().isEmpty)
        try fixture.record(dossier("H1", key: 7, state: "B", steps: [(1, "x")]))
        #expect(try fixture.drain().map(\.text) == ["B"])
        #expect(try fixture.lane("H1").revision == 3)
        // A code that is no code for a while, and comes back.
        try fixture.record(held("", key: 7, Hold(.codeMissing, field: "code")))
        #expect(try fixture.lane("H1").revision == 3)
        try fixture.record(dossier("H1", key: 7, state: "B", steps: [(1, "x")]))
        #expect(try fixture.drain().isEmpty)
        try fixture.crash()
        try fixture.record(dossier("H1", key: 7, state: "C", steps: [(1, "x"), (2, "y")]))
        #expect(try fixture.drain().map(\.text) == ["C", "y"])
        #expect(try fixture.store.db.integer("SELECT count(*) FROM stray") == 0)
        #expect(try fixture.store.db.integer("SELECT count(*) FROM lane") == 2)
        #expect(try fixture.reader().findDamage() == nil)
    }

    @Test(
        "may have a code that nothing can be sent under",
        arguments: [
            ("", Hold.Rule.codeMissing), (String(repeating: "x", count: 400), .codeTooLong),
            ("\u{0}H1", .codeShape),
        ])
    func uselessCode(code: String, rule: Hold.Rule) throws {
        // Whether capture says so or lets it pass.
        try fixture.record(held(code, key: 1, Hold(rule, field: "code")))
        let passed = try fixture.record(dossier(code, key: 2, state: "A"))
        #expect(passed.newlyHeld.map(\.hold.rule) == [rule])
        try fixture.record(dossier("H9", key: 2, state: "A"))
        #expect(try fixture.drain().map(\.text) == ["A"])
    }
}
