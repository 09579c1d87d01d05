import Operating
import Testing

@testable import Couriers

@Suite("A courier's policy")
struct CourierPolicyTests {
    private func read(_ text: String) throws -> CourierPolicy {
        let file = try Settings.parse(Array(text.utf8), file: "test.json5")
        let policy = try CourierPolicy(reading: try file.optionalSection("delivery"))
        try file.finish()
        return policy
    }

    @Test("has a default for everything")
    func defaults() throws {
        #expect(try read("{}") == CourierPolicy())
        #expect(try read("{ delivery: {} }") == CourierPolicy())
    }

    @Test("reads everything that can be said")
    func whole() throws {
        let policy = try read(
            """
            { delivery: {
                window: { min: 2, max: 8, initial: 3, adaptive: false, prefetch: 5 },
                rate: { perSecond: 2.5, burst: 4 }, maintenance: ["22:00-04:30"],
                timeout: "5s", sessionLifetime: "6h", quietDelay: "500ms", keyLifetime: "30m",
                backoff: { base: "200ms", cap: "5s", retryAfterCap: "10m" },
                retryBudget: { share: 0.2, reserve: 3 },
                breaker: { failures: 4, share: 0.3, refusals: 2, probes: 1, pause: "1s",
                           pauseCap: "5s", refusalPause: "2s", refusalPauseCap: "9s" },
                freshShare: 0.6, attempts: 12, verificationPatience: 5,
                existence: "probeFirst", honoursKeys: true,
                batch: { state: 50, history: 5, bytes: 20000 },
            } }
            """)
        #expect(policy.windowBounds == 2...8)
        #expect(policy.windowAtStart == 3)
        #expect(!policy.isAdaptive)
        #expect(policy.prefetch == 5)
        #expect(policy.ratePerSecond == 2.5)
        #expect(policy.rateBurst == 4)
        #expect(policy.maintenance == [MaintenanceWindow("22:00-04:30")])
        #expect(policy.timeout == 5_000)
        #expect(policy.sessionLifetime == 21_600_000)
        #expect(policy.quietDelay == 500)
        #expect(policy.keyLifetime == 1_800_000)
        #expect(policy.backoff == Backoff(base: 200, cap: 5_000))
        #expect(policy.retryAfterCap == 600_000)
        #expect(policy.retryShare == 0.2)
        #expect(policy.retryReserve == 3)
        #expect(policy.breakerLimits.failures == 4)
        #expect(policy.breakerLimits.refusalPause == Backoff(base: 2_000, cap: 9_000))
        #expect(policy.breakerLimits.failurePause == Backoff(base: 1_000, cap: 5_000))
        #expect(policy.freshShare == 0.6)
        #expect(policy.attempts == 12)
        #expect(policy.verificationPatience == 5)
        #expect(policy.existence == .probeFirst)
        #expect(policy.honoursKeys == true)
        #expect(policy.batchState == 50)
        #expect(policy.batchHistory == 5)
        #expect(policy.batchBytes == 20_000)
    }

    @Test(
        "refuses what it does not understand, and names the place",
        arguments: [
            ("{ delivery: { windw: {} } }", "delivery.windw"),
            ("{ delivery: { window: { mx: 3 } } }", "delivery.window.mx"),
            ("{ delivery: { window: { max: 0 } } }", "delivery.window.max"),
            ("{ delivery: { maintenance: [\"22-4\"] } }", "delivery.maintenance"),
            ("{ delivery: { existence: \"guess\" } }", "delivery.existence"),
            ("{ delivery: { quietDelay: 5 } }", "delivery.quietDelay"),
            ("{ delivery: { backoff: { base: \"1m\", cap: \"1s\" } } }", "delivery.backoff.cap"),
        ])
    func strict(_ text: String, _ place: String) {
        let trouble = #expect(throws: Trouble.self) { try read(text) }
        #expect(trouble?.english.contains(place) == true)
    }
}
