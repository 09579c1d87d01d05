import Dossiers
import Testing
import Wire

@Suite("A dossier's owner") struct OwnerRuleTests {
    @Test(
        "has a number of 12 or 9 digits when he is a citizen",
        arguments: [
            ("000090000001", "000090000001", Identity.Kind.personal),
            ("000 090.000-001", "000090000001", .personal),
            (" 000090000001\u{A0}", "000090000001", .personal),
            ("000000001", "000000001", .legacy),
            ("000.000.001", "000000001", .legacy),
        ])
    func citizen(given: String, number: String, kind: Identity.Kind) {
        let made = Made([.identityNumber: given])
        #expect(made.dossier?.ownerIdentityNumber == number)
        #expect(made.dossier?.identities == [Identity(kind: kind, number: number)])
        #expect(made.dossier?.person?.identity.number == number)
        #expect(made.remarks.isEmpty)
    }

    static let malformed = [
        "00009000000", "0000900000011", "00000000", "C0000001", "00009000000O", "không có",
        "０００090000001", "000090000001,000090000002", "-", "0000-12",
    ]

    @Test(
        "is sent without a number that is none: never padded, never guessed", arguments: malformed)
    func malformedNumber(given: String) {
        let made = Made([.identityNumber: given])
        #expect(made.dossier?.ownerIdentityNumber == "")
        #expect(made.dossier?.identities.isEmpty == true)
        #expect(made.dossier?.person == nil)
        #expect(made.remarks == [Remark(.identityOmitted, field: "identity_number")])
    }

    @Test(
        "holds a citizen's dossier for a malformed number when told to be strict",
        arguments: malformed)
    func strict(given: String) {
        var rules = NormalizationRules(tables: Sample.tables)
        rules.strictIdentity = true
        #expect(
            Made(Sample.row([.identityNumber: given]), rules).hold
                == Hold(.identityNumberMalformed, field: "identity_number"))
        let business = Made(Sample.row([.identityNumber: given, .ownerKind: "2"]), rules)
        #expect(business.dossier != nil)
        #expect(Made(Sample.row([.identityNumber: nil]), rules).dossier != nil)
    }

    @Test(
        "has a tax code when it is a business, and no identity",
        arguments: [
            ("2", "0000000001", "0000000001"), ("2", "0000000001-001", "0000000001-001"),
            ("2", "0000000001001", "0000000001-001"), ("2", "000090000001", "000090000001"),
            ("3", "0000000001", "0000000001"), ("4", "00 0000 0001", "0000000001"),
            ("2", "000000001", ""), ("3", "000090000001", ""), ("2", "không", ""),
        ])
    func taxCode(kind: String, given: String, number: String) {
        let made = Made([.ownerKind: kind, .identityNumber: given])
        #expect(made.dossier?.ownerIdentityNumber == number)
        #expect(made.dossier?.identities.isEmpty == true)
        #expect(made.dossier?.person == nil)
        #expect(made.remarks.isEmpty != number.isEmpty)
    }

    @Test(
        "has a telephone number in its national form",
        arguments: [
            ("0900000001", "0900000001"), ("+84900000001", "0900000001"),
            ("84900000001", "0900000001"), ("0084900000001", "0900000001"),
            ("+84 (0)900 000 001", "0900000001"), ("090.000.0001", "0900000001"),
            ("0900-000-001 ", "0900000001"), ("02400000001", "02400000001"),
            ("+842400000001", "02400000001"), ("", ""),
        ])
    func phone(given: String, national: String) {
        let made = Made([.phone: given])
        #expect(made.dossier?.phone == national)
        #expect(made.remarks.isEmpty)
    }

    @Test(
        "is sent without a telephone number that is none",
        arguments: [
            "12", "không có", "09x1234567", "900000001", "+1 2025550100", "0900000001/0900000002",
            "090000000000", "090000001", "+8490000001", "+", "84", "0", "++84900000001",
        ])
    func malformedPhone(given: String) {
        let made = Made([.phone: given])
        #expect(made.dossier?.phone == "")
        #expect(made.remarks == [Remark(.phoneOmitted, field: "phone")])
    }

    @Test(
        "has an e-mail address that can be one",
        arguments: ["a@b.vn", "a.b+c_d@e-f.gov.vn", "Thu@Example.VN"])
    func email(given: String) {
        #expect(Made([.email: given]).dossier?.email == given)
    }

    @Test(
        "is sent without an e-mail address that is none",
        arguments: [
            "a", "@", "a@b", "@b.vn", "a@.vn", "a@b.", "a@b..vn", "a b@c.vn", "a@b.vn;c@d.vn",
            "a@b.vn, c@d.vn", "a@b@c.vn", "thử@b.vn", "<a@b.vn>", "không có",
            String(repeating: "a", count: 65) + "@b.vn", "a@b_\u{E9}.vn",
            "a@" + String(repeating: "b", count: 260) + ".vn",
        ])
    func malformedEmail(given: String) {
        let made = Made([.email: given])
        #expect(made.dossier?.email == "")
        #expect(made.remarks == [Remark(.emailOmitted, field: "email")])
    }

    @Test(
        "can be verified by a day or a year of birth",
        arguments: [
            (["1990-01-31", nil], Person.Birth.date(year: 1990, month: 1, day: 31)),
            (["1990-01-31 00:00:00", "1985"], .date(year: 1990, month: 1, day: 31)),
            (["1990-01-30T17:00:00.000Z", nil], .date(year: 1990, month: 1, day: 31)),
            (["1990", nil], .year(1990)), ([nil, "1990"], .year(1990)),
            (["", "1990"], .year(1990)),
            (["1900-01-01", "1990"], .year(1990)), (["1900", nil], .year(1900)),
            (["2025-08-12", nil], .date(year: 2025, month: 8, day: 12)),
        ])
    func birth(given: [String?], birth: Person.Birth) {
        let made = Made([.birthDate: given[0], .birthYear: given[1]])
        #expect(made.dossier?.person?.birth == birth)
        #expect(made.remarks.isEmpty)
    }

    @Test(
        "is not verified by a birth that cannot be",
        arguments: [
            "1899-12-31", "1899", "2025-08-13", "2026", "1990-02-30", "31/01/1990", "90", "x",
        ])
    func malformedBirth(given: String) {
        let made = Made([.birthDate: given])
        #expect(made.dossier != nil)
        #expect(made.dossier?.person == nil)
        #expect(made.remarks == [Remark(.birthOmitted, field: "birth_date")])
        // A year beside it still serves.
        #expect(
            Made([.birthDate: given, .birthYear: "1990"]).dossier?.person?.birth == .year(1990))
    }

    @Test("is verified only with a number, a name and a birth")
    func person() {
        #expect(Made([.ownerName: nil]).dossier?.person == nil)
        #expect(Made([.birthDate: nil]).dossier?.person == nil)
        #expect(Made([.identityNumber: nil]).dossier?.person == nil)
        #expect(Made([.birthDate: nil]).remarks.isEmpty)
        let person = Made([.ownerName: " NGUYỄN \u{A0} VĂN\tTHỬ"]).dossier?.person
        #expect(person?.name == "NGUYỄN VĂN THỬ")
    }
}
