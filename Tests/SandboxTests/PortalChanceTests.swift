import Testing
import Wire

@testable import Sandbox

@Suite("The sandbox's chances", .timeLimit(.minutes(1)))
struct PortalChanceTests {
    private static let faults = ["throttle": "0.2", "drop_after": "0.2", "server_error": "0.1"]

    /// What became of each dossier's calls: statuses, 0 for a dropped one.
    private func run(seed: UInt64, order: [Int]) throws -> [String: [Int]] {
        let harness = try PortalHarness(PortalChanceTests.faults, seed: seed)
        var seen: [String: [Int]] = [:]
        for _ in 0..<6 {
            for number in order {
                let code = "H21.129-260105-\(1000 + number)"
                let answer = try harness.create(PortalRecords.dossier(code: code))
                seen[code, default: []].append(answer?.status ?? 0)
            }
        }
        return seen
    }

    @Test("are the same for the same seed, however the dossiers come")
    func sameSeed() throws {
        let forwards = try run(seed: 7, order: Array(0..<12))
        let backwards = try run(seed: 7, order: (0..<12).reversed())
        #expect(forwards == backwards)
        #expect(Set(forwards.values.joined()).count > 2, "faults did happen")
    }

    @Test("differ from seed to seed")
    func otherSeed() throws {
        let one = try run(seed: 7, order: Array(0..<12))
        let other = try run(seed: 8, order: Array(0..<12))
        #expect(one != other)
    }

    @Test("come about as often as their rate says")
    func rate() {
        var switches = Switches()
        #expect(switches.set("throttle", "0.3") == nil)
        let hits = (0..<20_000).count { number in
            Chance(seed: 1, about: UInt64(number), occurrence: 0).hits(.throttle, switches)
        }
        #expect((5_700...6_300).contains(hits))
    }
}
