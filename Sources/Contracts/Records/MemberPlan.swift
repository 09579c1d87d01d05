internal import Dossiers
internal import Wire

/// One member of a record, compiled: its name ready to write, and where its value comes from.
///
/// A class, as ``FieldRule`` is, because the row path then copies one reference and not ten.
final class MemberPlan<Field: CanonicalField>: Sendable {
    enum Content: Sendable {
        case field(Field, FieldRule)
        /// Always the same text.
        case constant(String)
        /// Always `[]`: a list that no source gives yet and the destination's record has.
        case emptyList
    }
    /// `"name":` for JSON.
    let key: [UInt8]
    let name: String
    /// The name with those of the lists around it, for holds and remarks: `TaiLieuNop.TenTepDinhKem`.
    let place: String
    let content: Content

    init(name: String, within parent: String, content: Content) {
        key = JSONWriter.render(key: name)
        self.name = name
        place = parent.isEmpty ? name : "\(parent).\(name)"
        self.content = content
    }
}

/// What a contract says about one field beyond its name.
final class FieldRule: Sendable {
    /// Which dossiers need a value here; the others may leave it empty.
    enum Requirement: Sendable {
        case never
        case always
        /// Every dossier but those in one of these states, by ``Status`` number.
        case unlessStatus(Set<Int>)
    }
    let requirement: Requirement
    /// Said instead of an empty text.
    let whenEmpty: String
    /// True when an empty value leaves the whole member out.
    let isOmittedWhenEmpty: Bool
    let limit: TextLimit?
    /// The rendered code by number of the vocabulary: `"1"`, quotes and all, or a bare number.
    let codes: [[UInt8]?]
    let dates: DateFormat?
    /// True when a number is written bare, false when in quotes as everything else.
    let isBareNumber: Bool

    init(
        requirement: Requirement, whenEmpty: String, isOmittedWhenEmpty: Bool, limit: TextLimit?,
        codes: [[UInt8]?], dates: DateFormat?, isBareNumber: Bool
    ) {
        self.requirement = requirement
        self.whenEmpty = whenEmpty
        self.isOmittedWhenEmpty = isOmittedWhenEmpty
        self.limit = limit
        self.codes = codes
        self.dates = dates
        self.isBareNumber = isBareNumber
    }

    func isRequired(in status: Status?) -> Bool {
        switch requirement {
        case .never: false
        case .always: true
        case .unlessStatus(let statuses):
            status.map { !statuses.contains($0.rawValue) } ?? true
        }
    }
}

/// One member of the header record: a scalar, or a list of records.
enum StateMember: Sendable {
    case scalar(MemberPlan<StateField>)
    case identities(ListPlan<IdentityField>)
    case databases(ListPlan<DatabaseField>)
    case documents(ListPlan<DocumentField>)
    case fees(ListPlan<FeeField>)
    case papers(ListPlan<PaperField>)
    case supplements(ListPlan<SupplementField>)
    case results(ListPlan<ResultField>)
}

/// A list of records inside the header record.
final class ListPlan<Field: CanonicalField>: Sendable {
    /// `"name":` for JSON.
    let key: [UInt8]
    let name: String
    let members: [MemberPlan<Field>]
    /// The fields without which an entry is left out, with a remark; empty when it holds the dossier.
    let omittedWithout: [Field]

    init(name: String, members: [MemberPlan<Field>], omitsIncomplete: Bool) {
        key = JSONWriter.render(key: name)
        self.name = name
        self.members = members
        omittedWithout = members.compactMap { member in
            guard omitsIncomplete, case .field(let field, let rule) = member.content,
                rule.isRequired(in: nil)
            else { return nil }
            return field
        }
    }

    func isComplete(_ item: borrowing Field.Item) -> Bool {
        for field in omittedWithout where field.value(of: item).isEmpty { return false }
        return true
    }
}

/// One element of a question about a person, in the order in which it is sent.
indirect enum PersonMember: Sendable {
    case scalar(MemberPlan<PersonField>)
    case group(name: String, [PersonMember])
}
