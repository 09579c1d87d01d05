/// A product's tables, as the sample fills them.
protocol OneStopTables: Sendable {
    /// Whose folder under `Config/sources` has the tables' DDL for that engine; nil when none has.
    func schemaFile(_ engine: OneStopPlace.Engine) -> String?
    /// Code lists: procedures, units, mappings.
    func loadCodes(_ units: InventedUnits, into session: any OneStopSession) throws
    /// People, where the product has a table of them.
    func loadPeople(_ people: InventedPeople, into session: any OneStopSession) throws
    /// Dossiers with everything in them; ids of their parts come from the numbers.
    func rows(_ dossier: InventedDossier, _ numbers: inout RowNumbers) -> [TableRows]
    /// Every table that `rows` writes, parents first.
    var tables: [TableShape] { get }
    /// The highest number in use in each table, for those who go on from there.
    func numbers(_ session: any OneStopSession) throws -> RowNumbers
}

/// Rows for one table.
struct TableRows: Sendable {
    /// Index in ``OneStopTables/tables``.
    var table: Int
    var rows: [[Cell]]
}

/// The next free row number of each kind.
struct RowNumbers: Sendable {
    var dossier: Int64 = 0
    var step: Int64 = 0
    var file: Int64 = 0
    var fee: Int64 = 0
    var paper: Int64 = 0
    var supplement: Int64 = 0

    static func take(_ number: inout Int64) -> Int64 {
        number += 1
        return number
    }
}

enum OneStopProfile: String, CaseIterable, Sendable {
    case reference, opencps

    func tables(filesURL: String) -> any OneStopTables {
        switch self {
        case .reference: ReferenceLedger(filesURL: filesURL)
        case .opencps: OpenCPSLedger()
        }
    }
}

struct ReferenceLedger: OneStopTables {
    var filesURL: String

    func schemaFile(_ engine: OneStopPlace.Engine) -> String? {
        engine == .sqlite ? "reference/sqlite/schema.sql" : "reference/postgres/schema.sql"
    }

    var tables: [TableShape] {
        [
            ReferenceTables.dossier, ReferenceTables.step, ReferenceTables.document,
            ReferenceTables.fee, ReferenceTables.paper, ReferenceTables.supplement,
        ]
    }

    func loadCodes(_ units: InventedUnits, into session: any OneStopSession) throws {
        try session.load(
            ReferenceTables.procedure,
            InventedProcedures.all.map { it in
                [
                    .text(it.localCode), it.nationalCode.map { .text($0) } ?? .null,
                    .text(it.name), .text(it.fieldCode), .text(it.fieldName),
                ]
            })
        try session.load(
            ReferenceTables.unit,
            units.all.map { it in
                [.text(it.code), .text(it.name), it.communeCode.map { .text($0) } ?? .null]
            })
    }

    func loadPeople(_ people: InventedPeople, into session: any OneStopSession) throws {}

    func rows(_ dossier: InventedDossier, _ numbers: inout RowNumbers) -> [TableRows] {
        let id = dossier.id
        let steps = dossier.steps.map {
            ReferenceTables.row($0, id: RowNumbers.take(&numbers.step), of: id)
        }
        let files = dossier.files.map {
            ReferenceTables.row($0, id: RowNumbers.take(&numbers.file), of: id, at: filesURL)
        }
        let fees = dossier.fees.map {
            ReferenceTables.row($0, id: RowNumbers.take(&numbers.fee), of: id)
        }
        let papers = dossier.papers.map {
            ReferenceTables.row(
                $0, id: RowNumbers.take(&numbers.paper), of: id,
                at: dossier.submittedAt ?? dossier.modifiedAt)
        }
        let supplements = dossier.supplements.map {
            ReferenceTables.row($0, id: RowNumbers.take(&numbers.supplement), of: id)
        }
        return [
            TableRows(table: 0, rows: [ReferenceTables.row(dossier)]),
            TableRows(table: 1, rows: steps), TableRows(table: 2, rows: files),
            TableRows(table: 3, rows: fees), TableRows(table: 4, rows: papers),
            TableRows(table: 5, rows: supplements),
        ]
    }

    func numbers(_ session: any OneStopSession) throws -> RowNumbers {
        RowNumbers(
            dossier: try session.integer("SELECT max(id) FROM dossier"),
            step: try session.integer("SELECT max(id) FROM step"),
            file: try session.integer("SELECT max(id) FROM document"),
            fee: try session.integer("SELECT max(id) FROM fee"),
            paper: try session.integer("SELECT max(id) FROM paper"),
            supplement: try session.integer("SELECT max(id) FROM supplement"))
    }
}
