import Foundation
import Glibc
import TestSupport
import Testing
import Wire

@testable import LienThong

extension Road {
    /// The codes of all troubles that `check` tells in one run.
    func faults(share: String? = nil) async throws -> [String] {
        let finished = try await start(["check", "--json"], share: share).end()
        expectDiscretion(finished.errors + finished.output)
        let json = try JSONValue(parsing: Array(finished.output.utf8))
        return (json["troubles"]?.items ?? []).compactMap { $0["code"]?.text }
    }
}

@Suite("A check, before anything is sent", .inTurns) struct CheckTests {
    /// Makes a certificate for the loopback address that ends in so many days.
    private func certificate(_ name: String, days: Int, in road: Road) async throws {
        let made = try await Child(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                "-days", "\(days)", "-keyout", road.scratch.file("\(name).key"), "-out",
                road.scratch.file("\(name).pem"),
            ], in: road.scratch, program: "/usr/bin/openssl"
        ).end()
        #expect(made.status == 0, "\(made.errors)")
    }

    @Test(
        "of a PostgreSQL source finds all that is wrong in one run, and each cure that it prints cures"
    )
    func everything() async throws {
        let road = try await Road(dossiers: 40)
        try await road.startPortal()
        let office = try await ServerOffice(road, on: TestCluster.shared(), dossiers: 40)
        #expect(try await road.faults() == [])

        // A right on one table, the rights to write back, every status, the register's secret, and a client's
        // certificate that ends soon.
        try office.run(
            "REVOKE SELECT ON fee FROM \(office.role); REVOKE UPDATE (verification, verified_at) ON dossier FROM \(office.role)"
        )
        let status = road.scratch.file("codes/status.json5")
        let words = try String(contentsOfFile: status, encoding: .utf8)
        try words.replacing(/statuses: \{[^}]*\}/, with: "statuses: {}").write(
            toFile: status, atomically: false, encoding: .utf8)
        #expect(try String(contentsOfFile: status, encoding: .utf8) != words)
        try road.scratch.write("credentials/key", "another-secret")
        try await certificate("client", days: 3, in: road)
        try road.configure {
            $0.replacing("\"sqlite\"", with: "\"postgres\"")
                .replacing(road.database, with: office.reader)
                .replacing(
                    "contract: \"dvcqg-adapter\",",
                    with: """
                        contract: "dvcqg-adapter", tls: { certificate: "\(road.scratch.file("client.pem"))",
                          key: "\(road.scratch.file("client.key"))" },
                        """)
        }
        let check = try await road.run("check")
        let found = try await road.faults()
        #expect(
            Set(found) == ["LT-1022", "LT-3004", "LT-1017", "LT-1018", "LT-1014"], "\(found)")
        // The words that have no mapping, with how many dossiers wait for each.
        #expect(check.output.contains("LT-2004") && check.output.contains("40"))
        #expect(check.output.contains(road.scratch.file("codes/status.json5")))

        // What is printed is carried out.
        let grants = Set(check.output.matches(of: /→ Grant it: (GRANT .*;)/).map { String($0.1) })
        #expect(grants.count == 2 && grants.contains { $0.contains("UPDATE") }, "\(grants)")
        for grant in grants { try office.run(grant.replacing("<user>", with: office.role)) }
        try words.write(toFile: status, atomically: false, encoding: .utf8)
        try road.scratch.write("credentials/key", "sandbox-secret")
        try await certificate("client", days: 400, in: road)
        #expect(try await road.faults() == [])
        // Nothing of it was written.
        #expect(
            try office.text("SELECT count(*)::text FROM dossier WHERE verification IS NOT NULL")
                == "0")
    }

    @Test("finds a right that is missing on a schema, and keys that are no numbers")
    func keys() async throws {
        let road = try await Road(dossiers: 10)
        let office = try await ServerOffice(road, on: TestCluster.shared(), dossiers: 10)
        let share = try road.copyShare()
        let all = share + "/sources/reference/postgres/all.sql"
        let text = try String(contentsOfFile: all, encoding: .utf8)
        try text.replacing("SELECT d.id AS", with: "SELECT gen_random_uuid() AS").write(
            toFile: all, atomically: false, encoding: .utf8)
        #expect(try await road.faults(share: share).contains("LT-3009"))
        try text.replacing("d.id > :after::bigint", with: "d.code > :after::bigint").write(
            toFile: all, atomically: false, encoding: .utf8)
        #expect(try await road.faults(share: share).contains("LT-3003"))

        // A table that is named without its schema is only not seen; with it, the right is named.
        try office.run("REVOKE USAGE ON SCHEMA public FROM PUBLIC")
        let unseen = try await road.run("check")
        #expect(unseen.output.contains("LT-3003"))
        #expect(unseen.output.contains("GRANT USAGE ON SCHEMA <schema> TO <user>;"))
        try text.replacing("FROM dossier", with: "FROM public.dossier").write(
            toFile: all, atomically: false, encoding: .utf8)
        let denied = try await road.run("check", share: share)
        let grant = try #require(
            denied.output.firstMatch(of: /→ Grant it: (GRANT USAGE ON schema public .*;)/))
        try office.run(String(grant.1).replacing("<user>", with: office.role))
        let after = try await road.faults(share: share)
        #expect(!after.contains("LT-3004") && !after.contains("LT-3003"), "\(after)")
    }

    @Test("finds a database that writes another zone's time, and one whose steps lie in the future")
    func zones() async throws {
        let road = try await Road(dossiers: 60)
        try await road.startPortal()
        #expect(try await road.faults() == [])
        let shift = "UPDATE step SET performed_at = strftime('%Y-%m-%d %H:%M:%f', performed_at, "
        try road.change(shift + "'-7 hours')")
        #expect(try await road.faults() == ["LT-1020"])
        // What the cure says.
        try road.configure {
            $0.replacing("poll:", with: "settings: { zone: \"UTC\" }, poll:")
        }
        #expect(try await !road.faults().contains("LT-1020"))
        try road.configure()
        try road.change(
            "UPDATE step SET performed_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '+16 hours') WHERE id = 3"
        )
        let check = try await road.run("check")
        #expect(check.output.contains("1 steps of the sampled dossiers lie in the future"))
    }

    @Test("says when the certificate of a server ends")
    func server() async throws {
        let road = try await Road(dossiers: 10)
        try await certificate("server", days: 3, in: road)
        let portal = try Child(
            [
                "sandbox", "portal", "--port", "0", "--catalogue",
                road.scratch.file("catalogue.json"), "--people", road.scratch.file("people.json"),
                "--tls-cert", road.scratch.file("server.pem"), "--tls-key",
                road.scratch.file("server.key"), "--quiet",
            ], in: road.scratch)
        try await eventually("the portal listens: \(portal.errors)") {
            portal.output.contains("ready ")
        }
        let url = try #require(portal.output.firstMatch(of: /ready (\S+)/)).1
        try road.configure {
            $0.replacing(
                "url: \"http://127.0.0.1:9\", allowPlainHTTP: true,",
                with: "url: \"\(url)\", tls: { ca: \"\(road.scratch.file("server.pem"))\" },")
        }
        let check = try await road.run("check")
        #expect(check.status == 1, "\(check.output)")
        #expect(check.output.contains("LT-1022") && check.output.contains("in 2 days"))
        #expect(check.output.contains("logged in: portal"))
    }

    @Test("tells all faults of a configuration at once")
    func configuration() async throws {
        let road = try await Road(dossiers: 10)
        unlink(road.scratch.file("credentials/password"))
        unlink(road.scratch.file("credentials/key"))
        unlink(road.scratch.file("codes/procedures.json5"))
        try road.configure { $0.replacing("\"reference\"", with: "\"referenc\"") }
        let check = try await road.start(["check", "--offline", "--json"]).end()
        let json = try JSONValue(parsing: Array(check.output.utf8))
        let found = (json["troubles"]?.items ?? []).compactMap { $0["code"]?.text }
        #expect(found == ["LT-1301", "LT-1301", "LT-1401", "LT-1211"], "\(found)")
    }

    @Test("tells all faults of one destination at once")
    func destination() async throws {
        let road = try await Road(dossiers: 10)
        unlink(road.scratch.file("credentials/password"))
        try road.configure {
            $0.replacing("dvcqg-adapter", with: "dvcqg-adaptor")
                .replacing("url: \"http://127", with: "url: \"ftp://127", maxReplacements: 1)
                .replacing("base: \"50ms\"", with: "base: \"soon\"", maxReplacements: 1)
        }
        func found() async throws -> [String] {
            let check = try await road.start(["check", "--offline", "--json"]).end()
            let json = try JSONValue(parsing: Array(check.output.utf8))
            return (json["troubles"]?.items ?? []).compactMap { $0["code"]?.text }
        }
        let first = try await found()
        #expect(first.sorted() == ["LT-1005", "LT-1005", "LT-1130", "LT-1301"], "\(first)")
        // What the contract asks of the account: everything that it lacks, has too much, or cannot send.
        try road.configure {
            $0.replacing(
                "madonvi: \"000.00.00.H21\", dstcode: \"VN:GOV:SANDBOX:dvcqg\"",
                with: "madonvj: \"x\"")
        }
        let second = try await found()
        #expect(
            second.sorted() == ["LT-1120", "LT-1120", "LT-1122", "LT-1301"], "\(second)")
        try road.scratch.write("credentials/password", "sandbox-password")
        try road.configure { $0.replacing("SANDBOX:dvcqg", with: "SANDBOX:dvcqg\\n") }
        #expect(try await found() == ["LT-1123"])
        try road.configure()
        #expect(try await found().isEmpty)
    }

    @Test("asks for no session that the daemon is being refused")
    func locked() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        try road.scratch.write("credentials/password", "wrong")
        #expect(try await road.faults() == ["LT-1014"])
        try road.configure {
            $0.replacing(
                "loginPause: \"200ms\", loginPauseCap: \"400ms\"",
                with: "loginPause: \"1h\", loginPauseCap: \"1h\"")
        }
        let daemon = try await road.startDaemon()
        try await road.expectTrouble("LT-5110")
        let tries = try await road.portal?.counter("logins_refused")
        #expect(try await road.faults() == ["LT-1023"])
        #expect(try await road.portal?.counter("logins_refused") == tries)
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("as root says what the service's own user may not read", .enabled(if: getuid() == 0))
    func service() async throws {
        let road = try await Road(dossiers: 10)
        let nobody: uid_t = 65_534
        for path in [road.state, road.scratch.file("codes")] { chmod(path, 0o755) }
        #expect(chown(road.state, nobody, nobody) == 0)
        let check = try await road.run("check", "--offline")
        #expect(check.output.contains("nobody"))
        let forbidden = check.output.matches(of: /→ Let it be read.*: chmod o\+rX (\S+)/).map {
            String($0.1)
        }
        #expect(forbidden.contains(road.configuration))
        // The cure, as it stands there.
        for path in forbidden { chmod(path, 0o644) }
        #expect(try await road.run("check", "--offline").status == 0)
    }
}

@Suite("A user without rights", .inTurns, .enabled(if: getuid() == 0)) struct UnprivilegedTests {
    private let nobody: uid_t = 65_534

    @Test("is told which right is missing, not that something is")
    func store() async throws {
        let road = try await Road(dossiers: 10)
        chmod(road.configuration, 0o644)
        #expect(try await road.run("run", "--once").status != 0)
        for words in [["status"], ["queue", "list"], ["explain", "H21.05-000101-0001"]] {
            let finished = try await road.start(words, user: nobody).end()
            expectTrouble(finished, "LT-6031", exit: 77, saying: ["sudo", road.state])
        }
    }

    @Test("is told of a folder that it may not read, not that there is none")
    func share() async throws {
        let road = try await Road(dossiers: 10)
        chmod(road.configuration, 0o644)
        let share = try road.copyShare()
        for folder in ["contracts", "sources"] {
            chmod("\(share)/\(folder)", 0o700)
            let finished = try await road.start(["check", "--offline"], share: share, user: nobody)
                .end()
            #expect(finished.output.contains("LT-1016"), "\(finished.output)")
            #expect(finished.status == 77)
            chmod("\(share)/\(folder)", 0o755)
        }
    }
}
