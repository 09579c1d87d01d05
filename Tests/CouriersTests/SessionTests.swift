import Couriers
import Dossiers
import Operating
import Outbox
import Testing
import Wire

@Suite("A dispatcher's session")
struct SessionTests {
    @Test("is opened once for a hundred deliveries")
    func once() throws {
        let road = try Road()
        try road.recordMany(100)
        try road.run()
        #expect(road.far.sent(.login).count == 1)
        #expect(road.far.holdings.count == 100)
        #expect(Set(road.far.sent(.create).map(\.session)) == ["S-1"])
        #expect(road.events(.sessionOpened).count == 1)
    }

    @Test("is not opened while there is nothing to carry")
    func lazy() throws {
        let road = try Road()
        for _ in 0..<5 {
            try road.turn()
            road.pass(60_000)
        }
        #expect(road.far.sent.isEmpty)
        #expect(road.standing.session == .none)
    }

    @Test("is renewed once when it expires under many requests, which cost nobody an attempt")
    func expiry() throws {
        var policy = CourierPolicyFixture.quick
        policy.windowAtStart = 16
        let road = try Road(policy)
        var answered = 0
        road.far.script = { [far = road.far] request in
            guard request.kind == .create else { return .normal }
            answered += 1
            if answered == 20 { far.expireSessions() }
            return .normal
        }
        try road.recordMany(60)
        try road.run()
        #expect(road.far.sent(.login).count == 2)
        #expect(road.far.holdings.count == 60)
        let again = try road.lines().filter { $0.outcome == "sessionExpired" }
        #expect(!again.isEmpty)
        #expect(try road.parked().isEmpty)
        #expect(road.standing.breaker == .closed)
    }

    @Test("that has expired while nothing was sent is renewed by the first answer")
    func idle() throws {
        let road = try Road()
        try road.record("H21-1")
        try road.run()
        road.far.expireSessions()
        try road.record("H21-2", key: 2)
        try road.run()
        #expect(road.far.holdings.count == 2)
        #expect(road.far.sent(.login).count == 2)
    }

    @Test("is renewed unasked after its lifetime, while the old one is still used")
    func lifetime() throws {
        var policy = CourierPolicyFixture.quick
        policy.sessionLifetime = 60_000
        let road = try Road(policy)
        try road.record("H21-1")
        try road.run()
        road.pass(61_000)
        try road.record("H21-2", key: 2)
        try road.run()
        #expect(road.far.sent(.login).count == 2)
        #expect(road.far.sent(.create).map(\.session) == ["S-1", "S-1"])
        try road.record("H21-3", key: 3)
        try road.run()
        #expect(road.far.sent(.create).last?.session == "S-2")
    }

    @Test("that is refused holds everything, says why, parks nothing, and is tried again")
    func refused() throws {
        let road = try Road()
        var isRefusing = true
        road.far.script = { request in
            guard request.kind == .login, isRefusing else { return .normal }
            return .answer(200, #"{"error_code":1,"message":"Sai mật khẩu"}"#)
        }
        try road.recordMany(50, steps: ["a"])
        try road.run(for: 3_600_000)
        let logins = road.far.sent(.login).count
        // After two minutes, four, eight, sixteen, thirty-two: an account must not be locked.
        #expect((5...7).contains(logins))
        #expect(road.far.sent.count == logins)
        #expect(try road.parked().isEmpty)
        #expect(road.standing.trouble?.code == "LT-5110")
        #expect(road.events(.sessionRefused).first?.errorCode == "LT-5110")
        #expect(try road.lane()?.inFlight == 0)
        #expect(try road.lines().allSatisfy { $0.settled != .again })
        isRefusing = false
        try road.run(for: 3_600_000)
        #expect(road.far.holdings.count == 50)
        #expect(road.standing.breaker == .closed)
        #expect(road.standing.trouble == nil)
    }

    @Test("that is given and never accepted does not become a storm of logins")
    func fruitless() throws {
        let road = try Road()
        road.far.script = {
            $0.kind == .login ? .normal : .answer(200, ScriptedPortal.expired)
        }
        try road.recordMany(50)
        try road.run(for: 3_600_000)
        // One a minute: a session was given, so no account is locked.
        #expect(road.far.sent(.login).count <= 70)
        #expect(road.standing.trouble?.code == "LT-5111")
        #expect(try road.parked().isEmpty)
        road.far.script = { _ in .normal }
        try road.run(for: 3_600_000)
        #expect(road.far.holdings.count == 50)
    }

    @Test("of a corrected account is tried at once")
    func corrected() throws {
        let road = try Road()
        road.far.script = { _ in .answer(200, #"{"error_code":1,"message":"Sai mật khẩu"}"#) }
        try road.record("H21-1")
        try road.run(for: 100)
        #expect(road.standing.breaker != .closed)
        road.far.script = { _ in .normal }
        try road.reload()
        try road.run(for: 100)
        #expect(road.far.holdings.count == 1)
    }
}
