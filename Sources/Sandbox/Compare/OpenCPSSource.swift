/// OpenCPS's tables, read by the oracle: plain columns from SQL, every conclusion drawn here.
final class OpenCPSSource: OracleSource {
    private let session: OracleSession
    private let lists: OpenCPSLists
    /// Where the portal fetches a file, with `{id}` and `{uid}`.
    private let fileURL: String

    init(_ session: OracleSession, fileURL: String) throws {
        self.session = session
        self.fileURL = fileURL
        lists = try OpenCPSLists(session.session)
        // A parcel of dossiers (originality 9) is not itself one, nor are others' copies (0, 2) or what was
        // removed (negative).
        try session.open(
            """
            SELECT coalesce(CASE WHEN d.systemid = 5 THEN d.referenceuid ELSE d.dossierno END, '')
                AS code,
                d.dossierid AS id, d.groupid, d.servicecode, d.servicename, d.govagencycode,
                d.govagencyname, d.applicantname, d.applicantidtype, d.applicantidno,
                d.contacttelno, d.contactemail, d.dossiernote, d.applicantnote, d.briefnote,
                d.dossiername, d.submitdate, d.receivedate, d.duedate, d.releasedate, d.finishdate,
                d.dossierstatus, d.dossiersubstatus, d.viapostal, d.originality, d.fromviapostal
            FROM opencps_dossier d WHERE d.originality IS NULL OR d.originality IN (1, 3)
            """)
    }

