import Testing

@testable import LienThong

@Suite("The writer's rest") struct WriterRestTests {
    @Test("begins once, when nothing has been to do for a while, and again after work")
    func begins() {
        var rest = WriterRest(openedAt: 10_000)
        func beginnings(from: Int64, to: Int64) -> [Int64] {
            (from...to).filter { rest.begins(now: $0) }
        }
        #expect(beginnings(from: 10_000, to: 20_000) == [10_000 + WriterRest.patience])
        rest.worked(now: 20_000)
        #expect(beginnings(from: 20_000, to: 30_000) == [20_000 + WriterRest.patience])
    }

    @Test("does not begin between changes that follow each other")
    func waits() {
        var rest = WriterRest(openedAt: 0)
        for change in 1...100 as ClosedRange<Int64> {
            let now = change * (WriterRest.patience - 1)
            let began = rest.begins(now: now)
            #expect(!began)
            rest.worked(now: now)
        }
    }

    @Test("says when it may begin, and asks for no turn while it lasts")
    func wakes() {
        var rest = WriterRest(openedAt: 0)
        #expect(rest.wake(now: 100) == WriterRest.patience - 100)
        let began = rest.begins(now: 100 + rest.wake(now: 100))
        #expect(began)
        #expect(rest.wake(now: 1_000_000) == .max)
    }
}
