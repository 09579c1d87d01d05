internal import Wire

/// One row's way through the rules: what it may look up, and what it has remarked so far.
struct NormalizerPass {
    let rules: NormalizationRules
    private(set) var remarks: [Remark] = []
    /// The first column whose bytes are no text: what was made of them must not be sent.
    private(set) var unreadable: String?

    init(rules: NormalizationRules) { self.rules = rules }

    /// Says something once per field, however many rows of the dossier it is true of.
    mutating func remark(_ kind: Remark.Kind, _ field: String) {
        let remark = Remark(kind, field: field)
        if !remarks.contains(remark) { remarks.append(remark) }
    }

    /// A column's text as one fit line; empty for NULL.
    mutating func line<C: PlacedColumn>(_ row: SourceRow<C>, _ column: C) -> String {
        text(row, column, keepsLines: false)
    }

    /// A column's text with its line ends; empty for NULL.
    mutating func note<C: PlacedColumn>(_ row: SourceRow<C>, _ column: C) -> String {
        text(row, column, keepsLines: true)
    }

    private mutating func text<C: PlacedColumn>(
        _ row: SourceRow<C>, _ column: C, keepsLines: Bool
    ) -> String {
        guard let text = row[column] else { return "" }
        let result = TextCleaner.clean(text, keepsLines: keepsLines)
        // Looked at only where the replacement character stands, which may be the office's own.
        if result.hasReplacements, unreadable == nil, !row.isText(column) {
            unreadable = column.place
        }
        if result.removedControls { remark(.controlCharactersRemoved, column.place) }
        if result.composed { remark(.composed, column.place) }
        return result.text
    }

    /// A column's text without which its row means nothing.
    mutating func requiredLine<C: PlacedColumn>(
        _ row: SourceRow<C>, _ column: C
    ) throws(Hold) -> String {
        let text = line(row, column)
        guard !text.isEmpty else { throw Hold(.fieldMissing, field: column.place) }
        return text
    }

    /// A code of the province's own lists as an operator may read it in a hold.
    static func shown(_ code: String) -> String? {
        code.isEmpty || code.unicodeScalars.count > 100 ? nil : code
    }
}

/// A column that knows its place in a dossier, for holds and remarks: `accepted_at` of the header,
/// `progress.performed_at` of a step.
protocol PlacedColumn: SourceColumn {
    /// The places of all columns, made once.
    static var places: [String] { get }
}

extension PlacedColumn {
    var place: String { Self.places[rawValue] }

    fileprivate static func placesOfAll(under rows: String) -> [String] {
        allCases.map { rows.isEmpty ? $0.sqlName : "\(rows).\($0.sqlName)" }
    }
}

extension HeaderColumn: PlacedColumn { static let places = placesOfAll(under: "") }
extension StepColumn: PlacedColumn { static let places = placesOfAll(under: "progress") }
extension DocumentColumn: PlacedColumn { static let places = placesOfAll(under: "documents") }
extension FeeColumn: PlacedColumn { static let places = placesOfAll(under: "fees") }
extension PaperColumn: PlacedColumn { static let places = placesOfAll(under: "papers") }
extension SupplementColumn: PlacedColumn { static let places = placesOfAll(under: "supplements") }
extension ResultColumn: PlacedColumn { static let places = placesOfAll(under: "results") }
