internal import Execution
internal import Glibc
package import Operating
internal import Synchronization
internal import Wire

/// What `onestop work` is asked for.
package struct OfficeOrder: Sendable {
    package var profile: String
    package var database: String
    /// Changes a second, all officers together.
    package var rate = 20.0
    /// nil works until somebody says stop.
    package var seconds: Int?
    package var seed: UInt64 = 1
    /// The share of transactions that stay open for seconds and commit late. PostgreSQL only.
    package var lateShare = 0.05
    /// The share of changes that move no timestamp, and of those that delete a dossier with all its rows.
    package var silentShare = 0.0
    package var deletionShare = 0.0
    package var workers = 3
    package var province = "52"
    package var codes: String?
    package var heldShare = 0.01
    package var filesURL = "https://motcua.example/tep/"
    /// Sends `NOTIFY lienthongd` with every transaction. PostgreSQL only.
    package var notifies = false

    package init(profile: String, database: String) {
        self.profile = profile
        self.database = database
    }
}

/// An office at work: officers on threads of their own, each with its session, until told to stop.
package final class Office: Sendable {
    let order: OfficeOrder
    let profile: OneStopProfile
    let place: OneStopPlace
    let maker: DossierMaker
    let shared: OfficeShared

    /// Looks around: which rows there are, whose dossiers, which codes the day has used.
    package init(_ order: OfficeOrder) throws(Trouble) {
        guard let profile = OneStopProfile(rawValue: order.profile) else {
            throw .optionUnknownValue(
                "--profile", order.profile, OneStopProfile.allCases.map(\.rawValue))
        }
        self.order = order
        self.profile = profile
        place = OneStopPlace(order.database)
        let tables = profile.tables(filesURL: order.filesURL)
        guard tables.schemaFile(place.engine) != nil else {
            throw .oneStopUnsupported(order.profile)
        }
        let province = try Province.load(
            order.province, codes: order.codes ?? ProjectFolder.config("codes"))
        let now = OfficeTime(WallClock.system.now().wall)
        maker = DossierMaker(
            plan: SamplePlan(
                dossiers: 1000, seed: order.seed, until: now, heldShare: order.heldShare,
                filesURL: order.filesURL),
            units: InventedUnits(province: province))
        let session = try place.open(applicationName: "lienthong-sandbox office")
        do {
            let numbers = try tables.numbers(session)
            guard numbers.dossier > 0 else { throw Trouble.oneStopIsEmpty() }
            let book = profile.book(session, OfficeShared(numbers: numbers), tables, order)
            shared = OfficeShared(numbers: numbers, people: try book.people(limit: 2000))
            // Outside its hours the office dates its codes as of the next working day.
            let opening = WorkingMinute.time(WorkingMinute.at(now))
            for day in Set([now.shortDay, opening.shortDay]) {
                for code in try book.codes(of: day) { maker.reserve(code: code) }
            }
        } catch { throw .oneStop(error) }
    }

    /// Codes of the dossiers that this office deleted.
    package var deletedCodes: [String] { shared.deleted }

    /// Works until the seconds are over or `isStopping`, and says every five seconds how it goes.
    package func run(
        progress: (OfficeCounts) -> Void = { _ in }, isStopping: () -> Bool = { false }
    ) throws(Trouble) -> OfficeCounts {
        var officers: [OwnedThread] = []
        for number in 0..<max(1, order.workers) {
            officers.append(
                OwnedThread(name: "officer \(number)") { [self] in
                    do {
                        try worker(number).work(at: order.rate / Double(max(1, order.workers)))
                    } catch {
                        shared.fail(.oneStop(error))
                    }
                })
        }
        let clock = WallClock.system
        let start = clock.now().steady
        var told = start
        while !shared.isOver, !isStopping() {
            let now = clock.now().steady
            if let seconds = order.seconds, now - start >= Int64(seconds) * 1000 { break }
            if now - told >= 5000 {
                told = now
                progress(shared.counts)
            }
            usleep(50_000)
        }
        shared.end()
        for officer in officers { officer.join() }
        if let trouble = shared.trouble { throw trouble }
        return shared.counts
    }

    private func worker(_ number: Int) throws -> Officer {
        let tables = profile.tables(filesURL: order.filesURL)
        let books = try (0..<(place.engine == .postgres ? 3 : 1)).map { _ in
            profile.book(
                try place.open(applicationName: "lienthong-sandbox officer \(number)"), shared,
                tables, order)
        }
        return Officer(
            books: books, maker: maker, shared: shared, lateShare: order.lateShare,
            silentShare: order.silentShare, deletionShare: order.deletionShare,
            dice: Dice(seed: order.seed, stream: 0x5000_0000_0000 + UInt64(number)))
    }
}

/// What the officers share: row numbers, people they know, counts, the end.
final class OfficeShared: Sendable {
    private struct State {
        var numbers: RowNumbers
        var counts = OfficeCounts()
        var trouble: Trouble?
        var deleted: [String] = []
    }
    private let state: Mutex<State>
    private let over = Atomic<Bool>(false)
    /// People who have had to do with the office before.
    let people: [InventedPerson]

    init(numbers: RowNumbers, people: [InventedPerson] = []) {
        state = Mutex(State(numbers: numbers))
        self.people = people
    }

    var isOver: Bool { over.load(ordering: .relaxed) }
    func end() { over.store(true, ordering: .relaxed) }

    var counts: OfficeCounts { state.withLock { $0.counts } }
    var trouble: Trouble? { state.withLock { $0.trouble } }
    /// Codes of dossiers that were deleted and committed.
    var deleted: [String] { state.withLock { $0.deleted } }
    func delete(_ code: String) { state.withLock { $0.deleted.append(code) } }
    var lastDossier: Int64 { state.withLock { $0.numbers.dossier } }

    func count(_ body: (inout OfficeCounts) -> Void) { state.withLock { body(&$0.counts) } }

    func numbers<Value>(_ body: (inout RowNumbers) -> Value) -> Value {
        state.withLock { body(&$0.numbers) }
    }

    /// The first trouble ends the work of all.
    func fail(_ trouble: Trouble) {
        state.withLock { if $0.trouble == nil { $0.trouble = trouble } }
        end()
    }
}

/// What the office did.
package struct OfficeCounts: Sendable, Equatable {
    package var arrivals = 0
    package var steps = 0
    package var files = 0
    package var results = 0
    package var payments = 0
    package var supplements = 0
    package var corrections = 0
    package var mendings = 0
    package var mappings = 0
    /// Changes that moved no timestamp, and dossiers deleted.
    package var silent = 0
    package var deletions = 0
    package var committedLate = 0
    package var rolledBack = 0
    /// Given up because another transaction was in the way.
    package var collisions = 0

    package var line: String {
        """
        mới/new \(arrivals) · bước/steps \(steps) · tệp/files \(files) · kết quả/results \(results) \
        · phí/fees \(payments) · bổ sung/supplements \(supplements) · sửa/corrections \(corrections) \
        · gỡ/mended \(mendings)+\(mappings) · lặng/silent \(silent) · xoá/deleted \(deletions) · muộn/late \(committedLate) · huỷ/rolled back \(rolledBack)
        """
    }
}
