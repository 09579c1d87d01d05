internal import Dossiers
internal import Operating
internal import Outbox

/// Lists keys so that a row on which the listing itself fails keeps no other back.
///
/// A page's dossiers are asked for by their keys, and one that spoils it can be told from the others
/// (``PageReading``). A listing has no keys yet. So it is asked for fewer rows, in the order of the keys, until what
/// lies before the row is listed; which key the row has is found by beginning behind it: the first key from which on
/// the listing works. The numbers passed by are read by key, as far as there are dossiers among them.
struct KeyListing {
    /// A page of keys, however it was found.
    struct Page {
        var keys: [SourceKey]
        /// Everything up to here is among the keys; nil when there was nothing to list.
        var through: SourceKey?
        var isLast: Bool
        /// The keys are numbers in a row: not each of them is a dossier's.
        var isGuess = false
        /// Some numbers before `through` were neither listed nor tried.
        var hasGap = false
    }

    /// A row on which a listing failed; zero where its key cannot be made out.
    struct Row: Hashable {
        var key: SourceKey
        var file: String
    }

    private(set) var unlisted: Set<Row> = []
    private var news: [Trouble] = []
    /// Something may have changed that could not be listed. In memory only: after a restart the sweep finds it.
    var isWalkOwed = false
    /// When everything may be walked over again for its sake.
    var nextWalk: Int64 = .min
    /// A listing has yielded keys: then it is sound, and what fails are rows.
    private var isProven = false
    /// So many numbers in a row are tried; beyond them nobody knows what was passed by.
    private static let longestGuess: Int64 = 1 << 20
    private static let unlistedLimit = 1000

    typealias Ask = (SourceKey?, Int) throws(Trouble) -> [SourceKey]

    /// - Parameters:
    ///   - mayGuess: keys that the listing cannot name may be tried.
    ///   - ask: the listing, in which only rows in the order of their keys are looked at as far as that can be had.
    mutating func page(
        of file: String, after key: SourceKey?, limit: Int, mayGuess: Bool, plainly: Ask,
        carefully ask: Ask
    ) throws(Trouble) -> Page {
        let first: Trouble
        do throws(Trouble) {
            let keys = try plainly(key, limit)
            return listed(keys, after: key, isLast: keys.count < limit)
        } catch {
            guard error.isAboutRows else { throw error }
            first = error
        }
        if let few = try KeyListing.few(after: key, limit, ask) {
            return listed(few.keys, after: key, isLast: few.isLast)
        }
        guard let spoilt = try spoiltKey(after: key, ask), isProven else { throw first }
        note(Row(key: spoilt, file: file))
        let start = (key?.rawValue ?? 0) + 1
        guard mayGuess, spoilt.rawValue - start < KeyListing.longestGuess else {
            return Page(
                keys: mayGuess ? [spoilt] : [], through: spoilt, isLast: false, isGuess: true,
                hasGap: true)
        }
        let end = min(spoilt.rawValue, start + Int64(limit) - 1)
        return Page(
            keys: (start...end).map { SourceKey($0) }, through: SourceKey(end), isLast: false,
            isGuess: true)
    }

    private mutating func listed(
        _ keys: [SourceKey], after key: SourceKey?, isLast: Bool
    ) -> Page {
        if !keys.isEmpty { isProven = true }
        return Page(keys: keys, through: keys.last, isLast: isLast)
    }

    /// The first key behind which the listing works again; nil when it works nowhere.
    mutating func spoiltKey(after key: SourceKey?, _ ask: Ask) throws(Trouble) -> SourceKey? {
        func works(_ number: Int64) throws(Trouble) -> Bool {
            let keys = try KeyListing.attempt { () throws(Trouble) in
                try ask(SourceKey(number), 1)
            }
            if let keys, !keys.isEmpty { isProven = true }
            return keys != nil
        }
        var fails = key?.rawValue ?? 0
        var step: Int64 = 1
        var end = fails
        repeat {
            guard end < .max else { return nil }
            if end > fails { fails = end }
            let next = fails.addingReportingOverflow(step)
            end = next.overflow ? .max : next.partialValue
            step = step > .max / 2 ? .max : step * 2
        } while try !works(end)
        while end - fails > 1 {
            let middle = fails + (end - fails) / 2
            if try works(middle) { end = middle } else { fails = middle }
        }
        return SourceKey(end)
    }

    /// As many as can be listed before the row; nil where it is the next one.
    static func few(
        after key: SourceKey?, _ limit: Int, _ ask: Ask
    ) throws(Trouble) -> (keys: [SourceKey], isLast: Bool)? {
        var few = limit
        while few > 0 {
            let count = few
            if let keys = try attempt({ () throws(Trouble) in try ask(key, count) }) {
                return (keys, keys.count < few)
            }
            few /= 2
        }
        return nil
    }

    /// Nil where rows are to blame.
    static func attempt(
        _ ask: () throws(Trouble) -> [SourceKey]
    ) throws(Trouble) -> [SourceKey]? {
        do throws(Trouble) {
            return try ask()
        } catch {
            guard error.isAboutRows else { throw error }
            return nil
        }
    }

    /// - Returns: false when it is known already.
    @discardableResult
    mutating func note(_ row: Row) -> Bool {
        if unlisted.count >= KeyListing.unlistedLimit { unlisted.removeAll() }
        guard unlisted.insert(row).inserted else { return false }
        news.append(.sourceRowUnlisted(file: row.file, keys: [row.key.rawValue].filter { $0 > 0 }))
        return true
    }

    mutating func mended(_ row: Row) { unlisted.remove(row) }

    mutating func mendedAll(in file: String) {
        guard !unlisted.isEmpty else { return }
        unlisted = unlisted.filter { $0.file != file }
    }

    /// What was not told yet.
    mutating func takeNews() -> [Trouble] {
        defer { news = [] }
        return news
    }

    var trouble: Trouble? {
        guard let file = unlisted.map(\.file).min() else { return nil }
        let keys = unlisted.filter { $0.file == file }.map(\.key.rawValue).filter { $0 > 0 }
            .sorted()
        return .sourceRowUnlisted(file: file, keys: keys)
    }
}
