import Dossiers
import Testing
import Wire

@testable import Outbox

@Suite("A question about a person") struct VerificationTests {
    let fixture: StoreFixture
    let lan = "000000000001|Nguyễn Thị Lan|19900101"

    init() throws { fixture = try StoreFixture() }

    private func ask() throws -> Delivery { try fixture.claimOne(from: StoreFixture.population) }

    @Test("is asked once for all dossiers of the person, and its answer reaches each of them")
    func once() throws {
        try fixture.record(
            dossier("H1", key: 1, state: "A", person: lan),
            dossier("H2", key: 2, state: "B", person: lan))
        let summary = try fixture.record(dossier("H3", key: 3, state: "C", person: lan))
        #expect(summary.questions == 0 && summary.covered == 1)
        let question = try ask()
        #expect(question.operation == .verify && question.code == DossierCode("person-1"))
        #expect(question.text == "ask \(lan)")
        try fixture.acknowledge(question, verification: .mismatched([.birth, .name]))
        // A dossier that comes later finds the answer there.
        try fixture.record(dossier("H4", key: 4, state: "D", person: lan))
        #expect(try fixture.claim(from: StoreFixture.population).isEmpty)

        let counts = try fixture.reader().verificationCounts()
        #expect(counts.persons == 1 && counts.asked == 1 && counts.dossiersCovered == 4)
        #expect(counts.mismatched == 1 && counts.pending == 0)
        let answers = try fixture.store.pendingWriteBacks(limit: 10)
        #expect(answers.map(\.code.rawValue) == ["H1", "H2", "H3", "H4"])
        #expect(answers.allSatisfy { $0.verification == .mismatched([.name, .birth]) })
        try fixture.store.transaction {
            try fixture.store.writeBacksDone(answers.prefix(3).map(\.id))
        }
        #expect(try fixture.store.pendingWriteBacks(limit: 10).map(\.code.rawValue) == ["H4"])
        #expect(try fixture.record(dossier("H1", key: 1, state: "A", person: lan)).unchanged == 1)
        #expect(try fixture.store.pendingWriteBacks(limit: 10).count == 1, "written once")
        #expect(try fixture.story("H2").rows[0].person?.dossiers == 4)
        #expect(try fixture.lines().last?.note == "mismatched birth,name")
    }

    @Test("leaves nothing in the file that says who it is about")
    func silence() throws {
        try fixture.record(dossier("H1", state: "hồ sơ 000000000001", person: lan))
        try fixture.acknowledge(try ask(), verification: .matched)
        fixture.close()
        let bytes = try #require(readAll("\(fixture.directory)/state.sqlite"))
        #expect(!contains(bytes, Array("000000000001".utf8)))
        #expect(!contains(bytes, Array("Lan".utf8)))
        #expect(contains(bytes, Array("person-1".utf8)), "the search itself works")
    }

    @Test("is asked anew when its answer is no longer valid")
    func expiry() throws {
        try fixture.record(dossier("H1", state: "A", person: lan))
        let first = try ask()
        try fixture.acknowledge(first, verification: .matched)
        fixture.now = fixture.now.adding(milliseconds: 86_400_001)
        #expect(try fixture.record(dossier("H1", state: "A", person: lan)).questions == 1)
        let second = try ask()
        #expect(second.revision == 2 && second.key != first.key)
        try fixture.acknowledge(second, verification: .notFound)
        let person = try #require(try fixture.story("H1").rows[0].person)
        #expect(person.verification == .notFound && person.asked == 2)
        let answer = try #require(try fixture.store.pendingWriteBacks(limit: 1).first)
        #expect(answer.verification == .notFound)
    }

