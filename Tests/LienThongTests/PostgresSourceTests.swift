import Glibc
import Outbox
import Postgres
import TestSupport
import Testing
import Wire

/// What only a server with other users does to its readers.
@Suite("A daemon whose source is a PostgreSQL server", .inTurns) struct PostgresSourceTests {
    @Test(
        "installs its change feed as the owner, reads it as another, and removes it without a trace"
    )
    func feed() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        let office = try await ServerOffice(road, on: try TestCluster.shared(), dossiers: 10)
        #expect(try await road.json("source", "show")["feed"]?.text == "absent")
        // The daemon's own account may not make triggers, and is told who may.
        let denied = try await road.run("source", "install")
        expectTrouble(denied, "LT-3025", exit: 77, saying: ["--connection"])
        #expect(try await road.json("source", "show")["feed"]?.text == "absent")

        // Installed for somebody else, it is there and can be read, as everybody who dumps the database must.
        let first = try await road.run(
            "source", "install", "--connection", office.owner, "--grant", "postgres")
        #expect(first.status == 0 && first.output.contains("Triggers installed"), "\(first.errors)")
        #expect(try await road.json("source", "show")["feed"]?.text == "ready")
        // The same feed for its own account, found by itself: only the grant is new.
        let second = try await road.run("source", "install", "--connection", office.owner)
        #expect(second.status == 0 && second.output.contains("nothing changed"), "\(second.errors)")
        #expect(try await road.json("source", "show")["feed"]?.text == "ready")
        let printed = try await road.run("source", "install", "--print", "--grant", office.role)
        #expect(printed.output.contains("GRANT SELECT, DELETE ON lienthongd.feed"))
        #expect(printed.output.contains("\"\(office.role)\""))

        let daemon = try await road.startDaemon()
        try await road.settle()
        try office.correctSilently(2)
        try await eventually("what moved no time arrives") {
            try await road.portal?.counter("updated") == 1
        }
        try await eventually("what was recorded is trimmed", within: 180) {
            try office.text("SELECT count(*) FROM lienthongd.feed") == "0"
        }
        let gone = try await road.run("source", "uninstall", "--connection", office.owner)
        #expect(gone.status == 0 && gone.output.contains("nothing is left"), "\(gone.errors)")
        #expect(try office.text("SELECT to_regnamespace('lienthongd') IS NULL") == "t")
        // It is meant, which is no trouble.
        try office.correct(3)
        try await eventually("times are gone by again") {
            try await road.portal?.counter("updated") == 2
        }
        try await eventually("all is well") { try await isWell(road) }
        // Somebody else removes it: that is told, and the cure for it is to say that it is meant.
        #expect(
            try await road.run("source", "install", "--connection", office.owner).status == 0)
        try await eventually("it is used again") {
            try await road.json("status").at(["live", "source", "net"])?.text == "feed"
        }
        try office.run("DROP SCHEMA lienthongd CASCADE")
        try await road.expectTrouble("LT-3020")
        let none = try await road.run("source", "uninstall", "--connection", office.owner)
        #expect(none.status == 0 && none.output.contains("There was none"))
        try await eventually("all is well again") { try await isWell(road) }
        #expect(try await daemon.terminate().status == 0)
        try await office.expectEqualEnds()
    }

    @Test("works through a pooler's one connection, and the office beside it does not notice")
    func pooled() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        let cluster = try TestCluster.shared()
        let office = try await ServerOffice(road, on: cluster, dossiers: 10)
        let pooler = try cluster.makePooler(mode: "transaction")
        let place = pooler.conninfo(String(office.owner.split(separator: "=").last ?? ""))
        try road.configure {
            $0.replacing("\"sqlite\"", with: "\"postgres\"").replacing(road.database, with: place)
        }
        let clerk = try PostgresConnection(place, readOnly: false, applicationName: "office")
        let checked = try await road.run("check")
        #expect(checked.output.contains("through a connection pooler"), "\(checked.output)")
        try clerk.execute("UPDATE dossier SET note = 'vẫn ghi được' WHERE id = 1")
        let daemon = try await road.startDaemon()
        try await road.settle()
        try clerk.execute(
            """
            UPDATE dossier SET note = 'đã bổ sung',
                modified_at = now() AT TIME ZONE 'Asia/Ho_Chi_Minh' WHERE id = 2
            """)
        try await eventually("the correction arrives") {
            try await road.portal?.counter("updated") == 1
        }
        try await eventually("all is well") { try await isWell(road) }
        #expect(try await daemon.terminate().status == 0)
        try clerk.execute("UPDATE dossier SET note = note WHERE id = 3")
        try await office.expectEqualEnds()
    }

    @Test("stays up when its connections are ended, says so, and misses nothing")
    func killed() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        let office = try await ServerOffice(road, on: try TestCluster.shared(), dossiers: 10)
        let daemon = try await road.startDaemon()
        try await road.settle()
        for round in 1...3 {
            let ended = try office.text(
                """
                SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE usename = '\(office.role)') AS ended
                """)
            #expect(ended != "0")
            try office.correct(round)
            try await eventually("the correction arrives") {
                try await road.portal?.counter("updated") == round
            }
        }
        #expect(daemon.errors.contains("event=captureFailed attempt=1 error_code=LT-3001"))
        try await eventually("all is well") { try await isWell(road) }
        #expect(daemon.errors.contains("event=captureRecovered"))
        #expect(try await daemon.terminate().status == 0)
        try await office.expectEqualEnds()
    }

    @Test("reads on from a server that became read-only, keeps the answers, and writes them later")
    func readOnly() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        let cluster = try TestCluster()
        defer { cluster.remove() }
        let office = try await ServerOffice(road, on: cluster, dossiers: 10)
        try cluster.becomeStandby()
        let daemon = try await road.startDaemon()
        try await road.expectTrouble("LT-3005", within: 40)
        try await eventually("everything is delivered") {
            try road.count(\.acknowledged, of: "portal") == 20
        }
        #expect(daemon.errors.contains("event=captureFailed operation=writeBack"))
        try cluster.becomePrimary()
        try await road.settle(within: 60)
        try await eventually("all is well", within: 40) { try await isWell(road) }
        let written = "SELECT count(*) > 0 FROM dossier WHERE verification = 'matched'"
        #expect(try office.text(written) == "t")
        #expect(try await daemon.terminate().status == 0)
        try await office.expectEqualEnds()
    }

    @Test(
        "says which column went away under it, sends nothing made up, and goes on when it is back")
    func columnGone() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        let office = try await ServerOffice(road, on: try TestCluster.shared(), dossiers: 10)
        let daemon = try await road.startDaemon()
        try await road.settle()
        try office.run("ALTER TABLE dossier RENAME COLUMN summary TO abstract")
        try office.correct(2)
        try await road.expectTrouble("LT-3003")
        let status = try await road.run("status")
        #expect(status.status == 1 && status.output.contains("summary"), "\(status.output)")
        #expect(daemon.isRunning)
        #expect(try await road.portal?.counter("updated") == 0)
        try office.run("ALTER TABLE dossier RENAME COLUMN abstract TO summary")
        try await eventually("the correction arrives", within: 40) {
            try await road.portal?.counter("updated") == 1
        }
        try await eventually("all is well", within: 40) { try await isWell(road) }
        #expect(try await daemon.terminate().status == 0)
        try await office.expectEqualEnds()
    }

    private func isWell(_ road: Road) async throws -> Bool {
        try await road.json("status")["live"]?["troubles"]?.items?.isEmpty == true
    }
}
