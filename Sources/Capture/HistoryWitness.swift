internal import Dossiers
internal import Wire

/// What a source's history must still contain: the dossiers that were read last, with what is only ever added to
/// them. A source that was put back to an earlier state lacks some of it, whatever its numbers say by then.
///
/// Nothing about a person: keys, and a digest of a code.
struct HistoryWitness {
    private struct Entry: Equatable {
        var key: SourceKey
        /// The first bytes of the code's digest.
        var code: String
        /// The newest step, by its key; 0 for none.
        var step: Int64
    }

    /// Oldest first.
    private var entries: [Entry] = []
    private(set) var isUnrecorded = false
    /// The session of the source that was last asked, and when.
    private var asked: (session: Int, at: Int64)?
    static let limit = 8

    /// Reads ``text``; whatever is no entry is left out.
    init(text: String?) {
        entries = (text ?? "").split(separator: ";").suffix(HistoryWitness.limit).compactMap {
            text in
            let parts = text.split(separator: ":")
            guard parts.count == 3, let key = Int64(parts[0]), key > 0, let step = Int64(parts[2])
            else { return nil }
            return Entry(key: SourceKey(key), code: String(parts[1]), step: step)
        }
    }

    /// What the state store keeps: `key:code:step;…`.
    var text: String {
        entries.map { "\($0.key.rawValue):\($0.code):\($0.step)" }.joined(separator: ";")
    }

    mutating func recorded() { isUnrecorded = false }

    /// A dossier that was not what it was, as it is now.
    mutating func note(_ dossier: borrowing SourceDossier) {
        let entry = HistoryWitness.entry(dossier)
        if entries.last == entry { return }
        entries.removeAll { $0.key == entry.key }
        entries.append(entry)
        if entries.count > HistoryWitness.limit { entries.removeFirst() }
        isUnrecorded = true
    }

    /// The source has told that it is gone.
    mutating func forget(_ keys: [SourceKey]) {
        guard entries.contains(where: { keys.contains($0.key) }) else { return }
        entries.removeAll { keys.contains($0.key) }
        isUnrecorded = true
    }

    mutating func forgetAll() {
        entries = []
        isUnrecorded = true
    }

    /// What is to be read to hear the witness; empty when the session has been asked lately.
    mutating func question(session: Int, now: Int64, every period: Int64) -> [SourceKey] {
        if let asked, asked.session == session, now - asked.at < period { return [] }
        asked = (session, now)
        return entries.map(\.key).sorted()
    }

    /// It has not been asked after all.
    mutating func unask() { asked = nil }

    /// Whether what was read is the same history, further on: one dossier that is not what it was may have been
    /// deleted or corrected by the office, and is not asked for again; two are another history.
    mutating func agrees(with dossiers: [SourceDossier], unread: Set<SourceKey>) -> Bool {
        let lost = entries.filter { entry in
            guard !unread.contains(entry.key) else { return false }
            guard let dossier = dossiers.first(where: { $0.key == entry.key }) else { return true }
            return HistoryWitness.code(dossier) != entry.code
                || (entry.step != 0 && !HistoryWitness.steps(dossier).contains(entry.step))
        }
        forget(lost.map(\.key))
        return lost.count < 2
    }

    private static func entry(_ dossier: borrowing SourceDossier) -> Entry {
        Entry(key: dossier.key, code: code(dossier), step: steps(dossier).max() ?? 0)
    }

    private static func code(_ dossier: borrowing SourceDossier) -> String {
        String(SHA256.digest(Array((dossier.header[.code] ?? "").utf8)).hex.prefix(12))
    }

    private static func steps(_ dossier: borrowing SourceDossier) -> [Int64] {
        dossier.steps.compactMap { $0[.stepId].flatMap { Int64($0) } }
    }
}
