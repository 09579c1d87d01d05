/// Where an answer says what, and what it means: a contract's `answers` section, compiled.
struct AnswerPlan: Sendable {
    var isXML: Bool
    var codePaths: [[String]]
    var messagePaths: [[String]]
    var sessionPaths: [[String]]
    /// The first that matches decides.
    var rules: [AnswerRule]
    /// nil when answers list no items.
    var items: ItemPlan?
}

/// Where a probe's answer shows what the destination holds (contracts.md §2.5, `TraCuuHoSo`).
struct ProbePlan: Sendable {
    /// A list: empty means that the dossier is not there.
    var records: [String]
    /// The list of steps of the first record; nil when no answer is known to have one.
    var steps: [String]?
    /// The members of a step by which two are the same.
    var compared: [String]
}

/// Where the population database says yes, no and who (contracts.md §4.3).
struct VerificationPlan: Sendable {
    /// `true` or `1` when there is such a person.
    var exists: [String]
    /// The element that holds the citizens found; it being there without any is the answer "not found".
    var collection: [String]
    var citizen: String
    var numbers: [[String]]
    /// The elements of the name, joined in this order, or any one of them: the full name is often in
    /// the last alone.
    var names: [[String]]
    /// Elements with a date or a year.
    var births: [[String]]
    var ignoresAccents: Bool
    /// Where our own question says the same.
    var asked: AskedPaths
}

/// Where a rendered question has its number, name and birth, read off the contract's own record.
struct AskedPaths: Sendable {
    private(set) var numbers: [[String]] = []
    private(set) var names: [[String]] = []
    private(set) var births: [[String]] = []
    private(set) var namesLackAccents = false

    init(_ members: [PersonMember]) { collect(members, within: []) }

    private mutating func collect(_ members: [PersonMember], within path: [String]) {
        for member in members {
            switch member {
            case .constant: break
            case .group(let element, let inner): collect(inner, within: path + [element])
            case .scalar(let element, let field, _, _):
                switch field {
                case .personalNumber, .legacyNumber: numbers.append(path + [element])
                case .birthYear, .birthDate: births.append(path + [element])
                case .name, .nameUpperCase: names.append(path + [element])
                case .nameUpperCaseWithoutAccents:
                    names.append(path + [element])
                    namesLackAccents = true
                }
            }
        }
    }
}
