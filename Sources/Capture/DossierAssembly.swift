internal import Dossiers

/// Puts rows to the dossiers they belong to, whatever order they come in.
struct DossierAssembly {
    private(set) var dossiers: [SourceDossier] = []
    private var places: [SourceKey: Int] = [:]
    private var bytes = 0

    /// True when there was more than a page may have; the rest was not kept.
    var isOverfull: Bool { bytes > SizeGuard.pageBytes }

    init(capacity: Int) {
        dossiers.reserveCapacity(capacity)
        places.reserveCapacity(capacity)
    }

    /// Adds a header; a second one of the same key is a join gone wrong and is left out.
    mutating func add(_ key: SourceKey, _ header: SourceRow<HeaderColumn>) {
        bytes += header.bytes.count
        guard places[key] == nil, !isOverfull else { return }
        places[key] = dossiers.count
        dossiers.append(SourceDossier(key: key, header: header))
    }

    /// Adds a row to its dossier; one whose dossier is not there is left out.
    mutating func add<Column>(
        _ key: SourceKey, _ row: SourceRow<Column>,
        to list: WritableKeyPath<SourceDossier, [SourceRow<Column>]>
    ) {
        bytes += row.bytes.count
        guard let place = places[key], !isOverfull else { return }
        dossiers[place][keyPath: list].append(row)
    }
}
