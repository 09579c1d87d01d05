import TestSupport
import Testing

/// Lets few of these tests run at once: each starts a daemon and a portal, and two cores carry only so many.
struct Turns: SuiteTrait, TestTrait, TestScoping {
    private static let gate = Gate(places: 4)

    var isRecursive: Bool { true }

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        // A suite is no test of its own.
        guard testCase != nil else { return try await function() }
        await Turns.gate.enter()
        do {
            try await function()
        } catch {
            await Turns.gate.leave()
            throw error
        }
        await Turns.gate.leave()
    }
}

extension Trait where Self == Turns {
    static var inTurns: Turns { Turns() }
}

private actor Gate {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { free = places }

    func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        guard waiting.isEmpty else { return waiting.removeFirst().resume() }
        free += 1
    }
}
