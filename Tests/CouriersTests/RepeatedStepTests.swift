import Contracts
import Dossiers
import Outbox
import Testing
import Wire

@testable import Couriers

@Suite("A step that may be there, at a portal that lists none")
struct RepeatedStepTests {
    private func road(_ word: String) throws -> Road {
        let contract = try Road.edited(#"repeatedStep: "unknown""#, "repeatedStep: \"\(word)\"")
        let road = try Road(CourierPolicyFixture.quick, contract: contract)
        road.far.showsSteps = false
        var isLost = false
        road.far.script = { request in
            guard request.kind == .history, !isLost else { return .normal }
            isLost = true
            return .lostAnswer
        }
        try road.record("H21-1", steps: ["a"])
        try road.run()
        return road
    }

    @Test("is sent once more where that is harmless", arguments: ["replaced", "recognised"])
    func harmless(_ word: String) throws {
        let road = try road(word)
        #expect(try road.parked().isEmpty)
        #expect(road.far.sent(.history).count == 2)
    }

    @Test(
        "waits for a person where it is not, or nobody knows", arguments: ["unknown", "repeated"])
    func harmful(_ word: String) throws {
        let road = try road(word)
        #expect(try road.parked().map(\.cause) == [.undecidable])
        #expect(road.far.sent(.history).count == 1)
    }

    /// After the store was lost all steps are in doubt: none of them needs a person.
    @Test("needs nobody after a lost store, where a repeated step is recognised")
    func lost() throws {
        let contract = try Road.edited(
            #"repeatedStep: "unknown""#, #"repeatedStep: "recognised""#)
        let road = try Road(CourierPolicyFixture.quick, contract: contract)
        road.far.showsSteps = false
        try road.recordMany(30, steps: ["a", "b"])
        try road.run()
        try road.lose()
        try road.recordMany(30, steps: ["a", "b"])
        try road.run()
        #expect(try road.parked().isEmpty)
        #expect(road.standing.trouble == nil)
    }
}

@Suite("Steps that an operator sends again after a refusal")
struct RetriedStepTests {
    /// The portal took them and said so in words that the contract had for a refusal.
    @Test("are asked about first, and found", arguments: [true, false])
    func asked(showsSteps: Bool) throws {
        let road = try Road(CourierPolicyFixture.quick)
        road.far.showsSteps = showsSteps
        road.far.spelling = { [far = road.far] text in
            let isStep = far.sent.last?.kind == .history
            return text == ScriptedPortal.ok && isStep
                ? #"{"error_code":"9","message":"Trường không hợp lệ"}"# : text
        }
        try road.record("H21-1", steps: ["a"])
        try road.run()
        #expect(try road.parked().map(\.operation) == [.history])
        #expect(try road.parked().map(\.cause) == [.rejected])
        road.far.spelling = { $0 }
        _ = try OperatorDesk(directory: "\(road.scratch.path)/state", actor: "lan")
            .retry(DeliveryFilter(), now: road.now.wall)
        try road.run()
        #expect(road.far.holdings["H21-1"]?.steps.count == 1)
        #expect(try road.parked().map(\.cause) == (showsSteps ? [] : [.undecidable]))
    }
}
