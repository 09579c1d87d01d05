internal import Dossiers
internal import Outbox
internal import Wire

/// The one-stop office's database, in memory: what is committed, what open transactions have written, and
/// how a reader can find out what changed.
///
/// Two engines, as the source profiles know them: one tells transactions by number (PostgreSQL), one only
/// has the rows' own times (SQLite), which may be equal, late, or go backwards within the overlap.
final class Office {
    enum Engine: String { case numbers, times }

    /// When a dossier's rows were last written, as a reader could see it.
    struct Mark {
        var number: Int64 = 0
        var at: Int64 = .min
    }

    struct Transaction {
        var number: Int64
        /// The office's clock when its rows were written.
        var writtenAt: Int64
        var commitAt: Int64
        var keys: [Int64]
        var changes: [(inout [Int64: SourceDossier]) -> Void]
        /// Moves no timestamp and no transaction number that a look would see, as a child row may.
        var isSilent = false
    }

    let engine: Engine
    let clock: VirtualClock
    let draw: Draw
    let trace: Trace
    /// What readers see.
    private(set) var committed: [Int64: SourceDossier] = [:]
    private(set) var keys: [Int64] = []
    /// Keys by the codes that were committed with them.
    private(set) var keysByCode: [String: Int64] = [:]
    /// Rows that are deleted now, as they were.
    private(set) var gone: [Int64: SourceDossier] = [:]
    let feed: OfficeFeed
    private(set) var silent = 0
    private(set) var deleted = 0
    private var marks: [Int64: Mark] = [:]
    private(set) var transactions: [Transaction] = []
    private var nextNumber: Int64 = 100
    private(set) var commits: Int64 = 0
    /// When each step was first committed, by dossier and step.
    private(set) var stepCommits: [Int64: [String: Int64]] = [:]
    /// When each dossier was first committed (steady).
    private(set) var arrivedAt: [Int64: Int64] = [:]
    /// Every header that was ever committed counts as told truth until it is replaced.
    private(set) var lastCommitAt: [Int64: Int64] = [:]
    /// Local procedure code → national code; nil until somebody maps it.
    var procedures: [(local: String, national: String?)] = []
    private(set) var mappingVersion = 0
    /// Steps that were corrected after they were written: a portal may hold either text.
    var rewritten: [Int64: Set<String>] = [:]
    /// What the daemon wrote back, by key.
    var answers: [Int64: Verification] = [:]
    /// The office's own clock is wrong by this much, within the overlap.
    var skew: Int64 = 0
    /// Whether that clock may be set back by hours, and rows get earlier times with it.
    var clockGoesBack = false
    /// False until a look has taken its mark by the clock as it goes now.
    var isClockSeen = true
    /// Until then (steady) the database is down.
    var downUntil: Int64 = .min
    var sessions = 0
    /// Rows with a value that nobody can read: a statement that meets one fails.
    var unreadable: Set<Int64> = []
    /// Reads are answered, writes are not.
    var refusesWrites = false
    /// Dossiers whose past has become another one, or none.
    private(set) var forked: Set<Int64> = []
    private(set) var forks = 0
    static let overlapMilliseconds: Int64 = 120_000

    init(
        engine: Engine, hasFeed: Bool, clock: VirtualClock, draw: Draw, trace: Trace
    ) {
        self.engine = engine
        feed = OfficeFeed(engine: engine, isInstalled: hasFeed)
        self.clock = clock
        self.draw = draw
        self.trace = trace
        procedures = CaseMaker.procedures.enumerated().map { index, item in
            (item.local, index < 3 ? item.national : nil)
        }
        procedures.append((GroupCase.local, GroupCase.national))
    }

    /// The office's clock: true milliseconds since 1970 plus its error.
    var time: Int64 { clock.truth.wall.milliseconds + skew }

    func isLocked(_ key: Int64) -> Bool { transactions.contains { $0.keys.contains(key) } }

    /// Opens a transaction that has written its rows now and commits later.
    func begin(
        _ keys: [Int64], commitIn delay: Int64, isSilent: Bool = false,
        _ changes: [(inout [Int64: SourceDossier]) -> Void]
    ) {
        nextNumber += 1
        transactions.append(
            Transaction(
                number: nextNumber, writtenAt: time, commitAt: clock.steady + delay, keys: keys,
                changes: changes, isSilent: isSilent))
        if delay == 0 { commitDue() }
    }

    var nextCommit: Int64? { transactions.map(\.commitAt).min() }

    func commitDue() {
        let due = transactions.filter { $0.commitAt <= clock.steady }
        transactions.removeAll { $0.commitAt <= clock.steady }
        for transaction in due { commit(transaction) }
    }

    func commitAll() {
        let all = transactions
        transactions = []
        for transaction in all { commit(transaction) }
    }

