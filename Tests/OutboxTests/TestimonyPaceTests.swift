import Testing

@testable import Outbox

@Suite("The pace of a witness")
struct TestimonyPaceTests {
    @Test("writes at once what comes after a pause")
    func pause() {
        var pace = TestimonyPace()
        #expect(pace.isDue(at: 0))
        pace.testified(at: 0)
        #expect(pace.wait(at: 0) == nil)
        pace.owes()
        #expect(pace.isDue(at: 5_000))
        // Nothing was new: the next word does not wait for this one.
        pace.hasNothingNew()
        pace.owes()
        #expect(pace.isDue(at: 5_010))
    }

    @Test("is due a second after the last word, although nothing else happens by then")
    func overdue() {
        var pace = TestimonyPace()
        pace.testified(at: 1_000)
        pace.owes()
        #expect(!pace.isDue(at: 1_999))
        #expect(pace.wait(at: 1_300) == 700)
        #expect(pace.isDue(at: 2_000))
        #expect(pace.wait(at: 7_000) == 0)
    }

    @Test("tries a failed writing again after a second, and never without a pause")
    func failing() {
        var pace = TestimonyPace()
        pace.failed(at: 1_000)
        #expect(!pace.isDue(at: 1_500))
        #expect(pace.wait(at: 1_000) == 1_000)
        #expect(pace.isDue(at: 2_000))
    }
}
