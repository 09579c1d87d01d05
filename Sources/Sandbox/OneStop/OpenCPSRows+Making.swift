extension OpenCPSRows {
    /// Dossiers that another system owns (`systemId` 5) go by `referenceUid`; one in fifty.
    static func isForeign(_ it: InventedDossier) -> Bool { it.id % 50 == 17 }

    /// A parcel of dossiers is a row too, and not a dossier; one in five hundred.
    static func isGroup(_ it: InventedDossier) -> Bool { it.id % 500 == 321 }

    static func row(_ it: InventedDossier, lastStep: Int64) -> [Cell] {
        let foreign = isForeign(it)
        let words = words(it.status)
        let status = it.statusWord ?? words.status
        let created = Cell.optional(it.submittedAt)
        let originality = isGroup(it) ? 9 : (it.channel == 2 ? 1 : 3)
        let unitName = it.unit.name
        let refusal = it.refusedAt ?? (it.status == 7 ? it.finishedAt : nil)
        return [
            .text(uuid(2, it.id)), .integer(it.id), group, company, .integer(30_000 + it.id % 90),
            .text("Cán bộ một cửa"), created, .time(it.modifiedAt),
            .text(foreign ? it.code : uuid(3, it.id)), .integer(it.id % 997), .text("SO-HS"),
            .text(it.procedure.localCode), .text(it.procedure.name), .text(it.unit.code),
            .text(unitName), .text(it.ownerName),
            .text(it.company == nil ? "citizen" : "business"), .orNull(it.identityNumber),
            .text("Thôn Thử Nghiệm"), .null, .null, it.unit.communeCode.map { .text($0) } ?? .null,
            .null, .text(it.ownerName), .orNull(it.phone), .orNull(it.email),
            .text(it.person.name), .text(it.person.number), .orNull(it.person.phone),
            .text("DT-\(it.procedure.localCode)"), .text(it.procedure.name), .orNull(it.note),
            .orNull(it.channel == 2 ? "Nộp trực tuyến" : ""), .orNull(it.otherInformation),
            .text(it.summary), .text(foreign ? "NGOAI-\(it.id)" : it.code), .flag(false), created,
            .optional(it.acceptedAt), it.impossibleDue.map { .text($0) } ?? .optional(it.dueAt),
            .null, .optional(it.finishedAt), .optional(it.returnedAt ?? it.refusedAt),
            .optional(refusal), .text(status), .text(Story.content(it.status, isFirst: false)),
            it.statusWord == nil ? .orNull(words.substatus) : .null, .null, .integer(lastStep),
            .integer(it.isReturnedByPost ? 2 : 0),
            it.isReturnedByPost ? .text("Thôn Thử Nghiệm") : .null, .flag(true),
            .flag(it.channel == 2), .flag(true), .integer(originality), .integer(0), .integer(1),
            .integer(0), .integer(it.procedure.days), .text(fitting(it.summary, 1000)),
            .integer(foreign ? 5 : 0), .text(String(it.id)), .integer(it.channel == 3 ? 1 : 0),
            .null,
        ]
    }

    /// Where a step stands in its dossier's chain.
    struct StepPlace {
        /// Ids of the neighbours; 0 for none.
        var previous: Int64
        var next: Int64
        var fromStatus: Int?
        /// Counted from 1.
        var number: Int
    }

    static func row(
        _ dossier: Int64, _ it: InventedStep, id: Int64, _ place: StepPlace
    ) -> [Cell] {
        let from = place.fromStatus.map(stepCode) ?? ""
        return [
            .text(uuid(4, id)), .integer(id), company, group, .integer(30_000 + id % 90),
            .orNull(it.officer), .time(it.performedAt), .time(it.performedAt),
            .integer(dossier), .integer(700 + dossier % 30), .integer(place.previous),
            .text(from), .text(it.department), .text("\(stepCode(it.status))0"),
            .orNull(it.officer), .text(Story.content(it.status, isFirst: false)),
            .orNull(it.content), .integer(0), .flag(false), .flag(false),
            .text(stepCode(it.status)), .text(it.department), .text(String(place.number)),
            .optional(it.dueAt), .integer(place.next), .integer(place.next == 0 ? 0 : 1),
            .integer(1),
        ]
    }

    static func row(
        _ dossier: Int64, _ procedure: String, _ it: InventedFile, id: Int64, isOnline: Bool
    ) -> [Cell] {
        [
            .text(uuid(5, id)), .integer(id), group, company, .integer(30_000 + id % 90),
            .text("Cán bộ một cửa"), .time(it.addedAt), .time(it.addedAt), .integer(dossier),
            .text(uuid(6, id)), .text("DT-\(procedure)"),
            .text(it.kind == .result ? "KQ1" : "TP\(id % 9 + 1)"),
            .integer(it.kind == .result ? 2 : 1),
            .orNull(it.kind == .result ? it.resultCode : it.componentCode),
            .text(fitting(it.name, 500)),
            .null, .integer(it.isDigitised ? 800_000 + id : 0), .flag(true),
            .flag(it.kind == .submitted && isOnline && id % 3 == 0), .flag(false),
            .flag(it.isDeleted), .integer(it.kind == .result ? 1 : 0),
            it.kind == .result ? .text(it.resultCode) : .orNull(it.replacingResultCode),
        ]
    }

    /// As much of a text as the column takes.
    private static func fitting(_ text: String, _ width: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(width)))
    }

    static func row(
        _ dossier: Int64, _ unit: InventedUnit, _ it: InventedFee, id: Int64
    ) -> [Cell] {
        let time = Cell.time(it.paidAt ?? it.recordedAt)
        let isOnline = it.isPaidOnline && it.paidAt != nil
        return [
            .text(uuid(7, id)), .integer(id), group, company, .integer(30_000 + id % 90),
            .text("Cán bộ một cửa"), .time(it.recordedAt), time, .integer(dossier),
            .text(uuid(8, id)), .text(unit.code), .text(unit.name),
            .text(it.name), .integer(0), .integer(it.amount), .integer(0), .integer(0),
            .integer(it.amount), .null,
            isOnline ? .text(#"{"payplat":{"trangThai":"1"}}"#) : .null,
            .integer(it.paidAt == nil ? 1 : (isOnline ? 3 : 5)),
            it.paidAt == nil ? .null : .text(isOnline ? onlineMethod(dossier) : "Trực tiếp"),
            .optional(it.paidAt),
        ]
    }

    /// Over the national platform, or through the province's own gateway.
    private static func onlineMethod(_ dossier: Int64) -> String {
        dossier % 10 < 7 ? "PayPlat - Cổng Dịch vụ công quốc gia" : "Keypay"
    }

    static func row(_ it: InventedPerson, _ time: Cell) -> [Cell] {
        [
            .text(uuid(9, Int64(it.index))), .integer(it.index + 1), group, company,
            .integer(40_000 + it.index), .text(it.name), time, time, .text(it.name),
            .text("citizen"), .text(it.number), .text("Thôn Thử Nghiệm"), .text(it.name),
            .orNull(it.phone), .orNull(it.email), .integer(40_000 + it.index), .flag(false),
            .text("{\"birthDate\":\"\(it.birth)\",\"gender\":\"1\"}"), .integer(0),
        ]
    }
}
