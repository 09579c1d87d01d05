internal import Dossiers

/// One member of a record, compiled.
///
/// Everything here is numbers, places in ``RecordTexts``: the row path then copies no reference, which is
/// what a record would otherwise spend half of its time on.
struct MemberPlan<Field: CanonicalField>: Sendable {
    enum Content: Sendable {
        case field(Field, FieldRule)
        /// Always the same text, ready.
        case constant(Piece)
        /// Always `[]`: a list that no source gives yet and the destination's record has.
        case emptyList
    }
    /// `"name":`.
    var key: Piece
    /// Its name among ``RecordTexts/names``.
    var name: Int32
    var content: Content
}

/// What a contract says about one field beyond its name.
struct FieldRule: Sendable {
    /// Of texts: longer ones are looked up in ``RecordTexts/limits``.
    var limit = Int32.max
    /// Of texts with a limit: its place among ``RecordTexts/limits``.
    var limitPlace: Int32 = 0
    /// Of closed sets: where the codes begin among ``RecordTexts/codes``.
    var codes: Int32 = 0
    /// Of dates: their format's place among ``RecordTexts/dates``.
    var dates: Int32 = 0
    /// Of numbers: written bare, not in quotes as everything else.
    var isBareNumber = false
    /// What is said instead of an empty text, ready; left out when there is nothing to be said.
    var whenEmpty: Piece?
    /// In which states of the dossier the value may be empty: bit n for ``Status`` n.
    var mayBeEmpty = StatusSet.all

    var isAlwaysRequired: Bool { mayBeEmpty == .none }
}

/// A set of ``Status``, in bits.
struct StatusSet: Hashable, Sendable {
    private var bits: UInt16

    static let none = StatusSet(bits: 0)
    static let all = StatusSet(bits: .max)

    private init(bits: UInt16) { self.bits = bits }

    init(numbers: [Int]) { bits = numbers.reduce(0) { $0 | 1 << UInt16($1) } }

    func contains(_ status: Status) -> Bool { bits & (1 << UInt16(status.rawValue)) != 0 }
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
    /// `"name":`.
    let key: Piece
    /// Its name among ``RecordTexts/names``.
    let name: Int32
    let members: [MemberPlan<Field>]
    /// The fields without which an entry is left out, with a remark; empty when it holds the dossier.
    let omittedWithout: [Field]

    init(key: Piece, name: Int32, members: [MemberPlan<Field>], omitsIncomplete: Bool) {
        self.key = key
        self.name = name
        self.members = members
        omittedWithout = members.compactMap { member in
            guard omitsIncomplete, case .field(let field, let rule) = member.content,
                rule.isAlwaysRequired
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
    case scalar(element: String, PersonField, FieldRule, name: Int32)
    case constant(element: String, String)
    case group(element: String, [PersonMember])
}
