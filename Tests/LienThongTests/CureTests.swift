import Foundation
import Glibc
import Outbox
import TestSupport
import Testing
import Wire

extension Road {
    /// The troubles that `check` tells in one run.
    fileprivate func troubles(
        _ words: String..., user: uid_t? = nil
    ) async throws -> [(code: String, fix: String)] {
        let check = try await start(["check", "--json"] + words, user: user).end()
        expectDiscretion(check.errors + check.output)
        let json = try JSONValue(parsing: Array(check.output.utf8))
        return (json["troubles"]?.items ?? []).map {
            ($0["code"]?.text ?? "", $0["fixEn"]?.text ?? "")
        }
    }

    /// Runs a command as it is printed.
    fileprivate func shell(_ command: some StringProtocol) async throws -> Finished {
        try await Child(["-c", String(command)], in: scratch, program: "/bin/sh").end()
    }

    /// What a command prints as the cure, in English.
    fileprivate func fix(_ finished: Finished) throws -> String {
        let lines = finished.errors.split(separator: "\n").map(String.init)
        let fixes = lines.filter { $0.hasPrefix("  → ") }
        return String(try #require(fixes.last, "\(finished.errors)").dropFirst(4))
    }
}

/// What is printed, done as it is printed; and the trouble is gone.
@Suite("A cure", .inTurns) struct CureTests {
    @Test("of a destination that cannot be reached, and of a pass that is not complete for it")
    func unreachable() async throws {
        let road = try await Road(dossiers: 5)
        let found = try await road.troubles()
        try #require(found.map(\.code) == ["LT-1013", "LT-1013"])
        #expect(found[0].fix.hasPrefix("Check destinations.population.url, the firewall"))
        #expect(found[1].fix.hasPrefix("Check destinations.portal.url, the firewall"))
        let once = try await road.run("run", "--once")
        expectTrouble(once, "LT-6015", exit: 75, saying: ["lienthongd check"])
        try await road.startPortal()
        #expect(try await road.troubles().isEmpty)
        #expect(try await road.run("run", "--once").status == 0)
        try await road.expectEqualEnds()
    }

    @Test("of a state directory that cannot be made: the command that is printed")
    func folder() async throws {
        let road = try await Road(dossiers: 5)
        try road.configure { $0.replacing(road.state, with: road.scratch.file("no/such/state")) }
        let found = try await road.troubles("--offline")
        try #require(found.map(\.code) == ["LT-1011"])
        let command = try #require(found[0].fix.firstMatch(of: /: (install .+)$/))
        #expect(try await road.shell(command.1).status == 0)
        #expect(try await road.troubles("--offline").isEmpty)
    }

