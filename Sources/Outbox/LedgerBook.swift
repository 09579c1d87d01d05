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
    /// The line at hand as it is hashed; its memory is used again.
    private var image = LineImage()

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
        // Taken out while it is filled: a struct of one's own is not watched for overlapping access.
        var row = LedgerRow(statement: inserting, image: image)
        image = LineImage.none
        // In the table's order.
        row.put(line)
        row.put(entry.at.milliseconds)
        row.put(entry.lane)
        row.put(entry.previous)
        row.put(entry.delivery)
        row.put(entry.revision.map(Int64.init))
        row.put(entry.operation.map { Int64($0.rawValue) })
        row.put(Int64(entry.kind.rawValue))
        row.put(entry.outcome.map { Int64($0.number) })
        row.put(Int64(entry.settled.rawValue))
        row.put(entry.status.flatMap { $0 == 0 ? nil : Int64($0) })
        row.put(entry.elapsed.flatMap { $0 == 0 ? nil : $0 })
        row.put(entry.waited)
        row.put(entry.request)
        row.put(entry.response)
        row.put(entry.answer.flatMap { $0.isEmpty ? nil : LedgerBook.shortened($0, 32) })
        row.put(entry.note.map { LedgerBook.shortened($0, 300) })
        image = row.image
        try inserting.run()
        image.hash(into: hasher)
        sequence = line
        return line
    }

    /// SQLite counts code points.
    private static func shortened(_ text: String, _ limit: Int) -> String {
        // A text has no more of them than bytes.
        if text.utf8.count <= limit { return text }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text.unicodeScalars.prefix(limit))
        return String(scalars)
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

/// A line on its way into the table and into the hash: each value goes into both, one after the other.
private struct LedgerRow {
    let statement: Statement
    var image: LineImage
    private var column: Int32 = 0

    init(statement: Statement, image: LineImage) {
        self.statement = statement
        self.image = image
        self.image.clear()
    }

    mutating func put(_ number: Int64?) {
        column += 1
        statement.bind(column, number)
        image.add(number)
    }

    mutating func put(_ text: String?) {
        column += 1
        statement.bind(column, text)
        image.add(text)
    }

    /// Half of a digest tells as much as anybody will ask of it.
    mutating func put(_ digest: Digest?) {
        column += 1
        guard let digest else {
            statement.bindNull(column)
            return image.addNull()
        }
        digest.withBytes { bytes in
            let half = UnsafeRawBufferPointer(rebasing: bytes.prefix(16))
            statement.bind(column, copying: half)
            image.add(half)
        }
    }
}

/// A line's bytes as they are hashed: every column in the table's order, with its presence and its length, so
/// that no two lines are the same bytes.
struct LineImage {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(256) }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// In the place of one that is being filled.
    static let none = LineImage([])

    /// Of the row at hand, whose columns are the table's in their order.
    init(_ row: Statement) {
        self.init()
        for column: Int32 in 0..<13 { add(row.optionalInteger(column)) }
        for column: Int32 in 13..<15 {
            if row.isNull(column) { addNull() } else { row.withBlob(column) { add($0) } }
        }
        for column: Int32 in 15..<17 { add(row.text(column)) }
    }

    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    mutating func addNull() { bytes.append(0) }

    mutating func add(_ number: Int64?) {
        guard let number else { return addNull() }
        bytes.append(1)
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ part: UnsafeRawBufferPointer) {
        bytes.append(1)
        withUnsafeBytes(of: UInt32(part.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: part)
    }

    mutating func add(_ text: String?) {
        guard var text else { return addNull() }
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    func hash(into hasher: SHA256) { hasher.updatePart(bytes) }
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
