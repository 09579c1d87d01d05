internal import Dossiers

/// The statements of a source profile, one file each.
package enum SourceQuery: String, CaseIterable, Sendable {
    case mark, changed, all
    case byCode = "by_code"
    case headers, progress, documents, fees, papers, supplements, results
    case mappings
    case writeBack = "write_back"

    /// The file's name in the profile's folder.
    package var fileName: String { "\(rawValue).sql" }

    /// Without these there is nothing to send; the others are for what a product has.
    var isRequired: Bool {
        switch self {
        case .mark, .changed, .all, .byCode, .headers: true
        default: false
        }
    }

    /// The parameters that the daemon gives to this statement, besides the profile's settings.
    var parameters: [String] {
        switch self {
        case .mark: ["now", "zone"]
        case .changed: ["position", "taken_at", "overlap", "after", "limit", "zone"]
        case .all: ["after", "limit", "since", "until", "procedures", "units", "zone"]
        case .byCode: ["codes"]
        case .headers, .progress, .documents, .fees, .papers, .supplements, .results:
            ["keys", "zone"]
        case .mappings: []
        case .writeBack: ["source_key", "outcome", "elements", "verified_at"]
        }
    }

    /// The columns that a statement other than the seven kinds of rows must yield.
    var requiredColumns: [String] {
        switch self {
        case .mark: ["position", "taken_at"]
        case .changed, .all: ["source_key"]
        case .byCode: ["source_key", "code"]
        default: []
        }
    }

    /// The columns that such a statement may yield besides.
    var optionalColumns: [String] {
        self == .mark ? ["identity", "version"] : []
    }

    /// True for the seven kinds of rows that a dossier is made of.
    var yieldsRows: Bool { self == .headers || SourceQuery.children.contains(self) }

    /// The kinds of rows that hang on a header.
    static let children: [SourceQuery] = [
        .progress, .documents, .fees, .papers, .supplements, .results,
    ]
}

/// A parameter's value, before a database's own way of saying it.
enum QueryValue {
    case text(String?)
    case integer(Int64)
    /// A list of whole numbers: an array on PostgreSQL, a JSON array on SQLite.
    case keys([SourceKey])
    case texts([String])
}

typealias QueryArguments = [String: QueryValue]
