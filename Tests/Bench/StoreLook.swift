import Foundation
import SQLite

/// A look into a daemon's store from beside it.
struct StoreLook {
    private let db: Database

    init(_ post: Post) throws {
        db = try Database(path: post.store, mode: .readOnly)
        // A look that always starts where the last commit ended.
        try db.execute("PRAGMA query_only = ON")
    }

    var acknowledged: Int { get throws { try number("SELECT total(acknowledged) FROM flight") } }
    var attempts: Int { get throws { try number("SELECT total(attempts) FROM flight") } }
    var queued: Int { get throws { try number("SELECT total(owed) FROM flight") } }
    /// Deliveries that go on by themselves: not parked, not behind what is parked.
    var moving: Int {
        get throws { try number("SELECT count(*) FROM lane WHERE head_state IN (0, 2)") }
    }
    /// When the ledger's last line was written, in milliseconds since 1970.
    var lastLineAt: Int {
        get throws {
            try number(
                "SELECT coalesce(max(at), 0) FROM (SELECT at FROM ledger ORDER BY seq DESC LIMIT 200)"
            )
        }
    }
    var pages: Int { get throws { try number("PRAGMA page_count") } }
    var freePages: Int { get throws { try number("PRAGMA freelist_count") } }
    var pageBytes: Int { get throws { try number("PRAGMA page_size") } }

    /// Waits until something was sent and nothing more is about to be.
    ///
    /// Capture says that a walk is over before its last page is on disk, so one look is not enough.
    func waitUntilSettled(within seconds: Double) throws {
        var quiet = 0
        try StoreLook.wait(until: "everything is sent", within: seconds, every: 50) {
            quiet = try moving == 0 && acknowledged > 0 ? quiet + 1 : 0
            return quiet == 10
        }
    }

    private func number(_ sql: String) throws -> Int { Int(try db.integer(sql) ?? 0) }

    /// Waits until something holds, asked every few milliseconds.
    static func wait(
        until what: String, within seconds: Double, every milliseconds: UInt32 = 5,
        _ holds: () throws -> Bool
    ) throws {
        let deadline = Program.now() + seconds
        while try !holds() {
            guard Program.now() < deadline else {
                throw Broken(description: "not within \(seconds) s: \(what)")
            }
            usleep(milliseconds * 1000)
        }
    }
}
