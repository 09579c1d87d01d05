/// An officer's hand in OpenCPS's tables.
final class OpenCPSBook: OfficeBook {
    let session: any OneStopSession
    private let shared: OfficeShared
    private let tables: any OneStopTables

    init(session: any OneStopSession, shared: OfficeShared, tables: any OneStopTables) {
        self.session = session
        self.shared = shared
        self.tables = tables
    }

    /// The code that a dossier goes by: one that another system owns goes by that system's.
    private static let code = "CASE WHEN d.systemid = 5 THEN d.referenceuid ELSE d.dossierno END"

    private static let desk = """
        SELECT d.dossierid, \(code), d.dossierstatus, d.dossiersubstatus, d.servicecode,
            d.duedate, d.viapostal, d.dossieractionid,
            (SELECT max(a.createdate) FROM opencps_dossieraction a WHERE a.dossierid = d.dossierid)
        FROM opencps_dossier d
        """

    func pick(from number: Int64) throws -> OpenDossier? {
        try open(
            """
            \(OpenCPSBook.desk) WHERE d.dossierid >= $1 AND d.originality <> 9
            ORDER BY d.dossierid LIMIT 1 FOR UPDATE OF d SKIP LOCKED
            """, [.integer(number)])
    }

    func pickHeld() throws -> OpenDossier? {
        try open(
            """
            \(OpenCPSBook.desk)
            WHERE d.originality <> 9 AND (
                d.dossierstatus IN ('interoperating', 'khong-ro') OR length(d.dossiernote) > 2000
                OR d.duedate < '1990-01-01' OR coalesce(d.govagencyname, '') = ''
                OR (d.receivedate IS NULL AND d.dossierstatus NOT IN ('new', 'denied')))
            ORDER BY d.dossierid LIMIT 1 FOR UPDATE OF d SKIP LOCKED
            """, [])
    }

    private func open(_ sql: String, _ values: [Cell]) throws -> OpenDossier? {
        guard let row = try session.first(sql, values), let id = row[0].flatMap({ Int64($0) })
        else { return nil }
        let status = (1...10).first { number in
            let words = OpenCPSRows.words(number)
            return words.status == row[2] && words.substatus == (row[3] ?? "")
        }
        return OpenDossier(
            id: id, code: row[1] ?? "", status: status, procedureCode: row[4] ?? "",
            lastStepAt: row[8].flatMap { OfficeTime(text: $0) },
            dueAt: row[5].flatMap { OfficeTime(text: $0) },
            isReturnedByPost: (row[6].flatMap { Int($0) } ?? 0) > 1,
            lastStep: row[7].flatMap { Int64($0) } ?? 0)
    }

    func add(_ dossier: InventedDossier) throws {
        if dossier.person.index >= 0 {
            // Far above the numbers that the sample's people have.
            var person = dossier.person
            person.index = 10_000_000 + Int(dossier.id)
            try session.insert(
                OpenCPSRows.applicant, OpenCPSRows.row(person, .time(dossier.modifiedAt)))
        }
        let parts = shared.numbers { tables.rows(dossier, &$0) }
        let shapes = tables.tables
        for part in parts {
            for row in part.rows { try session.insert(shapes[part.table], row) }
        }
    }

    func advance(_ dossier: OpenDossier, _ step: InventedStep) throws {
        let id = shared.numbers { RowNumbers.take(&$0.step) }
        let at = Cell.time(step.performedAt)
        try session.insert(
            OpenCPSRows.action,
            OpenCPSRows.row(
                dossier.id, step, id: id,
                OpenCPSRows.StepPlace(
                    previous: dossier.lastStep, next: 0, fromStatus: dossier.status, number: 0)))
        // The chain's older end points at the new one: a change of a child row that is no new step.
        try session.run(
            """
            UPDATE opencps_dossieraction SET nextactionid = $2, state_ = 1, modifieddate = $3
            WHERE dossieractionid = $1
            """, [.integer(dossier.lastStep), .integer(id), at])
        let words = OpenCPSRows.words(step.status)
        var sets =
            "dossierstatus = $2, dossiersubstatus = $3, dossieractionid = $4, modifieddate = $5"
        var values: [Cell] = [
            .integer(dossier.id), .text(words.status), .text(words.substatus), .integer(id), at,
        ]
        func set(_ column: String, _ value: Cell) {
            values.append(value)
            sets += ", \(column) = $\(values.count)"
        }
        switch step.status {
        case 2:
            let days = dossier.procedure?.days ?? 5
            let due = WorkingMinute.closing(WorkingMinute.at(step.performedAt), after: days)
            set("receivedate", at)
            set("duedate", .time(due))
        case 3, 10: set("finishdate", at)
        case 7:
            set("releasedate", at)
            set("cancellingdate", at)
        case 8, 9: set("releasedate", at)
        default: break
        }
        try session.run("UPDATE opencps_dossier SET \(sets) WHERE dossierid = $1", values)
    }

    func add(_ file: InventedFile, to dossier: OpenDossier) throws {
        let id = shared.numbers { RowNumbers.take(&$0.file) }
        try session.insert(
            OpenCPSRows.file,
            OpenCPSRows.row(dossier.id, dossier.procedureCode, file, id: id, isOnline: false))
    }

    // OpenCPS keeps no rounds of supplements: the steps say it all.
    func ask(_ supplement: InventedSupplement, of dossier: OpenDossier) throws {}
    func answerSupplement(
        _ dossier: OpenDossier, by officer: String, at now: OfficeTime
    ) throws {}

