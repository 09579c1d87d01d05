import Dossiers
import Testing
import Wire

@testable import Outbox

/// A small reproducible generator (SplitMix64's constants).
private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(sides))
    }
}

/// A destination that forgets nothing and repeats nothing that it was told under the same key.
private struct FarSide {
    var states: [String: String] = [:]
    var steps: [String: [String]] = [:]
    var keys: Set<Digest> = []
    var progressBeforeHeader = false

    mutating func take(_ delivery: Delivery) {
        guard keys.insert(delivery.key).inserted else { return }
        let code = delivery.code.rawValue
        switch delivery.operation {
        case .state: states[code] = delivery.text
        case .history:
            if states[code] == nil { progressBeforeHeader = true }
            steps[code, default: []] += delivery.text.split(separator: ",").map(String.init)
        case .verify: break
        }
    }
}

@Suite("Whatever happens") struct RandomWalkTests {
    @Test(
        "each header arrives at last, each step once and in order, and the ledger is whole",
        arguments: 1...12)
    func walk(seed: Int) throws {
        var dice = Dice(state: UInt64(seed))
        let fixture = try StoreFixture()
        var truth: [String: (state: String, steps: [(Int64, String)])] = [:]
        var far = FarSide()
        for round in 0..<400 {
            fixture.now = fixture.now.adding(milliseconds: 10)
            switch dice.roll(10) {
            case 0..<4:
                let number = dice.roll(5) + 1
                let code = "H\(number)"
                var known = truth[code] ?? (state: "", steps: [])
                known.state = "state \(dice.roll(3))"
                for _ in 0..<dice.roll(3) {
                    known.steps.append(
                        (Int64(round * 10 + known.steps.count), "\(code)s\(known.steps.count)"))
                }
                truth[code] = known
                try fixture.record(
                    dossier(
                        code, key: Int64(number), state: known.state, steps: known.steps,
                        perDelivery: 2),
                    backlog: dice.roll(3) == 0, forced: dice.roll(12) == 0)
            case 4..<9: try exchange(fixture, &far, &dice)
            default: try fixture.crash()
            }
        }
        try settleEverything(fixture, &far)
        for (code, content) in truth {
            #expect(far.states[code] == content.state)
            #expect(far.steps[code] ?? [] == content.steps.map(\.1))
            #expect(try fixture.lane(code).isSettled)
        }
        #expect(!far.progressBeforeHeader)
        #expect(fixture.store.depth == 0)
        #expect(try fixture.reader().verifyLedger().brokenAt == nil)
        #expect(try fixture.reader().findDamage() == nil)
    }

    /// Some deliveries go out; each is answered, lost on the way, lost on the way back, refused, or left.
    private func exchange(
        _ fixture: StoreFixture, _ far: inout FarSide, _ dice: inout Dice
    ) throws {
        for delivery in try fixture.claim(dice.roll(4) + 1) {
            if delivery.isUncertain {
                try probe(delivery, fixture, far)
                continue
            }
            let soon = fixture.now.adding(milliseconds: Int64(dice.roll(50)))
            switch dice.roll(8) {
            case 0: try fixture.settle(delivery, .parked(.rejected), outcome: .rejected)
            case 1:
                try fixture.settle(
                    delivery, .again(at: soon, countsAsAttempt: true),
                    outcome: .retry(afterMilliseconds: nil))
            case 2:
                far.take(delivery)
                try fixture.settle(delivery, .uncertain(at: soon), outcome: .unknown)
            case 3: try fixture.settle(delivery, .uncertain(at: soon), outcome: .unknown)
            case 4: far.take(delivery)  // Under way until a crash; the answer is lost.
            case 5: try fixture.store.transaction { try fixture.store.giveBack([delivery.id]) }
            default:
                far.take(delivery)
                try fixture.acknowledge(delivery)
            }
        }
    }

    private func probe(_ delivery: Delivery, _ fixture: StoreFixture, _ far: FarSide) throws {
        if far.keys.contains(delivery.key) {
            try fixture.acknowledge(delivery)
        } else {
            try fixture.settle(
                delivery, .again(at: fixture.now, countsAsAttempt: false), outcome: .missing)
        }
    }

    private func settleEverything(_ fixture: StoreFixture, _ far: inout FarSide) throws {
        try fixture.crash()
        fixture.now = fixture.now.adding(milliseconds: 1_000_000)
        for _ in 0..<200 {
            _ = try fixture.desk().retry(DeliveryFilter(), now: fixture.now)
            let claimed = try fixture.claim(50)
            if claimed.isEmpty { return }
            for delivery in claimed {
                if delivery.isUncertain {
                    try probe(delivery, fixture, far)
                } else {
                    far.take(delivery)
                    try fixture.acknowledge(delivery)
                }
            }
        }
        Issue.record("the store never became empty")
    }
}
