import Dossiers
import Operating
import Outbox
import TestSupport
import Testing
import Wire

@testable import Capture

/// Rows that change past the triggers: found by their times, counted, told, and the end of the trust.
@Suite("A feed that is blind")
struct BlindFeedTests {
    private func bench(_ kind: SourceKind, sweep: Bool = false) throws -> (Bench, SourceReader) {
        let bench = try Bench(kind)
        try bench.office.installFeed()
        try bench.office.execute(dossiers(bench.office, 1...40))
        let reader = try bench.reader { settings in
            if sweep { settings.sweepPeriodMilliseconds = 120_000 }
        }
        bench.settle(reader)
        // A change that the feed tells, so that there is something to compare with.
        try bench.office.execute(bench.office.correct(1, summary: "Lần đầu"))
        bench.poll(reader)
        // The net's first place.
        bench.office.pass(seconds: 5)
        bench.settle(reader)
        bench.recorder.batches = []
        return (bench, reader)
    }

    /// Everything in one session whose triggers do not fire.
    private func pastTriggers(_ bench: Bench, _ sql: String) throws {
        switch bench.office.kind {
        case .referenceSQLite:
            let clerk = try bench.office.anotherClerk()
            let triggers = try #require(
                try clerk.text(
                    "SELECT group_concat(sql, ';' || char(10)) FROM sqlite_schema WHERE type = 'trigger'"
                ))
            let names = try #require(
                try clerk.text(
                    "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_schema WHERE type = 'trigger'"
                ))
            // As by a program that has switched triggers off in its own connection.
            try bench.office.execute("BEGIN;" + names + ";" + sql + triggers + ";COMMIT;")
        default:
            let table = bench.office.header.table
            try bench.office.execute(
                "BEGIN; ALTER TABLE \(table) DISABLE TRIGGER USER;" + sql
                    + "ALTER TABLE \(table) ENABLE TRIGGER USER;"
                    + "ALTER TABLE \(table) ENABLE ALWAYS TRIGGER lienthongd_\(table); COMMIT;")
        }
    }

    @Test("is found out by the times of what it does not tell", arguments: SourceKind.allCases)
    func net(_ kind: SourceKind) async throws {
        let (bench, reader) = try bench(kind)
        try pastTriggers(bench, bench.office.correct(7, summary: "Đi vòng"))
        bench.poll(reader)
        #expect(bench.recorder.keysRecorded.isEmpty)
        bench.office.pass(seconds: 660)
        bench.settle(reader)
        #expect(bench.recorder.keysRecorded == keys([7]))
        // Whatever another test has open on the shared server holds the judgement back until it ends.
        try await eventually("the feed is accused") {
            if reader.standing.feedTrouble != nil { return true }
            bench.office.pass(seconds: 660)
            bench.settle(reader)
            return false
        }
        #expect(reader.standing.feedTrouble?.code == "LT-3015")
        #expect(reader.standing.feedTrouble?.english.hasPrefix("1 changes") == true)
        #expect(reader.standing.net == "overlap")
        #expect(bench.events.count(.feedLost) == 1)
        // From now on times are gone by at every look, and what is told without them still counts.
        bench.recorder.batches = []
        try pastTriggers(bench, bench.office.correct(8, summary: "Đi vòng nữa"))
        try await eventually("what moved its time is found at a look") {
            bench.poll(reader)
            return bench.recorder.keysRecorded.contains(SourceKey(8))
        }
        // A daemon that starts anew does not trust it either.
        let next = try bench.reader()
        bench.settle(next)
        #expect(next.standing.feedTrouble?.code == "LT-3015")
        // Installed anew, as the cure says, it is another feed; what is there already is not installed again.
        let cure = try #require(next.standing.feedTrouble?.fix)
        #expect(cure.hasSuffix("then: lienthongd source uninstall, lienthongd source install"))
        _ = try bench.office.installer().uninstall()
        try bench.office.installFeed()
        try await eventually("the new feed is trusted") {
            bench.poll(next)
            return next.standing.feedTrouble == nil && next.standing.net == "feed"
        }
    }

    @Test("is not accused of what it told", arguments: SourceKind.allCases)
    func innocent(_ kind: SourceKind) throws {
        let (bench, reader) = try bench(kind)
        for round in 0..<5 {
            let clerk = try bench.office.anotherClerk()
            let holdsOpen = kind != .referenceSQLite
            if holdsOpen {
                try clerk.execute("BEGIN;" + bench.office.correct(20, summary: "Lâu \(round)"))
            }
            try bench.office.execute(
                bench.office.correct(round + 2, summary: "Lần \(round)")
                    + bench.office.insertStep(100 + round, dossier: 30)
                    + bench.office.insertDossier(100 + round)
                    + bench.office.deleteDossier(35 + round))
            bench.poll(reader)
            bench.office.pass(seconds: 700)
            bench.settle(reader)
            if holdsOpen { try clerk.execute("COMMIT") }
            bench.poll(reader)
        }
        bench.office.pass(seconds: 700)
        bench.settle(reader)
        #expect(reader.standing.feedTrouble == nil)
        #expect(reader.standing.net == "feed")
    }

    @Test(
        "is found out by the sweep, where no time has moved, and trusted again after a clean round")
    func sweep() throws {
        let (bench, reader) = try bench(.referencePostgres, sweep: true)
        func round() {
            for _ in 0..<130 {
                bench.office.pass(seconds: 1)
                bench.settle(reader)
            }
        }
        round()
        #expect(reader.standing.feedTrouble == nil)
        try pastTriggers(bench, "UPDATE dossier SET summary = 'Lặng lẽ' WHERE id = 9;")
        round()
        #expect(bench.recorder.keysRecorded.contains(SourceKey(9)))
        #expect(reader.standing.feedTrouble?.code == "LT-3015")
        for _ in 0..<4 { round() }
        #expect(reader.standing.feedTrouble == nil && reader.standing.net == "feed")
        // What the store finds gone, though the feed told nothing.
        reader.accept(.untold(keys([10, 11, 4_000])))
        #expect(reader.standing.feedTrouble?.english.hasPrefix("2 changes") == true)
    }

    @Test("is not accused when a name in another table changes")
    func renamed() throws {
        let (bench, reader) = try bench(.referencePostgres, sweep: true)
        try bench.office.execute("UPDATE procedure SET name = 'Tên khác';")
        for _ in 0..<300 {
            bench.office.pass(seconds: 1)
            bench.settle(reader)
        }
        #expect(bench.recorder.keysRecorded.count >= 40)
        #expect(reader.standing.feedTrouble == nil)
    }
}

@Suite("The trust in a feed")
struct FeedTrustTests {
    @Test(
        "is kept on disk with its generation",
        arguments: ["", "x", "g|0", "g|-1", "g|a", "g|9223372036854775807"])
    func damaged(_ text: String) {
        #expect(FeedTrust(text: text).text == nil)
    }

    @Test("ends once, counts on, and is another feed's no matter")
    func counts() {
        var trust = FeedTrust(text: nil)
        let feed = FeedMark(generation: "g.1", position: 5)
        #expect(trust.missed([], by: feed) == nil)
        #expect(trust.missed(keys([1, 2]), by: feed)?.errorCode == "LT-3015")
        #expect(trust.missed(keys(3...5), by: feed) == nil)
        #expect(trust.text == "g.1|5")
        var kept = FeedTrust(text: trust.text)
        #expect(!kept.isTrusted(feed) && kept.isTrusted(FeedMark(generation: "g.2", position: 1)))
        #expect(kept.sweptAll(feed) == nil)
        #expect(kept.sweptAll(feed)?.kind == .feedUsed)
        #expect(kept.isTrusted(feed) && kept.text == nil)
    }
}
