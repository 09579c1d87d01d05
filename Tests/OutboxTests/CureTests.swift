import Foundation
import Operating
import SQLite
import Testing
import Wire

@testable import Outbox

/// What is printed of a store that cannot be used, carried out.
@Suite("The cure of a state store") struct CureTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private var path: String { "\(fixture.directory)/state.sqlite" }

    private func trouble(_ code: String, _ body: () throws -> Void) throws -> Trouble {
        let trouble = try #require(throws: Trouble.self) { try body() }
        #expect(trouble.code == code)
        return trouble
    }

    private func open(_ directory: String, key: [UInt8] = StoreFixture.key) throws {
        _ = try Store.open(directory: directory, key: key, now: fixture.now)
    }

    @Test("whose folder cannot be made: it is made")
    func folder() throws {
        let place = "\(fixture.scratch.path)/a/b"
        let found = try trouble("LT-4001") { try open(place) }
        #expect(found.fix.hasPrefix("Create it and let the service's user write there"))
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: true)
        try open(place)
    }

    @Test(
        "that is damaged: the backup is put back, or the folder moved away",
        arguments: [true, false])
    func damaged(_ hasBackup: Bool) throws {
        try fixture.record(dossier("H1", state: "A"))
        fixture.close()
        let backup = try Data(contentsOf: URL(filePath: path))
        try Data(repeating: 0x41, count: 70_000).write(to: URL(filePath: path))
        let found = try trouble("LT-4006") { _ = try fixture.open() }
        #expect(found.fix.contains("keep the file for recovery and restore a backup"))
        #expect(found.fix.contains("or move the whole directory away to start anew"))
        if hasBackup {
            try FileManager.default.moveItem(atPath: path, toPath: path + ".damaged")
            try backup.write(to: URL(filePath: path))
            try fixture.crash()
            #expect(try fixture.claimOne().text == "A")
        } else {
            #expect(rename(fixture.directory, fixture.directory + ".damaged") == 0)
            try fixture.crash()
            #expect(try fixture.claim().isEmpty)
        }
    }

    @Test("that another key sealed: the right one")
    func key() throws {
        try fixture.record(dossier("H1", state: "A"))
        fixture.close()
        let found = try trouble("LT-4009") {
            try open(fixture.directory, key: [UInt8](repeating: 8, count: 32))
        }
        #expect(found.fix == "Give the right key in the credential state-key; nothing was changed.")
        try fixture.crash()
        #expect(try fixture.claimOne().text == "A")
    }

    @Test("whose key is too short: the command that is printed makes one")
    func shortKey() throws {
        let found = try trouble("LT-4010") { try open(fixture.directory + "-other", key: [1]) }
        let command = try #require(found.fix.firstMatch(of: /: (head .+)$/))
        let pipe = try #require(popen(String(command.1), "r"))
        var digits: [Character] = []
        while case let byte = fgetc(pipe), byte != EOF {
            digits.append(Character(UnicodeScalar(UInt8(truncatingIfNeeded: byte))))
        }
        #expect(pclose(pipe) == 0)
        #expect(digits.count == 64)
        let key = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
        try open(fixture.directory + "-other", key: key)
    }

    @Test("that is not there yet: the daemon is started once")
    func start() throws {
        let place = fixture.directory + "-other"
        let missing = try trouble("LT-4011") { _ = try StoreReader(directory: place) }
        #expect(missing.fix.hasPrefix("Start the daemon once (lienthongd run)"))
        try open(place)
        _ = try StoreReader(directory: place)
    }

    @Test("that a version before this one has left: the daemon is started anew", arguments: [1, 2])
    func older(_ versions: Int) throws {
        let place = fixture.directory + "-old"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        do {
            let db = try Database(path: "\(place)/state.sqlite", mode: .create)
            try db.execute(
                "PRAGMA page_size = 16384; PRAGMA application_id = \(StoreSchema.applicationID)")
            try migrate(db, StoreSchema.migrations.dropLast(versions))
            // What only its own opening writes: its epoch, and what it remembers of its key.
            try db.execute(
                """
                ATTACH '\(path)' AS new;
                INSERT INTO meta SELECT * FROM new.meta
                    WHERE name IN ('epoch', 'key_check', 'created_at');
                DETACH new;
                """)
        }
        let found = try trouble("LT-4012") { _ = try StoreReader(directory: place) }
        #expect(found.fix.hasSuffix("systemctl restart lienthongd"))
        try open(place)
        _ = try StoreReader(directory: place)
    }
}
