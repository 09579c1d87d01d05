internal import Dossiers
internal import SQLite
internal import Wire

/// A row of `person`: someone whom a population database is asked about, known by a keyed digest only.
struct PersonRow {
    var id: Int64
    var destination: Int64
    var verification: Verification?
    var settledAt: Timestamp?
    var validUntil: Timestamp?
    /// How long an answer stays good, in milliseconds.
    var validity: Int64
    var isPending: Bool
    var asked: Int
    /// Of the questions about the person; nil until the first was recorded.
    var lane: Int64?

    func isValid(at now: Timestamp) -> Bool { validUntil.map { now < $0 } ?? false }

    /// The code of the lane of its questions.
    var laneCode: String { "person-\(id)" }

    static func id(ofLaneCode code: String) -> Int64? {
        code.hasPrefix("person-") ? Int64(code.dropFirst("person-".count)) : nil
    }
}

/// The statements over `person` and `write_back`.
final class PersonTable {
    private let byIdentity: Statement
    private let byID: Statement
    private let inserting: Statement
    private let saving: Statement
    private let queueAll: Statement
    private let markAll: Statement
    private let queueOne: Statement
    private let waiting: Statement
    private let done: Statement
    private let db: Database

    private static let columns = """
        id, destination, outcome, elements, settled_at, valid_until, validity, pending, asked, lane
        """

    init(_ db: Database) throws(SQLiteError) {
        self.db = db
        let columns = PersonTable.columns
        byIdentity = try db.prepare(
            "SELECT \(columns) FROM person WHERE destination = ?1 AND identity = ?2")
        byID = try db.prepare("SELECT \(columns) FROM person WHERE id = ?1")
        inserting = try db.prepare(
            """
            INSERT INTO person (destination, identity, validity, pending, asked)
            VALUES (?1, ?2, ?3, 0, 0)
            """)
        saving = try db.prepare(
            """
            UPDATE person SET outcome = ?2, elements = ?3, settled_at = ?4, valid_until = ?5,
                validity = ?6, pending = ?7, asked = ?8, lane = ?9
            WHERE id = ?1
            """)
        queueAll = try db.prepare(
            """
            INSERT OR REPLACE INTO write_back (source_key, person)
            SELECT source_key, person FROM dossier WHERE person = ?1
            """)
        markAll = try db.prepare("UPDATE dossier SET written_back = ?2 WHERE person = ?1")
        queueOne = try db.prepare(
            "INSERT OR REPLACE INTO write_back (source_key, person) VALUES (?1, ?2)")
        waiting = try db.prepare(
            """
            SELECT w.id, d.code, w.source_key, p.outcome, p.elements, p.settled_at
            FROM write_back w
            JOIN dossier d ON d.source_key = w.source_key
            JOIN person p ON p.id = w.person
            ORDER BY w.id LIMIT ?1
            """)
        done = try db.prepare("DELETE FROM write_back WHERE id = ?1")
    }

    func find(destination: Int64, identity: Digest) throws(SQLiteError) -> PersonRow? {
        byIdentity.bind(1, destination)
        byIdentity.bind(2, identity.bytes)
        return try one(byIdentity)
    }

    func find(_ id: Int64) throws(SQLiteError) -> PersonRow? {
        byID.bind(1, id)
        return try one(byID)
    }

    func insert(destination: Int64, identity: Digest, validity: Int64) throws(SQLiteError)
        -> PersonRow
    {
        inserting.bind(1, destination)
        inserting.bind(2, identity.bytes)
        inserting.bind(3, validity)
        try inserting.run()
        return PersonRow(
            id: db.lastInsertedRow, destination: destination, validity: validity, isPending: false,
            asked: 0)
    }

    func save(_ person: PersonRow) throws(SQLiteError) {
        saving.bind(1, person.id)
        saving.bind(2, person.verification.map { Int64($0.number) })
        saving.bind(3, Int64(person.verification?.elementBits ?? 0))
        saving.bind(4, person.settledAt?.milliseconds)
        saving.bind(5, person.validUntil?.milliseconds)
        saving.bind(6, person.validity)
        saving.bind(7, person.isPending ? 1 : 0)
        saving.bind(8, Int64(person.asked))
        saving.bind(9, person.lane)
        try saving.run()
    }

    // MARK: - Answers on their way into the source

    /// Queues the person's answer for every dossier of the person.
    func queueWriteBacks(of person: Int64, settledAt: Timestamp) throws(SQLiteError) {
        queueAll.bind(1, person)
        try queueAll.run()
        markAll.bind(1, person)
        markAll.bind(2, settledAt.milliseconds)
        try markAll.run()
    }

    func queueWriteBack(sourceKey: Int64, person: Int64) throws(SQLiteError) {
        queueOne.bind(1, sourceKey)
        queueOne.bind(2, person)
        try queueOne.run()
    }

    func pendingWriteBacks(limit: Int) throws(SQLiteError) -> [WriteBack] {
        waiting.bind(1, Int64(limit))
        var found: [WriteBack] = []
        while try waiting.step() {
            // A row is queued only when its person has been settled.
            guard
                let verification = Verification(
                    number: waiting.integer(3), elementBits: waiting.integer(4))
            else { continue }
            found.append(
                WriteBack(
                    id: waiting.integer(0), code: DossierCode(waiting.text(1) ?? ""),
                    sourceKey: SourceKey(waiting.integer(2)), verification: verification,
                    settledAt: Timestamp(milliseconds: waiting.integer(5))))
        }
        return found
    }

    func writeBackDone(_ id: Int64) throws(SQLiteError) {
        done.bind(1, id)
        try done.run()
    }

    private func one(_ s: Statement) throws(SQLiteError) -> PersonRow? {
        defer { s.reset() }
        guard try s.step() else { return nil }
        return PersonRow(
            id: s.integer(0), destination: s.integer(1),
            verification: s.optionalInteger(2).flatMap {
                Verification(number: $0, elementBits: s.integer(3))
            },
            settledAt: s.optionalInteger(4).map(Timestamp.init(milliseconds:)),
            validUntil: s.optionalInteger(5).map(Timestamp.init(milliseconds:)),
            validity: s.integer(6), isPending: s.integer(7) == 1, asked: Int(s.integer(8)),
            lane: s.optionalInteger(9))
    }
}

extension Verification {
    /// What `person.outcome` and `person.elements` hold.
    var number: Int {
        switch self {
        case .matched: 1
        case .mismatched: 2
        case .notFound: 3
        case .unavailable: 4
        }
    }

    var elementBits: Int {
        guard case .mismatched(let elements) = self else { return 0 }
        return elements.reduce(0) { $0 | $1.bit }
    }

    init?(number: Int64, elementBits: Int64) {
        switch number {
        case 1: self = .matched
        case 2:
            self = .mismatched(Set(Element.allCases.filter { elementBits & Int64($0.bit) != 0 }))
        case 3: self = .notFound
        case 4: self = .unavailable
        default: return nil
        }
    }

    /// `mismatched name,birth`, for the ledger.
    var note: String {
        guard case .mismatched(let elements) = self else { return name }
        return "\(name) \(elements.map(\.rawValue).sorted().joined(separator: ","))"
    }
}

extension Verification.Element {
    var bit: Int {
        switch self {
        case .identityNumber: 1
        case .name: 2
        case .birth: 4
        }
    }
}
