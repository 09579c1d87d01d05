import Capture
import Dossiers
import Operating
import Testing
import Wire

@testable import Outbox

/// What every source promises, whatever its database and its product.
@Suite("Every source")
struct SourceConformanceTests {
    @Test("reads dossiers whole, several hundred at once", arguments: SourceKind.allCases)
    func whole(_ kind: SourceKind) throws {
        let office = try Office(kind)
        var script = "BEGIN;"
        for id in 1...300 {
            script += office.insertDossier(id)
            script += office.insertStep(id * 10, dossier: id, code: "100")
            script += office.insertStep(id * 10 + 1, dossier: id)
            script += office.insertFile(id, dossier: id)
            script += office.insertPayment(id, dossier: id)
        }
        try office.execute(script + "COMMIT;")
        let dossiers = try office.source.read(keys(1...300))
        #expect(dossiers.map(\.key) == keys(1...300))
        let second = try #require(dossiers.dropFirst().first)
        #expect(second.header[.code] == Office.code(2))
        #expect(second.header[.procedureCode] == "1.000001")
        #expect(second.header[.procedureName] == "Thủ tục thử nghiệm")
        #expect(second.header[.localProcedureCode] == "TT-1")
        #expect(second.header[.fieldCode] == "G13-TP01")
        #expect(second.header[.fieldName] == "Hộ tịch")
        #expect(second.header[.channel] == "2")
        #expect(second.header[.ownerName] == "Nguyễn Văn Thử")
        #expect(second.header[.ownerKind] == "1")
        #expect(second.header[.identityNumber] == "000000000002")
        #expect(second.header[.summary] == "Hồ sơ thử")
        #expect(second.header[.submittedAt]?.hasPrefix("2026-01-05 07:55:00") == true)
        #expect(second.header[.acceptedAt]?.hasPrefix("2026-01-05 08:00:00") == true)
        #expect(second.header[.dueAt]?.hasPrefix("2026-01-12 17:00:00") == true)
        #expect(second.header[.localStatus] == "processing")
        #expect(second.header[.unitCode] == "H21.129")
        #expect(second.header[.unitName] == "UBND xã Thử")
        #expect(second.header[.submissionPlace] == "2")
        #expect(second.header[.hasDigitisedComponent] == "1")
        #expect(second.steps.map { $0[.stepId] } == ["20", "21"])
        #expect(second.steps.map { $0[.officer] } == ["Cán bộ Thử", "Cán bộ Thử"])
        #expect(second.documents.map { $0[.name] } == ["to-khai.pdf"])
        #expect(second.documents.map { $0[.isDigitised] } == ["1"])
        #expect(second.fees.map { $0[.amount] } == ["8000"])
        #expect(dossiers.allSatisfy { $0.steps.count == 2 && $0.documents.count == 1 })
    }

    @Test("leaves out dossiers that are gone", arguments: SourceKind.allCases)
    func gone(_ kind: SourceKind) throws {
        let office = try Office(kind)
        try office.execute(office.insertDossier(1) + office.insertDossier(2))
        try office.execute(office.delete(1))
        #expect(try office.source.read(keys(1...3)).map(\.key) == keys([2]))
        #expect(try office.source.read([]).isEmpty)
    }

    @Test(
        "finds dossiers by their codes, however these are written", arguments: SourceKind.allCases)
    func byCode(_ kind: SourceKind) throws {
        let office = try Office(kind)
        let odd = #"H21."quoted",\ {braces}"#
        try office.execute(office.insertDossier(1) + office.insertDossier(2, code: odd))
        let found = try office.source.keys(ofCodes: [odd, "H21.none", Office.code(1)])
        #expect(found.map(\.key) == keys([1, 2]))
        #expect(found.map(\.code) == [Office.code(1), odd])
    }