    @Test("of a lost state key without a backup: the folder is moved away, and nothing comes twice")
    func lostKey() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        #expect(try await road.run("run", "--once").status == 0)
        unlink("\(road.state)/state.key")
        let run = try await road.run("run", "--once")
        expectTrouble(run, "LT-1308", exit: 78)
        #expect(
            try road.fix(run).hasSuffix("move the state directory away to start anew."))
        rename(road.state, road.state + ".away")
        #expect(try await road.run("run", "--once").status == 0)
        try await road.expectEqualEnds()
        #expect(try await road.portal?.counter("duplicate_steps") == 0)
    }

    @Test("of a source file that is damaged: the command that looks, and the backup put back")
    func damagedSource() async throws {
        let road = try await Road(dossiers: 5)
        try await road.startPortal()
        let copy = road.scratch.file("office.sqlite")
        try road.change("VACUUM INTO '\(copy)'")
        for ending in ["-wal", "-shm"] { unlink(road.database + ending) }
        try String(repeating: "giấy tờ ", count: 1000).write(
            toFile: road.database, atomically: false, encoding: .utf8)
        let found = try await road.troubles()
        try #require(found.map(\.code) == ["LT-3008"])
        let command = try #require(found[0].fix.firstMatch(of: /: (sqlite3 .+'PRAGMA \w+')\./))
        let looked = try await road.shell(command.1)
        #expect(!looked.output.hasPrefix("ok"))
        #expect(found[0].fix.contains("put the office's backup back"))
        unlink(road.database)
        rename(copy, road.database)
        #expect(try await road.shell(command.1).output.hasPrefix("ok"))
        #expect(try await road.troubles().isEmpty)
    }

    @Test(
        "of secrets and a store that are somebody else's: sudo, or the command that is printed",
        .enabled(if: getuid() == 0))
    func rights() async throws {
        let road = try await Road(dossiers: 5)
        let nobody: uid_t = 65_534
        chmod(road.configuration, 0o644)
        chmod(road.scratch.file("credentials"), 0o755)
        let found = try await road.troubles("--offline", user: nobody)
        let secrets = found.filter { $0.code == "LT-1304" }
        #expect(secrets.count == 3, "\(found)")
        // With the rights of root there is no such trouble.
        #expect(secrets.allSatisfy { $0.fix.hasPrefix("Run the command again with sudo;") })
        #expect(try await road.troubles("--offline").isEmpty)
        for secret in secrets {
            let command = try #require(secret.fix.firstMatch(of: /: (chown nobody .+)$/))
            #expect(try await road.shell(command.1).status == 0)
        }
        let left = try await road.troubles("--offline", user: nobody)
        #expect(!left.contains { $0.code == "LT-1304" }, "\(left)")
    }

    @Test("of a list that is none: saved as it says, headed as it says, split as it says")
    func lists() async throws {
        let road = try await Road(dossiers: 5)
        try await road.startPortal()
        #expect(try await road.run("run", "--once").status == 0)
        let code = try #require(try road.texts("SELECT code FROM dossier").first)
        let list = road.scratch.file("list.csv")
        func request() async throws -> Finished { try await road.run("resync", "--list", list) }

        try road.scratch.write("list.csv", "PK\u{3}\u{4}không phải bảng tính")
        let unreadable = try await request()
        expectTrouble(unreadable, "LT-6110", exit: 66, saying: ["CSV in UTF-8"])
        try road.scratch.write("list.csv", "Mã hồ sơ\r\n\r\n")
        let empty = try await request()
        expectTrouble(empty, "LT-6112", exit: 65, saying: ["headed MaHoSo"])
        try road.scratch.write("list.csv", "STT;MaHoSo\r\n1;\(code)\r\n")
        #expect(try await request().status == 0)

        let many = (1...50_001).map { "H21.1-260101-\($0)" }
        try road.scratch.write("list.csv", many.joined(separator: "\n"))
        expectTrouble(try await request(), "LT-6113", exit: 65, saying: ["Split it"])
        for part in [many.prefix(50_000), many.suffix(1)] {
            try road.scratch.write("list.csv", part.joined(separator: "\n"))
            #expect(try await request().status == 0)
        }

        #expect(try await road.run("resync", "--all").status == 0)
        let number = try #require(try await road.json("resync", "--requests").items?.first?["id"])
        let results = try await road.run("resync", "--results", number.text ?? "")
        expectTrouble(results, "LT-6114", exit: 65)
        let progress = try #require(try road.fix(results).firstMatch(of: /: lienthongd (.+)$/))
        let shown = try await road.start(progress.1.split(separator: " ").map(String.init)).end()
        #expect(shown.status == 0 && shown.output.contains("#\(number.text ?? "?") "))
    }

    @Test(
        "of a word without a mapping: the table, and a reload", arguments: ["LT-2004", "LT-2005"])
    func mappings(_ rule: String) async throws {
        let road = try await Road(dossiers: 6)
        try await road.startPortal()
        let isStatus = rule == "LT-2004"
        let table = road.scratch.file("codes/\(isStatus ? "status" : "procedures").json5")
        let words = try String(contentsOfFile: table, encoding: .utf8)
        let codes = try road.texts(
            "SELECT code || '|' || national_code FROM procedure WHERE national_code IS NOT NULL")
        if isStatus {
            try words.replacing(/statuses: \{[^}]*\}/, with: "statuses: {}").write(
                toFile: table, atomically: false, encoding: .utf8)
        } else {
            try road.change("UPDATE procedure SET national_code = NULL")
        }
        let daemon = try await road.startDaemon()
        try await eventually("all are held") {
            try road.report()?.heldDossiers == 6
        }
        let code = try #require(try road.texts("SELECT code FROM dossier ORDER BY id").first)
        let story = try await road.run("explain", code).output
        #expect(story.contains(rule), "\(story)")
        let cure = try #require(
            story.firstMatch(
                of: /Add the (?:word|code) to (\S+\.json5).*[Tt]hen: systemctl reload lienthongd/),
            "\(story)")
        #expect(cure.1 == table)
        let entries = codes.map {
            let parts = $0.split(separator: "|")
            return "{ local: \"\(parts[0])\", code: \"\(parts[1])\" }"
        }
        try (isStatus ? words : "{ procedures: [\(entries.joined(separator: ", "))] }").write(
            toFile: table, atomically: false, encoding: .utf8)
        // What systemd runs for it.
        #expect(try await road.run("reload").status == 0)
        try await eventually("none is held") {
            try road.report()?.heldDossiers == 0
        }
        try await road.settle()
        #expect(try await road.portal?.counter("dossiers") == 6)
        #expect(try await daemon.terminate().status == 0)
    }
}
