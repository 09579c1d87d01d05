internal import Dossiers
internal import Wire

/// What the dossiers looked like when they were last captured, so that a look that meets one again within
/// the overlap costs its reading and no more. In memory only: forgetting is harmless.
struct SeenDossiers: ~Copyable {
    private var digests: [SourceKey: Digest] = [:]
    private let hash = SHA256()
    private var buffer = ByteBuffer(reserving: 8192)
    private static let limit = 50_000

    /// True when the dossier is not what it was; it is remembered as it is now.
    mutating func isNews(_ dossier: borrowing SourceDossier) -> Bool {
        buffer.removeAll()
        append(dossier.header)
        append(dossier.steps)
        append(dossier.documents)
        append(dossier.fees)
        append(dossier.papers)
        append(dossier.supplements)
        append(dossier.results)
        buffer.hash(into: hash)
        let digest = hash.finish()
        if digests.count >= SeenDossiers.limit { digests.removeAll(keepingCapacity: true) }
        return digests.updateValue(digest, forKey: dossier.key) != digest
    }

    mutating func forget(_ key: SourceKey) { digests[key] = nil }

    mutating func forget() { digests.removeAll() }

    /// Where the texts end keeps them apart, and those that are there from those that are not.
    private mutating func append<Column>(_ rows: [SourceRow<Column>]) {
        buffer.append(fourBytesOf: rows.count)
        for row in rows {
            append(row)
        }
    }

    private mutating func append<Column>(_ row: SourceRow<Column>) {
        row.ends.withUnsafeBytes { buffer.append($0.bindMemory(to: UInt8.self)) }
        buffer.append(row.bytes)
    }
}