    func pay(_ dossier: OpenDossier, at now: OfficeTime) throws {
        let changed = try session.run(
            """
            UPDATE opencps_paymentfile SET paymentstatus = 3, paymentmethod = 'Keypay',
                confirmdatetime = $2, modifieddate = $2
            WHERE dossierid = $1
            """, [.integer(dossier.id), .time(now)])
        if changed == 0 {
            let id = shared.numbers { RowNumbers.take(&$0.fee) }
            let fee = InventedFee(
                name: "Lệ phí bổ sung", amount: 5000, paidAt: now, isPaidOnline: true,
                recordedAt: now)
            try session.insert(
                OpenCPSRows.payment,
                OpenCPSRows.row(dossier.id, InventedUnit(code: "", name: ""), fee, id: id))
        }
    }

    func touchFile(of dossier: OpenDossier, at now: OfficeTime) throws {
        let change = dossier.id % 3 == 0 ? "displayname = $3, removed = true" : "displayname = $3"
        try session.run(
            """
            UPDATE opencps_dossierfile SET \(change), modifieddate = $2
            WHERE dossierfileid = (
                SELECT max(f.dossierfileid) FROM opencps_dossierfile f
                WHERE f.dossierid = $1 AND f.dossierparttype = 1)
            """,
            [
                .integer(dossier.id), .time(now),
                .text("Bản quét lại \(now.milliseconds % 9973).pdf"),
            ])
    }

    func correctNote(_ dossier: OpenDossier, _ note: String, at now: OfficeTime) throws {
        try session.run(
            "UPDATE opencps_dossier SET dossiernote = $2, modifieddate = $3 WHERE dossierid = $1",
            [.integer(dossier.id), .text(note), .time(now)])
    }

    func correctName(_ dossier: OpenDossier, _ name: String, at now: OfficeTime) throws {
        try session.run(
            "UPDATE opencps_dossier SET applicantname = $2, modifieddate = $3 WHERE dossierid = $1",
            [.integer(dossier.id), .text(name), .time(now)])
    }

    func mend(_ dossier: OpenDossier, _ unit: InventedUnit, at now: OfficeTime) throws {
        try session.run(
            """
            UPDATE opencps_dossier SET
                dossierstatus = CASE WHEN dossierstatus IN ('interoperating', 'khong-ro')
                    THEN 'processing' ELSE dossierstatus END,
                dossiernote = CASE WHEN length(dossiernote) > 2000 THEN 'Đã rút gọn ghi chú'
                    ELSE dossiernote END,
                duedate = CASE WHEN duedate < '1990-01-01' THEN NULL ELSE duedate END,
                govagencycode = CASE WHEN coalesce(govagencyname, '') = '' THEN $2
                    ELSE govagencycode END,
                govagencyname = CASE WHEN coalesce(govagencyname, '') = '' THEN $3
                    ELSE govagencyname END,
                receivedate = coalesce(receivedate, submitdate), modifieddate = $4
            WHERE dossierid = $1
            """, [.integer(dossier.id), .text(unit.code), .text(unit.name), .time(now)])
    }

    func map(_ procedure: InventedProcedure, to code: String, at now: OfficeTime) throws -> Bool {
        let mapped = try session.first(
            "SELECT 1 FROM opencps_serviceinfomapping WHERE servicecode = $1",
            [.text(procedure.localCode)])
        guard mapped == nil else { return false }
        let number = try session.integer(
            "SELECT max(serviceinfomappingid) + 1 FROM opencps_serviceinfomapping")
        try session.insert(
            OpenCPSLedger.serviceMapping,
            OpenCPSLedger.mappingRow(
                Int(number), procedure.localCode, code, procedure.name, .time(now)))
        return true
    }

    func changeSilently(_ dossier: OpenDossier, _ text: String) throws {
        let sql =
            dossier.id % 2 == 0
            ? "UPDATE opencps_dossier SET briefnote = $2 WHERE dossierid = $1"
            : "UPDATE opencps_dossierfile SET displayname = $2 WHERE dossierid = $1"
        try session.run(sql, [.integer(dossier.id), .text(text)])
    }

    func delete(_ dossier: OpenDossier) throws {
        for table in ["opencps_dossieraction", "opencps_dossierfile", "opencps_paymentfile"] {
            try session.run("DELETE FROM \(table) WHERE dossierid = $1", [.integer(dossier.id)])
        }
        try session.run(
            "DELETE FROM opencps_dossier WHERE dossierid = $1", [.integer(dossier.id)])
    }

    func people(limit: Int) throws -> [InventedPerson] {
        var people: [InventedPerson] = []
        try session.rows(
            """
            SELECT applicantname, applicantidno, contacttelno, contactemail
            FROM opencps_applicant ORDER BY applicantid LIMIT $1
            """, [.integer(limit)]
        ) { row in
            people.append(
                InventedPerson(
                    index: -1, name: row[0] ?? "", number: row[1] ?? "", birth: "",
                    phone: row[2] ?? "", email: row[3] ?? "", account: "",
                    usesVNeID: people.count % 2 == 0))
        }
        return people
    }

    func codes(of shortDay: String) throws -> [String] {
        var codes: [String] = []
        try session.rows(
            """
            SELECT \(OpenCPSBook.code)
            FROM opencps_dossier d WHERE d.dossierno LIKE $1 OR d.referenceuid LIKE $1
            """, [.text("%-\(shortDay)-%")]
        ) { row in codes.append(row[0] ?? "") }
        return codes
    }
}
