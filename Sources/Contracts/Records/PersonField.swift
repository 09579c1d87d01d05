internal import Dossiers
internal import Wire

/// The fields of a question about a person (contracts.md §4.2), as contract files name them.
enum PersonField: String, CanonicalField {
    /// The number when it is a 12-digit personal identity number, else empty.
    case personalNumber
    /// The number when it is a 9-digit CMND, else empty.
    case legacyNumber
    case name, nameUpperCase, nameUpperCaseWithoutAccents
    /// The year when only the year of birth is known, else empty.
    case birthYear
    /// The date when the whole date of birth is known, else empty.
    case birthDate

    var kind: FieldKind {
        switch self {
        case .birthDate: .time
        default: .text
        }
    }

    func value(of person: borrowing Person) -> FieldValue {
        switch self {
        case .personalNumber:
            .text(person.identity.kind == .personal ? person.identity.number : "")
        case .legacyNumber: .text(person.identity.kind == .legacy ? person.identity.number : "")
        case .name: .text(person.name)
        case .nameUpperCase: .text(person.name.uppercased())
        case .nameUpperCaseWithoutAccents:
            .text(Folding.withoutAccents(person.name).uppercased())
        case .birthYear:
            if case .year(let year) = person.birth { .text(String(year)) } else { .text("") }
        case .birthDate:
            if case .date(let year, let month, let day) = person.birth {
                .civil(CivilTime(year: year, month: month, day: day))
            } else {
                .civil(nil)
            }
        }
    }
}
