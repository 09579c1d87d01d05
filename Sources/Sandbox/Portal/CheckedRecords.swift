/// A header record as it arrived: what it is about, what is wrong with it, and its packed values.
struct CheckedDossier: Sendable {
    /// Empty when what stands there is no code, and then might be anything.
    var code = ""
    var packed: [UInt8] = []
    var breaches: [Breach] = []
    var procedure = ""
    /// Addresses of attachments that the portal will fetch, with the member that named each.
    var links: [(field: String, url: String)] = []
}

/// A progress row as it arrived.
struct CheckedStep: Sendable {
    /// Empty when what stands there is no code.
    var code = ""
    /// Without the dossier's code.
    var packed: [UInt8] = []
    var breaches: [Breach] = []
    /// `ThoiDiemXuLy` as a number.
    var time: UInt64 = 0
}

/// Checks whole records: each member by its schema, then what the members say of one another and of
/// the catalogue.
struct RecordReader {
    let tape: JSONTape
    let catalogue: Catalogue
    let switches: Switches

    func dossier(_ node: Int) -> CheckedDossier {
        var checker = RecordChecker(
            tape: tape, enforcesLimits: switches.choice(.limits) == "strict")
        var dossier = CheckedDossier()
        dossier.packed.reserveCapacity(1024)
        let schema = RecordSchema.dossier
        if let nodes = checker.check(node, schema, path: "", into: &dossier.packed) {
            let values = RecordValues(tape: tape, schema: schema, nodes: nodes)
            dossier.code = values["MaHoSo"]
            dossier.procedure = values["MaTTHC"]
            checkAcceptance(values, &checker)
            checkOwner(values, &checker)
            if switches.choice(.catalogue) == "strict" { checkCatalogue(values, &checker) }
            if switches.choice(.attachments) == "pull" { dossier.links = links(values) }
        }
        dossier.breaches = checker.breaches
        if checker.breaches.contains(where: { $0.field == "MaHoSo" }) { dossier.code = "" }
        return dossier
    }

    func step(_ node: Int) -> CheckedStep {
        var checker = RecordChecker(
            tape: tape, enforcesLimits: switches.choice(.limits) == "strict")
        var step = CheckedStep()
        var packed: [UInt8] = []
        if let nodes = checker.check(node, .step, path: "", into: &packed) {
            let values = RecordValues(tape: tape, schema: .step, nodes: nodes)
            step.code = values["MaHoSo"]
            step.time = UInt64(values["ThoiDiemXuLy"]) ?? 0
            step.packed = Array(PackedRecord.droppingFirst(packed))
        }
        step.breaches = checker.breaches
        if checker.breaches.contains(where: { $0.field == "MaHoSo" }) { step.code = "" }
        return step
    }

    /// Without an acceptance time the portal does not count a dossier, so only one that has not been
    /// accepted (new, refused, withdrawn before) may lack it (contracts.md §2.6 row 19, §3).
    private func checkAcceptance(_ values: RecordValues, _ checker: inout RecordChecker) {
        if values["NgayTiepNhan"].isEmpty, values.has("NgayTiepNhan"),
            !["1", "3", "7"].contains(values["TrangThaiHoSo"])
        {
            checker.report(.memberEmpty, "NgayTiepNhan")
        }
    }

    /// Identity numbers have the shape that their kind asks for (contracts.md §2.12), and the account is
    /// never the identity number, which one peer confuses (§2.6 row 10).
    private func checkOwner(_ values: RecordValues, _ checker: inout RecordChecker) {
        let number = values["SoGiayToChuHoSo"]
        let digits = number.utf8.count { (0x30...0x39).contains($0) }
        if values["LoaiDoiTuong"] == "1", !number.isEmpty,
            digits != number.utf8.count || ![9, 12].contains(digits)
        {
            checker.report(.identityShape, "SoGiayToChuHoSo")
        }
        if !number.isEmpty, values["MaDoiTuong"] == number {
            checker.report(.accountIsIdentity, "MaDoiTuong")
        }
        for item in values.items("DinhDanhCHS") {
            let kind = tape.string(tape.member(item, "LoaiDinhDanh"))
            let identity = tape.string(tape.member(item, "SoDinhDanh")) ?? ""
            guard let expected = ["1": 12, "2": 9][kind ?? ""] else { continue }
            if identity.utf8.count != expected || !TextShape.isDigits(Array(identity.utf8)[...]) {
                checker.report(.identityShape, "DinhDanhCHS.SoDinhDanh")
            }
        }
    }

    private func checkCatalogue(_ values: RecordValues, _ checker: inout RecordChecker) {
        let (procedure, field, unit) = (values["MaTTHC"], values["MaLinhVuc"], values["DonViXuLy"])
        if !procedure.isEmpty, catalogue.procedures[procedure] == nil {
            checker.report(.procedureUnknown, "MaTTHC")
        }
        if !field.isEmpty, catalogue.fields[field] == nil {
            checker.report(.fieldUnknown, "MaLinhVuc")
        }
        guard !unit.isEmpty else { return }
        let accepted = values["NgayTiepNhan"]
        let day = String((accepted.isEmpty ? values["NgayNopHoSo"] : accepted).prefix(8))
        switch catalogue.standing(ofUnit: unit, on: day) {
        case .alive: break
        case .dead: checker.report(.unitDead, "DonViXuLy")
        case .unknown: checker.report(.unitUnknown, "DonViXuLy")
        }
    }

    private func links(_ values: RecordValues) -> [(field: String, url: String)] {
        var links: [(field: String, url: String)] = []
        for item in values.items("TaiLieuNop")
        where tape.string(tape.member(item, "IsDeleted")) != "True" {
            if let url = tape.string(tape.member(item, "DuongDanTaiTepTin")) {
                links.append(("TaiLieuNop.DuongDanTaiTepTin", url))
            }
        }
        for item in values.items("DanhSachGiayToKetQua") {
            if let url = tape.string(tape.member(item, "DuongDanTepTinKetQua")) {
                links.append(("DanhSachGiayToKetQua.DuongDanTepTinKetQua", url))
            }
        }
        return links
    }
}

/// The members of a record by name.
struct RecordValues {
    let tape: JSONTape
    let schema: RecordSchema
    let nodes: [Int]

    private func node(_ name: String) -> Int? {
        guard let place = schema.place(of: name), nodes[place] >= 0 else { return nil }
        return nodes[place]
    }

    func has(_ name: String) -> Bool { node(name) != nil }

    /// The text of a member; empty when it is absent or no string.
    subscript(name: String) -> String { tape.string(node(name)) ?? "" }

    func items(_ name: String) -> [Int] {
        guard let node = node(name), tape.kind(node) == .array else { return [] }
        return tape.items(node).filter { tape.kind($0) == .object }
    }
}