    @Test(
        "walks over everything page by page, also through a filter", arguments: SourceKind.allCases)
    func walking(_ kind: SourceKind) throws {
        let office = try Office(kind)
        var script = "BEGIN;"
        for id in 1...25 {
            script += office.insertDossier(id, procedure: id % 5 == 0 ? "TT-2" : "TT-1")
        }
        try office.execute(script + "COMMIT;")
        var found: [SourceKey] = []
        var pages = 0
        while true {
            let page = try office.source.allKeys(ResyncFilter(), after: found.last, limit: 10)
            found += page
            pages += 1
            if page.count < 10 { break }
        }
        #expect(found == keys(1...25))
        #expect(pages == 3)

        func all(_ change: (inout ResyncFilter) -> Void) throws -> [SourceKey] {
            var filter = ResyncFilter()
            change(&filter)
            return try office.source.allKeys(filter, after: nil, limit: 100)
        }
        #expect(try all { $0.procedures = ["TT-2"] } == keys([5, 10, 15, 20, 25]))
        #expect(try all { $0.procedures = ["1.000001"] }.count == 20)
        #expect(try all { $0.units = ["H21.129"] }.count == 25)
        #expect(try all { $0.units = ["H21.130"] }.isEmpty)
        let received = Timestamp(vietnam: CivilTime(year: 2026, month: 1, day: 5, hour: 8))
        #expect(try all { $0.since = received }.count == 25)
        #expect(try all { $0.until = received }.isEmpty)
        #expect(try all { $0.since = received.adding(milliseconds: 1) }.isEmpty)
        // Corrected later: touched in a period in which it was not received.
        office.pass(seconds: 86_400)
        try office.execute(office.correct(7, summary: "Đã sửa"))
        #expect(try all { $0.since = received.adding(milliseconds: 1) } == keys([7]))
        #expect(
            try all {
                $0.since = received.adding(milliseconds: 1)
                $0.until = received.adding(milliseconds: 1000)
            }.isEmpty)
    }

    @Test("finds what changed after a mark, in any of its tables", arguments: SourceKind.allCases)
    func changed(_ kind: SourceKind) throws {
        let office = try Office(kind)
        var script = "BEGIN;"
        for id in 1...20 { script += office.insertDossier(id) }
        try office.execute(script + "COMMIT;")
        office.pass(seconds: 3600)
        let mark = try office.source.mark(now: office.now.wall)
        let position = try #require(mark.restored)
        // Each a change of its own table only.
        try office.execute(office.correct(3, summary: "Đã sửa"))
        try office.execute(office.insertStep(50, dossier: 5))
        try office.execute(office.insertFile(70, dossier: 7))
        try office.execute(office.insertPayment(90, dossier: 9))
        try office.execute(office.insertDossier(21))
        // It may name more: SQLite's overlap, other work on the same PostgreSQL server.
        let found = try changes(office, position)
        #expect(Set(found).isSuperset(of: keys([3, 5, 7, 9, 21])))
        #expect(found == found.sorted())
        #expect(try changes(office, position, limit: 2) == Array(found.prefix(2)))
        #expect(
            try changes(office, position, after: SourceKey(5)) == found.filter { $0 > SourceKey(5) }
        )
    }

    private func changes(
        _ office: Office, _ mark: SourceMark, after: SourceKey? = nil, limit: Int = 100
    ) throws -> [SourceKey] {
        var mark = mark
        // PostgreSQL's mark has the server's clock, which is not the clerk's.
        if office.kind.dialect == .postgres { mark.takenAt = office.time(secondsAgo: 60) }
        return try office.source.changedKeys(since: mark, after: after, limit: limit)
    }

    @Test(
        "never loses a row that has the same time as one already seen",
        arguments: SourceKind.allCases)
    func equalTimes(_ kind: SourceKind) throws {
        let office = try Office(kind)
        let time = office.time()
        try office.execute(office.insertDossier(1, at: time))
        let mark = try office.source.mark(now: office.now.wall)
        try office.execute(office.insertDossier(2, at: time))
        #expect(try changes(office, mark).contains(SourceKey(2)))
    }

    @Test("tells by its version whether anything was committed", arguments: SourceKind.allCases)
    func versions(_ kind: SourceKind) throws {
        let office = try Office(kind)
        var first = try office.source.mark(now: office.now.wall)
        var second = try office.source.mark(now: office.now.wall)
        // Other tests commit on the same PostgreSQL server, which counts as well.
        for _ in 0..<500 where first.version != second.version {
            first = second
            second = try office.source.mark(now: office.now.wall)
        }
        #expect(!first.version.isEmpty)
        #expect(first.version == second.version)
        #expect(first.identity == second.identity)
        try office.execute(office.insertDossier(1))
        let third = try office.source.mark(now: office.now.wall)
        #expect(third.version != second.version)
    }

    @Test("knows when its own mappings change", arguments: SourceKind.allCases)
    func mappings(_ kind: SourceKind) throws {
        let office = try Office(kind)
        let before = try #require(try office.source.mappings())
        try office.execute(office.insertDossier(1))
        #expect(try office.source.mappings() == before)
        try office.execute(office.mapProcedure)
        #expect(try office.source.mappings() != before)
    }

    @Test(
        "writes answers back to the place that its profile names, and calls that no change",
        arguments: SourceKind.allCases)
    func writingBack(_ kind: SourceKind) throws {
        let office = try Office(kind)
        var script = ""
        for id in 1...3 { script += office.insertDossier(id) }
        if kind == .opencps {
            script += """
                INSERT INTO opencps_applicant (applicantid, applicantidno, profile, modifieddate)
                VALUES (1, '000000000001', '{"birthDate":"1990-01-02"}', '\(office.time())'),
                    (2, '000000000002', '{"birthDate":"1990"}', '\(office.time())'),
                    (3, '000000000003', 'no JSON at all', '\(office.time())');
                """
        }
        try office.execute(script)
        let answers: [Verification] = [.matched, .mismatched([.name, .birth]), .notFound]
        let time = office.now.wall
        try office.source.writeBack(
            answers.enumerated().map { index, answer in
                let id = Int64(index + 1)
                return WriteBack(
                    id: id, code: DossierCode(Office.code(index + 1)), sourceKey: SourceKey(id),
                    verification: answer, settledAt: time)
            })
        let clerk = try office.anotherClerk()
        func value(_ sql: String) throws -> String? { try clerk.text(sql) }
        if kind == .opencps {
            for (id, expected) in [(1, "1"), (2, "2"), (3, "3")] {
                let sql = "SELECT verification FROM opencps_applicant WHERE applicantid = \(id)"
                #expect(try value(sql) == expected)
            }
            let moved =
                "SELECT count(*) FROM opencps_applicant WHERE modifieddate > '\(office.time())'"
            #expect(try value(moved) == "0")
        } else {
            let expected = ["matched", "mismatched: birth,name", "notFound"]
            for (index, text) in expected.enumerated() {
                let sql = "SELECT verification FROM dossier WHERE id = \(index + 1)"
                #expect(try value(sql) == text)
            }
            #expect(
                try value("SELECT verified_at FROM dossier WHERE id = 1")?.hasPrefix(
                    "2026-01-05 08:00:00") == true)
            let moved = "SELECT count(*) FROM dossier WHERE modified_at > '\(office.time())'"
            #expect(try value(moved) == "0")
        }
    }

    @Test("opens a new connection when it was disconnected", arguments: SourceKind.allCases)
    func reconnecting(_ kind: SourceKind) throws {
        let office = try Office(kind)
        try office.execute(office.insertDossier(1))
        #expect(try office.source.read(keys([1])).count == 1)
        office.source.disconnect()
        #expect(try office.source.read(keys([1])).count == 1)
    }
}
