internal import Wire

/// A canonical value on its way into a record, before the contract has said how it is written.
enum FieldValue {
    case text(String)
    case time(Timestamp?)
    /// A date without a zone: a birth date.
    case civil(CivilTime?)
    case number(Int64)
    /// A member of a closed set, by its number in that set's ``Vocabulary``.
    case coded(Int)

    var isEmpty: Bool {
        switch self {
        case .text(let text): text.isEmpty
        case .time(let time): time == nil
        case .civil(let time): time == nil
        case .number, .coded: false
        }
    }
}

/// What kind of values a canonical field has, so that a contract that mistreats it is refused at start.
enum FieldKind {
    case text
    case time
    case number
    case coded(Vocabulary)
}

/// A canonical field of one kind of record: a closed list, so that rendering is a switch, not a look-up.
protocol CanonicalField: CaseIterable, RawRepresentable, Sendable where RawValue == String {
    associatedtype Item
    var kind: FieldKind { get }
    func value(of item: borrowing Item) -> FieldValue
}

/// The words by which a contract's code table names the members of a closed set.
struct Vocabulary: Sendable {
    /// In order; `number` is what ``FieldValue/coded(_:)`` carries.
    var words: [(word: String, number: Int)]

    private init(_ words: KeyValuePairs<String, Int>) {
        self.words = words.map { ($0.key, $0.value) }
    }

    static let flag = Vocabulary(["false": 0, "true": 1])
    static let channel = Vocabulary(["counter": 1, "online": 2, "post": 3])
    static let ownerKind = Vocabulary([
        "citizen": 1, "business": 2, "agency": 3, "organisation": 4,
    ])
    static let returnMethod = Vocabulary(["counter": 0, "post": 1])
    static let submissionPlace = Vocabulary(["nationalPortal": 1, "province": 2])
    static let onlinePayment = Vocabulary(["none": 0, "national": 1, "provincial": 2])
    static let reuse = Vocabulary(["none": 0, "reused": 1, "replaced": 2])
    static let identityKind = Vocabulary(["personal": 1, "legacy": 2])
    static let status = Vocabulary([
        "submitted": 1, "accepted": 2, "refused": 3, "processing": 4, "supplementRequested": 5,
        "paymentRequested": 6, "withdrawn": 7, "stopped": 8, "processed": 9, "returned": 10,
    ])
}
