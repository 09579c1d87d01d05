import Testing

@testable import Simulation

/// What the world's own watch makes of what it sees: a watch that never cries proves nothing.
@Suite("The world's watch")
struct WatchTests {
    @Test("lets a question pass that has a reason, and no other")
    func reasons() {
        var doubts = Doubts()
        var isAsked = false
        // The first of all.
        isAsked = doubts.leaves("A", isQuestion: true)
        #expect(isAsked)
        doubts.ends("A", isGood: true, now: 10)
        isAsked = doubts.leaves("A", isQuestion: false)
        #expect(isAsked)
        doubts.ends("A", isGood: false, now: 20)
        // Its answer was none.
        isAsked = doubts.leaves("A", isQuestion: true)
        #expect(isAsked)
        doubts.ends("A", isGood: true, now: 30)
        isAsked = doubts.leaves("A", isQuestion: true)
        #expect(!isAsked)
    }

    @Test("grants a question to what was under way, or just heard, when a process died")
    func deaths() {
        var doubts = Doubts()
        var isAsked = false
        for code in ["underway", "heard", "long ago"] {
            isAsked = doubts.leaves(code, isQuestion: true)
            #expect(isAsked)
        }
        doubts.ends("long ago", isGood: true, now: 0)
        doubts.ends("heard", isGood: true, now: 99_000)
        doubts.starts(diedAt: 100_000)
        isAsked = doubts.leaves("underway", isQuestion: true)
        #expect(isAsked)
        isAsked = doubts.leaves("heard", isQuestion: true)
        #expect(isAsked)
        isAsked = doubts.leaves("long ago", isQuestion: true)
        #expect(!isAsked)
    }

    @Test("grants everybody a question after the store was lost")
    func losses() {
        var doubts = Doubts()
        var isAsked = false
        isAsked = doubts.leaves("A", isQuestion: true)
        #expect(isAsked)
        doubts.ends("A", isGood: true, now: 0)
        doubts.forgets()
        isAsked = doubts.leaves("A", isQuestion: true)
        #expect(isAsked)
    }

    @Test("knows when everything about a person is answered")
    func persons() {
        var persons = PersonsAsked()
        let number = PersonsAsked.number(
            Array("<d:SoDinhDanh>000012345678</d:SoDinhDanh>".utf8))
        #expect(number == "000012345678")
        #expect(PersonsAsked.number(Array("<d:Khac>1</d:Khac>".utf8)) == nil)
        persons.hears(Array("<d:TonTai>false</d:TonTai>".utf8), about: "1", now: 0)
        // What differs is asked next.
        #expect(!persons.wasAnswered("1"))
        persons.hears(
            Array("<d:TraCuuThongTinCongDanResponse></d:TraCuuThongTinCongDanResponse>".utf8),
            about: "1", now: 10)
        #expect(persons.wasAnswered("1"))
        persons.hears(Array("<d:TonTai>true</d:TonTai>".utf8), about: "2", now: 20_000)
        persons.starts(diedAt: 22_000)
        #expect(persons.wasAnswered("1") && !persons.wasAnswered("2"))
    }

    @Test("cries when logins go on although none opens a door, and forgives the first ones")
    func logins() {
        var plan = Plan.PortalPlan()
        plan.countsLogins = true
        let meter = Meter(name: "portal", plan: plan)
        let clock = VirtualClock()
        for second in 1...60 {
            clock.advance(to: 1_000_000 + Int64(second) * 1000)
            meter.sends(isLogin: true, isGood: false, isAway: false, keepsOut: true, now: clock.now)
            if second == 20 { #expect(meter.broken == nil) }
        }
        #expect(meter.broken?.promise == "logins go on although no session is accepted")
    }

    @Test("plays each theme by itself, then mixtures of two and three")
    func turns() {
        let single = (0..<Plan.round).map { Plan.themes(of: $0, isMixed: false) }
        #expect(single.filter { $0.count == 1 }.flatMap { $0 } == Plan.Theme.allCases)
        #expect(single.suffix(4).allSatisfy { $0.count == 2 })
        let mixed = (0..<84).map { Plan.themes(of: $0, isMixed: true) }
        #expect(mixed.allSatisfy { (2...3).contains($0.count) && Set($0).count == $0.count })
        #expect(Set(mixed.flatMap { $0 }).count > 30)
    }

    @Test(
        "answers by mood: success in other words keeps what was looked up, errors let logins pass")
    func moods() {
        #expect(Mood.foreignErrors.instead(isLogin: true) == nil)
        #expect(Mood.foreignErrors.instead(isLogin: false) != nil)
        #expect(Mood.deaf.instead(isLogin: true) == nil)
        #expect(Mood.atLogin.allSatisfy { $0.instead(isLogin: true) != nil && $0.keepsOut })
        #expect(Mood.atLogin.allSatisfy { $0.instead(isLogin: false) == nil })
    }

    @Test("knows its promises by name")
    func promises() {
        #expect(Promise.named("all")?.count == Promise.allCases.count)
        #expect(Promise.named("kept") == Promise.kept)
        #expect(Promise.named("release,told") == [.release, .told])
        #expect(Promise.named("relaese") == nil)
    }
}
