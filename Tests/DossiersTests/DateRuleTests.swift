import Dossiers
import Testing
import Wire

@Suite("A dossier's dates") struct DateRuleTests {
    @Test(
        "are read in every form that databases print",
        arguments: [
            ("2026-01-05 08:00:00", "2026-01-05T08:00:00.000+07:00"),
            ("2026-01-05 08:00:00.5", "2026-01-05T08:00:00.500+07:00"),
            ("2026-01-05 08:00:00.123456", "2026-01-05T08:00:00.123+07:00"),
            ("2026-01-05T08:00:00,123", "2026-01-05T08:00:00.123+07:00"),
            ("2026-01-05 08:00", "2026-01-05T08:00:00.000+07:00"),
            ("2026-01-05", "2026-01-05T00:00:00.000+07:00"),
            (" 2026-01-05 08:00:00 ", "2026-01-05T08:00:00.000+07:00"),
            ("2026-01-05T01:00:00Z", "2026-01-05T08:00:00.000+07:00"),
            ("2026-01-05 01:00:00+00", "2026-01-05T08:00:00.000+07:00"),
            ("2026-01-04 20:30:00.25-04:30", "2026-01-05T08:00:00.250+07:00"),
            ("2026-01-05 08:00:00+0700", "2026-01-05T08:00:00.000+07:00"),
            ("2024-02-29 23:59:59", "2024-02-29T23:59:59.000+07:00"),
        ])
    func read(text: String, instant: String) {
        #expect(Made([.submittedAt: text]).dossier?.submittedAt?.rfc3339 == instant)
    }

    @Test(
        "hold the dossier when they cannot be, with their column",
        arguments: [
            "2026-02-30", "2025-02-29 08:00:00", "2026-13-01", "2026-00-10", "2026-01-05 24:00:00",
            "2026-01-05 08:60:00", "2026-01-05 08:00:60", "0226-05-12 17:00:00",
            "0001-01-03 00:00:00", "9998-01-01", "05/01/2026", "20260105080000", "hôm qua",
            "2026-1-5", "2026-01-05 8:00:00", "2026-01-05 08:00:00 BC", "2026-01-05 08:00:00.",
            "2026-01-05x08:00:00", "2026-01-05 08:00:00+99", "2026-01-05 08:00:00+07:60",
            "2026-01-05 08", "２０２６-01-05",
        ])
    func impossible(text: String) {
        for column in [
            HeaderColumn.submittedAt, .acceptedAt, .dueAt, .finishedAt, .returnedAt, .refusedAt,
        ] {
            #expect(Made([column: text]).hold == Hold(.dateImpossible, field: column.sqlName))
        }
    }

    @Test(
        "are absent when the source says so in its own way",
        arguments: [
            nil, "", "  ", "0001-01-01 00:00:00", "1900-01-01", "9999-12-31 23:59:59.999",
            "0000-00-00 00:00:00", "1970-01-01 08:00:00", "infinity", "-infinity",
        ])
    func absent(text: String?) throws {
        let made = Made([.dueAt: text])
        #expect(made.dossier != nil)
        #expect(made.dossier?.dueAt == nil)
    }

    @Test("are absent on other days when the rules say so")
    func otherSentinels() {
        var rules = NormalizationRules(tables: Sample.tables)
        rules.absentDates = [CivilDate(year: 2000, month: 1, day: 1)]
        let made = Made(Sample.row([.dueAt: "2000-01-01 00:00:00"]), rules)
        #expect(made.dossier != nil && made.dossier?.dueAt == nil)
        #expect(Made(Sample.row([.dueAt: "0001-01-01"]), rules).hold?.rule == .dateImpossible)
    }

    @Test("end a deadline with its day when no time is given, and only a deadline")
    func dayAlone() {
        let made = Made([.dueAt: "2025-08-19", .finishedAt: "2025-08-19"])
        #expect(made.dossier?.dueAt?.compact == "20250819235959")
        #expect(made.dossier?.finishedAt?.compact == "20250819000000")
    }

    @Test(
        "need an acceptance from every status but new, refused and withdrawn",
        arguments: Status.allCases)
    func acceptance(status: Status) {
        let made = Made([.status: String(status.rawValue), .acceptedAt: nil])
        if [.submitted, .refused, .withdrawn].contains(status) {
            #expect(made.dossier?.acceptedAt == nil && made.dossier != nil)
        } else {
            #expect(made.hold == Hold(.dateMissing, field: "accepted_at"))
        }
    }

    @Test(
        "are naive in the source's zone",
        arguments: [
            ("Asia/Ho_Chi_Minh", "2026-01-05 08:00:00", "2026-01-05T08:00:00.000+07:00"),
            ("Asia/Saigon", "2026-01-05 08:00:00", "2026-01-05T08:00:00.000+07:00"),
            ("UTC", "2026-01-05 01:00:00", "2026-01-05T08:00:00.000+07:00"),
            ("Asia/Tokyo", "2026-01-05 10:00:00", "2026-01-05T08:00:00.000+07:00"),
            ("Europe/Berlin", "2026-01-05 02:00:00", "2026-01-05T08:00:00.000+07:00"),
            ("Europe/Berlin", "2026-07-05 03:00:00", "2026-07-05T08:00:00.000+07:00"),
            // An hour that occurs twice is the first, one that does not occur is an hour later.
            ("Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25T07:30:00.000+07:00"),
            ("Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29T08:30:00.000+07:00"),
            ("America/New_York", "2026-01-04 20:00:00", "2026-01-05T08:00:00.000+07:00"),
        ])
    func zones(zone: String, text: String, instant: String) throws {
        let rules = NormalizationRules(
            tables: Sample.tables, zone: try #require(SourceZone(identifier: zone)))
        let made = Made(Sample.row([.submittedAt: text]), rules)
        #expect(made.dossier?.submittedAt?.rfc3339 == instant)
    }

    @Test("have no zone that nobody knows")
    func unknownZone() {
        #expect(SourceZone(identifier: "Asia/Ha_Noi") == nil)
        #expect(SourceZone(identifier: "") == nil)
    }
}
