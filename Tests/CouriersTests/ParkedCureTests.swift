import Contracts
import Dossiers
import Operating
import Outbox
import SQLite
import Testing
import Wire

@testable import Couriers

/// What is printed about a parked delivery, carried out as the operator and the office do it.
@Suite("The cure of a parked delivery") struct ParkedCureTests {
    private let code = "H21-1"

    /// The words for the one delivery that is parked.
    private func printed(_ road: Road, _ expected: String) throws -> Trouble {
        let parked = try road.parked()
        let entry = try #require(parked.first)
        #expect(parked.count == 1)
        let trouble = Trouble.parked(
            entry.cause, destination: DestinationID(entry.destination),
            code: DossierCode(entry.code), answerCode: entry.answerCode)
        #expect(trouble.code == expected)
        return trouble
    }

    /// Runs the command that begins so, with the words that are printed.
    private func run(_ command: String, of trouble: Trouble, on road: Road) throws {
        // Both languages name the same commands.
        let pattern =
            try Regex("lienthongd \(command) --dossier (\\S+) --destination ([\\w-]+)")
            as Regex<AnyRegexOutput>
        for text in [trouble.fix, trouble.fixVietnamese] {
            let found = try #require(try pattern.firstMatch(in: text), "\(text)")
            #expect(found[1].substring == code[...] && found[2].substring == "portal")
        }
        let desk = try OperatorDesk(
            directory: "\(road.scratch.path)/\(road.folder)", actor: "lan")
        var filter = DeliveryFilter(destination: Road.portal)
        filter.code = DossierCode(code)
        let now = road.now.wall
        switch command {
        case "queue retry": #expect(try desk.retry(filter, now: now).deliveries == 1)
        case "queue arrived":
            #expect(try desk.arrived(filter, reason: "…", now: now).deliveries == 1)
        case "queue send":
            #expect(try desk.sendAgain(filter, reason: "…", now: now).deliveries == 1)
        case "resync":
            var wanted = ResyncFilter()
            wanted.codes = [code]
            wanted.destinations = [Road.portal]
            _ = try desk.request(wanted, now: now)
        default: Issue.record("no command \(command)")
        }
    }

    /// Reads what an open request asks for, as the daemon's reader does; returns whether there was one.
    @discardableResult
    private func read(_ road: Road, v: String, steps: [String] = []) throws -> Bool {
        guard let request = try road.store.openRequests().first else { return false }
        #expect(request.filter.codes == [code])
        try road.record(code, v: v, steps: steps, forced: !request.filter.isOnlyDifferent)
        try road.store.transaction {
            try road.store.progress(
                of: request.id, cursor: nil, counts: RequestCounts(), isDone: true,
                now: road.now.wall)
        }
        return true
    }

    private func expectFree(_ road: Road, holding content: String, steps: [String] = []) throws {
        try road.run()
        #expect(try road.parked().isEmpty && road.isSettled())
        #expect(road.far.holdings[code]?.content == content)
        let held = (road.far.holdings[code]?.steps ?? []).compactMap { $0["NoiDungXuLy"]?.text }
        #expect(held == steps)
    }

    @Test("that was refused: a correction in the office, or a retry", arguments: [true, false])
    func rejected(_ isCorrected: Bool) throws {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.poison = [code]
        try road.record(code, steps: ["a"])
        try road.run()
        let trouble = try printed(road, "LT-5101")
        #expect(trouble.fix.contains("Corrected in the one-stop system it goes by itself"))
        road.far.poison = []
        if isCorrected {
            try road.record(code, v: "2", steps: ["a"])
            try expectFree(road, holding: "2", steps: ["a"])
        } else {
            try run("queue retry", of: trouble, on: road)
            try expectFree(road, holding: "1", steps: ["a"])
        }
    }

