import Contracts
import Dossiers
import Operating
import Outbox
import Testing
import Wire

@testable import Couriers

@Suite("Whether answers are understood")
struct ComprehensionTests {
    private static let rejected = Answer(outcome: .rejected, code: "-1")
    private static let yes = Answer(outcome: .acknowledged, code: "0")

    @Test("is doubted after tens of refusals without a success, of as many dossiers, call by call")
    func value() {
        var comprehension = Comprehension()
        func hear(_ answer: Answer, _ call: Call.Kind, _ id: Int64) -> Bool {
            comprehension.heard(answer, to: call, about: DeliveryID(id))
        }
        for _ in 0..<100 { #expect(!hear(ComprehensionTests.rejected, .create, 1)) }
        for id in 2..<Int64(Comprehension.atFirst) {
            #expect(!hear(ComprehensionTests.rejected, .create, id))
        }
        #expect(!hear(ComprehensionTests.yes, .history, 500))
        #expect(hear(ComprehensionTests.rejected, .create, 1000))
        #expect(comprehension.lost == [.create])
        // Still so with the next, until a success.
        #expect(hear(ComprehensionTests.rejected, .create, 1001))
        #expect(!hear(ComprehensionTests.yes, .create, 1002))
        #expect(comprehension.lost.isEmpty)
        // Once it was understood, more is needed.
        for id in 0..<Int64(Comprehension.later) - 1 {
            #expect(!hear(ComprehensionTests.rejected, .create, id))
        }
        #expect(hear(ComprehensionTests.rejected, .create, 2000))
    }

    @Test("is not doubted for what says nothing about the contract")
    func neither() {
        var comprehension = Comprehension()
        let outcomes: [Outcome] = [
            .refused, .sessionExpired, .throttled(afterMilliseconds: nil), .needsMapping, .unknown,
            .retry(afterMilliseconds: nil),
        ]
        for outcome in outcomes {
            for id in 0..<Int64(200) {
                let isLost = comprehension.heard(
                    Answer(outcome: outcome), to: .create, about: DeliveryID(id))
                #expect(!isLost)
            }
        }
        // A few legitimate refusals among successes.
        for id in 0..<Int64(10_000) {
            let answer = id % 20 == 0 ? ComprehensionTests.yes : ComprehensionTests.rejected
            let isLost = comprehension.heard(answer, to: .create, about: DeliveryID(id))
            #expect(!isLost)
        }
    }

    @Test("stops a destination that rejects everything, parks nothing, and says so")
    func everything() throws {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.script = { $0.kind == .login ? .normal : .answer(200, ScriptedPortal.rejected) }
        try road.recordMany(2000, steps: ["a"])
        try road.run(for: 600_000)
        #expect(try road.parked().isEmpty)
        #expect(try road.lane()?.acknowledged == 0)
        #expect(road.standing.trouble?.code == "LT-5130")
        #expect(road.standing.counters.parked == 0)
        let opened = road.events(.breakerOpened).map(\.errorCode)
        #expect(!opened.isEmpty && opened.allSatisfy { $0 == "LT-5130" })
        // Some tens at first, then one at a time.
        #expect(road.far.sent.count < 200, "\(road.far.sent.count)")
        // The portal is put right: nobody has to do anything here.
        road.far.script = { _ in .normal }
        try road.run(for: 3_600_000)
        #expect(road.far.holdings.count == 2000)
        #expect(try road.parked().isEmpty)
        #expect(road.standing.trouble == nil)
    }

    @Test(
        "comes back with the contract: success under another code is held, and taken after the cure"
    )
    func cure() throws {
        let success = #"{"error_code":"1","message":"Thành công"}"#
        // The portal does what it is told, and says so in its own way.
        let road = try Road(CourierPolicyFixture.quick)
        road.far.spelling = { $0 == ScriptedPortal.ok ? success : $0 }
        try road.turn()
        // Nothing of an earlier process can be under way any more.
        road.pass(60_000)
        try road.recordMany(300, steps: ["a", "b"])
        try road.run(for: 300_000)
        #expect(try road.parked().isEmpty)
        #expect(try road.lane()?.parked == 0)
        #expect(road.standing.trouble?.code == "LT-5130" || road.standing.breaker == .closed)
        // A header may come again, for it replaces itself; a step never (below).
        #expect(road.far.holdings.values.allSatisfy { $0.steps.count <= 2 })
        let cured = try Road.edited(
            #"{ http: ["2xx"], codes: [0], outcome: "acknowledged" },"#,
            #"{ http: ["2xx"], codes: [0, 1], outcome: "acknowledged" },"#)
        try road.reload(contract: cured)
        try road.run(for: 3_600_000)
        #expect(road.far.holdings.count == 300)
        for held in road.far.holdings.values {
            #expect(held.steps.compactMap { $0["NoiDungXuLy"]?.text } == ["a", "b"])
        }
        #expect(try road.parked().isEmpty)
        #expect(road.standing.breaker == .closed)
    }

    @Test(
        "is not doubted at a portal with some legitimate refusals, which are parked with its words")
    func mixed() throws {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.poison = Set((1...200).filter { $0 % 3 == 0 }.map { "H21-\($0)" })
        try road.recordMany(200)
        try road.run()
        #expect(try road.parked().count == 66)
        #expect(road.far.holdings.count == 134)
        #expect(road.events(.breakerOpened).isEmpty)
        let reader = try StoreReader(
            directory: "\(road.scratch.path)/\(road.folder)", key: [UInt8](repeating: 7, count: 32))
        let said = try reader.parked(DeliveryFilter(), limit: 1000).map(\.saying)
        #expect(said.allSatisfy { $0 == Words("Trường GhiChu sai định dạng").map { .open($0) } })
        // Nothing of it where others look.
        #expect(!"\(road.told.all)".contains("GhiChu"))
    }

    @Test(
        "takes an unlisted answer for a refusal when it comes time and again, and nothing arrived")
    func unlistedRefusal() throws {
        let road = try Road(CourierPolicyFixture.quick)
        let strange = #"{"error_code":"E77","message":"Xem phụ lục"}"#
        road.far.script = {
            $0.kind == .create && $0.code == "H21-2" ? .answer(200, strange) : .normal
        }
        try road.recordMany(3)
        try road.run()
        let parked = try road.parked()
        #expect(parked.map(\.code) == ["H21-2"])
        #expect(parked.map(\.cause) == [.rejected])
        #expect(parked.map(\.answerCode) == ["E77"])
        // Once more under a new session, for the first answer might have been about the old one.
        let sent = road.far.sent(.create).filter { $0.code == "H21-2" }.count
        #expect((Judge.strangeBeforeRejected + 1...Judge.strangeAtMost + 1).contains(sent))
        #expect(road.far.sent(.login).count == 2)
        #expect(road.far.sent(.probe).filter { $0.code == "H21-2" }.count >= 1)
    }

    @Test("sends again what was answered in words of a passing trouble that nobody listed")
    func passingWords() throws {
        let road = try Road(CourierPolicyFixture.quick)
        let strange = #"{"error_code":"-88","message":"Kết nối dịch vụ nền không sẵn sàng"}"#
        var left = 40
        road.far.script = { _ in
            guard left > 0 else { return .normal }
            left -= 1
            return left % 3 == 0 ? .answer(200, strange) : .normal
        }
        for (v, steps) in [("1", ["a"]), ("2", ["a", "b"])] {
            let many = (1...12).map {
                Road.dossier("H21-\($0)", key: Int64($0), v: v, steps: steps)
            }
            _ = try road.store.transaction {
                try road.store.record(CaptureBatch(dossiers: many), now: road.now.wall)
            }
            try road.run()
        }
        #expect(try road.parked().isEmpty)
        #expect(road.far.holdings.count == 12)
        #expect(road.far.holdings.values.allSatisfy { $0.content == "2" && $0.steps.count == 2 })
    }

    @Test("counts no question as a repeat")
    func repeats() throws {
        var policy = CourierPolicyFixture.quick
        policy.existence = .probeFirst
        let road = try Road(policy)
        try road.recordMany(50, steps: ["a"])
        try road.run()
        #expect(road.standing.counters.probes >= 50)
        #expect(road.standing.counters.retried == 0)
        #expect(road.events(.deliveryRetried).isEmpty)
    }
}

@Suite("A session that worked and is refused in words that nobody listed")
struct SessionDoubtTests {
    @Test("is blamed once, and again only after a while that grows while the blame is wrong")
    func value() {
        var doubt = SessionDoubt()
        func blames(_ generation: Int, _ id: Int64, _ now: Int64, works: Bool = true) -> Bool {
            doubt.blames(generation, for: DeliveryID(id), hasWorked: works, now: now)
        }
        // One that never worked is not blamed.
        #expect(!blames(1, 1, 0, works: false))
        #expect(blames(1, 1, 0))
        // Others that went with it.
        #expect(blames(1, 2, 5, works: false))
        // The new one is answered in the same way.
        #expect(!blames(2, 1, 10))
        #expect(!blames(2, 9, 119_000))
        #expect(blames(2, 9, 121_000))
        doubt.welcomed(DeliveryID(9), generation: 3)
        #expect(!blames(3, 9, 180_000))
        #expect(blames(3, 9, 182_000))
    }

    @Test(
        "is renewed: nothing is parked, nothing doubled, and no storm of logins follows",
        arguments: [
            (200, #"{"error_code":"E-AUTH-7","message":"Xin chào"}"#), (403, "Forbidden"),
            (401, "?"),
        ])
    func renewed(_ status: Int, _ words: String) throws {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.script = { [far = road.far] request in
            if request.kind == .login || far.validSessions.contains(request.session) {
                return .normal
            }
            return .answer(status, words)
        }
        try road.recordMany(40, steps: ["a"])
        try road.run()
        #expect(road.far.sent(.login).count == 1)
        for round in 1...3 {
            road.pass(700_000)
            road.far.expireSessions()
            for key in 1...30 {
                try road.record(
                    "H21-\(key)", key: Int64(key), v: "\(round + 1)",
                    steps: (0...round).map { $0 == 0 ? "a" : "b\($0)" })
            }
            try road.run()
            #expect(try road.parked().isEmpty)
            #expect(road.far.sent(.login).count == round + 1)
            #expect(road.standing.breaker == .closed)
        }
        for key in 1...30 {
            let held = road.far.holdings["H21-\(key)"]
            #expect(held?.steps.compactMap { $0["NoiDungXuLy"]?.text } == ["a", "b1", "b2", "b3"])
        }
        #expect(road.events(.breakerOpened).isEmpty)
    }

    @Test("costs a few logins where it is the dossiers that are refused")
    func noStorm() throws {
        let road = try Road(CourierPolicyFixture.quick)
        let strange = #"{"error_code":"E77","message":"Xem phụ lục"}"#
        road.far.script = { request in
            let number = Int(request.code.dropFirst(4)) ?? 0
            return request.kind == .create && number % 10 == 0 ? .answer(200, strange) : .normal
        }
        for minute in 0..<60 {
            for key in 1...20 {
                let number = minute * 20 + key
                try road.record("H21-\(number)", key: Int64(number))
            }
            try road.run(for: 60_000)
            road.pass(60_000)
        }
        #expect(try road.lane()?.parked == 120)
        // Two hours: unasked renewals, and a handful for doubt.
        #expect(road.far.sent(.login).count <= 12 + 8, "\(road.far.sent(.login).count)")
    }
}
