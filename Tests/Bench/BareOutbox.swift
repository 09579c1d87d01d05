import Foundation
import SQLite

/// The least that a durable outbox has to write, as a program of its own so that the kernel counts its CPU: a body
/// recorded, a ledger line, the body removed; fifty of each a commit, each commit on disk, with the settings of the
/// state store. No order, no key, no seal, no index beside the two tables' own.
enum BareOutbox {
    static let group = 50

    /// `bench --outbox FOLDER DELIVERIES BYTES`
    static func run(_ words: [String]) throws {
        guard words.count == 3, let wanted = Int(words[1]), let bytes = Int(words[2]) else {
            throw Broken(description: "bench --outbox FOLDER DELIVERIES BYTES")
        }
        let path = "\(words[0])/bare-\(UUID().uuidString).sqlite"
        defer {
            for end in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: path + end)
            }
        }
        let db = try Database(path: path, mode: .create)
        try db.execute(
            """
            PRAGMA page_size = 16384;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA cache_size = -8192;
            PRAGMA wal_autocheckpoint = 1024;
            CREATE TABLE delivery (id INTEGER PRIMARY KEY, lane INTEGER, key BLOB, body BLOB);
            CREATE TABLE ledger (seq INTEGER PRIMARY KEY, at INTEGER, delivery INTEGER, outcome INTEGER,
                request BLOB, response BLOB);
            """)
        let record = try db.prepare("INSERT INTO delivery VALUES (?1, ?1, ?2, ?3)")
        let note = try db.prepare("INSERT INTO ledger VALUES (?1, ?1, ?1, 1, ?2, ?2)")
        let settle = try db.prepare("DELETE FROM delivery WHERE id = ?1")
        let body = [UInt8](repeating: 7, count: bytes)
        let key = [UInt8](repeating: 9, count: 32)
        let half = [UInt8](repeating: 9, count: 16)
        let began = Program.now()
        var first = 1
        while first <= wanted {
            let ids = first..<min(first + group, wanted + 1)
            try db.transaction {
                for id in ids {
                    record.bind(1, id)
                    record.bind(2, key)
                    try record.run(borrowing: body, at: 3)
                }
                // What the commit before has recorded is answered.
                for id in ids.lowerBound - group..<ids.lowerBound where id > 0 {
                    note.bind(1, id)
                    note.bind(2, half)
                    try note.run()
                    settle.bind(1, id)
                    try settle.run()
                }
            }
            first = ids.upperBound
        }
        print("\(Program.now() - began)")
    }
}
