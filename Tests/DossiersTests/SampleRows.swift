import Dossiers
import Operating
import Testing
import Wire

/// A dossier that passes every rule, and the ways to spoil it. Nobody in it exists.
enum Sample {
    static let tables = CodeTables(
        statuses: StatusTable(
            statuses: [
                "receiving": .status(.submitted), "new": .status(.accepted),
                "processing": .status(.processing), "done": .status(.returned), "posting": .none,
            ],
            substatuses: ["paid-late": .status(.paymentRequested), "handover": .none],
            steps: ["100": .status(.submitted), "200": .status(.processing)]),
        procedures: ProcedureTable([
            "TT-01": ProcedureTable.Entry(code: "1.000007"),
            "TT-02": ProcedureTable.Entry(
                code: "2.000008", name: "Tên quốc gia", fieldCode: "G13-TP01",
                fieldName: "Hộ tịch"),
        ]))

    static func row() -> SourceDossier {
        var header = SourceRow<HeaderColumn>()
        header[.code] = "H21.129-250812-0035"
        header[.procedureCode] = "1.000001"
        header[.procedureName] = "Thủ tục thử nghiệm"
        header[.fieldCode] = "G13-TP01"
        header[.fieldName] = "Hộ tịch"
        header[.channel] = "2"
        header[.ownerName] = "NGUYỄN VĂN THỬ"
        header[.ownerKind] = "1"
        header[.identityNumber] = "000090000001"
        header[.birthDate] = "1990-01-01"
        header[.email] = "thu@example.vn"
        header[.phone] = "0900000001"
        header[.summary] = "Hồ sơ thử"
        header[.submittedAt] = "2025-08-12 07:55:00"
        header[.acceptedAt] = "2025-08-12 08:00:00.123456"
        header[.dueAt] = "2025-08-19 17:00:00"
        header[.localStatus] = "processing"
        header[.unitCode] = "H21.129"
        header[.unitName] = "UBND xã Thử"
        return SourceDossier(key: SourceKey(1), header: header)
    }

    static func row(_ changes: [HeaderColumn: String?]) -> SourceDossier {
        var source = row()
        for (column, text) in changes { source.header[column] = text }
        return source
    }

    static func step(
        _ id: String?, _ performedAt: String?, _ status: String? = "processing"
    ) -> SourceRow<StepColumn> {
        var step = SourceRow<StepColumn>()
        step[.stepId] = id
        step[.performedAt] = performedAt
        step[.localStatus] = status
        step[.officer] = "Cán bộ Thử"
        return step
    }
}

/// What normalization made of a row, for `#expect`.
struct Made {
    var dossier: Dossier?
    var hold: Hold?
    var code: DossierCode?
    var remarks: [Remark]

    init(
        _ source: SourceDossier,
        _ rules: NormalizationRules = NormalizationRules(tables: Sample.tables)
    ) {
        switch Normalizer(rules).normalize(source) {
        case .dossier(let dossier, let remarks):
            self.dossier = dossier
            self.code = dossier.code
            self.remarks = remarks
        case .held(let code, _, let hold, let remarks):
            self.hold = hold
            self.code = code
            self.remarks = remarks
        }
    }

    init(_ changes: [HeaderColumn: String?]) { self.init(Sample.row(changes)) }
}
