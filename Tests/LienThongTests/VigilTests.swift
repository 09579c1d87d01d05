import Curl
import Execution
import Foundation
import Operating
import TestSupport
import Testing
import Wire

@testable import LienThong

@Suite("The watchdog's rule") struct VigilTests {
    private func loop(_ silence: Int64, patience: Int64 = 60_000) -> Vigil.Loop {
        Vigil.Loop(name: "writer", silence: silence, patience: patience)
    }

    private func lane(_ moved: Int64, hasWork: Bool = true, isExcused: Bool = false) -> Vigil.Lane {
        Vigil.Lane(name: "portal", moved: moved, hasWork: hasWork, isExcused: isExcused)
    }

    /// Judges once a second.
    private func judge(
        seconds: Int64, loops: (Int64) -> [Vigil.Loop] = { _ in [] },
        lanes: (Int64) -> [Vigil.Lane] = { _ in [] }
    ) -> (trouble: Trouble, at: Int64)? {
        var vigil = Vigil(patience: ["portal": 1_800_000], now: 0)
        for second in 0...seconds {
            if let trouble = vigil.judge(loops(second), lanes(second), now: second * 1000) {
                return (trouble, second)
            }
        }
        return nil
    }

    @Test("strikes a loop that has not turned within its patience, and names it")
    func loop() throws {
        let found = try #require(judge(seconds: 100, loops: { [loop($0 * 1000)] }))
        #expect(found.at == 61)
        #expect(found.trouble.code == "LT-6103")
        #expect(found.trouble.english.contains("writer") && found.trouble.english.contains("61 s"))
        #expect(judge(seconds: 1000, loops: { [loop($0 % 60 * 1000)] }) == nil)
    }

    @Test("strikes a destination whose work does not move, only when nothing explains it")
    func lanes() throws {
        let found = try #require(judge(seconds: 4000, lanes: { _ in [lane(7)] }))
        #expect(found.at == 1801)
        #expect(found.trouble.english.contains("portal"))
        #expect(judge(seconds: 4000, lanes: { [lane($0 / 1000)] }) == nil, "slow, but moving")
        #expect(judge(seconds: 4000, lanes: { _ in [lane(7, hasWork: false)] }) == nil)
        #expect(judge(seconds: 4000, lanes: { _ in [lane(7, isExcused: true)] }) == nil)
        #expect(
            judge(seconds: 4000, lanes: { [lane(7, isExcused: $0 % 1700 == 0)] }) == nil,
            "each explanation starts the patience anew")
    }

    @Test("holds nothing against anybody after a sleep of the whole machine")
    func sleep() {
        var vigil = Vigil(patience: ["portal": 1_800_000], now: 0)
        #expect(vigil.judge([loop(0)], [lane(1)], now: 1000) == nil)
        let woken: Int64 = 8 * 3_600_000
        #expect(vigil.judge([loop(woken)], [lane(1)], now: woken) == nil)
        #expect(vigil.judge([loop(woken + 1000)], [lane(1)], now: woken + 1000) == nil)
        // Still nothing a minute later: that is its own.
        var found: Trouble?
        for second in Int64(2)...62 where found == nil {
            found = vigil.judge([loop(woken + second * 1000)], [], now: woken + second * 1000)
        }
        #expect(found?.code == "LT-6103")
    }

    @Test("sees a loop that is wedged in a call, and that it goes on")
    func wedged() throws {
        let clock = Clock()
        let beat = Heartbeat(name: "capture", patience: 60_000, now: clock.wall.now())
        let wedge = Doorbell()
        let entered = Doorbell()
        let bell = Doorbell()
        let thread = LoopThread(name: "capture", bell: bell, clock: clock.wall, heartbeat: beat) {
            { turn in
                if case .step = turn {
                    entered.ring()
                    wedge.wait(milliseconds: 30_000)
                }
                return 0
            }
        }
        #expect(entered.wait(milliseconds: 10_000))
        #expect(beat.silence(clock.advance(30_000)) <= beat.patience)
        #expect(beat.silence(clock.advance(31_000)) > beat.patience)
        wedge.ring()
        #expect(entered.wait(milliseconds: 10_000))
        #expect(beat.silence(clock.advance(0)) <= beat.patience)
        wedge.ring()
        let end = OwnedThread(name: "ender") { for _ in 0..<50 { wedge.ring(); usleep(10_000) } }
        thread.stop()
        end.join()
    }

    @Test("sees that the transport's thread does not turn, and that it turns with nothing to do")
    func transport() throws {
        let wedge = Doorbell()
        let isHeld = Doorbell()
        let transport = try TransferLoop(TransferSettings()) {
            isHeld.ring()
            wedge.wait(milliseconds: 20_000)
        }
        // No such route: it ends at once, and the ring for that blocks the thread.
        let request = HTTPRequest(
            method: .get, url: "http://127.0.0.1:9/", headers: [], body: [],
            timeoutMilliseconds: 1000)
        transport.submit([HTTPExchange(token: 1, request: request, route: 9)])
        #expect(isHeld.wait(milliseconds: 10_000))
        usleep(300_000)
        let silent = transport.silence
        #expect(silent >= 300)
        wedge.ring()
        transport.submit([HTTPExchange(token: 2, request: request, route: 9)])
        #expect(isHeld.wait(milliseconds: 10_000))
        #expect(transport.silence < silent + 10_000)
        wedge.ring()
        transport.close()
    }
}

