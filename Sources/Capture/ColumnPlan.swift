internal import Dossiers
internal import Operating

/// Which result column is which canonical one, checked once when a statement is prepared.
struct ColumnPlan<Column: SourceColumn>: Sendable {
    let keyIndex: Int
    /// For each canonical column where in the result it stands; nil for one that is not selected.
    private let indices: [Int?]

    /// A row of the result.
    ///
    /// - Parameter text: a column's bytes by its place in the result, borrowed until the next call.
    func row(_ text: (Int) -> UnsafeRawBufferPointer?) -> SourceRow<Column> {
        SourceRow { place in indices[place].flatMap(text) }
    }

    /// - Parameter file: the statement's file, for the trouble.
    init(names: [String], file: String) throws(Trouble) {
        var places: [String: Int] = [:]
        for column in Column.allCases { places[column.sqlName] = column.rawValue }
        var keyIndex: Int?
        var columns: [(index: Int, place: Int)] = []
        for (index, name) in names.enumerated() {
            if names[..<index].contains(name) {
                throw .profileColumnTwice(file: file, column: name)
            }
            if name == "source_key" {
                keyIndex = index
            } else if let place = places[name] {
                columns.append((index, place))
            } else {
                let known = ["source_key"] + Column.allCases.map(\.sqlName)
                throw .profileColumnUnknown(
                    file: file, column: name, nearest: Nearest.of(name, among: known))
            }
        }
        guard let keyIndex else { throw .profileColumnMissing(file: file, column: "source_key") }
        for column in Column.allCases
        where Column.required.contains(column)
            && !columns.contains(where: { $0.place == column.rawValue })
        {
            throw .profileColumnMissing(file: file, column: column.sqlName)
        }
        self.keyIndex = keyIndex
        var indices = [Int?](repeating: nil, count: Column.allCases.count)
        for (index, place) in columns { indices[place] = index }
        self.indices = indices
    }
}

/// The column plans of the seven kinds of rows; nil for a kind that the profile has no statement for.
struct DossierPlans: Sendable {
    let headers: ColumnPlan<HeaderColumn>
    let progress: ColumnPlan<StepColumn>?
    let documents: ColumnPlan<DocumentColumn>?
    let fees: ColumnPlan<FeeColumn>?
    let papers: ColumnPlan<PaperColumn>?
    let supplements: ColumnPlan<SupplementColumn>?
    let results: ColumnPlan<ResultColumn>?

    /// - Parameter names: the result columns of every statement of the profile.
    init(_ profile: SourceProfile, names: [SourceQuery: [String]]) throws(Trouble) {
        headers = try ColumnPlan(
            names: names[.headers] ?? [], file: profile.file(of: .headers))
        progress = try DossierPlans.plan(.progress, profile, names)
        documents = try DossierPlans.plan(.documents, profile, names)
        fees = try DossierPlans.plan(.fees, profile, names)
        papers = try DossierPlans.plan(.papers, profile, names)
        supplements = try DossierPlans.plan(.supplements, profile, names)
        results = try DossierPlans.plan(.results, profile, names)
        for query in [SourceQuery.mark, .changed, .all, .byCode] {
            try DossierPlans.check(query, profile, names[query] ?? [])
        }
    }

    private static func plan<Column>(
        _ query: SourceQuery, _ profile: SourceProfile, _ names: [SourceQuery: [String]]
    ) throws(Trouble) -> ColumnPlan<Column>? {
        guard let found = names[query] else { return nil }
        return try ColumnPlan(names: found, file: profile.file(of: query))
    }

    static func check(
        _ query: SourceQuery, _ profile: SourceProfile, _ names: [String]
    ) throws(Trouble) {
        let file = profile.file(of: query)
        for column in query.requiredColumns where !names.contains(column) {
            throw .profileColumnMissing(file: file, column: column)
        }
        let known = query.requiredColumns + query.optionalColumns
        for name in names where !known.contains(name) {
            throw .profileColumnUnknown(
                file: file, column: name, nearest: Nearest.of(name, among: known))
        }
    }
}