    @Test("that cannot be asked is visibly unavailable, and asked again")
    func unavailable() throws {
        try fixture.record(dossier("H1", state: "A", person: lan))
        let later = fixture.now.adding(milliseconds: 60_000)
        try fixture.settle(
            try ask(), .again(at: later, countsAsAttempt: true),
            outcome: .retry(afterMilliseconds: nil), verification: .unavailable)
        let person = try #require(try fixture.story("H1").rows[0].person)
        #expect(person.verification == .unavailable && person.isPending)
        #expect(try fixture.store.pendingWriteBacks(limit: 9).map(\.verification) == [.unavailable])
        fixture.now = later
        try fixture.acknowledge(try ask(), verification: .matched)
        #expect(try fixture.store.pendingWriteBacks(limit: 9).map(\.verification) == [.matched])
        #expect(try fixture.reader().verificationCounts().asked == 1)
    }

    @Test(
        "holds back a lane that waits for it, until its answer",
        arguments: [
            Verification.matched, .notFound, .mismatched([.name]), .unavailable,
        ])
    func waiting(verification: Verification) throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "x")], waits: true, person: lan))
        try fixture.record(dossier("H2", key: 2, state: "B", person: lan))
        #expect(try fixture.claim().map(\.text) == ["B"])
        try fixture.record(dossier("H1", state: "A2", steps: [(1, "x")], waits: true, person: lan))
        #expect(try fixture.claim().isEmpty)
        #expect(try fixture.lane("H1").waitsUntil != nil)
        if verification == .unavailable {
            try fixture.settle(
                try ask(), .again(at: fixture.now, countsAsAttempt: true),
                outcome: .retry(afterMilliseconds: nil), verification: verification)
        } else {
            try fixture.acknowledge(try ask(), verification: verification)
        }
        #expect(try fixture.drain().map(\.text) == ["A2", "x"])
        // Later changes do not wait again: the person is settled.
        try fixture.record(dossier("H1", state: "A3", steps: [(1, "x")], waits: true, person: lan))
        #expect(try fixture.drain().map(\.text) == ["A3"])
    }

    @Test("holds a lane back for an hour at most")
    func patience() throws {
        try fixture.record(dossier("H1", state: "A", waits: true, person: lan))
        let end = try #require(try fixture.lane("H1").waitsUntil)
        #expect(end == fixture.now.adding(milliseconds: 3_600_000))
        #expect(try fixture.store.nextDue(StoreFixture.portal, after: fixture.now) == end)
        #expect(try fixture.claim().isEmpty)
        fixture.now = end
        #expect(try fixture.claim().map(\.text) == ["A"])
    }

    @Test("frees the lanes that wait when it is parked; an operator's retry asks it again")
    func parked() throws {
        try fixture.record(dossier("H1", state: "A", waits: true, person: lan))
        try fixture.settle(try ask(), .parked(.rejected), outcome: .rejected)
        #expect(try fixture.drain().map(\.text) == ["A"])
        #expect(try fixture.story("H1").rows[0].person?.verification == .unavailable)
        let desk = try fixture.desk()
        #expect(try desk.retry(DeliveryFilter(cause: .rejected), now: fixture.now).deliveries == 1)
        try fixture.acknowledge(try ask(), verification: .matched)
        #expect(try fixture.story("H1").rows[0].person?.verification == .matched)
    }

    @Test("may be asked anew after an operator discarded it")
    func discarded() throws {
        try fixture.record(dossier("H1", state: "A", person: lan))
        try fixture.settle(try ask(), .parked(.rejected), outcome: .rejected)
        _ = try fixture.desk().discard(DeliveryFilter(), reason: "trial", now: fixture.now)
        #expect(try fixture.record(dossier("H1", state: "A", person: lan)).questions == 1)
        #expect(try ask().revision == 2)
    }

    @Test("queues no answers for a source that has no place for them")
    func noPlace() throws {
        fixture.store.queuesWriteBacks = false
        try fixture.record(dossier("H1", state: "A", person: lan))
        try fixture.acknowledge(try ask(), verification: .matched)
        #expect(try fixture.store.pendingWriteBacks(limit: 9).isEmpty)
        // A place that comes later is filled as dossiers are read again.
        fixture.store.queuesWriteBacks = true
        try fixture.record(dossier("H1", state: "A", person: lan))
        #expect(try fixture.store.pendingWriteBacks(limit: 9).count == 1)
    }
}