    func page() throws -> [OracleRow] {
        var rows: [OracleRow] = []
        try session.fetch { rows.append(row($0)) }
        guard !rows.isEmpty else { return [] }
        let places = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1.id, $0) })
        let ids = rows.map(\.id)
        try readActions(ids) { id, step in if let at = places[id] { rows[at].steps.append(step) } }
        try readFiles(ids) { id, file, result in
            guard let at = places[id] else { return }
            if let file { rows[at].files.append(file) }
            if let result { rows[at].results.append(result) }
        }
        try readPayments(ids) { id, payment in
            if let at = places[id] { payment.apply(to: &rows[at]) }
        }
        for at in rows.indices { OpenCPSSource.conclude(&rows[at]) }
        return rows
    }

    private func row(_ it: [String?]) -> OracleRow {
        func text(_ place: Int) -> String { it[place] ?? "" }
        var row = OracleRow(id: it[1].flatMap { Int64($0) } ?? 0, rawCode: text(0))
        let group = text(2)
        let service = lists.service(text(3), group: group)
        let mapping = lists.mapping(text(3), group: group)
        row.localProcedure = it[3]
        row.nationalProcedure = mapping?.national
        row.procedureName = mapping.flatMap { $0.name.isEmpty ? nil : $0.name } ?? it[4]
        (row.fieldCode, row.fieldName) = (service?.fieldCode, service?.fieldName)
        (row.unitCode, row.unitName) = (it[5], it[6])
        row.ownerName = it[7]
        switch text(8).lowercased() {
        case "citizen": row.ownerKind = "1"
        case "business": row.ownerKind = "2"
        default: row.ownerKind = it[8]
        }
        (row.identityNumber, row.phone, row.email) = (it[9], it[10], it[11])
        (row.note, row.otherInformation) = (it[12], it[13])
        row.summary = [text(14), text(15), text(4)].first { !$0.isEmpty }
        row.submittedAt = it[16] ?? (text(24) == "3" ? it[17] : nil)
        (row.acceptedAt, row.dueAt, row.finishedAt) = (it[17], it[18], it[19])
        row.returnedAt = it[20]
        (row.statusWord, row.substatusWord) = (it[21], it[22])
        row.portalStatus = lists.status(text(21), text(22), group: group)
        // contracts.md §2.12: by post only when the flag is neither 0 nor 1.
        row.returnMethod = ["", "0", "1"].contains(text(23)) ? "0" : "1"
        row.channel = text(25) == "1" ? "3" : (text(24) == "1" ? "2" : "1")
        row.place = "2"
        return row
    }

    /// What only the actions tell: rounds of supplements, and when a dossier was refused.
    private static func conclude(_ row: inout OracleRow) {
        row.steps.sort { ($0.performedAt ?? "", $0.id) < ($1.performedAt ?? "", $1.id) }
        for (place, step) in row.steps.enumerated() where step.word == "210" {
            let answer = row.steps.dropFirst(place + 1).first { $0.word != "210" }
            row.supplements.append(
                OracleRow.Supplement(
                    id: String(step.id), requestedBy: step.officer, content: step.note,
                    requestedAt: step.performedAt, receivedBy: answer?.officer,
                    receivedInformation: answer?.note, receivedAt: answer?.performedAt,
                    isDone: answer != nil, previousDueAt: nil, newDueAt: nil))
        }
        if row.statusWord == "denied" {
            let denial = row.steps.last { $0.word == "300" }
            row.refusedAt = denial?.performedAt ?? row.returnedAt ?? row.finishedAt
        }
        for place in row.steps.indices { row.steps[place].department = row.unitName }
    }

    private func readActions(_ ids: [Int64], _ found: (Int64, OracleRow.Step) -> Void) throws {
        try session.rows(
            """
            SELECT dossierid, dossieractionid, actionuser, username, actionname, actionnote,
                stepcode, createdate, duedate
            FROM opencps_dossieraction WHERE dossierid KEYS
            """, of: ids
        ) { id, it in
            let name = it[4] ?? ""
            let note = it[5] ?? ""
            found(
                id,
                OracleRow.Step(
                    id: it[1].flatMap { Int64($0) } ?? 0,
                    officer: it[2].flatMap { $0.isEmpty ? nil : $0 } ?? it[3], title: nil,
                    department: nil,
                    content: [name, note].filter { !$0.isEmpty }.joined(separator: ": "),
                    note: note.isEmpty ? name : note, word: it[6], performedAt: it[7],
                    startedAt: nil,
                    dueAt: it[8]))
        }
    }

    private func readFiles(
        _ ids: [Int64], _ found: (Int64, OracleRow.File?, OracleRow.Result?) -> Void
    ) throws {
        try session.rows(
            """
            SELECT dossierid, dossierfileid, dossierparttype, displayname, dossierpartno,
                referenceuid, fileentryid, removed, deliverablecode, filetemplateno
            FROM opencps_dossierfile WHERE dossierid KEYS ORDER BY dossierfileid
            """, of: ids
        ) { [fileURL] id, it in
            let number = it[1] ?? ""
            let name = it[3].flatMap { $0.isEmpty ? nil : $0 } ?? it[4]
            let hasFile = (it[6].flatMap { Int64($0) } ?? 0) > 0
            let url = OpenCPSSource.fill(fileURL, number, it[5] ?? "")
            if it[2] == "1" {
                let file = OracleRow.File(
                    id: number, name: name, isDeleted: isYes(it[7]), component: it[9], url: url,
                    isDigitised: hasFile, reuse: nil, isFromWarehouse: false, replacing: nil)
                found(id, file, nil)
            } else if it[2] == "2", hasFile, !isYes(it[7]) {
                let result = OracleRow.Result(
                    id: number, name: name, component: nil, url: url, code: it[8])
                found(id, nil, result)
            }
        }
    }

    private static func fill(_ template: String, _ id: String, _ uid: String) -> String {
        var url = ""
        for (place, part) in template.split(separator: "{", omittingEmptySubsequences: false)
            .enumerated()
        {
            if place == 0 {
                url += part
            } else if part.hasPrefix("id}") {
                url += id + part.dropFirst(3)
            } else if part.hasPrefix("uid}") {
                url += uid + part.dropFirst(4)
            } else {
                url += "{" + part
            }
        }
        return url
    }

    private func readPayments(_ ids: [Int64], _ found: (Int64, OpenCPSPayment) -> Void) throws {
        try session.rows(
            """
            SELECT dossierid, paymentfee, feeamount, serviceamount, shipamount, paymentamount,
                paymentstatus, paymentmethod
            FROM opencps_paymentfile WHERE dossierid KEYS ORDER BY paymentfileid
            """, of: ids
        ) { id, it in
            func amount(_ place: Int) -> Int64 { it[place].flatMap { Int64($0) } ?? 0 }
            found(
                id,
                OpenCPSPayment(
                    name: it[1] ?? "", fee: amount(2), service: amount(3), shipping: amount(4),
                    total: amount(5), status: it[6] ?? "", method: it[7] ?? ""))
        }
    }
}
