import Dossiers
import Testing

@testable import Outbox

@Suite("A lane whose destination has an order")
struct StatusOrderTests {
    private static let order = StatusOrder(
        road: ["1", "3", "7", "4", "5"],
        sides: [StatusOrder.Side(status: "2", after: "1", before: "4", mayRepeat: true)],
        repeated: .drop)

    private func group(
        _ steps: [(Int64, String)], code: String = "H-1", key: Int64 = 1,
        lacks: [Int64: String] = [:]
    ) -> CapturedDossier {
        let lane = LaneContent(
            destination: StoreFixture.portal, state: nil,
            steps: steps.map { id, status in
                StepPayload(
                    id: SourceKey(id), payload: payload("\(id):\(status)"),
                    status: status, lacks: lacks[id])
            }, order: StatusOrderTests.order)
        return CapturedDossier(
            code: DossierCode(code), sourceKey: SourceKey(key), content: .deliverable([lane]))
    }

    @Test("sends one step at a time and keeps back what jumps ahead")
    func jumpsAhead() throws {
        let fixture = try StoreFixture()
        let first = try fixture.record(group([(1, "1"), (2, "3"), (4, "4")]))
        #expect(first.newlyWaiting.map(\.wait.line) == ["missing 4 7"])
        #expect(try fixture.drain().map(\.text) == ["1:1", "2:3"])
        #expect(try fixture.lane("H-1").isSettled == false)
        #expect(try fixture.lane("H-1").statusWait?.needs == ["7"])
        #expect(try fixture.portal().statusWaits.map(\.examples) == [["H-1"]])
        // The same again is no news.
        let again = try fixture.record(group([(1, "1"), (2, "3"), (4, "4")]))
        #expect(again.newlyWaiting.isEmpty)
        #expect(again.unchanged == 1)
        // The missing one arrives late, at an older business time.
        try fixture.crash()
        let freed = try fixture.record(group([(1, "1"), (2, "3"), (3, "7"), (4, "4")]))
        #expect(freed.noLongerWaiting.map(\.code.rawValue) == ["H-1"])
        #expect(try fixture.drain().map(\.text) == ["3:7", "4:4"])
        #expect(try fixture.lane("H-1").isSettled)
        #expect(try fixture.portal().statusWaits.isEmpty)
    }

    @Test("leaves out a repeat with a line in the ledger, once")
    func repeats() throws {
        let fixture = try StoreFixture()
        let steps: [(Int64, String)] = [(1, "1"), (2, "3"), (3, "7"), (4, "7"), (5, "4")]
        try fixture.record(group(steps))
        #expect(try fixture.drain().map(\.text) == ["1:1", "2:3", "3:7", "5:4"])
        try fixture.record(group(steps))
        #expect(try fixture.drain().isEmpty)
        let notes = try fixture.lines().filter { $0.settled == .superseded }.compactMap(\.note)
        #expect(notes == ["step 4 left out: status 7"])
    }

    @Test("gives a step whose status was corrected its turn anew")
    func corrected() throws {
        let fixture = try StoreFixture()
        try fixture.record(group([(1, "1"), (2, "3"), (3, "7")]))
        #expect(try fixture.drain().count == 3)
        try fixture.record(group([(1, "1"), (2, "3"), (3, "4")]))
        #expect(try fixture.drain().map(\.text) == ["3:4"])
        #expect(try fixture.lines().contains { $0.settled == .historyRewritten })
        try fixture.record(group([(1, "1"), (2, "3"), (3, "4")]))
        #expect(try fixture.drain().isEmpty)
    }

    @Test("remembers what was told when the source forgets it")
    func deleted() throws {
        let fixture = try StoreFixture()
        try fixture.record(group([(1, "1"), (2, "3")]))
        #expect(try fixture.drain().count == 2)
        try fixture.record(group([(3, "7")]))
        #expect(try fixture.drain().map(\.text) == ["3:7"])
    }

    @Test("waits for a field of one step without holding the steps before it")
    func lacking() throws {
        let fixture = try StoreFixture()
        let steps: [(Int64, String)] = [(1, "1"), (2, "3"), (3, "7"), (4, "4")]
        try fixture.record(group(steps, lacks: [4: "ketQuaXuLy"]))
        #expect(try fixture.drain().count == 3)
        #expect(try fixture.lane("H-1").statusWait?.line == "field 4 ketQuaXuLy")
        try fixture.record(group(steps))
        #expect(try fixture.drain().map(\.text) == ["4:4"])
    }

    @Test("frees a refused step when the dossier has news")
    func frees() throws {
        let fixture = try StoreFixture()
        try fixture.record(group([(1, "1")]))
        try fixture.settle(fixture.claimOne(), .parked(.rejected), outcome: .rejected)
        try fixture.record(group([(1, "1"), (2, "3")]))
        #expect(try fixture.drain().map(\.text) == ["1:1", "2:3"])
    }

    @Test("keeps nobody else back: twenty that wait starve no other")
    func starvation() throws {
        let fixture = try StoreFixture()
        for number in 1...20 {
            try fixture.record(
                group([(Int64(number * 10), "5")], code: "H-\(number)", key: Int64(number)))
        }
        try fixture.record(group([(990, "1"), (991, "3")], code: "H-99", key: 99))
        #expect(try fixture.drain().map(\.text) == ["990:1", "991:3"])
        #expect(try fixture.portal().statusWaits.first?.count == 20)
    }
}
