/// What the portal ought to hold of a dossier, judged from its row alone.
///
/// The rules are those of contracts.md and of the issue; they are listed in OneStop.md. Nothing here is
/// shared with the daemon, so that what both agree on was derived twice.
package struct Oracle {
    package enum Verdict {
        case expected(PortalRecord)
        case held(OracleHold)
    }

    private let codes: OracleCodes

    package init(codes: OracleCodes) { self.codes = codes }

    /// The code as it is sent: blanks around it are no part of it.
    func code(_ row: OracleRow) throws(OracleHold) -> String {
        let code = OracleText.line(row.rawCode)
        if code.isEmpty { throw .codeMissing }
        if OracleLimit.isLonger(code, than: 50) { throw .codeTooLong }
        if OracleText.hasInvisible(row.rawCode) { throw .codeUnreadable }
        return code
    }

    package func judge(_ row: OracleRow) -> Verdict {
        do throws(OracleHold) {
            if row.isDeleted { throw .deleted }
            return .expected(try record(row, try code(row)))
        } catch {
            return .held(error)
        }
    }

    private func record(_ row: OracleRow, _ code: String) throws(OracleHold) -> PortalRecord {
        var record = PortalRecord()
        let status = try status(row)
        let procedure = try procedure(row)
        let submitted = try OracleTime.compact(row.submittedAt)
        let accepted = try acceptance(row, status)
        if submitted.isEmpty { throw .submissionMissing }
        let day = String((accepted.isEmpty ? submitted : accepted).prefix(8))
        let unit = try codes.unit(
            code: OracleText.line(row.unitCode), name: OracleText.line(row.unitName),
            commune: OracleText.line(row.communeCode), on: day)
        let owner = try OracleOwner(row)
        let texts: [String: String] = [
            "MaHoSo": code, "MaTTHC": procedure.code, "TenTTHC": procedure.name,
            "MaLinhVuc": procedure.fieldCode, "TenLinhVuc": procedure.fieldName,
            "SoBienNhan": OracleText.line(row.receiptNumber),
            "KenhThucHien": try choice(row.channel, 1...3, absent: "1"),
            "ChuHoSo": OracleText.line(row.ownerName), "LoaiDoiTuong": owner.kind,
            "MaDoiTuong": OracleText.line(row.ownerAccount), "SoGiayToChuHoSo": owner.number,
            "ThongTinKhac": OracleText.lines(row.otherInformation), "Email": owner.email,
            "Fax": OracleText.line(row.fax), "SoDienThoai": owner.phone,
            "TrichYeuHoSo": OracleLimit.cut(OracleText.line(row.summary), 1000),
            "NgayNopHoSo": submitted, "NgayTiepNhan": accepted,
            "NgayHenTra": try OracleTime.compact(row.dueAt, endsDay: true),
            "TrangThaiHoSo": String(status), "NgayTra": try OracleTime.compact(row.returnedAt),
            "ThongTinTra": OracleText.lines(row.returnInformation),
            "HinhThuc": try choice(row.returnMethod, 0...1, absent: "0"),
            "NgayKetThucXuLy": try OracleTime.compact(row.finishedAt),
            "NgayTuChoi": try OracleTime.compact(row.refusedAt), "DonViXuLy": unit,
            "GhiChu": OracleText.lines(row.note),
            "NoiNopHoSo": try choice(row.place, 1...2, absent: "2"),
            "HoSoCoThanhPhanSoHoa":
                row.files.contains { $0.isDigitised && !$0.isDeleted } ? "1" : "0",
            "TaiKhoanDuocXacThucVoiVNeID": try choice(row.vneid, 0...1, absent: "0"),
            "DuocThanhToanTrucTuyen": try choice(row.onlinePayment, 0...2, absent: "0"),
        ]
        for (place, name) in PortalNames.scalars.enumerated() {
            record.scalars[place] = texts[name] ?? ""
        }
        try OracleLimits.check(texts)
        record.lists = try OracleLists(row: row, owner: owner).lists()
        record.progress = try OracleSteps(codes: codes, code: code).rows(row)
        return record
    }

    /// Sub-status first, then status (contracts.md §2.11); the source's own mapping before the file's.
    private func status(_ row: OracleRow) throws(OracleHold) -> Int {
        if let given = row.portalStatus, !OracleText.line(given).isEmpty {
            guard let number = Int(OracleText.line(given)), (1...10).contains(number) else {
                throw .statusUnmapped
            }
            return number
        }
        let word = OracleText.line(row.statusWord).lowercased()
        let subword = OracleText.line(row.substatusWord).lowercased()
        let number = (subword.isEmpty ? nil : codes.substatuses[subword]) ?? codes.statuses[word]
        guard let number, (1...10).contains(number) else { throw .statusUnmapped }
        return number
    }

    /// The national code of the source, else of the file (contracts.md §12.3); never the local one.
    private func procedure(_ row: OracleRow) throws(OracleHold) -> OracleCodes.Procedure {
        var found = OracleCodes.Procedure(code: "", name: "", fieldCode: "", fieldName: "")
        let given = OracleText.line(row.nationalProcedure)
        let local = OracleText.line(row.localProcedure)
        if Oracle.isNational(given) {
            found.code = given
        } else if let mapped = codes.procedures[local] ?? codes.procedures[given] {
            found = mapped
        } else {
            throw .procedureUnmapped
        }
        if found.name.isEmpty { found.name = OracleText.line(row.procedureName) }
        if found.fieldCode.isEmpty { found.fieldCode = OracleText.line(row.fieldCode) }
        if found.fieldName.isEmpty { found.fieldName = OracleText.line(row.fieldName) }
        return found
    }

    /// `n.nnnnnn`, or the older `n.nnnnnn.000.00.00.Hnn`.
    private static func isNational(_ code: String) -> Bool {
        let shape = String(
            code.unicodeScalars.map { ("0"..."9").contains($0) ? "9" : Character($0) })
        return shape == "9.999999"
            || (shape.hasPrefix("9.999999.999.99.99.") && shape.count == 22
                && shape.hasSuffix("99"))
    }

    /// Without an acceptance time the portal counts a dossier nowhere (contracts.md §3), so only one that
    /// may never have been accepted can do without: new, refused, or withdrawn, which §3 counts only
    /// "when it had been accepted".
    private func acceptance(_ row: OracleRow, _ status: Int) throws(OracleHold) -> String {
        let accepted = try OracleTime.compact(row.acceptedAt)
        if accepted.isEmpty, ![1, 3, 7].contains(status) { throw .acceptanceMissing }
        return accepted
    }

    private func choice(
        _ text: String?, _ range: ClosedRange<Int>, absent: String
    ) throws(OracleHold) -> String {
        let written = OracleText.line(text)
        if written.isEmpty { return absent }
        guard let number = Int(written), range.contains(number) else { throw .numberMalformed }
        return String(number)
    }
}

/// Lengths and presence, from the table of contracts.md §2.6.
enum OracleLimits {
    private static let widths = [
        "MaTTHC": 50, "MaLinhVuc": 50, "TenLinhVuc": 500, "ChuHoSo": 500, "MaDoiTuong": 50,
        "SoGiayToChuHoSo": 100, "ThongTinKhac": 5000, "Email": 100, "SoDienThoai": 50,
        "DonViXuLy": 500, "GhiChu": 2000,
    ]
    private static let filled = ["TenTTHC", "MaLinhVuc", "TenLinhVuc", "TrichYeuHoSo", "DonViXuLy"]

    static func check(_ texts: [String: String]) throws(OracleHold) {
        for (name, width) in widths where OracleLimit.isLonger(texts[name] ?? "", than: width) {
            throw .textTooLong
        }
        for name in filled where texts[name]?.isEmpty ?? true { throw .textMissing }
    }
}
