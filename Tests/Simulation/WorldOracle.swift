internal import Dossiers
internal import Sandbox

/// What the portals ought to hold, judged from the office's own rows by the sandbox's oracle, which shares
/// nothing with the daemon.
struct WorldOracle {
    private let first: Oracle
    private let second: Oracle

    init(scene: Scene, table: Plan.CodeTable) throws {
        first = Oracle(codes: try OracleCodes.load(scene.firstCodes, units: nil))
        second = Oracle(codes: try OracleCodes.load(scene.codes(of: table), units: nil))
    }

    func verdict(_ dossier: SourceDossier, isSecond: Bool) -> Oracle.Verdict {
        (isSecond ? second : first).judge(WorldOracle.row(dossier))
    }

    private static func row(_ dossier: SourceDossier) -> OracleRow {
        let it = dossier.header
        var row = OracleRow(id: dossier.key.rawValue, rawCode: it[.code] ?? "")
        row.isDeleted = it[.deleted] == "1"
        row.statusWord = it[.localStatus]
        row.substatusWord = it[.localSubstatus]
        row.nationalProcedure = it[.procedureCode]
        row.localProcedure = it[.localProcedureCode]
        row.procedureName = it[.procedureName]
        row.fieldCode = it[.fieldCode]
        row.fieldName = it[.fieldName]
        row.receiptNumber = it[.receiptNumber]
        row.channel = it[.channel]
        row.ownerName = it[.ownerName]
        row.ownerKind = it[.ownerKind]
        row.ownerAccount = it[.ownerAccount]
        row.identityNumber = it[.identityNumber]
        row.otherInformation = it[.otherInformation]
        row.email = it[.email]
        row.fax = it[.fax]
        row.phone = it[.phone]
        row.summary = it[.summary]
        row.submittedAt = it[.submittedAt]
        row.acceptedAt = it[.acceptedAt]
        row.dueAt = it[.dueAt]
        row.finishedAt = it[.finishedAt]
        row.returnedAt = it[.returnedAt]
        row.refusedAt = it[.refusedAt]
        row.returnInformation = it[.returnInformation]
        row.returnMethod = it[.returnMethod]
        row.unitCode = it[.unitCode]
        row.unitName = it[.unitName]
        row.communeCode = it[.communeCode]
        row.note = it[.note]
        row.place = it[.submissionPlace]
        row.vneid = it[.verifiedByVneid]
        row.onlinePayment = it[.onlinePayment]
        row.databases = it[.databases]
        row.steps = dossier.steps.map { step in
            OracleRow.Step(
                id: step[.stepId].flatMap { Int64($0) } ?? 0, officer: step[.officer],
                title: step[.title], department: step[.department], content: step[.content],
                word: step[.localStatus], performedAt: step[.performedAt],
                startedAt: step[.startedAt], dueAt: step[.dueAt])
        }
        row.files = dossier.documents.map { file in
            OracleRow.File(
                id: file[.id] ?? "", name: file[.name], isDeleted: file[.isDeleted] == "1",
                component: file[.componentCode], url: file[.url],
                isDigitised: file[.isDigitised] == "1", reuse: file[.reuse],
                isFromWarehouse: file[.fromWarehouse] == "1", replacing: file[.replacingResultCode])
        }
        row.results = dossier.results.map { result in
            OracleRow.Result(
                id: result[.id] ?? "", name: result[.name], component: result[.componentCode],
                url: result[.url], code: result[.resultCode])
        }
        row.fees = dossier.fees.map { fee in
            OracleRow.Fee(
                name: fee[.name], code: fee[.code], collection: fee[.collection],
                amount: fee[.amount], kind: fee[.kind])
        }
        row.papers = dossier.papers.map { paper in
            OracleRow.Paper(
                name: paper[.name], quantity: paper[.quantity], kind: paper[.kind])
        }
        return row
    }
}
