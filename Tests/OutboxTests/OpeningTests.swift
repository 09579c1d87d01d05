import Foundation
import Operating
import SQLite
import Testing
import Wire

@testable import Outbox

@Suite("Opening a store") struct OpeningTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func trouble(_ code: String, _ body: () throws -> Void) throws -> Trouble {
        let trouble = try #require(throws: Trouble.self) { try body() }
        #expect(trouble.code == code)
        #expect(!trouble.vietnamese.isEmpty && !trouble.fix.isEmpty)
        return trouble
    }

    @Test("makes a durable one that only its owner can read, and keeps its epoch")
    func make() throws {
        let epoch = fixture.store.epoch
        #expect(epoch.count == 16)
        let db = fixture.store.db
        #expect(try db.text("PRAGMA journal_mode") == "wal")
        #expect(try db.integer("PRAGMA synchronous") == 2)
        #expect(try db.integer("PRAGMA page_size") == 16384)
        #expect(try db.integer("PRAGMA foreign_keys") == 1)
        var information = stat()
        #expect(stat("\(fixture.directory)/state.sqlite", &information) == 0)
        #expect(information.st_mode & 0o777 == 0o600)
        #expect(stat("\(fixture.directory)/state.sqlite-wal", &information) == 0)
        #expect(information.st_mode & 0o777 == 0o600)
        try fixture.crash()
        #expect(fixture.store.epoch == epoch)
        #expect(try StoreFixture().store.epoch != epoch)
    }

    @Test("is refused to a second daemon, by its process number, and granted when the first ends")
    func twoDaemons() throws {
        let refused = try trouble("LT-4002") { _ = try fixture.open() }
        #expect(refused.exit == .temporaryFailure)
        #expect(refused.english.contains("pid \(getpid())"))
        #expect(try fixture.reader().status(now: fixture.now).daemon == getpid())
        fixture.close()
        #expect(try fixture.reader().status(now: fixture.now).daemon == nil)
        _ = try fixture.open()
    }

    @Test("with another key is refused and changes nothing")
    func wrongKey() throws {
        try fixture.record(dossier("H1", state: "A"))
        fixture.close()
        let other = [UInt8](repeating: 8, count: 32)
        _ = try trouble("LT-4009") {
            _ = try Store.open(directory: fixture.directory, key: other, now: fixture.now)
        }
        _ = try trouble("LT-4009") {
            _ = try StoreReader(directory: fixture.directory, key: other)
        }
        _ = try trouble("LT-4010") {
            _ = try Store.open(directory: fixture.directory, key: [1], now: fixture.now)
        }
        _ = try StoreReader(directory: fixture.directory, key: StoreFixture.key)
        try fixture.crash()
        #expect(try fixture.claimOne().text == "A")
    }

    @Test("of a newer version is refused and changes nothing")
    func newer() throws {
        try fixture.store.db.execute("PRAGMA user_version = 99")
        fixture.close()
        let refused = try trouble("LT-4008") { _ = try fixture.open() }
        #expect(refused.english.contains("99"))
        _ = try trouble("LT-4008") { _ = try fixture.reader() }
        let path = "\(fixture.directory)/state.sqlite"
        #expect(try Database(path: path, mode: .readOnly).integer("PRAGMA user_version") == 99)
    }

    @Test("says that the file is damaged, or another program's, and leaves it as it is")
    func damaged() throws {
        fixture.close()
        let path = "\(fixture.directory)/state.sqlite"
        let garbage = Data(repeating: 0x41, count: 70_000)
        try garbage.write(to: URL(fileURLWithPath: path))
        _ = try trouble("LT-4006") { _ = try fixture.open() }
        _ = try trouble("LT-4006") { _ = try fixture.reader() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == garbage)

        unlink(path)
        try Database(path: path, mode: .create).execute("CREATE TABLE theirs (a)")
        _ = try trouble("LT-4006") { _ = try fixture.open() }
        #expect(
            try Database(path: path, mode: .readOnly).integer("SELECT count(*) FROM theirs") == 0)
    }

    @Test("finds damage inside when it is looked for")
    func damageInside() throws {
        for number in 1...200 {
            try fixture.record(
                dossier("H\(number)", key: Int64(number), state: String(repeating: "x", count: 900))
            )
        }
        #expect(try fixture.reader().findDamage() == nil)
        fixture.close()
        let path = "\(fixture.directory)/state.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try #require(bytes.count > 16384 * 8)
        for offset in (16384 * 5)..<(16384 * 8) { bytes[offset] = 0x5A }
        try bytes.write(to: URL(fileURLWithPath: path))
        let finding: String?
        do {
            finding = try fixture.reader().findDamage()
        } catch let failure as StoreFailure {
            #expect(failure.kind == .corrupt && failure.trouble.code == "LT-4006")
            finding = failure.cause.message
        }
        #expect(finding != nil)
    }

    @Test("needs a directory that can be made and written")
    func directory() throws {
        _ = try trouble("LT-4001") {
            _ = try Store.open(
                directory: "\(fixture.scratch.path)/a/b", key: StoreFixture.key, now: fixture.now)
        }
        _ = try trouble("LT-4011") {
            _ = try StoreReader(directory: "\(fixture.scratch.path)/none")
        }
    }

    @Test("on a read-only disk is refused, and what was open there fails as read-only")
    func readOnly() throws {
        let disk = try #require(SmallDisk(megabytes: 8), "mounting a tmpfs needs root")
        let directory = "\(disk.path)/state"
        var store: Store? = try Store.open(
            directory: directory, key: StoreFixture.key, now: fixture.now)
        _ = try store?.transaction {
            try store?.record(CaptureBatch(dossiers: [dossier("H1", state: "A")]), now: fixture.now)
        }
        store = nil
        #expect(disk.makeReadOnly())
        _ = try trouble("LT-4004") {
            _ = try Store.open(directory: directory, key: StoreFixture.key, now: fixture.now)
        }
    }

    @Test("fails on a full disk without losing anything, and goes on when there is room")
    func full() throws {
        let disk = try #require(SmallDisk(megabytes: 8), "mounting a tmpfs needs root")
        let store = try Store.open(
            directory: "\(disk.path)/state", key: StoreFixture.key, now: fixture.now)
        func record(_ number: Int) throws {
            let batch = CaptureBatch(
                cursors: [CursorMove(name: "at", value: "\(number)")],
                dossiers: [
                    dossier(
                        "H\(number)", key: Int64(number), state: String(repeating: "x", count: 9000)
                    )
                ])
            _ = try store.transaction { try store.record(batch, now: fixture.now) }
        }
        try record(1)
        disk.fill()
        var recorded = 1
        let failure = try #require(throws: StoreFailure.self) {
            while recorded < 1000 {
                try record(recorded + 1)
                recorded += 1
            }
        }
        #expect(failure.kind == .full && failure.isPassing && failure.trouble.code == "LT-4003")
        #expect(try store.cursors() == ["at": "\(recorded)"])
        #expect(store.depth == Int64(recorded))
        disk.free()
        try record(recorded + 1)
        #expect(store.depth == Int64(recorded + 1))
        let claimed = try store.transaction {
            try store.claim(
                StoreFixture.portal, limit: 2000, freshShare: 1, now: fixture.now)
        }
        #expect(claimed.count == recorded + 1)
    }

    @Test("on a full disk says so")
    func fullAtOpen() throws {
        let disk = try #require(SmallDisk(megabytes: 1), "mounting a tmpfs needs root")
        mkdir("\(disk.path)/state", 0o700)
        disk.fill()
        _ = try trouble("LT-4003") {
            _ = try Store.open(
                directory: "\(disk.path)/state", key: StoreFixture.key, now: fixture.now)
        }
    }

    @Test("says that another program holds the lock, and goes on when it lets go")
    func locked() throws {
        let path = "\(fixture.directory)/state.sqlite"
        let other = try Database(path: path, mode: .readWrite)
        try fixture.store.db.execute("PRAGMA busy_timeout = 1")
        try other.transaction {
            let failure = try #require(throws: StoreFailure.self) {
                try fixture.record(dossier("H1", state: "A"))
            }
            #expect(failure.kind == .busy && failure.isPassing)
        }
        #expect(try fixture.record(dossier("H1", state: "A")).created == 1)
    }
}
