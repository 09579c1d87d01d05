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

    /// The row is there and says that the dossier is not: to us it is as gone as a row that was deleted.
    ///
    /// What is no clear yes is left to ``Normalizer``.
    package var isRemoved: Bool {
        header.read(.deleted) { bytes in
            bytes.count == 1
                && (bytes[0] == UInt8(ascii: "1") || bytes[0] | 0x20 == UInt8(ascii: "t"))
        } ?? false
    }
}

/// The texts of one row, by column; nil is SQL's NULL or a column that was not selected.
///
/// Kept as the bytes that the database gave: most columns are times, numbers, flags and codes, which are read
/// from bytes, and a `String` for each column of each row is half of what reading costs.
package struct SourceRow<Column: SourceColumn>: Sendable {
    /// UTF-8 as far as the database keeps its word, one text behind the other in the order of the columns' cases.
    package private(set) var bytes: [UInt8]
    /// Where each text ends; of a column without one the complement of that, which is negative.
    package private(set) var ends: [Int32]

    package init() {
        bytes = []
        ends = Array(repeating: ~0, count: Column.allCases.count)
    }

    /// Copies the texts of all columns, in the order of their cases.
    ///
    /// - Parameter text: a column's bytes by its place, borrowed until the next call.
    package init(_ text: (Int) -> UnsafeRawBufferPointer?) {
        let count = Column.allCases.count
        bytes = []
        bytes.reserveCapacity(count * 16)
        ends = []
        ends.reserveCapacity(count)
        for place in 0..<count {
            if let text = unsafe text(place) {
                unsafe bytes.append(contentsOf: text)
                ends.append(Int32(bytes.count))
            } else {
                ends.append(~Int32(bytes.count))
            }
        }
    }

    /// Where a column's text lies; nil when there is none.
    private func range(of column: Column) -> Range<Int>? {
        let place = column.rawValue
        let end = ends[place]
        guard end >= 0 else { return nil }
        let before = place == 0 ? 0 : ends[place - 1]
        return Int(before < 0 ? ~before : before)..<Int(end)
    }

    /// Lends a column's bytes; nil when there are none.
    package func read<Value>(_ column: Column, _ body: (Span<UInt8>) -> Value) -> Value? {
        guard let range = range(of: column) else { return nil }
        return body(bytes.span.extracting(range))
    }

    /// Whether a column's bytes are the text that the database says they are.
    package func isText(_ column: Column) -> Bool {
        read(column) { bytes in
            do {
                _ = try UTF8Span(validating: bytes)
                return true
            } catch {
                return false
            }
        } ?? true
    }

    package func isNull(_ column: Column) -> Bool { ends[column.rawValue] < 0 }

    /// A column's text; what is not UTF-8 in it is repaired.
    package subscript(column: Column) -> String? {
        get { range(of: column).map { String(decoding: bytes[$0], as: UTF8.self) } }
        set {
            var texts = Column.allCases.map { self[$0] }
            texts[column.rawValue] = newValue
            bytes = []
            ends = []
            for text in texts {
                bytes.append(contentsOf: (text ?? "").utf8)
                ends.append(text == nil ? ~Int32(bytes.count) : Int32(bytes.count))
            }
        }
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
