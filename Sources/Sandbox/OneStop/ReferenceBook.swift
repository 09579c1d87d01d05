/// An officer's hand in the tables of the reference schema.
final class ReferenceBook: OfficeBook {
    let session: any OneStopSession
    private let shared: OfficeShared
    private let tables: any OneStopTables
    private let filesURL: String

    init(
        session: any OneStopSession, shared: OfficeShared, tables: any OneStopTables,
        filesURL: String
    ) {
        self.session = session
        self.shared = shared
        self.tables = tables
        self.filesURL = filesURL
    }

    private var locking: String {
        session.engine == .postgres ? "FOR UPDATE OF d SKIP LOCKED" : ""
    }

    private static let desk = """
        SELECT d.id, d.code, d.status, d.procedure_code, d.due_at, d.return_method,
            (SELECT max(s.performed_at) FROM step s WHERE s.dossier_id = d.id)
        FROM dossier d
        """

    func pick(from number: Int64) throws -> OpenDossier? {
        try open(
            "\(ReferenceBook.desk) WHERE d.id >= $1 AND d.deleted = 0 ORDER BY d.id LIMIT 1 \(locking)",
            [.integer(number)])
    }

    func pickHeld() throws -> OpenDossier? {
        let words = (1...10).map { "'\(ReferenceTables.word($0))'" }.joined(separator: ", ")
        return try open(
            """
            \(ReferenceBook.desk)
            WHERE d.status NOT IN (\(words)) OR length(d.note) > 2000
                OR d.due_at < '1990-01-01 00:00:00'
                OR NOT EXISTS (SELECT 1 FROM unit u WHERE u.code = d.unit_code)
                OR (d.accepted_at IS NULL AND d.status NOT IN ('receiving', 'denied'))
            ORDER BY d.id LIMIT 1 \(locking)
            """, [])
    }

    private func open(_ sql: String, _ values: [Cell]) throws -> OpenDossier? {
        guard let row = try session.first(sql, values), let id = row[0].flatMap({ Int64($0) })
        else { return nil }
        return OpenDossier(
            id: id, code: row[1] ?? "",
            status: (1...10).first { ReferenceTables.word($0) == row[2] },
            procedureCode: row[3] ?? "", lastStepAt: row[6].flatMap { OfficeTime(text: $0) },
            dueAt: row[4].flatMap { OfficeTime(text: $0) }, isReturnedByPost: row[5] == "1",
            lastStep: 0)
    }

    func add(_ dossier: InventedDossier) throws {
        let parts = shared.numbers { tables.rows(dossier, &$0) }
        let shapes = tables.tables
        for part in parts {
            for row in part.rows { try session.insert(shapes[part.table], row) }
        }
    }

    func advance(_ dossier: OpenDossier, _ step: InventedStep) throws {
        let id = shared.numbers { RowNumbers.take(&$0.step) }
        try session.insert(
            ReferenceTables.step, ReferenceTables.row(step, id: id, of: dossier.id))
        var sets = "status = $2, modified_at = $3"
        var values: [Cell] = [
            .integer(dossier.id), .text(ReferenceTables.word(step.status)),
            .time(step.performedAt),
        ]
        func set(_ column: String, _ value: Cell) {
            values.append(value)
            sets += ", \(column) = $\(values.count)"
        }
        switch step.status {
        case 2:
            let days = dossier.procedure?.days ?? 5
            set("accepted_at", .time(step.performedAt))
            let due = WorkingMinute.closing(WorkingMinute.at(step.performedAt), after: days)
            set("due_at", .time(due))
        case 3: set("refused_at", .time(step.performedAt))
        case 7, 8, 9: set("finished_at", .time(step.performedAt))
        case 10:
            set("returned_at", .time(step.performedAt))
            set("return_information", .text("Trả tại bộ phận một cửa"))
        default: break
        }
        try session.run("UPDATE dossier SET \(sets) WHERE id = $1", values)
    }

    func add(_ file: InventedFile, to dossier: OpenDossier) throws {
        let id = shared.numbers { RowNumbers.take(&$0.file) }
        try session.insert(
            ReferenceTables.document,
            ReferenceTables.row(file, id: id, of: dossier.id, at: filesURL))
    }

    func ask(_ supplement: InventedSupplement, of dossier: OpenDossier) throws {
        let id = shared.numbers { RowNumbers.take(&$0.supplement) }
        try session.insert(
            ReferenceTables.supplement,
            ReferenceTables.row(supplement, id: id, of: dossier.id))
    }

    func answerSupplement(
        _ dossier: OpenDossier, by officer: String, at now: OfficeTime
    ) throws {
        try session.run(
            """
            UPDATE supplement SET received_by = $2, received_information = $3, received_at = $4,
                done = 1, modified_at = $4
            WHERE dossier_id = $1 AND done = 0
            """,
            [.integer(dossier.id), .text(officer), .text("Đã nhận đủ giấy tờ"), .time(now)])
    }

