/// The reference schema, read by the oracle.
final class ReferenceSource: OracleSource {
    private let session: OracleSession

    init(_ session: OracleSession) throws {
        self.session = session
        try session.open(
            """
            SELECT d.code, d.id, d.deleted, d.status, d.procedure_code, p.national_code, p.name AS a,
                p.field_code, p.field_name, d.receipt_number, d.channel, d.owner_name, d.owner_kind,
                d.owner_account, d.identity_number, d.other_information, d.email, d.fax, d.phone,
                d.summary, d.submitted_at, d.accepted_at, d.due_at, d.finished_at, d.returned_at,
                d.refused_at, d.return_information, d.return_method, d.unit_code, u.name AS b,
                u.commune_code, d.note, d.submission_place, d.vneid, d.online_payment, d.databases
            FROM dossier d
            LEFT JOIN procedure p ON p.code = d.procedure_code
            LEFT JOIN unit u ON u.code = d.unit_code
            """)
    }

    func page() throws -> [OracleRow] {
        var rows: [OracleRow] = []
        try session.fetch { rows.append(ReferenceSource.row($0)) }
        guard !rows.isEmpty else { return [] }
        let places = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1.id, $0) })
        let ids = rows.map(\.id)
        try readSteps(ids) { id, step in if let at = places[id] { rows[at].steps.append(step) } }
        try readDocuments(ids) { id, file, result in
            guard let at = places[id] else { return }
            if let file { rows[at].files.append(file) }
            if let result { rows[at].results.append(result) }
        }
        try session.rows(
            """
            SELECT dossier_id, name, code, collection, amount, kind FROM fee
            WHERE dossier_id KEYS ORDER BY id
            """, of: ids
        ) { id, it in
            let fee = OracleRow.Fee(
                name: it[1], code: it[2], collection: it[3], amount: it[4], kind: it[5])
            if let at = places[id] { rows[at].fees.append(fee) }
        }
        try session.rows(
            "SELECT dossier_id, name, quantity, kind FROM paper WHERE dossier_id KEYS ORDER BY id",
            of: ids
        ) { id, it in
            let paper = OracleRow.Paper(name: it[1], quantity: it[2], kind: it[3])
            if let at = places[id] { rows[at].papers.append(paper) }
        }
        try readSupplements(ids) { id, round in
            if let at = places[id] { rows[at].supplements.append(round) }
        }
        return rows
    }

    private static func row(_ it: [String?]) -> OracleRow {
        var row = OracleRow(id: it[1].flatMap { Int64($0) } ?? 0, rawCode: it[0] ?? "")
        row.isDeleted = isYes(it[2])
        row.statusWord = it[3]
        (row.localProcedure, row.nationalProcedure, row.procedureName) = (it[4], it[5], it[6])
        (row.fieldCode, row.fieldName, row.receiptNumber) = (it[7], it[8], it[9])
        (row.channel, row.ownerName, row.ownerKind) = (it[10], it[11], it[12])
        (row.ownerAccount, row.identityNumber) = (it[13], it[14])
        (row.otherInformation, row.email, row.fax, row.phone) = (it[15], it[16], it[17], it[18])
        (row.summary, row.submittedAt, row.acceptedAt, row.dueAt) = (it[19], it[20], it[21], it[22])
        (row.finishedAt, row.returnedAt, row.refusedAt) = (it[23], it[24], it[25])
        (row.returnInformation, row.returnMethod) = (it[26], it[27])
        (row.unitCode, row.unitName, row.communeCode) = (it[28], it[29], it[30])
        (row.note, row.place, row.vneid) = (it[31], it[32], it[33])
        (row.onlinePayment, row.databases) = (it[34], it[35])
        return row
    }

    private func readSteps(_ ids: [Int64], _ found: (Int64, OracleRow.Step) -> Void) throws {
        try session.rows(
            """
            SELECT dossier_id, id, officer, title, department, content, status, performed_at,
                started_at, due_at
            FROM step WHERE dossier_id KEYS
            """, of: ids
        ) { id, it in
            found(
                id,
                OracleRow.Step(
                    id: it[1].flatMap { Int64($0) } ?? 0, officer: it[2], title: it[3],
                    department: it[4], content: it[5], word: it[6], performedAt: it[7],
                    startedAt: it[8], dueAt: it[9]))
        }
    }

    private func readDocuments(
        _ ids: [Int64], _ found: (Int64, OracleRow.File?, OracleRow.Result?) -> Void
    ) throws {
        try session.rows(
            """
            SELECT dossier_id, id, kind, name, component_code, url, result_code, digitised, reuse,
                from_warehouse, replacing_result_code, deleted
            FROM document WHERE dossier_id KEYS ORDER BY id
            """, of: ids
        ) { id, it in
            let number = it[1] ?? ""
            if it[2] == "1" {
                let file = OracleRow.File(
                    id: number, name: it[3], isDeleted: isYes(it[11]), component: it[4],
                    url: it[5], isDigitised: isYes(it[7]), reuse: it[8],
                    isFromWarehouse: isYes(it[9]), replacing: it[10])
                found(id, file, nil)
            } else if it[2] == "2", !isYes(it[11]) {
                // The record has no mark for a deleted result, so it is not listed.
                let result = OracleRow.Result(
                    id: number, name: it[3], component: it[4], url: it[5], code: it[6])
                found(id, nil, result)
            }
        }
    }

    private func readSupplements(
        _ ids: [Int64], _ found: (Int64, OracleRow.Supplement) -> Void
    ) throws {
        try session.rows(
            """
            SELECT dossier_id, id, requested_by, content, requested_at, received_by,
                received_information, received_at, done, previous_due_at, new_due_at
            FROM supplement WHERE dossier_id KEYS ORDER BY id
            """, of: ids
        ) { id, it in
            found(
                id,
                OracleRow.Supplement(
                    id: it[1] ?? "", requestedBy: it[2], content: it[3], requestedAt: it[4],
                    receivedBy: it[5], receivedInformation: it[6], receivedAt: it[7],
                    isDone: isYes(it[8]), previousDueAt: it[9], newDueAt: it[10]))
        }
    }
}
