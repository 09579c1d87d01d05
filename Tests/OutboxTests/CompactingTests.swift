import Dossiers
import Foundation
import Glibc
import SQLite
import Testing
import Wire

@testable import Outbox

@Suite("A store that had a backlog") struct CompactingTests {
    let fixture: StoreFixture
    private var path: String { "\(fixture.directory)/state.sqlite" }

    /// Some 2 MiB of bodies were delivered.
    init() throws {
        fixture = try StoreFixture()
        for start in stride(from: 1, to: 500, by: 50) {
            var batch = CaptureBatch()
            batch.dossiers = (start..<start + 50).map {
                dossier("H\($0)", key: Int64($0), state: String(repeating: "\($0) ", count: 1200))
            }
            _ = try fixture.store.transaction { try fixture.store.record(batch, now: fixture.now) }
        }
        _ = try fixture.drain()
        try #require(try fixture.portal().acknowledged == 500)
    }

    private func pages() throws -> (all: Int64, free: Int64) {
        let db = fixture.store.db
        return (
            try db.integer("PRAGMA page_count") ?? 0, try db.integer("PRAGMA freelist_count") ?? 0
        )
    }

    private func size() -> Int64 {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int64(facts.st_size) : 0
    }

    private func isSound() throws -> Bool {
        try fixture.store.db.text("PRAGMA integrity_check") == "ok"
            && fixture.reader().verifyLedger().brokenAt == nil
    }

    @Test("gives what it used back, by portions, and keeps every row")
    func gives() throws {
        let before = try pages()
        try #require(before.free > 64 && before.free > before.all / 2)
        let lines = try fixture.lines()
        var portions = 0
        while try fixture.store.compact() { portions += 1 }
        #expect(portions > 0)
        let after = try pages()
        #expect(after.free <= 16)
        #expect(after.all <= before.all - before.free + 16)
        #expect(size() == after.all * 16384)
        #expect(try isSound())
        #expect(try fixture.lines() == lines)
        // What is left is no reason to begin again.
        #expect(try !fixture.store.compact())
    }

    @Test("is whole when the machine dies between two portions")
    func crash() throws {
        let lines = try fixture.lines()
        let before = try pages()
        #expect(try fixture.store.compact())
        // As the disk is at this moment, with the log and without the process.
        let copy = "\(fixture.scratch.path)/copy.sqlite"
        for suffix in ["", "-wal"] {
            let bytes = FileManager.default.contents(atPath: path + suffix)
            #expect(FileManager.default.createFile(atPath: copy + suffix, contents: bytes))
        }
        let db = try Database(path: copy, mode: .readWrite)
        #expect(try db.text("PRAGMA integrity_check") == "ok")
        #expect(try db.integer("PRAGMA page_count") ?? 0 < before.all)
        #expect(try db.integer("SELECT count(*) FROM ledger") == Int64(lines.count))
        #expect(try db.integer("SELECT count(*) FROM lane") == 500)
        try fixture.crash()
        while try fixture.store.compact() {}
        #expect(try pages().free <= 16)
        #expect(try isSound())
        #expect(try fixture.lines() == lines)
    }

    @Test("of an earlier version learns to give back when it is opened, if it is small")
    func adopts() throws {
        while try fixture.store.compact() {}
        let lines = try fixture.lines()
        fixture.close()
        do {
            let db = try Database(path: path, mode: .readWrite)
            try db.execute("PRAGMA auto_vacuum = NONE; VACUUM")
            #expect(try db.integer("PRAGMA auto_vacuum") == 0)
        }
        try fixture.crash()
        #expect(try fixture.store.db.integer("PRAGMA auto_vacuum") == 2)
        #expect(fixture.store.keepsPageMaps)
        #expect(try isSound())
        #expect(try fixture.lines() == lines)
    }
}
