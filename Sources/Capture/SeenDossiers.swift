internal import Dossiers
internal import Wire

/// What the dossiers looked like when they were last captured, so that a look that meets one again within
/// the overlap costs its reading and no more. In memory only: forgetting is harmless.
struct SeenDossiers: ~Copyable {
    private var digests: [SourceKey: (digest: Digest, era: Int)] = [:]
    private var era = 0
    private let hash = SHA256()
    private var buffer = ByteBuffer(reserving: 8192)
    private static let limit = 50_000

    /// What a dossier is to whoever has seen some.
    enum Verdict {
        case same
        /// It was seen in this era, and looked otherwise.
        case changed
        /// It was not seen, or looked otherwise in an earlier era.
        case new
    }

    /// Whether the dossier is what it was; it is remembered as it is now.
    mutating func look(at dossier: borrowing SourceDossier) -> Verdict {
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
        guard let before = digests.updateValue((digest, era), forKey: dossier.key) else {
            return .new
        }
        if before.digest == digest { return .same }
        return before.era == era ? .changed : .new
    }

    /// Whether it was seen in this era.
    func knows(_ key: SourceKey) -> Bool { digests[key]?.era == era }

    /// From now on a dossier may look otherwise for another reason than a change of its own rows that the feed at
    /// hand should have told.
    mutating func beginEra() { era += 1 }

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
