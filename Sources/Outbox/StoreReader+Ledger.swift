internal import Dossiers
internal import SQLite
internal import Wire

extension StoreReader {
    /// Lines after a sequence number, oldest first.
    package func ledger(after sequence: Int64 = 0, limit: Int = 1000) throws -> [LedgerLine] {
        try snapshot {
            try LedgerQuery(db, where: "g.seq > ?1 ORDER BY g.seq LIMIT ?2")
                .all(binding: sequence, Int64(limit))
        }
    }

    /// Walks the whole ledger and its seals; memory stays the same however long it is.
    package func verifyLedger() throws -> LedgerVerification {
        try snapshot {
            let epoch = try MetaTable(db).value("epoch") ?? []
            let lines = try db.prepare(
                """
                SELECT seq, at, lane, previous, delivery, revision, operation, kind, outcome,
                    settled, status, elapsed, waited, request, response, answer, note
                FROM ledger ORDER BY seq
                """)
            let seals = try db.prepare("SELECT seq, hash FROM ledger_seal ORDER BY seq")
            var walk = LedgerWalk(head: epoch)
            while try seals.step() {
                guard try walk.cover(seals.integer(0), seals.blob(1) ?? [], lines: lines) else {
                    return walk.result
                }
            }
            // A line after the last seal was not written by us: lines and seals commit together.
            if try lines.step() { walk.result.brokenAt = lines.integer(0) }
            return walk.result
        }
    }
}

/// Where the walk over the ledger stands.
private struct LedgerWalk {
    var head: [UInt8]
    var result = LedgerVerification(lines: 0, seals: 0, head: "", brokenAt: nil)
    private let hasher = SHA256()

    init(head: [UInt8]) {
        self.head = head
        result.head = Hex.encode(head)
    }

    /// Reads the lines up to a seal and compares their hash with it.
    mutating func cover(_ seal: Int64, _ hash: [UInt8], lines: Statement) throws -> Bool {
        hasher.updatePart(head)
        let first = result.lines + 1
        while result.lines < seal {
            guard try lines.step(), lines.integer(0) == result.lines + 1 else {
                result.brokenAt = result.lines + 1
                return false
            }
            LineImage(lines).hash(into: hasher)
            result.lines += 1
        }
        guard first <= seal, hasher.finish().bytes == hash else {
            result.brokenAt = min(first, seal)
            return false
        }
        head = hash
        result.head = Hex.encode(hash)
        result.seals += 1
        return true
    }
}

/// Reads ledger lines with their lane's names.
struct LedgerQuery {
    private let statement: Statement

    init(_ db: Database, where condition: String) throws(SQLiteError) {
        statement = try db.prepare(
            """
            SELECT g.seq, g.at, coalesce(t.name, ''), coalesce(l.code, ''), g.delivery, g.revision,
                g.operation, g.kind, g.outcome, g.settled, coalesce(g.answer, ''),
                coalesce(g.status, 0), g.request, g.response, g.elapsed, g.waited, g.note,
                g.previous
            FROM ledger g LEFT JOIN lane l ON l.id = g.lane
                LEFT JOIN destination t ON t.id = l.destination
            WHERE \(condition)
            """)
    }

    func all(binding parameters: Int64...) throws(SQLiteError) -> [LedgerLine] {
        for (index, parameter) in parameters.enumerated() {
            statement.bind(Int32(index + 1), parameter)
        }
        var found: [LedgerLine] = []
        while try statement.step() { found.append(try line()) }
        return found
    }

    /// A line, and the number of the line before it in its lane.
    func first(binding parameter: Int64) throws(SQLiteError) -> (LedgerLine, previous: Int64)? {
        statement.bind(1, parameter)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return (try line(), statement.integer(17))
    }

    private func line() throws(SQLiteError) -> LedgerLine {
        let s = statement
        guard let kind = Receipt.Kind(rawValue: Int(s.integer(7))),
            let settled = LedgerLine.Settled(rawValue: Int(s.integer(9)))
        else { throw .damaged("ledger line \(s.integer(0))") }
        return LedgerLine(
            sequence: s.integer(0), at: Timestamp(milliseconds: s.integer(1)),
            destination: s.text(2) ?? "", code: s.text(3) ?? "", delivery: s.optionalInteger(4),
            revision: s.optionalInteger(5).map(Int.init),
            operation: s.optionalInteger(6).flatMap { Operation(rawValue: Int($0)) }, kind: kind,
            outcome: s.optionalInteger(8).flatMap(Outcome.name(ofNumber:)), settled: settled,
            answerCode: s.text(10) ?? "", httpStatus: Int(s.integer(11)),
            requestDigest: s.blob(12).map(Hex.encode), responseDigest: s.blob(13).map(Hex.encode),
            elapsedMicroseconds: s.optionalInteger(14), waitedMilliseconds: s.optionalInteger(15),
            note: s.text(16))
    }
}
