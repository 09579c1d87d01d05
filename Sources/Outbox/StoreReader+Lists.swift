package import Dossiers
internal import SQLite
internal import Wire

extension StoreReader {
    /// Parked deliveries in order of their number.
    package func parked(_ filter: DeliveryFilter, after: DeliveryID? = nil, limit: Int = 100) throws
        -> [ParkedEntry]
    {
        try snapshot {
            let clause = filter.clause(from: 3)
            let query = try db.prepare(
                """
                SELECT l.head, t.name, l.code, l.cause, coalesce(l.answer, ''), l.attempts,
                    \(DeliveryNumber.sql("recorded_at", of: "l.head")), l.head_due, l.owed - 1
                FROM lane l INDEXED BY lane_parked JOIN destination t ON t.id = l.destination
                WHERE l.head_state = 3 AND l.head > ?1 AND \(clause.sql) ORDER BY l.id LIMIT ?2
                """)
            query.bind(1, after?.rawValue ?? 0)
            query.bind(2, Int64(limit))
            clause.bind(to: query)
            let words = try wordsTable()
            var found: [ParkedEntry] = []
            while try query.step() {
                var entry = try StoreReader.parkedEntry(query)
                entry.saying = try words.find(entry.delivery)
                found.append(entry)
            }
            return found
        }
    }

    private static func parkedEntry(_ row: Statement) throws(SQLiteError) -> ParkedEntry {
        let id = row.integer(0)
        guard let cause = row.text(3).flatMap(ParkCause.init(rawValue:)) else {
            throw .damaged("head of delivery \(id)")
        }
        return ParkedEntry(
            delivery: id, destination: row.text(1) ?? "", code: row.text(2) ?? "",
            operation: DeliveryNumber.operation(of: id),
            revision: DeliveryNumber.revision(of: id), cause: cause,
            answerCode: row.text(4) ?? "", attempts: Int(row.integer(5)),
            recordedAt: Timestamp(milliseconds: row.integer(6)),
            parkedAt: Timestamp(milliseconds: row.integer(7)), blocked: row.integer(8))
    }

    /// Held dossiers in order of their source key.
    package func held(
        rule: String? = nil, unmapped: String? = nil, after: SourceKey? = nil, limit: Int = 100
    ) throws -> [HeldEntry] {
        try snapshot {
            let query = try db.prepare(
                """
                SELECT code, source_key, hold_rule, hold_field, unmapped, held_since
                FROM dossier INDEXED BY dossier_held
                WHERE hold_rule IS NOT NULL AND source_key > ?1
                    AND (?2 IS NULL OR hold_rule = ?2) AND (?3 IS NULL OR unmapped = ?3)
                ORDER BY source_key LIMIT ?4
                """)
            query.bind(1, after?.rawValue ?? .min)
            query.bind(2, rule)
            query.bind(3, unmapped)
            query.bind(4, Int64(limit))
            var found: [HeldEntry] = []
            while try query.step() {
                found.append(
                    HeldEntry(
                        code: query.text(0) ?? "", sourceKey: query.integer(1),
                        rule: query.text(2) ?? "", field: query.text(3) ?? "",
                        unmapped: query.text(4),
                        since: Timestamp(milliseconds: query.integer(5))))
            }
            return found
        }
    }

    /// Known dossier codes that begin like this one, for "did you mean".
    package func codes(like prefix: String, limit: Int = 10) throws -> [String] {
        try snapshot {
            let query = try db.prepare(
                """
                SELECT code FROM dossier WHERE owns_code = 1 AND code >= ?1
                    AND code < ?1 || char(1114111) ORDER BY code LIMIT ?2
                """)
            query.bind(1, prefix)
            query.bind(2, Int64(limit))
            var found: [String] = []
            while try query.step() { found.append(query.text(0) ?? "") }
            return found
        }
    }
}

extension DeliveryFilter {
    /// The filter as a condition over `l` (lane) and `t` (destination), its parameters counted from the given
    /// number.
    func clause(from first: Int32) -> DeliveryClause {
        var parts: [String] = []
        var values: [String] = []
        func add(_ value: String) -> String {
            values.append(value)
            return "?\(Int(first) + values.count - 1)"
        }
        if !ids.isEmpty {
            let list = ids.map { String($0.rawValue) }.joined(separator: ",")
            parts.append("l.head IN (\(list))")
        }
        if let destination { parts.append("t.name = \(add(destination.rawValue))") }
        if let code { parts.append("l.code = \(add(code.rawValue))") }
        if let cause { parts.append("l.cause = \(add(cause.rawValue))") }
        if let before {
            let recorded = DeliveryNumber.sql("recorded_at", of: "l.head")
            parts.append(
                "(\(recorded)) < CAST(\(add(String(before.milliseconds))) AS INTEGER)")
        }
        return DeliveryClause(
            sql: parts.isEmpty ? "1" : parts.joined(separator: " AND "), first: first,
            values: values)
    }
}

/// A condition with its values, all of them texts.
struct DeliveryClause {
    var sql: String
    var first: Int32
    var values: [String]

    func bind(to statement: Statement) {
        for (index, value) in values.enumerated() { statement.bind(first + Int32(index), value) }
    }
}
