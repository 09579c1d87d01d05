/// The rows of our own small schema (`Config/sources/reference`).
enum ReferenceTables {
    static let procedure = TableShape(
        "procedure", "code national_code name field_code field_name")
    static let unit = TableShape("unit", "code name commune_code")
    static let dossier = TableShape(
        "dossier",
        """
        id code procedure_code unit_code receipt_number channel owner_name owner_kind owner_account
        identity_number birth_date email fax phone other_information summary status submitted_at
        accepted_at due_at finished_at returned_at refused_at return_information return_method note
        submission_place vneid online_payment databases deleted modified_at
        """)
    static let step = TableShape(
        "step",
        """
        id dossier_id officer title department content status performed_at started_at due_at
        modified_at
        """)
    static let document = TableShape(
        "document",
        """
        id dossier_id kind name component_code url result_code digitised reuse from_warehouse
        replacing_result_code deleted modified_at
        """)
    static let fee = TableShape("fee", "id dossier_id name code collection kind amount modified_at")
    static let paper = TableShape("paper", "id dossier_id name quantity kind modified_at")
    static let supplement = TableShape(
        "supplement",
        """
        id dossier_id requested_by content requested_at received_by received_information
        received_at done previous_due_at new_due_at modified_at
        """)

    /// The vocabulary of contracts.md §2.11.
    static func word(_ status: Int) -> String {
        switch status {
        case 1: "receiving"
        case 2: "new"
        case 3: "denied"
        case 4: "processing"
        case 5: "waiting"
        case 6: "paying"
        case 7: "cancelled"
        case 8: "unresolved"
        case 9: "releasing"
        default: "done"
        }
    }

    static func row(_ it: InventedDossier) -> [Cell] {
        [
            .integer(it.id), .text(it.code), .text(it.procedure.localCode), .text(it.unit.code),
            it.id % 3 == 0 ? .text("BN-\(it.id)") : .null, .integer(it.channel),
            .text(it.ownerName), .integer(it.company == nil ? 1 : 2),
            it.channel == 2 ? .text(it.person.account) : .null, .orNull(it.identityNumber),
            it.company == nil ? .orNull(it.person.birth) : .null, .orNull(it.email), .null,
            .orNull(it.phone), .orNull(it.otherInformation), .text(it.summary),
            .text(it.statusWord ?? word(it.status)), .optional(it.submittedAt),
            .optional(it.acceptedAt), it.impossibleDue.map { .text($0) } ?? .optional(it.dueAt),
            .optional(it.finishedAt), .optional(it.returnedAt), .optional(it.refusedAt),
            .orNull(it.returnInformation), .integer(it.isReturnedByPost ? 1 : 0), .orNull(it.note),
            .integer(it.isFromNationalPortal ? 1 : 2),
            .integer(it.person.usesVNeID && it.company == nil ? 1 : 0),
            .integer(it.onlinePayment), .orNull(it.databases), .integer(0), .time(it.modifiedAt),
        ]
    }

    static func row(_ it: InventedStep, id: Int64, of dossier: Int64) -> [Cell] {
        [
            .integer(id), .integer(dossier), .orNull(it.officer), .orNull(it.title),
            .orNull(it.department), .text(it.content), .text(word(it.status)),
            .time(it.performedAt), .optional(it.startedAt), .optional(it.dueAt),
            .time(it.performedAt),
        ]
    }

    static func row(_ it: InventedFile, id: Int64, of dossier: Int64, at url: String) -> [Cell] {
        [
            .integer(id), .integer(dossier), .integer(it.kind == .submitted ? 1 : 2),
            .text(it.name), .orNull(it.componentCode), .text("\(url)\(id)"),
            .orNull(it.resultCode), .integer(it.isDigitised ? 1 : 0), .integer(it.reuse),
            .integer(it.isFromWarehouse ? 1 : 0), .orNull(it.replacingResultCode),
            .integer(it.isDeleted ? 1 : 0), .time(it.addedAt),
        ]
    }

    static func row(_ it: InventedFee, id: Int64, of dossier: Int64) -> [Cell] {
        [
            .integer(id), .integer(dossier), .text(it.name), .text("1"),
            .text(it.isPaidOnline ? "2" : "1"), .text("1"), .integer(it.amount),
            .time(it.paidAt ?? it.recordedAt),
        ]
    }

    static func row(
        _ it: InventedPaper, id: Int64, of dossier: Int64, at time: OfficeTime
    ) -> [Cell] {
        [
            .integer(id), .integer(dossier), .text(it.name), .integer(it.quantity),
            .integer(it.kind), .time(time),
        ]
    }

    static func row(_ it: InventedSupplement, id: Int64, of dossier: Int64) -> [Cell] {
        [
            .integer(id), .integer(dossier), .orNull(it.requestedBy), .text(it.content),
            .time(it.requestedAt), .orNull(it.receivedBy), .orNull(it.receivedInformation),
            .optional(it.receivedAt), .integer(it.receivedAt == nil ? 0 : 1),
            .optional(it.previousDueAt), .optional(it.newDueAt),
            .time(it.receivedAt ?? it.requestedAt),
        ]
    }
}
