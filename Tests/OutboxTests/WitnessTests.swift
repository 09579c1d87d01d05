import Foundation
import Operating
import SQLite
import Testing
import Wire

@testable import Outbox

@Suite("A store and its witness") struct WitnessTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture(hasWitness: true) }

    private func testify() throws {
        #expect(
            try fixture.store.testify(now: Moment(wall: fixture.now, steady: 0), isLast: true)
                == nil)
    }

    private func copy() throws -> String {
        let path = "\(fixture.scratch.path)/copy"
        try fixture.store.db.execute("VACUUM INTO '\(path)'")
        return path
    }

    private func putBack(_ copy: String) throws {
        fixture.close()
        for name in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: "\(fixture.directory)/\(name)")
        }
        try FileManager.default.copyItem(
            atPath: copy, toPath: "\(fixture.directory)/state.sqlite")
        try fixture.crash()
    }

    private var codes: [String] { fixture.store.openingTroubles.map(\.code) }

    @Test("agree after a stop, a crash, and a crash before the witness was written")
    func agree() throws {
        #expect(codes.isEmpty)
        try testify()
        try fixture.record(dossier("H1", state: "A"))
        _ = try fixture.drain()
        try fixture.crash()
        #expect(codes.isEmpty)
        try testify()
        try fixture.crash()
        #expect(codes.isEmpty)
        #expect(fixture.store.generation == 1)
    }

    @Test("tell a copy that was put back, even when only a claim lies between")
    func restored() throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "a")]))
        let copy = try copy()
        let key = try fixture.claimOne().key
        try testify()
        try putBack(copy)
        #expect(codes == ["LT-4031"])
        #expect(fixture.store.generation == 2)
        #expect(try fixture.portal().unconfirmed == 1)
        let claimed = try fixture.claimOne()
        #expect(!claimed.isMet && claimed.existence == .unknown)
        // Under a new key, once the portal was asked: the old one may have been used for it and more since.
        try fixture.settle(
            claimed, .again(at: fixture.now, countsAsAttempt: false), existence: .present,
            holding: .steps(1))
        let again = try fixture.claimOne()
        #expect(again.key != key && again.isMet && !again.isConfirmed)
        try fixture.acknowledge(again)
        // A step is listed that nobody here remembers to have sent: ours is asked for.
        #expect(try fixture.claimOne().isUncertain)
        // Told once.
        try testify()
        try fixture.crash()
        #expect(codes.isEmpty)
        #expect(fixture.store.generation == 2)
    }

    @Test("agree at once about what comes after a quiet time, so that nothing leaves unwitnessed")
    func afterAPause() throws {
        func testify(_ steady: Int64) throws {
            #expect(
                try fixture.store.testify(now: Moment(wall: fixture.now, steady: steady)) == nil)
        }
        try fixture.record(dossier("H1", state: "A"))
        try testify(0)
        let copy = try copy()
        // Nothing happens for a while; then something is sent, and the store is lost in the same second.
        try testify(5_000)
        _ = try fixture.claimOne()
        try testify(5_010)
        try putBack(copy)
        #expect(codes == ["LT-4031"])
    }

    @Test("ask to be heard within a second of what was sent, although nothing follows it")
    func overdue() throws {
        func moment(_ steady: Int64) -> Moment { Moment(wall: fixture.now, steady: steady) }
        try fixture.record(dossier("H1", state: "A"))
        #expect(try fixture.store.testify(now: moment(0)) == nil)
        let copy = try copy()
        _ = try fixture.claimOne()
        // Too soon after the last word: the store says when it is time.
        #expect(try fixture.store.testify(now: moment(300)) == nil)
        #expect(fixture.store.testimonyWait(now: moment(300)) == 700)
        #expect(try fixture.store.testify(now: moment(1_000)) == nil)
        #expect(fixture.store.testimonyWait(now: moment(1_000)) == nil)
        try putBack(copy)
        #expect(codes == ["LT-4031"])
    }

    @Test("tell a store that went another way")
    func diverged() throws {
        try fixture.record(dossier("H1", state: "A"))
        let copy = try copy()
        _ = try fixture.drain()
        try testify()
        try putBack(copy)
        // It goes on from the copy, longer than before, without its witness knowing.
        try FileManager.default.copyItem(
            atPath: fixture.witness ?? "", toPath: "\(fixture.scratch.path)/old")
        for number in 1...9 {
            try fixture.record(dossier("H\(number)", key: Int64(number), state: "B\(number)"))
            _ = try fixture.drain()
        }
        #expect(try fixture.store.memoryReport().cause == .restored)
        let generation = fixture.store.generation
        try fixture.crash()
        #expect(codes == ["LT-4031"])
        #expect(fixture.store.generation == generation + 1)
    }

    @Test("tell a lost store, which trusts nobody then")
    func lost() throws {
        try fixture.record(dossier("H1", state: "A"))
        try testify()
        fixture.close()
        try FileManager.default.removeItem(atPath: fixture.directory)
        try fixture.crash()
        #expect(codes == ["LT-4032"])
        try fixture.record(dossier("H1", state: "A"))
        #expect(try fixture.claimOne().isMet == false)
    }

    @Test("say so when there is no witness, and believe the store")
    func missing() throws {
        try fixture.record(dossier("H1", state: "A"))
        try testify()
        try fixture.crash()
        try Data("damaged".utf8).write(to: URL(filePath: fixture.witness ?? ""))
        try fixture.crash()
        #expect(codes == ["LT-4033"])
        #expect(fixture.store.generation == 1)
        #expect(try fixture.claimOne().isMet)
        // It was restored: what is printed makes everything be asked about, and is told no more.
        let cure = try #require(fixture.store.openingTroubles.first?.fix)
        #expect(cure.contains("lienthongd queue distrust --reason"))
        #expect(try fixture.desk().distrust(reason: "…", now: fixture.now).generation == 2)
        try testify()
        try fixture.crash()
        #expect(codes.isEmpty)
        #expect(try fixture.portal().unconfirmed == 1)
    }

    @Test("cannot be parted by a folder that cannot be written: it is said")
    func unwritable() throws {
        fixture.close()
        let store = try Store.open(
            directory: fixture.directory, key: StoreFixture.key, now: fixture.now,
            witness: "\(fixture.scratch.path)/nowhere/witness")
        let trouble = try store.testify(now: Moment(wall: fixture.now, steady: 0))
        #expect(trouble?.code == "LT-4034")
        // What the cure asks for: a folder that can be written.
        #expect(trouble?.fix.hasPrefix("Let the service's user write there") == true)
        mkdir("\(fixture.scratch.path)/nowhere", 0o700)
        #expect(
            try store.testify(now: Moment(wall: fixture.now, steady: 5_000), isLast: true) == nil)
    }

    @Test("a rolled-back doubt leaves no trace")
    func rolledBack() throws {
        struct Refused: Error {}
        try fixture.record(dossier("H1", state: "A", steps: [(1, "a")]))
        #expect(throws: Refused.self) {
            try fixture.store.transaction {
                try fixture.store.doubt(.told, now: fixture.now)
                throw Refused()
            }
        }
        #expect(fixture.store.generation == 1)
        #expect(try fixture.claimOne().isMet)
    }
}
