/// What one member of a record must be, after contracts.md §2.6 and §2.7.
struct FieldRule: Sendable {
    enum Presence: Sendable {
        /// Must be there and not empty.
        case filled
        /// Must be there; may be empty.
        case present
        case optional
    }

    indirect enum Shape: Sendable {
        case text
        /// A text in which lines may end, with `\n`.
        case lines
        case oneOf([String])
        /// `yyyyMMddHHmmss` that the calendar has.
        case time
        case digits
        case url
        case email
        case phone
        /// A dossier code: no space, nothing that a URL or a file name would have to escape.
        case dossierCode
        /// An identity number of the sandbox: invented, so it begins with `000`.
        case identity
        /// `KQ.Gxx.nnnnnn`.
        case resultCode
        /// A whole JSON number; everything else is a string (contracts.md §2.6).
        case whole
        case list(RecordSchema)
    }

    let name: String
    let shape: Shape
    let presence: Presence
    /// In UTF-16 units, as the Java and .NET systems count.
    let limit: Int

    init(_ name: String, _ shape: Shape, _ presence: Presence = .optional, limit: Int = 5000) {
        self.name = name
        self.shape = shape
        self.presence = presence
        self.limit = limit
    }
}

/// The members of one kind of record, in the order of the contract's table, which is also the order in
/// which the sandbox keeps their values.
final class RecordSchema: Sendable {
    let fields: [FieldRule]
    let names: [[UInt8]]
    private let places: [String: Int]

    init(_ fields: [FieldRule]) {
        self.fields = fields
        names = fields.map { Array($0.name.utf8) }
        places = Dictionary(
            uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
    }

    func place(of name: String) -> Int? { places[name] }

    /// The place of a name, tried first where the sender's order makes it likely.
    func place(of name: ArraySlice<UInt8>, after last: Int) -> Int? {
        let likely = last + 1
        if likely < names.count, names[likely].elementsEqual(name) { return likely }
        return places[String(decoding: name, as: UTF8.self)]
    }
}
