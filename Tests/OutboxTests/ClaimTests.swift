import Dossiers
import SQLite
import Testing
import Wire

@testable import Outbox

@Suite("A claim") struct ClaimTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func fill(_ count: Int, from first: Int, backlog: Bool) throws {
        let dossiers = (first..<(first + count)).map {
            dossier("H\($0)", key: Int64($0), state: "state \($0)", steps: [(Int64($0), "step")])
        }
        let batch = CaptureBatch(dossiers: dossiers, isBacklog: backlog)
        _ = try fixture.store.transaction { try fixture.store.record(batch, now: fixture.now) }
    }

    @Test("takes fresh changes first and keeps a share for the backlog, however few it takes")
    func share() throws {
        try fill(100, from: 1, backlog: true)
        try fill(100, from: 1001, backlog: false)
        let first = try fixture.claim(10, freshShare: 0.8)
        #expect(first.filter(\.isBacklog).count == 2)
        #expect(first.filter { !$0.isBacklog }.count == 8)
        var backlog = 0
        for _ in 0..<20 {
            let one = try fixture.claim(1, freshShare: 0.75)
            try #require(one.count == 1)
            backlog += one[0].isBacklog ? 1 : 0
        }
        #expect(backlog == 5)
    }

    @Test("ends with the body that reaches its bytes, and takes one whatever its size")
    func bytes() throws {
        try fill(9, from: 1, backlog: false)
        let one = try fixture.claim(10, bytes: 1)
        try #require(one.count == 1)
        #expect(try fixture.claim(10, bytes: one[0].body.count * 2).count == 2)
        #expect(try fixture.claim(10, bytes: one[0].body.count * 2 + 1).count == 3)
        #expect(try fixture.claim(10).count == 3, "what was left out is still due")
        #expect(try fixture.claim(10).isEmpty)
    }

    @Test("cut short by its bytes keeps the backlog's share over time")
    func shareOfBytes() throws {
        try fill(50, from: 1, backlog: true)
        try fill(50, from: 1001, backlog: false)
        var backlog = 0
        for _ in 0..<20 {
            let one = try fixture.claim(10, bytes: 1, freshShare: 0.75)
            try #require(one.count == 1)
            backlog += one[0].isBacklog ? 1 : 0
        }
        #expect(backlog == 4, "each fifth, and then each fourth")
    }

    @Test("gives either side what the other does not use")
    func spare() throws {
        try fill(5, from: 1, backlog: true)
        try fill(5, from: 1001, backlog: false)
        let claimed = try fixture.claim(20, freshShare: 0.8)
        #expect(claimed.count == 10 && Set(claimed.map(\.id)).count == 10)
        for delivery in claimed { try fixture.acknowledge(delivery) }
        #expect(try fixture.claim(20, freshShare: 1).count == 10, "the steps behind them")
    }

    @Test("takes a dossier's progress after its header, before what was recorded later")
    func place() throws {
        try fill(2, from: 1, backlog: true)
        fixture.now = fixture.now.adding(milliseconds: 1)
        try fill(2, from: 11, backlog: true)
        fixture.now = fixture.now.adding(milliseconds: 1)
        var order: [String] = []
        while let next = try fixture.claim(1).first {
            order.append("\(next.operation) \(next.code.rawValue)")
            try fixture.acknowledge(next)
            fixture.now = fixture.now.adding(milliseconds: 1)
        }
        // Of what was recorded at once the first in the store is the first.
        #expect(
            order == [
                "state H1", "history H1", "state H2", "history H2", "state H11", "history H11",
                "state H12", "history H12",
            ])
    }

    @Test("takes what is uncertain before anything new")
    func uncertainFirst() throws {
        try fill(3, from: 1, backlog: false)
        let claimed = try fixture.claim(1)
        try fixture.crash()
        let again = try fixture.claim(2)
        #expect(again.count == 2 && again[0].id == claimed[0].id && again[0].isUncertain)
    }

    @Test("of nothing is nothing, and a destination that nobody recorded for has nothing due")
    func empty() throws {
        #expect(try fixture.claim(0).isEmpty)
        #expect(try fixture.claim(5, from: DestinationID("unknown")).isEmpty)
        #expect(try fixture.store.nextDue(DestinationID("never"), after: fixture.now) == nil)
    }

    @Test("reads index ranges only, with ten thousand dossiers in the store")
    func plans() throws {
        for first in stride(from: 0, to: 10_000, by: 1000) {
            try fill(1000, from: first, backlog: first >= 5000)
        }
        #expect(fixture.store.depth == 20_000)
        try fixture.store.db.execute("ANALYZE")
        let expectations = [
            (ClaimTable.readyQuery, "lane_ready", "head_due<?"),
            (ClaimTable.nextReadyQuery, "lane_ready", "head_due>?"),
            (ClaimTable.uncertainQuery, "lane_uncertain", "head_due<?"),
            (ClaimTable.nextUncertainQuery, "lane_uncertain", "head_due>?"),
        ]
        for (sql, index, range) in expectations {
            let plan = try plan(sql)
            #expect(plan.count == 1, "one search and no sorting: \(plan)")
            #expect(plan[0].contains("SEARCH lane USING COVERING INDEX \(index)"))
            #expect(plan[0].contains(range))
        }
        #expect(try fixture.claim(64).count == 64)
    }

    @Test("leaves bodies and lanes alone when the status is counted")
    func countPlans() throws {
        try fill(10, from: 1, backlog: false)
        for sql in [
            "SELECT count(*) FROM lane WHERE head_state = 0 AND destination = 1 AND backlog = 0",
            "SELECT min(head_due) FROM lane WHERE head_state = 0 AND destination = 1 AND backlog = 0",
            "SELECT count(*) FROM lane WHERE head_state = 2 AND destination = 1",
            "SELECT cause, count(*) FROM lane WHERE head_state = 3 AND destination = 1 GROUP BY cause",
        ] {
            #expect(try plan(sql).first?.contains("USING COVERING INDEX") == true, "\(sql)")
        }
    }

    @Test("finds the lane's next delivery and its head through indexes")
    func lanePlans() throws {
        try fill(100, from: 1, backlog: false)
        let next = try plan(
            "SELECT place FROM delivery_state WHERE place BETWEEN ?1 AND ?2 ORDER BY place LIMIT 1")
        #expect(next == ["SEARCH delivery_state USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"])
        let held = try plan(
            """
            SELECT source_key FROM dossier INDEXED BY dossier_held
            WHERE hold_rule IS NOT NULL AND source_key > ?1 ORDER BY source_key LIMIT ?2
            """)
        #expect(held.count == 1 && held[0].contains("dossier_held"))
    }

    private func plan(_ sql: String) throws -> [String] {
        let explain = try fixture.store.db.prepare("EXPLAIN QUERY PLAN \(sql)")
        var lines: [String] = []
        while try explain.step() { lines.append(explain.text(3) ?? "") }
        return lines
    }
}
