import Execution
import Synchronization
import Testing

@Suite("A doorbell", .timeLimit(.minutes(1))) struct DoorbellTests {
    @Test("rung before the wait is heard at once, and once only")
    func early() {
        let bell = Doorbell()
        bell.ring()
        bell.ring()
        #expect(bell.wait(milliseconds: 60_000))
        #expect(!bell.wait(milliseconds: 0))
    }

    @Test("wakes the one who waits")
    func wakes() {
        let bell = Doorbell()
        let answer = Doorbell()
        let woken = Mutex(false)
        let thread = OwnedThread(name: "sleeper") {
            let rang = bell.wait(milliseconds: 60_000)
            woken.withLock { $0 = rang }
            answer.ring()
        }
        bell.ring()
        #expect(answer.wait(milliseconds: 60_000))
        thread.join()
        #expect(woken.withLock { $0 })
    }

    @Test(
        "that does not ring ends the wait at its time",
        arguments: [Int64.min, -1, 0, 1, 20, 1001])
    func silent(milliseconds: Int64) {
        let clock = ContinuousClock()
        let start = clock.now
        #expect(!Doorbell().wait(milliseconds: milliseconds))
        #expect(clock.now - start >= .milliseconds(max(0, milliseconds)))
    }

    @Test("takes any length of wait")
    func enormous() {
        let bell = Doorbell()
        bell.ring()
        #expect(bell.wait(milliseconds: .max))
    }

    @Test("passes twenty thousand turns between two threads without losing one")
    func pingPong() {
        let there = Doorbell()
        let back = Doorbell()
        let rounds = 20_000
        let thread = OwnedThread(name: "pong") {
            for _ in 0..<rounds where there.wait(milliseconds: 30_000) { back.ring() }
        }
        var heard = 0
        for _ in 0..<rounds {
            there.ring()
            guard back.wait(milliseconds: 30_000) else { break }
            heard += 1
        }
        thread.join()
        #expect(heard == rounds)
    }
}

@Suite("A mailbox", .timeLimit(.minutes(1))) struct MailboxTests {
    @Test("hands over everything once, in order, and rings")
    func order() {
        let bell = Doorbell()
        let box = Mailbox<Int>(bell: bell)
        #expect(box.takeAll().isEmpty)
        box.post(1)
        box.post(contentsOf: [2, 3])
        #expect(box.count == 3)
        #expect(bell.wait(milliseconds: 0))
        #expect(box.takeAll() == [1, 2, 3])
        #expect(box.takeAll().isEmpty)
        #expect(box.count == 0)
    }

    @Test("does not ring for nothing")
    func nothing() {
        let bell = Doorbell()
        Mailbox<Int>(bell: bell).post(contentsOf: [])
        #expect(!bell.wait(milliseconds: 0))
    }

    @Test("loses nothing from many writers, and keeps each one's order")
    func manyWriters() {
        let bell = Doorbell()
        let box = Mailbox<(writer: Int, number: Int)>(bell: bell)
        let writers = (0..<4).map { writer in
            OwnedThread(name: "writer") {
                for number in 0..<5000 { box.post((writer, number)) }
            }
        }
        var next = [0, 0, 0, 0]
        var read = 0
        while read < 20_000, bell.wait(milliseconds: 30_000) {
            for item in box.takeAll() {
                #expect(next[item.writer] == item.number)
                next[item.writer] += 1
                read += 1
            }
        }
        for writer in writers { writer.join() }
        #expect(next == [5000, 5000, 5000, 5000])
    }
}
