import Operating
import Testing

@testable import Couriers

@Suite("An event damper")
struct EventDamperTests {
    @Test("lets the first pass, counts the rest, and tells the number when the period ends")
    func storm() {
        var damper = EventDamper()
        var passed = 0
        for millisecond in Int64(0)..<30_000 {
            if damper.admits(.deliveryRetried, allowance: 1, now: millisecond) { passed += 1 }
        }
        #expect(passed == 1)
        #expect(damper.nextDue == 30_000)
        let told = damper.due(now: 30_000)
        #expect(told.map(\.kind) == [.deliveryRetried])
        #expect(told.map(\.suppressed) == [29_999])
        #expect(damper.admits(.deliveryRetried, allowance: 1, now: 30_001) == true)
    }

    @Test("tells nothing when nothing was held back")
    func calm() {
        var damper = EventDamper()
        _ = damper.admits(.deliveryParked, allowance: 20, now: 0)
        #expect(damper.nextDue == nil)
        #expect(damper.due(now: 40_000).isEmpty)
    }
}
