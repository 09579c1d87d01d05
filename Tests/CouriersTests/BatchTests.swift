import Dossiers
import Operating
import Outbox
import Testing
import Wire

@testable import Contracts
@testable import Couriers

@Suite("A dispatcher that sends several dossiers in one call")
struct BatchTests {
    private func road(_ size: Int, change: (inout CourierPolicy) -> Void = { _ in }) throws -> Road
    {
        var policy = CourierPolicyFixture.quick
        policy.batchState = size
        policy.batchHistory = min(size, 10)
        change(&policy)
        return try Road(policy)
    }

    private func writes(_ road: Road) -> [ScriptedPortal.Sent] {
        road.far.sent.filter { [.create, .update, .history].contains($0.kind) }
    }

    @Test("puts what waits for the same call together, in the order of claim, once each")
    func together() throws {
        let road = try road(50)
        try road.recordMany(120, steps: ["a"])
        try road.run()
        let creates = road.far.sent(.create)
        #expect(creates.map(\.codes.count) == [50, 50, 20])
        #expect(creates.flatMap(\.codes) == (1...120).map { "H21-\($0)" })
        // Ten steps a call, whatever the number of dossiers.
        #expect(road.far.sent(.history).allSatisfy { $0.codes.count <= 10 })
        #expect(road.far.sent(.history).flatMap(\.codes).count == 120)
        #expect(road.standing.counters.acknowledged == 240)
        #expect(try road.isSettled())
    }