    /// A restart undoes what was not committed.
    func abortAll() { transactions = [] }

    private func commit(_ transaction: Transaction) {
        let before = committed
        for change in transaction.changes { change(&committed) }
        commits += 1
        if transaction.isSilent { silent += 1 }
        for key in transaction.keys {
            feed.note(key, transaction.number)
            guard let dossier = committed[key] else {
                delete(key, before[key])
                continue
            }
            gone[key] = nil
            if marks[key] == nil {
                insert(key)
                if arrivedAt[key] == nil { arrivedAt[key] = clock.steady }
            }
            if let code = dossier.header[.code] { keysByCode[code] = key }
            if marks[key] == nil || !transaction.isSilent {
                var mark = marks[key] ?? Mark()
                mark.number = max(mark.number, transaction.number)
                mark.at =
                    clockGoesBack
                    ? transaction.writtenAt : max(mark.at, transaction.writtenAt)
                marks[key] = mark
            }
            lastCommitAt[key] = clock.steady
            for step in dossier.steps {
                guard let id = step[.stepId], stepCommits[key]?[id] == nil else { continue }
                stepCommits[key, default: [:]][id] = commits
            }
            trace.note(
                "office \(code(key)) commits \(dossier.steps.count) steps, status \(dossier.header[.localStatus] ?? "-"), transaction \(transaction.number)\(transaction.isSilent ? ", silently" : "")"
            )
        }
    }

    private func delete(_ key: Int64, _ dossier: SourceDossier?) {
        guard let dossier else { return }
        deleted += 1
        gone[key] = dossier
        marks[key] = nil
        keys.removeAll { $0 == key }
        trace.note("office \(dossier.header[.code] ?? "?") is deleted")
    }

    private func insert(_ key: Int64) {
        let place = keys.firstIndex { $0 > key } ?? keys.count
        keys.insert(key, at: place)
    }

    func code(_ key: Int64) -> String { committed[key]?.header[.code] ?? "?" }

    func map(_ index: Int) {
        guard procedures[index].national == nil else { return }
        procedures[index].national = CaseMaker.procedures[index].national
        mappingVersion += 1
        commits += 1
        trace.note("office ! maps procedure \(procedures[index].local)")
    }

    /// A dossier as the profile's statements show it: joined with the procedure as it is mapped now.
    func shown(_ key: Int64) -> SourceDossier? {
        guard var dossier = committed[key] else { return nil }
        let local = dossier.header[.localProcedureCode]
        dossier.header[.procedureCode] = procedures.first { $0.local == local }?.national
        return dossier
    }

    // MARK: An older copy

    /// Everything that a copy of the database holds.
    struct Copy {
        fileprivate var madeAt: Int64
        fileprivate var committed: [Int64: SourceDossier]
        fileprivate var keys: [Int64]
        fileprivate var gone: [Int64: SourceDossier]
        fileprivate var marks: [Int64: Mark]
        fileprivate var nextNumber: Int64
        fileprivate var feed: OfficeFeed.Copy
    }

    var copy: Copy {
        Copy(
            madeAt: clock.steady, committed: committed, keys: keys, gone: gone, marks: marks,
            nextNumber: nextNumber, feed: feed.copy)
    }

    /// Puts an older copy back: what was committed since has never been, and its numbers are given anew.
    func restore(_ copy: Copy) {
        forks += 1
        sessions += 1
        transactions = []
        for (key, dossier) in committed {
            guard copy.committed[key] != nil else {
                forked.insert(key)
                gone[key] = dossier
                continue
            }
            if lastCommitAt[key] ?? 0 >= copy.madeAt { forked.insert(key) }
        }
        for (key, dossier) in copy.committed where committed[key] == nil {
            forked.insert(key)
            gone[key] = nil
            keysByCode[dossier.header[.code] ?? ""] = key
        }
        (committed, keys, marks) = (copy.committed, copy.keys, copy.marks)
        nextNumber = copy.nextNumber
        feed.restore(copy.feed)
        commits += 1
        trace.note("office ! is put back to an older copy")
    }

    // MARK: What a reader can ask

    func isUnreadable(_ key: Int64) -> Bool { unreadable.contains(key) && committed[key] != nil }

    var position: Int64 { transactions.map(\.number).min() ?? nextNumber + 1 }

    var newest: Int64? { marks.values.map(\.at).max() }

    func changed(since mark: (number: Int64, at: Int64), after: Int64, limit: Int) -> [Int64] {
        keys.lazy.filter { [marks, engine] key in
            guard key > after, let own = marks[key] else { return false }
            return engine == .numbers
                ? own.number >= mark.number
                : own.at >= mark.at - Office.overlapMilliseconds
        }.prefix(limit).map { $0 }
    }
}