    @Test("that names a code without a mapping: the code table, a reload, and a retry")
    func needsMapping() throws {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.script = {
            $0.kind == .create && $0.content == "1"
                ? .answer(200, #"{"error_code":"-1","message":"Thủ tục không tồn tại"}"#) : .normal
        }
        try road.record(code)
        try road.run()
        let trouble = try printed(road, "LT-5102")
        #expect(trouble.fix.contains("Add it to the code tables"))
        #expect(trouble.fix.contains("systemctl reload lienthongd, then: lienthongd queue retry"))
        try road.reload()
        try run("queue retry", of: trouble, on: road)
        // Under the tables of today the same dossier is another body.
        #expect(try read(road, v: "2"))
        try expectFree(road, holding: "2")
    }

    @Test("of which nobody knows whether it arrived: either answer", arguments: [true, false])
    func undecidable(_ isThere: Bool) throws {
        let road = try Road(CourierPolicyFixture.quick, isTrusting: false)
        try road.record(code, steps: isThere ? ["a"] : [])
        try road.run()
        road.far.showsSteps = false
        try road.lose()
        try road.record(code, steps: ["a"])
        try road.run()
        let trouble = try printed(road, "LT-5103")
        try run(isThere ? "queue arrived" : "queue send", of: trouble, on: road)
        try expectFree(road, holding: "1", steps: ["a"])
    }

    @Test("whose attempts are used up: the cause removed, and a retry")
    func exhausted() throws {
        var policy = CourierPolicyFixture.quick
        policy.attempts = 3
        let road = try Road(policy)
        // The others go through: it is not the destination.
        road.far.script = { [code] in
            $0.code == code && $0.kind == .create ? .answer(500, "{}") : .normal
        }
        try road.recordMany(20)
        try road.run()
        let trouble = try printed(road, "LT-5104")
        #expect(trouble.fix.contains("See the attempts: lienthongd explain \(code)"))
        #expect(try road.lines().count { $0.code == code && $0.outcome != nil } >= 3)
        road.far.script = { _ in .normal }
        try run("queue retry", of: trouble, on: road)
        try expectFree(road, holding: "1")
    }

    @Test("whose key is taken: a resync, under another key")
    func keyConflict() throws {
        let road = try Road(
            CourierPolicyFixture.quick, contract: try Road.contract(honoursKeys: true))
        var taken: String?
        road.far.script = {
            guard $0.kind == .create else { return .normal }
            taken = taken ?? $0.key
            return $0.key == taken ? .answer(422, "{}") : .normal
        }
        try road.record(code)
        try road.run()
        let trouble = try printed(road, "LT-5105")
        try run("resync", of: trouble, on: road)
        #expect(try read(road, v: "1"))
        try expectFree(road, holding: "1")
        #expect(Set(road.far.sent(.create).compactMap(\.key)).count == 2)
    }

    @Test("whose body cannot be opened: a resync")
    func unreadable() throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.record(code)
        try Database(
            path: "\(road.scratch.path)/\(road.folder)/state.sqlite", mode: .readWrite
        ).execute("UPDATE delivery_state SET body = randomblob(length(body))")
        try road.run()
        let trouble = try printed(road, "LT-5106")
        try run("resync", of: trouble, on: road)
        #expect(try read(road, v: "1"))
        try expectFree(road, holding: "1")
    }

    @Test(
        "whose dossier the destination has lost: by itself, or by a resync",
        arguments: [true, false])
    func headerMissing(_ byItself: Bool) throws {
        let road = try Road(CourierPolicyFixture.quick)
        try road.record(code)
        try road.run()
        road.far.forget(code)
        try road.record(code, steps: ["a"])
        try road.run()
        let trouble = try printed(road, "LT-5107")
        #expect(trouble.fix.hasPrefix("Mostly mends itself."))
        let own = try #require(try road.store.openRequests().first)
        if !byItself {
            // Its own request came to nothing.
            try road.store.transaction {
                try road.store.progress(
                    of: own.id, cursor: nil, counts: RequestCounts(), isDone: true,
                    now: road.now.wall)
            }
            try run("resync", of: trouble, on: road)
        }
        #expect(try read(road, v: "1", steps: ["a"]))
        try expectFree(road, holding: "1", steps: ["a"])
    }

