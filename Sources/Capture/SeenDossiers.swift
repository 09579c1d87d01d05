internal import Dossiers
internal import Wire

/// What the dossiers looked like when they were last captured, so that a look that meets one again within
/// the overlap costs its reading and no more. In memory only: forgetting is harmless.
struct SeenDossiers: ~Copyable {
    private var digests: [SourceKey: Digest] = [:]
    private let hash = SHA256()
    private var buffer: [UInt8] = []
    private static let limit = 50_000

    /// True when the dossier is not what it was; it is remembered as it is now.
    mutating func isNews(_ dossier: borrowing SourceDossier) -> Bool {
        buffer.removeAll(keepingCapacity: true)
        append(dossier.header)
        append(dossier.steps)
        append(dossier.documents)
        append(dossier.fees)
        append(dossier.papers)
        append(dossier.supplements)
        append(dossier.results)
        hash.update(buffer)
        let digest = hash.finish()
        if digests.count >= SeenDossiers.limit { digests.removeAll(keepingCapacity: true) }
        return digests.updateValue(digest, forKey: dossier.key) != digest
    }

    mutating func forget() { digests.removeAll() }

    private mutating func append<Column>(_ rows: [SourceRow<Column>]) {
        append(length: rows.count)
        for row in rows { append(row) }
    }

    private mutating func append<Column>(_ row: SourceRow<Column>) {
        for text in row.texts {
            guard let text else {
                append(length: -1)
                continue
            }
            append(length: text.utf8.count)
            buffer.append(contentsOf: text.utf8)
        }
    }

    /// Lengths keep joined texts apart.
    private mutating func append(length: Int) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: length).bigEndian) {
            buffer.append(contentsOf: $0)
        }
    }
}
