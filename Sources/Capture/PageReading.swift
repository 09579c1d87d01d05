internal import Dossiers
internal import Operating

/// Reads pages so that a dossier that cannot be read keeps no other back.
///
/// A page that a value spoils is halved until the one dossier stands alone; it is held by its key, and read apart
/// from then on, until it can be read again. In memory only: forgetting costs the halving once more.
struct PageReading {
    /// What was read of a page, and why the rest was not.
    struct Page {
        var dossiers: [SourceDossier] = []
        var held: [HeldRow] = []
    }

    /// A dossier that stands alone and cannot be read.
    struct HeldRow {
        var key: SourceKey
        var hold: Hold
        /// It was not, or for another reason, when it was last read.
        var isNews: Bool
    }

    private var apart: [SourceKey: Hold] = [:]
    private var diary: PageDiary
    /// True once a dossier could be read: then the statements are sound, and what fails are the rows.
    private var isProven = false
    private static let apartLimit = 10_000
    /// As many that fail one by one, and none that does not, are no matter of single rows.
    private static let suspiciousCount = 8

    /// True when the last page had to be halved.
    private(set) var hasHalved = false

    init(diary: PageDiary) { self.diary = diary }

    /// The pieces in which a page is to be read, each with everything that is done to it: all of it, but where the
    /// daemon ended last time, pieces of an eighth of that page, down to single dossiers.
    func pieces(of keys: [SourceKey]) -> [ArraySlice<SourceKey>] {
        guard let death = diary.death, keys.contains(where: death.concerns) else {
            return keys.isEmpty ? [] : [keys[...]]
        }
        let size = max(1, death.count / 8)
        return stride(from: 0, to: keys.count, by: size).map { start in
            keys[start..<min(start + size, keys.count)]
        }
    }

    /// A piece is about to be read and rendered.
    func begin(_ piece: ArraySlice<SourceKey>) { diary.begin(piece) }

    /// It was, or there was an error, which is an answer.
    func end() { diary.end() }

    /// Nothing is read any more.
    func close() { diary.close() }

    /// All pieces of a page have been read.
    mutating func survived(_ keys: [SourceKey]) {
        if let death = diary.death, keys.contains(where: death.concerns) { diary.forgetDeath() }
    }

    /// Somebody says that these have changed: even what ended the daemon is read again.
    mutating func haveChanged(_ keys: [SourceKey]) {
        guard !diary.deadly.isEmpty else { return }
        for key in keys { diary.pardon(key) }
    }

    /// Some of those that are read apart, to be looked at again: whoever mends a value by hand moves no time.
    func keysApart(_ limit: Int) -> [SourceKey] { Array(apart.keys.prefix(limit)) }

    mutating func read(
        _ keys: [SourceKey], from source: any DossierSource
    ) throws(Trouble) -> Page {
        hasHalved = false
        var page = Page()
        var keys = keys
        if !diary.deadly.isEmpty {
            for key in keys where diary.deadly.contains(key) { holdUnread(key, &page) }
            keys.removeAll { diary.deadly.contains($0) }
        }
        let alone = apart.isEmpty ? [] : keys.filter { apart[$0] != nil }
        if !alone.isEmpty { keys.removeAll { apart[$0] != nil } }
        let held = page.held.count
        var first: Trouble?
        try read(keys[...], from: source, &page, &first)
        // Nothing could be read yet, and nothing of this: then it is no matter of rows.
        if let first, !isProven, keys.count >= PageReading.suspiciousCount,
            page.held.count - held == keys.count
        {
            for key in keys { apart[key] = nil }
            throw first
        }
        guard !alone.isEmpty else { return page }
        for key in alone { try read([key], from: source, &page, &first) }
        page.dossiers.sort { $0.key < $1.key }
        return page
    }

    private mutating func read(
        _ keys: ArraySlice<SourceKey>, from source: any DossierSource, _ page: inout Page,
        _ first: inout Trouble?
    ) throws(Trouble) {
        guard !keys.isEmpty else { return }
        do throws(Trouble) {
            let dossiers = try source.read(Array(keys))
            if !apart.isEmpty { for key in keys { apart[key] = nil } }
            if !dossiers.isEmpty { isProven = true }
            page.dossiers += dossiers
        } catch {
            guard error.isAboutRows else { throw error }
            first = first ?? error
            if let key = keys.first, keys.count == 1 {
                return hold(key, error, source, &page)
            }
            hasHalved = true
            let middle = keys.startIndex + keys.count / 2
            try read(keys[..<middle], from: source, &page, &first)
            try read(keys[middle...], from: source, &page, &first)
        }
    }

    private mutating func holdUnread(_ key: SourceKey, _ page: inout Page) {
        let hold = Hold(.endedDaemon, field: "source_key")
        let isNews = apart.updateValue(hold, forKey: key) != hold
        page.held.append(HeldRow(key: key, hold: hold, isNews: isNews))
    }

    private mutating func hold(
        _ key: SourceKey, _ trouble: Trouble, _ source: any DossierSource, _ page: inout Page
    ) {
        let before = apart[key]
        let hold =
            before.flatMap { $0.rule.code == trouble.code ? $0 : nil }
            ?? source.hold(key, for: trouble)
        if apart.count >= PageReading.apartLimit { apart.removeAll(keepingCapacity: true) }
        apart[key] = hold
        page.held.append(HeldRow(key: key, hold: hold, isNews: before != hold))
    }
}
