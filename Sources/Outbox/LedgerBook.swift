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
        image.clear()
        // In the table's order.
        put(1, line)
        put(2, entry.at.milliseconds)
        put(3, entry.lane)
        put(4, entry.previous)
        put(5, entry.delivery)
        put(6, entry.revision.map(Int64.init))
        put(7, entry.operation.map { Int64($0.rawValue) })
        put(8, Int64(entry.kind.rawValue))
        put(9, entry.outcome.map { Int64($0.number) })
        put(10, Int64(entry.settled.rawValue))
        put(11, entry.status.flatMap { $0 == 0 ? nil : Int64($0) })
        put(12, entry.elapsed.flatMap { $0 == 0 ? nil : $0 })
        put(13, entry.waited)
        put(14, entry.request)
        put(15, entry.response)
        put(16, entry.answer.flatMap { $0.isEmpty ? nil : LedgerBook.shortened($0, 32) })
        put(17, entry.note.map { LedgerBook.shortened($0, 300) })
        try inserting.run()
        image.hash(into: hasher)
        sequence = line
        return line
    }

    private func put(_ column: Int32, _ number: Int64?) {
        inserting.bind(column, number)
        image.add(number)
    }

    private func put(_ column: Int32, _ text: String?) {
        inserting.bind(column, text)
        image.add(text)
    }

    /// Half of a digest tells as much as anybody will ask of it.
    private func put(_ column: Int32, _ digest: Digest?) {
        guard let digest else {
            inserting.bindNull(column)
            return image.addNull()
        }
        digest.withBytes { bytes in
            let half = UnsafeRawBufferPointer(rebasing: bytes.prefix(16))
            inserting.bind(column, copying: half)
            image.add(half)
        }
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

/// A line's bytes as they are hashed: every column in the table's order, with its presence and its length, so
/// that no two lines are the same bytes.
struct LineImage {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(256) }

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