    @Test(
        "that would come out of order: corrected there, or taken as it is",
        arguments: [true, false])
    func outOfOrder(_ isCorrected: Bool) throws {
        let road = try Road(CourierPolicyFixture.quick, isTrusting: false)
        try road.recordSteps(["b"], perDelivery: 10, firstID: 1)
        try road.run()
        try road.lose()
        try road.recordSteps(["a", "b", "c"], perDelivery: 10)
        try road.run()
        let trouble = try printed(road, "LT-5108")
        if isCorrected {
            #expect(trouble.fix.hasPrefix("Have it corrected there, then: lienthongd queue retry"))
            // They took the step out that had come too early.
            road.far.hold(code, "1")
            try run("queue retry", of: trouble, on: road)
            try expectFree(road, holding: "1", steps: ["a", "b", "c"])
        } else {
            #expect(trouble.fix.contains("To accept it as it is: lienthongd queue arrived"))
            try run("queue arrived", of: trouble, on: road)
            try expectFree(road, holding: "1", steps: ["b"])
        }
    }
}

/// What is printed about a destination that is not called, carried out.
@Suite("The cure of a destination that is held") struct HeldCureTests {
    private func expectDelivered(_ road: Road, _ count: Int) throws {
        try road.run(for: 120_000)
        #expect(road.far.holdings.count == count)
        #expect(road.standing.trouble == nil)
        #expect(try road.parked().isEmpty)
    }

    private func held(
        _ code: String, _ reply: ScriptedPortal.Reply, _ kind: ScriptedPortal.Sent.Kind
    )
        throws -> (Road, Trouble)
    {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.script = { $0.kind == kind || kind == .other ? reply : .normal }
        try road.recordMany(40)
        try road.run(for: 60_000)
        let trouble = try #require(road.standing.trouble)
        #expect(trouble.code == code)
        return (road, trouble)
    }

    @Test("is the right address or account, and a start anew")
    func refused() throws {
        let (road, trouble) = try held("LT-5112", .answer(403, "{}"), .create)
        #expect(trouble.fix.contains("correct address or account, then: systemctl restart"))
        road.far.script = { _ in .normal }
        try road.crash()
        try expectDelivered(road, 40)
    }

    @Test("is the right certificate, and a reload, which need not wait out the pause")
    func insecure() throws {
        let (road, trouble) = try held("LT-5113", .insecure, .other)
        #expect(trouble.fix.contains("renew the certificate or CA file, then: systemctl reload"))
        road.far.script = { _ in .normal }
        try road.reload()
        try expectDelivered(road, 40)
    }

    @Test("is the right path to the login, and a reload")
    func wrongAddress() throws {
        let (road, trouble) = try held("LT-5118", .answer(404, "<html>"), .login)
        #expect(trouble.fix.contains("Correct url or the paths in settings"))
        #expect(trouble.fix.contains("then: systemctl reload lienthongd"))
        road.far.script = { _ in .normal }
        try road.reload()
        try expectDelivered(road, 40)
    }

    @Test("is to wait, when the far side is away or shows a page", arguments: [true, false])
    func passing(_ isAway: Bool) throws {
        let (road, trouble) =
            isAway
            ? try held("LT-5115", .unreachable, .other)
            : try held("LT-5119", .answer(200, "<html>Bảo trì</html>"), .login)
        #expect(trouble.fix.contains("lienthongd check"))
        road.far.script = { _ in .normal }
        try expectDelivered(road, 40)
    }

    @Test("is what `check` names of the settings, and a start anew")
    func unsendable() throws {
        let road = try Road(CourierPolicyFixture.quick)
        var account = Road.account
        account.settings["dstcode"] = "VN:GOV\n"
        try road.reload(account: account)
        try road.recordMany(3)
        try road.run(for: 10_000)
        let trouble = try #require(road.standing.trouble)
        let named = try Road.contract().unsendable(for: account, now: road.now)
        #expect(named == trouble && trouble.code == "LT-1123")
        let held = Trouble.destination(Road.portal, holds: .unsendable)
        #expect(held.fix.hasPrefix("Run lienthongd check, mend what it names"))
        account.settings["dstcode"] = "VN:GOV"
        try road.reload(account: account)
        try expectDelivered(road, 3)
    }
}
