internal import Capture

/// The change feed as the office's triggers write it: a row for every change of a dossier's rows, in the
/// office's own transaction.
final class OfficeFeed {
    private let engine: Office.Engine
    /// A transaction's number, or the row's own where there are no such numbers.
    private var rows: [(at: Int64, key: Int64)] = []
    private var last: Int64 = 0
    private var generation = 1
    private(set) var isInstalled: Bool
    /// A trigger is gone: nothing is noted, and a reader sees that it is.
    private var isBroken = false
    private(set) var noted = 0
    /// Its triggers are there and do not fire: replicated rows, a table that was swapped.
    var isBlind = false

    init(engine: Office.Engine, isInstalled: Bool) {
        self.engine = engine
        self.isInstalled = isInstalled
    }

    func note(_ key: Int64, _ transaction: Int64) {
        guard isInstalled, !isBroken, !isBlind else { return }
        noted += 1
        last += 1
        rows.append((engine == .numbers ? transaction : last, key))
    }

    func breakTrigger() { isBroken = true }

    /// Installed anew: a table of its own, which knows nothing of what was before.
    func install() {
        isBroken = false
        generation += 1
        rows = []
        last = 0
    }

    /// - Parameter running: the lowest number of a transaction that has not committed.
    func state(running: Int64) -> FeedState {
        guard isInstalled else { return .absent }
        if isBroken { return .unfit(.incomplete) }
        return .ready(
            FeedMark(
                generation: "g\(generation)", position: engine == .numbers ? running : last))
    }

    func keys(since position: Int64) -> Set<Int64> {
        Set(
            rows.lazy.filter { [engine] in
                engine == .numbers ? $0.at >= position : $0.at > position
            }.map(\.key))
    }

    struct Copy {
        fileprivate var rows: [(at: Int64, key: Int64)]
        fileprivate var last: Int64
        fileprivate var generation: Int
    }

    var copy: Copy { Copy(rows: rows, last: last, generation: generation) }

    func restore(_ copy: Copy) {
        (rows, last, generation) = (copy.rows, copy.last, copy.generation)
    }

    var count: Int { rows.count }

    func trim(before position: Int64, limit: Int) -> Int {
        var left = limit
        let before = rows.count
        rows.removeAll { [engine, last] row in
            let isDone =
                engine == .numbers ? row.at < position : row.at <= position && row.at < last
            guard isDone, left > 0 else { return false }
            left -= 1
            return true
        }
        return before - rows.count
    }
}
