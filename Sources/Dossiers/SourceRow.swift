/// A dossier as its source gave it: text by canonical column, nothing checked yet.
///
/// Every source profile's SQL yields columns with exactly these names; a column that a source has not
/// got is simply not selected and reads as nil.
package struct SourceDossier: Sendable {
    package var key: SourceKey
    package var header: SourceRow<HeaderColumn>
    package var steps: [SourceRow<StepColumn>] = []
    package var documents: [SourceRow<DocumentColumn>] = []
    package var fees: [SourceRow<FeeColumn>] = []
    package var papers: [SourceRow<PaperColumn>] = []
    package var supplements: [SourceRow<SupplementColumn>] = []
    package var results: [SourceRow<ResultColumn>] = []

    package init(key: SourceKey, header: SourceRow<HeaderColumn>) {
        self.key = key
        self.header = header
    }
}

/// The texts of one row, by column; nil is SQL's NULL or a column that was not selected.
package struct SourceRow<Column: SourceColumn>: Sendable {
    /// In the order of the columns' cases.
    package private(set) var texts: [String?]

    package init() { texts = Array(repeating: nil, count: Column.allCases.count) }

    /// Takes the texts of all columns, in the order of their cases. For readers, which know each column's
    /// place: asking a generic row for one at a time has the type looked up anew for each text.
    package init(texts: [String?]) {
        assert(texts.count == Column.allCases.count, "a row has a place for every column")
        self.texts = texts
    }

    package subscript(column: Column) -> String? {
        get { texts[column.rawValue] }
        set { texts[column.rawValue] = newValue }
    }
}

/// The closed list of canonical columns of one kind of row. The SQL name is the case's snake_case name.
package protocol SourceColumn: CaseIterable, RawRepresentable, Hashable, Sendable
where RawValue == Int {
    /// The columns without which the rows of this kind mean nothing.
    static var required: Set<Self> { get }
}

extension SourceColumn {
    /// The column's name in SQL: `procedure_code` for `procedureCode`.
    package var sqlName: String {
        var name = ""
        for character in "\(self)" {
            if character.isUppercase { name += "_" }
            name += character.lowercased()
        }
        return name
    }
}

/// Columns of `headers.sql`. Every row also has `source_key`.
///
/// Dates are naive text (`2026-01-05 08:00:00[.ffffff]`, or a date alone) in the profile's time zone.
package enum HeaderColumn: Int, SourceColumn {
    case code, procedureCode, procedureName, localProcedureCode, fieldCode, fieldName, receiptNumber
    case channel, ownerName, ownerKind, ownerAccount
    case identityNumber, identityKind, birthDate, birthYear
    case otherInformation, email, fax, phone, summary
    case submittedAt, acceptedAt, dueAt
    /// The portal's status 1…10 as the source's own mapping gives it; NULL when the source has none.
    case status
    /// The source's own status words, for the mapping file and for messages.
    case localStatus, localSubstatus
    case returnedAt, returnInformation, returnMethod, finishedAt, refusedAt
    /// The handling unit, and the commune (five digits) where it sits: never the owner's own commune,
    /// because a unit whose commune has ended is taken to have ended with it.
    case unitCode, unitName, communeCode
    case note, submissionPlace
    case hasDigitisedComponent, verifiedByVneid, onlinePayment
    /// Codes separated by commas.
    case databases
    case deleted
    /// The dossier's number at the interlinking software (`soHoSoLT`), for dossiers of group procedures.
    case linkedCode

    package static let required: Set<HeaderColumn> = [.code]
}

/// Columns of `progress.sql`, ordered by `source_key`, `performed_at`, `step_id`.
package enum StepColumn: Int, SourceColumn {
    case stepId, officer, title, performedAt, department, content
    case status, localStatus, localSubstatus
    case startedAt, dueAt
    /// What the step decided, as JSON text in the words of the system that it is for (`ketQuaXuLy`).
    case resultData

    package static let required: Set<StepColumn> = [.stepId, .performedAt]
}

/// Columns of `documents.sql`.
package enum DocumentColumn: Int, SourceColumn {
    case id, name, isDeleted, componentCode, url, isDigitised, reuse, fromWarehouse
    case replacingResultCode

    package static let required: Set<DocumentColumn> = [.id, .name]
}

/// Columns of `fees.sql`.
package enum FeeColumn: Int, SourceColumn {
    case name, code, collection, amount, kind

    package static let required: Set<FeeColumn> = [.amount]
}

/// Columns of `papers.sql`.
package enum PaperColumn: Int, SourceColumn {
    case name, quantity, kind

    package static let required: Set<PaperColumn> = [.name]
}

/// Columns of `supplements.sql`.
package enum SupplementColumn: Int, SourceColumn {
    case id, requestedBy, content, requestedAt, receivedBy, receivedInformation, receivedAt, isDone
    case previousDueAt, newDueAt

    package static let required: Set<SupplementColumn> = [.id]
}

/// Columns of `results.sql`.
package enum ResultColumn: Int, SourceColumn {
    case id, name, componentCode, url, resultCode

    package static let required: Set<ResultColumn> = [.id, .name]
}