    @Test("sends one a call unless told otherwise")
    func single() throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.recordMany(20)
        try road.run()
        #expect(road.far.sent(.create).allSatisfy { $0.codes.count == 1 })
    }

    @Test("keeps creates and updates apart")
    func apart() throws {
        let road = try road(50)
        try road.recordMany(4)
        try road.run()
        for key in [2, 4, 5, 6] { try road.record("H21-\(key)", key: Int64(key), v: "2") }
        try road.run()
        let later = writes(road).dropFirst()
        #expect(later.map(\.kind) == [.update, .create])
        #expect(later.map(\.codes) == [["H21-2", "H21-4"], ["H21-5", "H21-6"]])
    }

    @Test("keeps to the bound of bytes, and sends alone what is longer")
    func bytes() throws {
        let road = try road(50) { $0.batchBytes = 1_024 }
        let long = String(repeating: "x", count: 400)
        for key in 1...6 {
            let v = key == 3 ? String(repeating: "y", count: 3_000) : long
            try road.record("H21-\(key)", key: Int64(key), v: v)
        }
        try road.run()
        #expect(road.far.sent(.create).map(\.codes.count) == [2, 1, 2, 1])
        #expect(road.far.holdings.count == 6)
    }

    @Test("counts a batch as one request of the rate limit and of the window")
    func requests() throws {
        let road = try road(20) {
            $0.ratePerSecond = 1
            $0.windowBounds = 1...2
        }
        try road.recordMany(100)
        let elapsed = try road.run()
        #expect(road.far.sent(.create).count == 5)
        #expect((3_900...5_100).contains(elapsed))
        #expect(road.far.mostInFlight <= 2)
    }

    @Test("halves a refused batch until the one to blame stands alone", arguments: [1, 2, 33, 64])
    func halves(_ bad: Int) throws {
        let road = try road(64)
        road.far.poison = ["H21-\(bad)"]
        try road.recordMany(64)
        try road.run()
        #expect(try road.parked().map(\.code) == ["H21-\(bad)"])
        #expect(try road.parked().map(\.cause) == [.rejected])
        #expect(road.far.headers.count == 63)
        #expect(road.far.headers.values.allSatisfy { $0 == 1 })
        // One, and two for each of six halvings.
        #expect(road.far.sent(.create).count == 13)
        #expect(road.standing.counters.retried == 0)
        // What was refused beside it was nobody's attempt.
        let lines = try road.lines().filter { $0.settled == .acknowledged }
        #expect(lines.count == 63)
    }

    @Test("halves a batch that is too large, and then sends smaller ones and grows again")
    func adapts() throws {
        let road = try road(64) {
            $0.windowBounds = 1...1; $0.prefetch = 0
        }
        road.far.mostRecords = 20
        try road.recordMany(128)
        try road.run()
        #expect(road.far.headers.count == 128)
        #expect(road.far.headers.values.allSatisfy { $0 == 1 })
        let sizes = road.far.sent(.create).map(\.codes.count)
        #expect(sizes.first == 64)
        #expect(sizes.filter { $0 > 32 }.count == 1, "\(sizes)")
        #expect(try road.parked().isEmpty)
    }

    @Test("settles each item as a list says, in any order; what it leaves out is asked about")
    func lists() throws {
        for list in ScriptedPortal.List.allCases {
            let road = try road(10)
            road.far.list = list
            road.far.poison = ["H21-3", "H21-7"]
            try road.recordMany(10)
            try road.run()
            #expect(Set(try road.parked().map(\.code)) == ["H21-3", "H21-7"], "\(list)")
            #expect(road.far.holdings.count == 8)
            // 2, 5 and 8 are left out; that they are there is seen, not guessed.
            #expect(road.far.sent(.probe).count == (list == .missing ? 3 : 0), "\(list)")
            #expect(road.standing.counters.splits == 0)
        }
    }

    @Test(
        "takes nothing for granted after an answer that may mean anything",
        arguments: [
            (500, "Error"), (200, "<html>"), (502, #"{"error_code":"-1","message":"GhiChu"}"#),
            (200, #"{"error_code":"-1","message":"?","result":"x"}"#),
            (200, #"{"error_code":"0","message":"OK","result":[{"MaHoSo":"H21-999"}]}"#),
            (200, #"{"error_code":"0","message":"OK","result":[{"error_code":"0"}]}"#),
        ])
    func ambiguous(_ status: Int, _ body: String) throws {
        let road = try road(5) {
            $0.existence = .probeFirst
            $0.windowAtStart = 8
        }
        try road.recordMany(5)
        var isFirst = true
        road.far.script = {
            guard $0.kind == .create, isFirst else { return .normal }
            isFirst = false
            return .answer(status, body)
        }
        try road.run()
        // Five before the first sending, five after the doubtful answer.
        #expect(road.far.sent(.probe).count == 10)
        #expect(road.far.headers.values.allSatisfy { $0 == 1 })
        #expect(road.far.holdings.count == 5)
        #expect(try road.isSettled())
    }

    @Test("has a key of its own for each composition, and the same one for the same")
    func keys() throws {
        let road = try road(4)
        road.far.poison = ["H21-2"]
        var refusals = 2
        road.far.script = {
            guard $0.kind == .create, refusals > 0 else { return .normal }
            refusals -= 1
            return .answer(429, "", retryAfter: "0")
        }
        try road.recordMany(4)
        try road.run()
        var keys: [[String]: Set<String>] = [:]
        for sent in road.far.sent(.create) { keys[sent.codes, default: []].insert(sent.key ?? "") }
        #expect(keys.values.allSatisfy { $0.count == 1 && $0 != [""] })
        #expect(Set(keys.values.flatMap { $0 }).count == keys.count)
    }

    @Test("does not trust the key of an item whose batch is in doubt, and asks about each")
    func doubtfulKeys() throws {
        var policy = CourierPolicyFixture.quick
        policy.batchState = 10
        policy.batchHistory = 10
        policy.honoursKeys = true
        let road = try Road(policy, contract: try Road.contract(honoursKeys: true))
        try road.recordMany(6, steps: ["a"])
        var lost = true
        road.far.script = {
            guard $0.kind == .history, lost else { return .normal }
            lost = false
            return .lostAnswer
        }
        try road.run()
        #expect(road.far.sent(.probe).count == 6)
        #expect(road.far.sent(.history).count == 1)
        #expect(road.far.holdings.values.allSatisfy { $0.steps.count == 1 })
    }

    @Test(
        "keeps one key to one content when batches are lowered while their outcome is in doubt",
        arguments: [true, false], [true, false])
    func lowered(_ canProbe: Bool, _ byRestart: Bool) throws {
        var policy = CourierPolicyFixture.quick
        policy.batchState = 10
        policy.batchHistory = 10
        policy.honoursKeys = true
        let contract = try Road.contract(honoursKeys: true)
        let road = try Road(policy, contract: canProbe ? contract : contract.without(.probe))
        try road.recordMany(6)
        try road.run()
        for number in 1...6 {
            try road.record("H21-\(number)", key: Int64(number), steps: ["a"])
        }
        var isLost = true
        road.far.script = {
            guard $0.kind == .history, isLost else { return .normal }
            isLost = false
            return .lostAnswer
        }
        while isLost || !road.far.isQuiet {
            try road.turn()
            road.pass(1)
        }
        let asked = road.far.sent(.probe).count
        road.change { $0.batchHistory = 1 }
        if byRestart { try road.crash() } else { try road.reload() }
        try road.run()
        // The six went together under the batch's key: under its own each would be taken for something new.
        #expect(road.far.sent(.history).count == 1)
        #expect(road.far.holdings.values.allSatisfy { $0.steps.count == 1 })
        if canProbe {
            #expect(road.far.sent(.probe).count - asked == 6)
            #expect(try road.isSettled())
        } else {
            #expect(try road.parked().map(\.cause) == Array(repeating: .undecidable, count: 6))
        }
    }

    @Test("tells each in the ledger that it was refused with others")
    func splitLines() throws {
        let road = try road(4)
        road.far.poison = ["H21-3"]
        try road.recordMany(4)
        try road.run()
        func story(_ code: String) throws -> [String] {
            let found = try road.lines().filter { $0.code == code }
            return found.sorted { $0.sequence < $1.sequence }.map {
                "\($0.settled.name) \($0.note ?? "")"
            }
        }
        #expect(try story("H21-1") == ["split refused with 3 others", "acknowledged "])
        #expect(
            try story("H21-3") == [
                "split refused with 3 others", "split refused with 1 others", "parked rejected",
            ])
        let line = try #require(try road.lines().first { $0.settled == .split })
        #expect(line.kind == .sent && line.outcome == "rejected" && line.httpStatus == 200)
        #expect(line.requestDigest != nil && line.responseDigest != nil)
        #expect(!road.events(.batchSplit).isEmpty)
        #expect(try road.reader().verifyLedger().brokenAt == nil)
    }

    @Test("needs nothing remembered when it dies in the midst of halving")
    func crash() throws {
        let road = try road(16)
        road.far.poison = ["H21-5"]
        try road.recordMany(16)
        // Login, the whole batch, its halves: stopped with quarters under way.
        while road.far.sent(.create).count < 4 {
            try road.turn()
            road.pass(1)
        }
        try road.crash()
        try road.run()
        #expect(try road.parked().map(\.code) == ["H21-5"])
        #expect(road.far.holdings.count == 15)
        #expect(try road.isSettled())
    }

    @Test("gives the halves back when it is told to stop")
    func drains() throws {
        let road = try road(8)
        road.far.poison = ["H21-1"]
        try road.recordMany(8)
        while road.far.sent(.create).isEmpty {
            try road.turn()
            road.pass(1)
        }
        road.far.script = { _ in .unreachable }
        road.dispatcher.drain()
        for _ in 0..<5 {
            try road.turn()
            road.pass(1)
        }
        #expect(road.dispatcher.isDrained)
        #expect(try road.lane()?.due == 8)
        #expect(try road.lane()?.uncertain == 0)
    }
}

extension Contract {
    /// The same contract of a destination that cannot be called so.
    fileprivate func without(_ kind: Call.Kind) -> Contract {
        var plan = plan
        plan.operations[kind] = nil
        return Contract(plan: plan)
    }
}
