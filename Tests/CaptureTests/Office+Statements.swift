/// The statements of an office's daily work, in each product's tables.
extension Office {
    func insertDossier(
        _ id: Int, code: String? = nil, procedure: String = "TT-1", status: String = "processing",
        at time: String? = nil
    ) -> String {
        let code = code ?? Office.code(id)
        let time = time ?? self.time()
        switch kind {
        case .referenceSQLite, .referencePostgres:
            return """
                INSERT INTO dossier (id, code, procedure_code, unit_code, channel, owner_name,
                    owner_kind, identity_number, birth_date, summary, status, submitted_at,
                    accepted_at, due_at, modified_at)
                VALUES (\(id), '\(code)', '\(procedure)', 'H21.129', 2, 'Nguyễn Văn Thử', 1,
                    '000\(Office.digits(id, 9))', '1990-01-02', 'Hồ sơ thử', '\(status)',
                    '2026-01-05 07:55:00.000', '2026-01-05 08:00:00.000',
                    '2026-01-12 17:00:00.000', '\(time)');
                """
        case .opencps:
            return """
                INSERT INTO opencps_dossier (dossierid, groupid, createdate, modifieddate,
                    servicecode, servicename, govagencycode, govagencyname, applicantname,
                    applicantidtype, applicantidno, briefnote, dossierno, submitdate, receivedate,
                    duedate, dossierstatus, originality, systemid)
                VALUES (\(id), 1, '\(time)', '\(time)', '\(procedure)', 'Thủ tục thử nghiệm',
                    'H21.129', 'UBND xã Thử', 'Nguyễn Văn Thử', 'citizen',
                    '000\(Office.digits(id, 9))', 'Hồ sơ thử', '\(code)',
                    '2026-01-05 07:55:00.000', '2026-01-05 08:00:00.000',
                    '2026-01-12 17:00:00.000', '\(status)', 1, 0);
                """
        }
    }

    func insertStep(_ id: Int, dossier: Int, code: String = "200", at time: String? = nil)
        -> String
    {
        let time = time ?? self.time()
        switch kind {
        case .referenceSQLite, .referencePostgres:
            let words = ["100": "receiving", "200": "processing", "210": "waiting"]
            return """
                INSERT INTO step (id, dossier_id, officer, content, status, performed_at,
                    modified_at)
                VALUES (\(id), \(dossier), 'Cán bộ Thử', 'Bước \(id)',
                    '\(words[code] ?? "processing")', '\(time)', '\(time)');
                """
        case .opencps:
            return """
                INSERT INTO opencps_dossieraction (dossieractionid, groupid, createdate,
                    modifieddate, dossierid, actionuser, actionname, stepcode)
                VALUES (\(id), 1, '\(time)', '\(time)', \(dossier), 'Cán bộ Thử', 'Bước \(id)',
                    '\(code)');
                """
        }
    }

    func insertFile(_ id: Int, dossier: Int, at time: String? = nil) -> String {
        let time = time ?? self.time()
        switch kind {
        case .referenceSQLite, .referencePostgres:
            return """
                INSERT INTO document (id, dossier_id, name, url, digitised, modified_at)
                VALUES (\(id), \(dossier), 'to-khai.pdf', 'https://example.vn/\(id)', 1, '\(time)');
                """
        case .opencps:
            return """
                INSERT INTO opencps_dossierfile (dossierfileid, groupid, createdate, modifieddate,
                    dossierid, referenceuid, dossierparttype, displayname, fileentryid)
                VALUES (\(id), 1, '\(time)', '\(time)', \(dossier), 'uid-\(id)', 1, 'to-khai.pdf', 77);
                """
        }
    }

    func insertPayment(_ id: Int, dossier: Int) -> String {
        switch kind {
        case .referenceSQLite, .referencePostgres:
            """
            INSERT INTO fee (id, dossier_id, name, amount, modified_at)
            VALUES (\(id), \(dossier), 'Lệ phí', 8000, '\(time())');
            """
        case .opencps:
            """
            INSERT INTO opencps_paymentfile (paymentfileid, groupid, createdate, modifieddate,
                dossierid, paymentfee, feeamount, paymentstatus, paymentmethod)
            VALUES (\(id), 1, '\(time())', '\(time())', \(dossier), 'Lệ phí', 8000, 5, 'PayPlat');
            """
        }
    }

    /// A change of the header's text that moves its modification time.
    func correct(_ id: Int, summary: String, at time: String? = nil) -> String {
        let time = time ?? self.time()
        switch kind {
        case .referenceSQLite, .referencePostgres:
            return "UPDATE dossier SET summary = '\(summary)', modified_at = '\(time)' "
                + "WHERE id = \(id);"
        case .opencps:
            return "UPDATE opencps_dossier SET briefnote = '\(summary)', modifieddate = '\(time)' "
                + "WHERE dossierid = \(id);"
        }
    }

    func delete(_ id: Int) -> String {
        kind == .opencps
            ? "DELETE FROM opencps_dossier WHERE dossierid = \(id);"
            : "DELETE FROM dossier WHERE id = \(id);"
    }

    /// Gives the procedure that had no national code one.
    var mapProcedure: String {
        kind == .opencps
            ? """
            INSERT INTO opencps_serviceinfomapping (serviceinfomappingid, groupid, servicecode,
                servicecodedvcqg) VALUES (2, 1, 'TT-2', '1.000002');
            """
            : "UPDATE procedure SET national_code = '1.000002' WHERE code = 'TT-2';"
    }

    static func code(_ id: Int) -> String { "H21.01-260105-\(digits(id, 6))" }

    static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

/// Many new dossiers in one transaction.
func dossiers(_ office: Office, _ ids: ClosedRange<Int>) -> String {
    "BEGIN;" + ids.map { office.insertDossier($0) }.joined() + "COMMIT;"
}