/// A clock that a test sets.
private final class Clock: @unchecked Sendable {
    private let lock = NSLock()
    private var moment = Moment(wall: Timestamp(milliseconds: 1_790_000_000_000), steady: 0)

    var wall: WallClock { WallClock { [self] in advance(0) } }

    func advance(_ milliseconds: Int64) -> Moment {
        lock.withLock {
            moment = moment.adding(milliseconds: milliseconds)
            return moment
        }
    }
}

@Suite("A store that cannot be written") struct StoreOutageTests {
    private let full = Trouble(
        "LT-4003", .inputOutput, vietnamese: "", english: "", fixVietnamese: "", fix: "")
    private let busy = Trouble(
        "LT-4007", .temporaryFailure, vietnamese: "", english: "", fixVietnamese: "", fix: "")

    @Test("is tried again within five seconds, even after days")
    func pause() {
        var outage = StoreOutage()
        var now: Int64 = 0
        var tries = 0
        while now < 3 * 86_400_000 {
            _ = outage.failed(full, isLocked: false, isDraining: false, now: now)
            let wait = outage.wait(now: now) ?? 0
            #expect(wait > 0 && wait <= 5000)
            now += wait
            tries += 1
        }
        #expect(tries < 3 * 86_400 / 5 + 10)
    }

    @Test("is told at once, then every ten minutes, and no more often when it comes and goes")
    func told() {
        var outage = StoreOutage()
        var told = 0
        for second in Int64(0)..<3600
        where outage.failed(full, isLocked: false, isDraining: false, now: second * 1000) {
            told += 1
        }
        #expect(told == 6)
        #expect(outage.seconds(now: 3_600_000) == 3600)
        let isTold = outage.recovered(now: 3_600_000)
        #expect(isTold && outage.trouble == nil)
        told = 0
        for second in Int64(3600)..<7200 {
            if outage.failed(full, isLocked: false, isDraining: false, now: second * 1000) {
                told += 1
            }
            if outage.recovered(now: second * 1000 + 1) { told += 1 }
        }
        #expect(told <= 2 * 120 + 2, "a disk on the brink: \(told)")
        let another = outage.failed(busy, isLocked: true, isDraining: false, now: 7_200_000)
        #expect(another, "another trouble is news")
    }
}

@Suite("A clock beside a steady one") struct ClockWatchTests {
    private let start = Moment(wall: Timestamp(milliseconds: 1_790_000_000_000), steady: 5)

    @Test("is seen to jump, and both ways in a row cancel out")
    func jumps() {
        var watch = ClockWatch(since: start)
        var now = start.adding(milliseconds: 60_000)
        #expect(watch.look(now) == nil && watch.delta == nil)
        now.wall = now.wall.adding(milliseconds: -86_400_000)
        #expect(watch.look(now) == -86_400_000)
        #expect(watch.delta == -86_400_000)
        // The transaction failed, or did only a part of it.
        watch.applied()
        #expect(watch.delta == -86_400_000)
        now = now.adding(milliseconds: 1000)
        now.wall = now.wall.adding(milliseconds: 86_400_000)
        #expect(watch.look(now) == 86_400_000)
        #expect(watch.delta == nil)
        now.wall = now.wall.adding(milliseconds: 5000)
        #expect(watch.look(now) == 5000)
        watch.moved(true)
        watch.applied()
        #expect(watch.delta == nil)
        // What a time service does every day.
        now.wall = now.wall.adding(milliseconds: 500)
        #expect(watch.look(now) == nil)
    }
}
