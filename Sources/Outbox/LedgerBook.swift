internal import Dossiers
internal import SQLite
internal import Wire

/// A line as it is written.
struct LedgerEntry {
    var at: Timestamp
    var lane: Int64?
    var previous: Int64 = 0
    var delivery: Int64?
    var revision: Int?
    var operation: Operation?
    var kind: Receipt.Kind = .decided
    var outcome: Outcome?
    var settled: LedgerLine.Settled
    var status: Int?
    var elapsed: Int64?
    var waited: Int64?
    var request: Digest?
    var response: Digest?
    var answer: String?
    var note: String?

    /// What is kept of the exchange that led to the line.
    mutating func take(_ receipt: Receipt) {
        kind = receipt.kind
        status = receipt.httpStatus
        elapsed = receipt.elapsedMicroseconds
        request = receipt.requestDigest
        response = receipt.responseDigest
        answer = receipt.answerCode
    }
}

/// Appends to the ledger and seals what one transaction appended.
///
/// A seal's hash is SHA-256 over the hash of the seal before it and every line since (for the first: the
/// store's epoch), so one line cannot change, go or come without every later seal telling. Sealing
/// a transaction instead of a line costs one hash and 40 bytes for many lines.
final class LedgerBook {
    private let epoch: [UInt8]
    private let hasher = SHA256()
    private let last: Statement
    private let lastSeal: Statement
    private let inserting: Statement
    private let sealing: Statement
    /// The last line of the transaction at hand; nil before its first.
    private var sequence: Int64?

    init(_ db: Database, epoch: [UInt8]) throws(SQLiteError) {
        self.epoch = epoch
        last = try db.prepare("SELECT coalesce(max(seq), 0) FROM ledger")
        lastSeal = try db.prepare("SELECT hash FROM ledger_seal ORDER BY seq DESC LIMIT 1")
        inserting = try db.prepare(
            """
            INSERT INTO ledger (seq, at, lane, previous, delivery, revision, operation, kind,
                outcome, settled, status, elapsed, waited, request, response, answer, note)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            """)
        sealing = try db.prepare("INSERT INTO ledger_seal (seq, hash) VALUES (?1, ?2)")
    }

    /// Appends a line of a lane and remembers it in the lane, which the caller saves.
    func append(_ entry: LedgerEntry, to lane: inout Lane) throws(SQLiteError) {
        var entry = entry
        entry.lane = lane.id
        entry.previous = lane.lastLine
        lane.lastLine = try append(entry)
    }

    /// Appends a line and returns its number.
    @discardableResult
    func append(_ entry: LedgerEntry) throws(SQLiteError) -> Int64 {
        let end = if let sequence { sequence } else { try open() }
        let line = end + 1
        let fields = LedgerFields(entry, sequence: line)
        for (index, number) in fields.numbers.enumerated() {
            inserting.bind(Int32(index + 1), number)
        }
        inserting.bind(14, fields.request)
        inserting.bind(15, fields.response)
        inserting.bind(16, fields.answer)
        inserting.bind(17, fields.note)
        try inserting.run()
        fields.hash(into: hasher)
        sequence = line
        return line
    }

    /// Seals the lines of the transaction at hand; to be called before it commits.
    func seal() throws(SQLiteError) {
        guard let sequence else { return }
        sealing.bind(1, sequence)
        sealing.bind(2, hasher.finish().bytes)
        self.sequence = nil
        try sealing.run()
    }

    /// Forgets the lines of a transaction that was rolled back.
    func forget() {
        guard sequence != nil else { return }
        sequence = nil
        _ = hasher.finish()
    }

    /// Finds the end of the ledger, which another process may have moved since our last transaction.
    private func open() throws(SQLiteError) -> Int64 {
        defer {
            last.reset()
            lastSeal.reset()
        }
        let end = try last.step() ? last.integer(0) : 0
        let before = try lastSeal.step() ? lastSeal.blob(0) : nil
        hasher.updatePart(before ?? epoch)
        sequence = end
        return end
    }
}

/// A line's columns, in the table's order, as they are stored and as they are hashed.
struct LedgerFields {
    /// `seq` to `waited`.
    var numbers: [Int64?]
    var request: [UInt8]?
    var response: [UInt8]?
    var answer: String?
    var note: String?

    init(_ entry: LedgerEntry, sequence: Int64) {
        numbers = [
            sequence, entry.at.milliseconds, entry.lane, entry.previous, entry.delivery,
            entry.revision.map(Int64.init), entry.operation.map { Int64($0.rawValue) },
            Int64(entry.kind.rawValue), entry.outcome.map { Int64($0.number) },
            Int64(entry.settled.rawValue), entry.status.flatMap { $0 == 0 ? nil : Int64($0) },
            entry.elapsed.flatMap { $0 == 0 ? nil : $0 }, entry.waited,
        ]
        request = entry.request.map { Array($0.bytes.prefix(16)) }
        response = entry.response.map { Array($0.bytes.prefix(16)) }
        answer = entry.answer.flatMap { $0.isEmpty ? nil : LedgerFields.shortened($0, 32) }
        note = entry.note.map { LedgerFields.shortened($0, 300) }
    }

    /// Reads the row at hand, whose columns are the table's in their order.
    init(_ row: Statement) {
        numbers = (0..<13).map { row.optionalInteger($0) }
        request = row.blob(13)
        response = row.blob(14)
        answer = row.text(15)
        note = row.text(16)
    }

    /// SQLite counts code points.
    private static func shortened(_ text: String, _ limit: Int) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text.unicodeScalars.prefix(limit))
        return String(scalars)
    }

    /// Adds the line to a hash: every column with its presence and its length, so that no two lines
    /// are the same bytes.
    func hash(into hasher: SHA256) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(192)
        for number in numbers {
            guard let number else {
                bytes.append(0)
                continue
            }
            bytes.append(1)
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
        for part in [request, response, answer.map { Array($0.utf8) }, note.map { Array($0.utf8) }]
        {
            guard let part else {
                bytes.append(0)
                continue
            }
            bytes.append(1)
            withUnsafeBytes(of: UInt32(part.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: part)
        }
        hasher.updatePart(bytes)
    }
}

extension Outcome {
    /// What the ledger keeps.
    var number: Int {
        switch self {
        case .acknowledged: 1
        case .exists: 2
        case .missing: 3
        case .retry: 4
        case .throttled: 5
        case .sessionExpired: 6
        case .needsMapping: 7
        case .rejected: 8
        case .refused: 9
        case .unknown: 10
        }
    }

    static func name(ofNumber number: Int64) -> String? {
        let all: [Outcome] = [
            .acknowledged, .exists, .missing, .retry(afterMilliseconds: nil),
            .throttled(afterMilliseconds: nil), .sessionExpired, .needsMapping, .rejected, .refused,
            .unknown,
        ]
        return all.first { $0.number == number }?.name
    }
}
