import Testing
import Wire

@testable import Sandbox

@Suite("An invented dossier") struct OneStopGeneratorTests {
    let maker: DossierMaker
    let dossiers: [InventedDossier]

    init() throws {
        let maker = try OneStopScratch.maker(600)
        self.maker = maker
        dossiers = (0..<600).map { maker.dossier($0) }
    }

    @Test("is the same for the same seed, and another for another")
    func determinism() throws {
        let again = try OneStopScratch.maker(600)
        let other = try OneStopScratch.maker(600, seed: 8)
        var numbers = RowNumbers()
        var moreNumbers = RowNumbers()
        let tables = OpenCPSLedger()
        var differing = 0
        for index in 0..<200 {
            let mine = "\(tables.rows(dossiers[index], &numbers))"
            #expect("\(tables.rows(again.dossier(index), &moreNumbers))" == mine)
            var third = RowNumbers()
            if "\(tables.rows(other.dossier(index), &third))" != mine { differing += 1 }
        }
        #expect(differing > 190)
    }

    @Test("has an identity number that begins with 000, of 12 digits or of an old card's 9")
    func identities() {
        let citizens = dossiers.filter { $0.company == nil }
        for dossier in citizens {
            #expect(dossier.identityNumber.hasPrefix("000"))
            #expect([9, 12].contains(dossier.identityNumber.count))
            #expect(dossier.identityNumber.allSatisfy { $0.isASCII && $0.isNumber })
        }
        #expect(citizens.contains { $0.identityNumber.count == 9 })
        #expect(citizens.contains { $0.person.birth.count == 4 })
        #expect(dossiers.contains { $0.company != nil && $0.identityNumber.hasPrefix("000") })
        let owners = Dictionary(grouping: citizens, by: \.identityNumber)
        #expect(owners.values.contains { $0.count > 1 })
        #expect(owners.count > 100)
    }

    @Test(
        "comes in all ten statuses even in the smallest sample, each after a road of 2 to 8 steps")
    func statuses() {
        #expect(Set(dossiers.prefix(10).map(\.status)) == Set(1...10))
        for dossier in dossiers {
            #expect((2...8).contains(dossier.steps.count))
            #expect(dossier.steps.last?.status == dossier.status)
            #expect(dossier.steps.map(\.performedAt) == dossier.steps.map(\.performedAt).sorted())
            #expect((dossier.acceptedAt == nil) == [1, 3].contains(dossier.status))
            #expect(Set(dossier.steps.map { "\($0)" }).count == dossier.steps.count)
        }
    }

    @Test("is handled in working hours, but may be submitted at any")
    func workingHours() {
        for step in dossiers.flatMap({ $0.steps.dropFirst() }) {
            // The second step may follow the first within its minute.
            let at = step.performedAt
            let start = WorkingMinute.time(WorkingMinute.at(at))
            #expect(at.milliseconds - start.milliseconds < 120_000)
        }
    }

    @Test("is of one of at least 25 procedures and of every commune's unit of the province")
    func codes() {
        #expect(InventedProcedures.mapped.count >= 25)
        #expect(Set(InventedProcedures.all.map(\.localCode)).count == InventedProcedures.all.count)
        #expect(Set(dossiers.map(\.procedure.localCode)).count >= 25)
        #expect(maker.units.communes.count == 135)
        #expect(maker.units.communes.first?.code == "H21.101")
        #expect(Set(maker.units.all.map(\.code)).count == maker.units.all.count)
        #expect(Set(dossiers.map(\.code)).count == dossiers.count)
    }

    @Test("is known to the population database in every way there is")
    func register() {
        var outcomes: Set<String> = []
        for index in 0..<8 {
            let person = maker.people.person(index)
            let registered = maker.people.registered(person)
            #expect(registered.number == person.number)
            if !registered.present {
                outcomes.insert("absent")
            } else if registered.name != person.name.uppercased() {
                outcomes.insert("name")
            } else if registered.birth != person.birth.filter({ $0 != "-" }) {
                outcomes.insert("birth")
            } else {
                outcomes.insert("same")
            }
        }
        #expect(outcomes == ["absent", "name", "birth", "same"])
    }

    @Test("counts working minutes so that the office's clock shows each of them")
    func minutes() {
        for number in stride(from: 6_000_000, to: 6_010_000, by: 7) {
            let time = WorkingMinute.time(number)
            #expect(WorkingMinute.at(time) == number)
            let clock = CivilTime(millisecondsAsUTC: time.milliseconds)
            let minute = clock.hour * 60 + clock.minute
            #expect((450..<690).contains(minute) || (810..<1020).contains(minute))
        }
        // 2026-03-31 is a Tuesday; the first minute after a Friday's closing is on Monday.
        let friday = OfficeTime(year: 2026, month: 3, day: 27, hour: 18)
        #expect(WorkingMinute.time(WorkingMinute.at(friday)).text == "2026-03-30 07:30:00.000")
    }
}
