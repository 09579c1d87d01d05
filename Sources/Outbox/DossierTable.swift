internal import Dossiers
internal import SQLite
internal import Wire

/// A row of `dossier`: one row of the source.
struct DossierRow: Equatable {
    var sourceKey: Int64
    var code: String
    var ownsCode: Bool
    var hold: Hold?
    var heldSince: Timestamp?
    var remarks: String
    var person: Int64?
    var writtenBack: Timestamp?
    var firstSeenAt: Timestamp
    var changedAt: Timestamp
    /// Of its code; none unless it owns it.
    var lanes = DossierLanes()

    /// Whether it differs from an earlier version in nothing but ``remarks``, ``writtenBack`` and
    /// ``changedAt``.
    func isIndexed(like before: DossierRow) -> Bool {
        var same = before
        same.remarks = remarks
        same.writtenBack = writtenBack
        same.changedAt = changedAt
        return same == self
    }
}

/// The statements over `dossier` and `cursor`.
final class DossierTable {
    private let byKey: Statement
    private let owner: Statement
    private let inserting: Statement
    private let touching: Statement
    private let changing: Statement
    private let heldAfter: Statement
    private let setCursor: Statement
    private let dropCursor: Statement
    private let allCursors: Statement

    static let columns = """
        source_key, code, owns_code, hold_rule, hold_field, unmapped, held_since, remarks, person,
        written_back, first_seen_at, changed_at, lanes
        """

    init(_ db: Database) throws(SQLiteError) {
        let columns = DossierTable.columns
        byKey = try db.prepare("SELECT \(columns) FROM dossier WHERE source_key = ?1")
        owner = try db.prepare("SELECT \(columns) FROM dossier WHERE code = ?1 AND owns_code = 1")
        inserting = try db.prepare(
            """
            INSERT INTO dossier (\(columns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """)
        touching = try db.prepare(
            """
            UPDATE dossier SET remarks = ?2, written_back = ?3, changed_at = ?4
            WHERE source_key = ?1
            """)
        changing = try db.prepare(
            """
            UPDATE dossier SET code = ?2, owns_code = ?3, hold_rule = ?4, hold_field = ?5,
                unmapped = ?6, held_since = ?7, remarks = ?8, person = ?9, written_back = ?10,
                first_seen_at = ?11, changed_at = ?12, lanes = ?13
            WHERE source_key = ?1
            """)
        heldAfter = try db.prepare(
            """
            SELECT source_key FROM dossier INDEXED BY dossier_held
            WHERE hold_rule IS NOT NULL AND source_key > ?1 ORDER BY source_key LIMIT ?2
            """)
        setCursor = try db.prepare(
            """
            INSERT INTO cursor (name, value) VALUES (?1, ?2)
            ON CONFLICT (name) DO UPDATE SET value = ?2
            """)
        dropCursor = try db.prepare("DELETE FROM cursor WHERE name = ?1")
        allCursors = try db.prepare("SELECT name, value FROM cursor ORDER BY name")
    }

    func find(_ sourceKey: Int64) throws(SQLiteError) -> DossierRow? {
        byKey.bind(1, sourceKey)
        return try one(byKey)
    }

    /// The row that owns a code.
    func owner(of code: String) throws(SQLiteError) -> DossierRow? {
        owner.bind(1, code)
        return try one(owner)
    }

    /// Writes a row over the one that was there, or anew.
    ///
    /// - Parameter before: as it was read in this transaction; nil when there was none.
    func save(_ row: DossierRow, over before: DossierRow?) throws(SQLiteError) {
        guard let before else { return try write(row, with: inserting) }
        // No index knows what mostly changes: then none is touched.
        guard row.isIndexed(like: before) else { return try write(row, with: changing) }
        touching.bind(1, row.sourceKey)
        touching.bind(2, row.remarks)
        touching.bind(3, row.writtenBack?.milliseconds)
        touching.bind(4, row.changedAt.milliseconds)
        try touching.run()
    }

    private func write(_ row: DossierRow, with statement: Statement) throws(SQLiteError) {
        statement.bind(1, row.sourceKey)
        statement.bind(2, row.code)
        statement.bind(3, row.ownsCode ? 1 : 0)
        statement.bind(4, row.hold?.rule.rawValue)
        statement.bind(5, row.hold?.field)
        statement.bind(6, row.hold?.unmapped)
        statement.bind(7, row.heldSince?.milliseconds)
        statement.bind(8, row.remarks)
        statement.bind(9, row.person)
        statement.bind(10, row.writtenBack?.milliseconds)
        statement.bind(11, row.firstSeenAt.milliseconds)
        statement.bind(12, row.changedAt.milliseconds)
        statement.bind(13, row.lanes.text)
        try statement.run()
    }

    func heldKeys(after key: Int64, limit: Int) throws(SQLiteError) -> [SourceKey] {
        heldAfter.bind(1, key)
        heldAfter.bind(2, Int64(limit))
        var keys: [SourceKey] = []
        while try heldAfter.step() { keys.append(SourceKey(heldAfter.integer(0))) }
        return keys
    }

    func move(_ cursor: CursorMove) throws(SQLiteError) {
        if let value = cursor.value {
            setCursor.bind(1, cursor.name)
            setCursor.bind(2, value)
            try setCursor.run()
        } else {
            dropCursor.bind(1, cursor.name)
            try dropCursor.run()
        }
    }

    func cursors() throws(SQLiteError) -> [CursorMove] {
        var found: [CursorMove] = []
        while try allCursors.step() {
            found.append(
                CursorMove(name: allCursors.text(0) ?? "", value: allCursors.text(1)))
        }
        return found
    }

    private func one(_ s: Statement) throws(SQLiteError) -> DossierRow? {
        defer { s.reset() }
        return try s.step() ? DossierTable.read(s) : nil
    }

    /// Reads the row at hand, whose columns are ``columns``.
    static func read(_ s: Statement) -> DossierRow {
        DossierRow(
            sourceKey: s.integer(0), code: s.text(1) ?? "", ownsCode: s.integer(2) == 1,
            hold: s.text(3).flatMap(Hold.Rule.init(rawValue:)).map {
                Hold($0, field: s.text(4) ?? "", unmapped: s.text(5))
            },
            heldSince: s.optionalInteger(6).map(Timestamp.init(milliseconds:)),
            remarks: s.text(7) ?? "", person: s.optionalInteger(8),
            writtenBack: s.optionalInteger(9).map(Timestamp.init(milliseconds:)),
            firstSeenAt: Timestamp(milliseconds: s.integer(10)),
            changedAt: Timestamp(milliseconds: s.integer(11)),
            lanes: DossierLanes(text: s.text(12) ?? ""))
    }
}

/// Remarks as `dossier.remarks` holds them: `truncated:TenTTHC phoneOmitted:phone`.
enum RemarkText {
    static func write(_ remarks: [Remark]) -> String {
        remarks.map { "\($0.kind.rawValue):\($0.field)" }.joined(separator: " ")
    }

    static func read(_ text: String) -> [Remark] {
        text.split(separator: " ").compactMap { part in
            let pieces = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard pieces.count == 2, let kind = Remark.Kind(rawValue: String(pieces[0])) else {
                return nil
            }
            return Remark(kind, field: String(pieces[1]))
        }
    }
}
