/// Fills OpenCPS's tables.
struct OpenCPSLedger: OneStopTables {
    func schemaFile(_ engine: OneStopPlace.Engine) -> String? {
        engine == .postgres ? "opencps/schema.sql" : nil
    }

    var tables: [TableShape] {
        [OpenCPSRows.dossier, OpenCPSRows.action, OpenCPSRows.file, OpenCPSRows.payment]
    }

    func loadCodes(_ units: InventedUnits, into session: any OneStopSession) throws {
        let start = Cell.time(OfficeTime(year: 2025, month: 1, day: 2, hour: 8))
        let services = InventedProcedures.all
        try session.load(
            TableShape(
                "opencps_serviceinfo",
                """
                uuid_ serviceinfoid groupid companyid createdate modifieddate servicecode
                servicename administrationcode administrationname domaincode domainname maxlevel
                public_
                """),
            services.enumerated().map { index, it in
                [
                    .text(OpenCPSRows.uuid(1, Int64(index))), .integer(index + 1),
                    OpenCPSRows.group, OpenCPSRows.company, start, start, .text(it.localCode),
                    .text(it.name), .text("TINH"), .text("Uỷ ban nhân dân tỉnh"),
                    .text(it.fieldCode), .text(it.fieldName), .integer(4), .flag(true),
                ]
            })
        try session.load(
            OpenCPSLedger.serviceMapping,
            services.enumerated().compactMap { index, it in
                it.nationalCode.map {
                    OpenCPSLedger.mappingRow(
                        index + 1, it.localCode, $0, index % 2 == 0 ? it.name : "", start)
                }
            })
        try session.load(
            TableShape(
                "opencps_dossierstatusmapping",
                """
                dossierstatusmappingid groupid companyid createdate modifieddate statuscode
                statuscodedvcqg substatuscode
                """),
            OpenCPSRows.statusMapping.enumerated().map { index, it in
                [
                    .integer(index + 1), OpenCPSRows.group, OpenCPSRows.company, start, start,
                    .text(it.status), .text(it.portal), .text(it.substatus),
                ]
            })
    }

    static let serviceMapping = TableShape(
        "opencps_serviceinfomapping",
        """
        serviceinfomappingid groupid companyid createdate modifieddate servicecode servicecodedvcqg
        servicenamedvcqg synced
        """)

    static func mappingRow(
        _ id: Int, _ local: String, _ national: String, _ name: String, _ time: Cell
    ) -> [Cell] {
        [
            .integer(id), OpenCPSRows.group, OpenCPSRows.company, time, time, .text(local),
            .text(national), .orNull(name), .integer(1),
        ]
    }

    func loadPeople(_ people: InventedPeople, into session: any OneStopSession) throws {
        let time = Cell.time(OfficeTime(year: 2025, month: 3, day: 3, hour: 9))
        for start in stride(from: 0, to: people.count, by: 2000) {
            let some = (start..<min(start + 2000, people.count)).map { people.person($0) }
            try session.load(
                OpenCPSRows.applicant, some.map { OpenCPSRows.row($0, time) })
        }
    }

    func rows(_ dossier: InventedDossier, _ numbers: inout RowNumbers) -> [TableRows] {
        let firstStep = numbers.step + 1
        let steps = dossier.steps.indices.map { index in
            OpenCPSRows.row(
                dossier.id, dossier.steps[index], id: RowNumbers.take(&numbers.step),
                OpenCPSRows.StepPlace(
                    previous: index > 0 ? firstStep + Int64(index) - 1 : 0,
                    next: index + 1 < dossier.steps.count ? firstStep + Int64(index) + 1 : 0,
                    fromStatus: index > 0 ? dossier.steps[index - 1].status : nil,
                    number: index + 1))
        }
        let files = dossier.files.map {
            OpenCPSRows.row(
                dossier.id, dossier.procedure.localCode, $0, id: RowNumbers.take(&numbers.file),
                isOnline: dossier.channel == 2)
        }
        let fees = dossier.fees.map {
            OpenCPSRows.row(dossier.id, dossier.unit, $0, id: RowNumbers.take(&numbers.fee))
        }
        return [
            TableRows(table: 0, rows: [OpenCPSRows.row(dossier, lastStep: numbers.step)]),
            TableRows(table: 1, rows: steps), TableRows(table: 2, rows: files),
            TableRows(table: 3, rows: fees),
        ]
    }

    func numbers(_ session: any OneStopSession) throws -> RowNumbers {
        RowNumbers(
            dossier: try session.integer("SELECT max(dossierid) FROM opencps_dossier"),
            step: try session.integer("SELECT max(dossieractionid) FROM opencps_dossieraction"),
            file: try session.integer("SELECT max(dossierfileid) FROM opencps_dossierfile"),
            fee: try session.integer("SELECT max(paymentfileid) FROM opencps_paymentfile"))
    }
}
