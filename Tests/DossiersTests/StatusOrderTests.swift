import Testing

@testable import Dossiers

@Suite("An order of statuses")
struct StatusOrderTests {
    static let order = StatusOrder(
        road: ["1", "3", "7", "4", "5"],
        sides: [
            StatusOrder.Side(status: "2", after: "1", before: "4", mayRepeat: true),
            StatusOrder.Side(status: "6", after: "1", before: "4", isEnd: true),
        ], untold: ["-"])

    struct Case: Sendable, CustomTestStringConvertible {
        var steps: String
        var told = ""
        var sent: String
        var dropped = ""
        var wait: String?
        var repeated = StatusOrder.Late.hold
        var earlier = StatusOrder.Late.hold
        var testDescription: String { "\(told) | \(steps)" }
    }

    static let cases = [
        Case(steps: "1 3 7 4 5", sent: "1 3 7 4 5"),
        // The numbers' order is not the business order.
        Case(steps: "1 3 4 5 7", sent: "1 3 7 4 5"),
        Case(steps: "1 3 4", sent: "1 3", wait: "missing 4 7"),
        Case(steps: "4 7", told: "1 3", sent: "7 4"),
        Case(steps: "5", told: "1", sent: "", wait: "missing 5 3,7,4"),
        Case(steps: "3", sent: "", wait: "missing 3 1"),
        // Beside the road.
        Case(steps: "1 2 3 2 7", sent: "1 2 3 2 7"),
        Case(steps: "2 1", sent: "1 2"),
        Case(steps: "1 6", sent: "1 6"),
        Case(steps: "1 6 3", sent: "1 6", wait: "ended 3 "),
        Case(steps: "2", told: "1 3 7 4", sent: "", wait: "earlier 2 "),
        Case(steps: "6", told: "1 3 7 4", sent: "", wait: "earlier 6 "),
        // Nothing overtakes a step that waits but what it waits for.
        Case(steps: "1 4 2", sent: "1", wait: "missing 4 3,7"),
        Case(steps: "1 4 2 3", sent: "1 3", wait: "missing 4 7"),
        // Once more, and too late: by the contract.
        Case(steps: "7", told: "1 3 7", sent: "", wait: "repeated 7 "),
        Case(steps: "7 4", told: "1 3 7", sent: "4", dropped: "7", repeated: .drop),
        Case(steps: "7 4", told: "1 3 7 2", sent: "4", dropped: "7", repeated: .drop),
        Case(steps: "3 4", told: "1 3 7", sent: "", wait: "earlier 3 ", repeated: .drop),
        Case(steps: "3 4", told: "1 3 7", sent: "4", dropped: "3", earlier: .drop),
        // No counterpart, no place.
        Case(steps: "1 - 3", sent: "1 3", dropped: "-"),
        Case(steps: "1 9 3", sent: "1", wait: "unplaced 9 "),
    ]

    @Test("sends what has its turn and says what the rest waits for", arguments: cases)
    func sequence(_ example: Case) {
        var order = StatusOrderTests.order
        order.repeated = example.repeated
        order.earlier = example.earlier
        let steps = example.steps.split(separator: " ").map(String.init)
        let candidates = steps.enumerated().map {
            StatusOrder.Candidate(place: $0, status: $1)
        }
        let result = order.sequence(
            candidates, told: example.told.split(separator: " ").map(String.init))
        #expect(result.sent.map { steps[$0] }.joined(separator: " ") == example.sent)
        #expect(result.dropped.map { steps[$0] }.joined(separator: " ") == example.dropped)
        #expect(result.wait?.line == example.wait)
    }

    @Test("keeps back a step that lacks a field, and all behind it")
    func lacking() {
        let result = StatusOrderTests.order.sequence(
            [
                StatusOrder.Candidate(place: 0, status: "4", lacks: "ketQuaXuLy"),
                StatusOrder.Candidate(place: 1, status: "5"),
            ], told: ["1", "3", "7"])
        #expect(result.sent.isEmpty)
        #expect(result.wait == StatusWait(.field, status: "4", needs: ["ketQuaXuLy"]))
    }

    @Test("gives every waiting step a line that reads back")
    func lines() {
        for reason in StatusWait.Reason.allCases {
            let wait = StatusWait(reason, status: "4", needs: ["3", "7"])
            #expect(StatusWait(line: wait.line) == wait)
            let trouble = StatusWait(reason, status: "4", needs: ["3"])
            #expect(trouble.line.hasPrefix(reason.rawValue))
        }
        #expect(Set(StatusWait.Reason.allCases.map(\.code)).count == 6)
    }

    /// Whatever comes in whatever order and portions: the road is never left.
    @Test("never tells a status before those in front of it", arguments: 0..<20)
    func neverOutOfTurn(_ seed: Int) {
        var random = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func roll(_ n: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((random >> 33) % UInt64(n))
        }
        var order = StatusOrderTests.order
        order.repeated = roll(2) == 0 ? .drop : .hold
        order.earlier = roll(2) == 0 ? .drop : .hold
        let statuses = ["1", "2", "3", "4", "5", "6", "7", "-", "9"]
        for _ in 0..<200 {
            var told: [String] = []
            for _ in 0..<4 {
                let steps = (0..<roll(6)).map { _ in statuses[roll(statuses.count)] }
                let result = order.sequence(
                    steps.enumerated().map { StatusOrder.Candidate(place: $0, status: $1) },
                    told: told)
                told += result.sent.map { steps[$0] }
                let done = result.sent.count + result.dropped.count
                #expect((result.wait == nil) == (done == steps.count))
                #expect(Set(result.sent + result.dropped).count == done)
            }
            let road = told.filter { order.road.contains($0) }
            #expect(road == Array(order.road.prefix(road.count)))
            if let end = told.firstIndex(of: "6") { #expect(end == told.count - 1) }
        }
    }
}
