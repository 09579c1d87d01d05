@testable import Couriers

enum CourierPolicyFixture {
    /// Short waits, so that a test's clock need not run for days.
    static var quick: CourierPolicy {
        var policy = CourierPolicy()
        policy.timeout = 1_000
        policy.quietDelay = 1_000
        policy.backoffBase = 100
        policy.backoffCap = 10_000
        return policy
    }
}
