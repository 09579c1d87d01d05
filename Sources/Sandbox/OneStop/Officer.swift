internal import Glibc
internal import Postgres
internal import SQLite
internal import Wire

/// One officer: one change after the other, some in transactions that are left open for a while.
final class Officer {
    /// The first session is for what commits at once, the others for what commits late.
    private let books: [any OfficeBook]
    private let maker: DossierMaker
    private let shared: OfficeShared
    private let lateShare: Double
    private let silentShare: Double
    private let deletionShare: Double
    private var dice: Dice
    /// When the open transaction of each late session commits; nil while it has none.
    private var commits: [Int64?]

    init(
        books: [any OfficeBook], maker: DossierMaker, shared: OfficeShared, lateShare: Double,
        silentShare: Double = 0, deletionShare: Double = 0, dice: Dice
    ) {
        self.silentShare = silentShare
        self.deletionShare = deletionShare
        self.books = books
        self.maker = maker
        self.shared = shared
        self.lateShare = lateShare
        self.dice = dice
        commits = Array(repeating: nil, count: books.count)
    }

    /// Works until the shared end: at the rate on average, with bursts now and then.
    func work(at rate: Double) throws {
        let gap = 1000 / rate
        var due = Double(WallClock.system.now().steady)
        var burst = 0
        while !shared.isOver {
            let now = WallClock.system.now().steady
            try commitDue(now)
            if burst == 0, due > Double(now) {
                usleep(UInt32(min(20, max(1, due - Double(now))) * 1000))
                continue
            }
            if burst > 0 { burst -= 1 } else if dice.happens(0.01) { burst = 10 }
            // What a burst did early is waited for afterwards, and a stall is not made up for.
            due = max(due + gap, Double(now) - 1000)
            try change()
        }
        for index in books.indices where commits[index] != nil { try commit(index) }
    }

    private func commitDue(_ now: Int64) throws {
        for index in books.indices {
            if let due = commits[index], due <= now { try commit(index) }
        }
    }

    private func commit(_ index: Int) throws {
        commits[index] = nil
        try books[index].session.execute("COMMIT")
        shared.count { $0.committedLate += 1 }
    }

    private func change() throws {
        if deletionShare > 0, dice.happens(deletionShare) { return try deletion() }
        if silentShare > 0, dice.happens(silentShare) { return try silentChange() }
        let late = books.indices.dropFirst().first { commits[$0] == nil }
        let index = dice.happens(lateShare) ? late ?? 0 : 0
        let book = books[index]
        let isSQLite = book.session.engine == .sqlite
        do {
            try book.session.execute(isSQLite ? "BEGIN IMMEDIATE" : "BEGIN")
            let count = try OfficeAct(book: book, maker: maker, shared: shared).perform(&dice)
            if dice.happens(0.02) {
                try book.session.execute("ROLLBACK")
                shared.count { $0.rolledBack += 1 }
                return
            }
            shared.count(count)
            if index > 0 {
                commits[index] = WallClock.system.now().steady + Int64(dice.within(800...5000))
            } else {
                try book.session.execute("COMMIT")
            }
        } catch let error where Officer.isCollision(error) {
            try book.session.execute("ROLLBACK")
            shared.count { $0.collisions += 1 }
        }
    }

    /// Deletes a dossier with every row of it, at once.
    private func deletion() throws {
        try alone { book, act in
            guard let dossier = try act.anyDossier(&dice) else { return nil }
            try book.delete(dossier)
            return { [shared] in
                shared.delete(dossier.code)
                shared.count { $0.deletions += 1 }
            }
        }
    }

    /// Changes a row and moves no timestamp, as a hand in the database does.
    private func silentChange() throws {
        try alone { book, act in
            guard let dossier = try act.anyDossier(&dice) else { return nil }
            try book.changeSilently(dossier, "Sửa tay \(dice.within(1...99_999))")
            return { [shared] in shared.count { $0.silent += 1 } }
        }
    }

    /// A transaction of its own; what the body returns is done once it is committed.
    private func alone(_ body: (any OfficeBook, OfficeAct) throws -> (() -> Void)?) throws {
        let book = books[0]
        do {
            try book.session.execute(book.session.engine == .sqlite ? "BEGIN IMMEDIATE" : "BEGIN")
            let done = try body(book, OfficeAct(book: book, maker: maker, shared: shared))
            try book.session.execute("COMMIT")
            done?()
        } catch let error where Officer.isCollision(error) {
            try book.session.execute("ROLLBACK")
            shared.count { $0.collisions += 1 }
        }
    }

    private static func isCollision(_ error: any Error) -> Bool {
        switch error {
        case let error as PostgresError: error.isConflict || error.isTimeout
        case let error as SQLiteError: error.isBusy
        default: false
        }
    }
}