    func pay(_ dossier: OpenDossier, at now: OfficeTime) throws {
        let changed = try session.run(
            "UPDATE fee SET collection = '2', modified_at = $2 WHERE dossier_id = $1",
            [.integer(dossier.id), .time(now)])
        if changed == 0 {
            let id = shared.numbers { RowNumbers.take(&$0.fee) }
            let fee = InventedFee(
                name: "Lệ phí bổ sung", amount: 5000, paidAt: now, isPaidOnline: true,
                recordedAt: now)
            try session.insert(
                ReferenceTables.fee, ReferenceTables.row(fee, id: id, of: dossier.id))
        }
    }

    func touchFile(of dossier: OpenDossier, at now: OfficeTime) throws {
        let change = dossier.id % 2 == 0 ? "name = $3" : "digitised = 1, name = $3"
        try session.run(
            """
            UPDATE document SET \(change), modified_at = $2
            WHERE id = (SELECT max(f.id) FROM document f WHERE f.dossier_id = $1 AND f.kind = 1)
            """,
            [
                .integer(dossier.id), .time(now),
                .text("Bản quét lại \(now.milliseconds % 9973).pdf"),
            ])
    }

    func correctNote(_ dossier: OpenDossier, _ note: String, at now: OfficeTime) throws {
        try session.run(
            "UPDATE dossier SET note = $2, modified_at = $3 WHERE id = $1",
            [.integer(dossier.id), .orNull(note), .time(now)])
    }

    func correctName(_ dossier: OpenDossier, _ name: String, at now: OfficeTime) throws {
        try session.run(
            "UPDATE dossier SET owner_name = $2, modified_at = $3 WHERE id = $1",
            [.integer(dossier.id), .text(name), .time(now)])
    }

    func mend(_ dossier: OpenDossier, _ unit: InventedUnit, at now: OfficeTime) throws {
        let words = (1...10).map { "'\(ReferenceTables.word($0))'" }.joined(separator: ", ")
        try session.run(
            """
            UPDATE dossier SET
                status = CASE WHEN status IN (\(words)) THEN status ELSE 'processing' END,
                note = CASE WHEN length(note) > 2000 THEN 'Đã rút gọn ghi chú' ELSE note END,
                due_at = CASE WHEN due_at < '1990-01-01 00:00:00' THEN NULL ELSE due_at END,
                unit_code = CASE WHEN EXISTS (SELECT 1 FROM unit u WHERE u.code = unit_code)
                    THEN unit_code ELSE $2 END,
                accepted_at = coalesce(accepted_at, submitted_at),
                modified_at = $3
            WHERE id = $1
            """, [.integer(dossier.id), .text(unit.code), .time(now)])
    }

    func map(_ procedure: InventedProcedure, to code: String, at now: OfficeTime) throws -> Bool {
        try session.run(
            "UPDATE procedure SET national_code = $2 WHERE code = $1 AND national_code IS NULL",
            [.text(procedure.localCode), .text(code)]) > 0
    }

    func changeSilently(_ dossier: OpenDossier, _ text: String) throws {
        let sql =
            dossier.id % 2 == 0
            ? "UPDATE dossier SET summary = $2 WHERE id = $1"
            : "UPDATE document SET name = $2 WHERE dossier_id = $1"
        try session.run(sql, [.integer(dossier.id), .text(text)])
    }

    func delete(_ dossier: OpenDossier) throws {
        for table in ["step", "document", "fee", "paper", "supplement"] {
            try session.run(
                "DELETE FROM \(table) WHERE dossier_id = $1", [.integer(dossier.id)])
        }
        try session.run("DELETE FROM dossier WHERE id = $1", [.integer(dossier.id)])
    }

    func people(limit: Int) throws -> [InventedPerson] {
        var people: [InventedPerson] = []
        try session.rows(
            """
            SELECT owner_name, identity_number, birth_date, phone, email, owner_account
            FROM dossier
            WHERE owner_kind = 1 AND birth_date IS NOT NULL AND length(owner_name) < 60
                AND length(identity_number) IN (9, 12) AND identity_number LIKE '000%'
            ORDER BY id LIMIT $1
            """, [.integer(limit)]
        ) { row in
            people.append(
                InventedPerson(
                    index: -1, name: row[0] ?? "", number: row[1] ?? "", birth: row[2] ?? "",
                    phone: row[3] ?? "", email: row[4] ?? "", account: row[5] ?? "",
                    usesVNeID: people.count % 2 == 0))
        }
        return people
    }

    func codes(of shortDay: String) throws -> [String] {
        var codes: [String] = []
        try session.rows(
            "SELECT code FROM dossier WHERE code LIKE $1", [.text("%-\(shortDay)-%")]
        ) { row in codes.append(row[0] ?? "") }
        return codes
    }
}
