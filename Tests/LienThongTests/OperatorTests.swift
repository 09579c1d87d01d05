import Foundation
import Glibc
import Outbox
import TestSupport
import Testing
import Wire

@Suite("An operator", .inTurns) struct OperatorTests {
    @Test("checks everything, and is told what is well and what is not")
    func check() async throws {
        let road = try await Road(dossiers: 10)
        try await road.startPortal()
        let well = try await road.run("check")
        #expect(well.status == 0)
        let lines = well.output.split(separator: "\n")
        // Root is told that it sees less than the service's own user would.
        #expect(
            lines.count >= 9 && lines.allSatisfy { $0.hasPrefix("✓ ") || $0.hasPrefix("• ") },
            "\(well.output)")
        #expect(try await road.run("check", "--quiet").output.isEmpty)
        let json = try await road.json("check")
        #expect(keys(json) == ["fine", "notes", "troubles"])
        #expect(json["troubles"]?.items?.isEmpty == true)

        road.stopPortal()
        #expect(try await road.run("check", "--offline").status == 0)
        let ill = try await road.run("check")
        #expect(ill.status == 68)
        for name in ["portal", "population"] {
            #expect(ill.output.contains("✗ LT-1013: Không kết nối được đích “\(name)”"))
        }
        try await road.startPortal()
        try road.scratch.write("credentials/password", "wrong")
        let refused = try await road.run("check", "--json")
        #expect(refused.status == 77)
        try expectTroubleJSON(refused, "LT-1014")
        // Looking leaves nothing behind.
        #expect(try FileManager.default.contentsOfDirectory(atPath: road.state).isEmpty)
    }

    @Test("reads the status, with a daemon and without")
    func status() async throws {
        let road = try await Road(dossiers: 30, heldShare: 0.15)
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        try await eventually("the live part is there") {
            try await road.json("status")["running"] == .bool(true)
        }
        let json = try await road.json("status")
        #expect(keys(json) == ["live", "requests", "running", "store"])
        #expect(
            keys(json["store"]) == [
                "at", "bytes", "cursors", "daemon", "deletions", "destinations", "discarded",
                "dossiers", "held",
                "heldDossiers", "lastLineAt", "ledgerLines", "memory", "openRequests", "schema",
                "store",
                "verification", "writeBacksWaiting",
            ])
        #expect(
            keys(json["live"]) == [
                "destinations", "pid", "recorded", "residentKiB", "source", "startedAt", "troubles",
                "writtenAt", "writtenAtMilliseconds",
            ])
        #expect(json["live"]?["pid"]?.text == "\(daemon.id)")
        #expect(json["store"]?["dossiers"]?.text == "30")
        let held = try #require(Int(json["store"]?["heldDossiers"]?.text ?? ""))
        #expect(held > 0)
        let text = try await road.run("status")
        #expect(text.status == 1, "something is held")
        #expect(text.output.contains("pid \(daemon.id)"))
        #expect(text.output.contains("bị giữ vì dữ liệu / held: \(held)"))
        #expect(try await daemon.terminate().status == 0)
        #expect(try await road.run("status").output.contains("không chạy / not running"))
    }

    @Test("is told a dossier's story, whatever became of it")
    func explain() async throws {
        let road = try await Road(dossiers: 40, heldShare: 0.1)
        try await road.startPortal("unknown_procedure=0.3")
        #expect(try await road.run("run", "--once").status == 0)
        let queue = try await road.json("queue", "list")
        let held = try #require(queue.at(["heldGroups", "0", "examples", "0"])?.text)
        let parked = try #require(queue.at(["parked", "0", "delivery", "code"])?.text)
        let waiting = Set(
            (queue["parked"]?.items ?? []).compactMap { $0["delivery"]?["code"]?.text }
                + (queue["heldGroups"]?.items ?? []).flatMap { $0["examples"]?.items ?? [] }
                .compactMap(\.text))
        let delivered = try #require(
            try road.texts("SELECT code FROM dossier ORDER BY id").first { !waiting.contains($0) })

        let story = try await road.run("explain", delivered)
        #expect(story.status == 0)
        #expect(story.output.contains("✓ portal: đã có / present"))
        #expect(story.output.contains("nothing is owed"))
        let json = try await road.json("explain", delivered)
        #expect(keys(json) == ["code", "lanes", "rows"])
        #expect(json.at(["lanes", "0", "existence"])?.text == "present")
        #expect((json.at(["lanes", "0", "ledger"])?.items?.count ?? 0) >= 2)

        let heldStory = try await road.run("explain", held)
        #expect(heldStory.status == 1)
        #expect(heldStory.output.contains("GIỮ / HELD") && heldStory.output.contains("LT-20"))
        #expect(
            try await road.json("explain", held).at(["rows", "0", "hold", "rule"])?.text != nil)

        let parkedStory = try await road.run("explain", parked)
        #expect(parkedStory.status == 1)
        #expect(parkedStory.output.contains("LT-5102"))
        #expect(parkedStory.output.contains("lienthongd queue retry --dossier \(parked)"))

        let unknown = try await road.run("explain", "H21.05-000101-9999", "--json")
        expectTrouble(unknown, "LT-6011", exit: 66, saying: ["H21.05-000101-9999"])
        try expectTroubleJSON(unknown, "LT-6011")
    }

    @Test("lists what is parked, sends it again once it is cured, and gives it up with a reason")
    func queue() async throws {
        let road = try await Road(dossiers: 40)
        try await road.startPortal("unknown_procedure=0.4")
        let daemon = try await road.startDaemon()
        try await road.settle()
        let json = try await road.json("queue", "list")
        #expect(keys(json) == ["held", "heldGroups", "parked"])
        let parked = try #require(json["parked"]?.items)
        #expect(parked.count >= 4)
        let first = try #require(parked[0].at(["delivery", "delivery"])?.text)
        #expect(keys(parked[0]) == ["delivery", "troubles", "words", "wordsSealed"])
        // A list needs no key.
        #expect(parked[0]["wordsSealed"] == .bool(true) && parked[0]["words"] == .null)
        #expect(parked[0].at(["delivery", "cause"])?.text == "needsMapping")

        let list = try await road.run("queue", "list")
        #expect(list.status == 1)
        #expect(list.output.contains("#\(first)  portal"))
        let show = try await road.run("queue", "show", first)
        #expect(show.status == 1)
        #expect(show.output.contains("LT-5102") && show.output.contains("→ "))
        // What the portal said, for whoever may read the key, and nowhere else.
        let shown = try await road.json("queue", "show", first)
        let words = try #require(shown.at(["parked", "0", "words"])?.text)
        #expect(!words.isEmpty && show.output.contains("“portal” trả lời / says: \(words)"))
        let told = try #require(parked[0].at(["delivery", "code"])?.text)
        #expect(try await road.run("explain", told).output.contains("says: \(words)"))
        #expect(!daemon.errors.contains(words))
        for action in ["show", "retry"] {
            let missing = try await road.run("queue", action, "999999", "--json")
            expectTrouble(missing, "LT-6014", exit: 66, saying: ["#999999"])
            try expectTroubleJSON(missing, "LT-6014")
        }
        let dry = try await road.json("queue", "retry", "--all", "--dry-run")
        #expect(keys(dry) == ["deliveries", "lanes", "parkedByCause"])
        #expect(dry["deliveries"]?.text == "\(parked.count)")
        #expect(try road.count(\.parked, of: "portal") == parked.count)

        // Given up: the header goes, and its progress stays behind until there is another one.
        let discarded = try await road.json("queue", "discard", first, "--reason", "thử nghiệm")
        #expect(discarded["deliveries"]?.text == "1")
        let rest = try await road.run("queue", "list", "--cause", "headerMissing")
        #expect(rest.status == 1 && rest.output.contains("history"))

        try await road.portal?.set(#"{"unknown_procedure":0}"#)
        let second = try #require(parked[1].at(["delivery", "delivery"])?.text)
        #expect(try await road.json("queue", "retry", second)["deliveries"]?.text == "1")
        try await eventually("one is cured") {
            try road.count(\.parked, of: "portal") == parked.count - 1
        }
        #expect(try await road.run("queue", "retry", "--cause", "needsMapping").status == 0)
        let code = try #require(parked[0].at(["delivery", "code"])?.text)
        // What was given up is sent when an operator asks for it.
        #expect(try await road.run("resync", "--dossier", code).status == 0)
        try await eventually("all is there") {
            try await road.portal?.counter("dossiers") == 40
        }
        try await road.settle()
        #expect(try road.count(\.parked, of: "portal") == 0)
        #expect(try await road.run("queue", "list").status == 0)
        let story = try await road.run("explain", code)
        #expect(story.output.contains("operator: thử nghiệm"))
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("asks for a resync of all, of one dossier, of a period, and follows it")
    func resync() async throws {
        let road = try await Road()
        try await road.startPortal()
        // Recorded while no daemon runs, moved about, and carried out by the next.
        #expect(try await road.run("run", "--once").status == 0)
        let code = try #require(try road.texts("SELECT code FROM dossier WHERE id = 3").first)
        #expect(try await road.json("resync", "--dossier", code)["request"]?.text == "1")
        #expect(try await road.json("resync", "--all")["request"]?.text == "2")
        #expect(
            try await road.json("resync", "--since", "2020-01-01", "--until", "2020-02-01")[
                "request"]?.text == "3")
        #expect(
            try await road.json("resync", "--all", "--destination", "portal")["request"]?.text
                == "4")
        let paused = try await road.json("resync", "--pause", "2")
        #expect(paused["request"]?.text == "2" && paused["state"]?.text == "paused")
        let cancelled = try await road.json("resync", "--cancel", "4")
        #expect(cancelled["state"]?.text == "cancelled")
        expectTrouble(try await road.run("resync", "--resume", "4"), "LT-6008", exit: 65)
        expectTrouble(try await road.run("resync", "--cancel", "99"), "LT-6008", exit: 65)

        let daemon = try await road.startDaemon()
        try await expectDone(road, [1, 3])
        #expect(try await road.portal?.counter("redundant") == 1)
        var list = try await requests(road)
        #expect(list[2]?["state"]?.text == "paused" && list[4]?["state"]?.text == "cancelled")
        #expect(list[3]?["read"]?.text == "0")
        #expect(
            keys(list[1]) == [
                "filter", "held", "id", "missing", "read", "recorded", "requestedAt",
                "requestedBy", "state", "unchanged", "updatedAt",
            ])
        #expect(try await road.run("resync", "--resume", "2").status == 0)
        try await expectDone(road, [2])
        list = try await requests(road)
        #expect(list[2]?["read"]?.text == "24" && list[2]?["requestedBy"]?.text == "operator")
        #expect(try await road.run("resync", "--dossier", "H21.05-000101-9999").status == 0)
        try await expectDone(road, [5])
        #expect(try await requests(road)[5]?["missing"]?.text == "1")
        let text = try await road.run("resync", "--requests")
        #expect(text.status == 0 && text.output.contains("#2 done · operator"))
        try await road.settle()
        #expect(try await road.portal?.counter("redundant") == 25)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }

    private func requests(_ road: Road) async throws -> [Int: JSONValue] {
        let list = try await road.json("resync", "--requests").items ?? []
        return Dictionary(uniqueKeysWithValues: list.map { (Int($0["id"]?.text ?? "") ?? 0, $0) })
    }

    private func expectDone(_ road: Road, _ ids: [Int]) async throws {
        try await eventually("requests \(ids) are done") {
            let list = try await requests(road)
            return ids.allSatisfy { list[$0]?["state"]?.text == "done" }
        }
    }

    @Test("sees why nothing flows with a wrong password, and everything flow with the right one")
    func wrongPassword() async throws {
        let road = try await Road()
        try road.scratch.write("credentials/password", "a wrong one")
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await eventually("status says why") {
            let live = try await road.json("status")["live"]
            return live?["troubles"]?.items?.contains { $0["code"]?.text == "LT-5110" } == true
        }
        let status = try await road.run("status")
        #expect(status.status == 1)
        #expect(status.output.contains("✗ ngắt / breaker") && status.output.contains("LT-5110"))
        #expect(daemon.errors.contains("event=breakerOpened destination=portal error_code=LT-5110"))
        #expect(try road.count(\.parked, of: "portal") == 0)
        #expect(try await road.portal?.counter("created") == 0)
        // The other destination is not troubled by it.
        try await eventually("people are verified") {
            try road.count(\.acknowledged, of: "population") > 0
        }
        try road.scratch.write("credentials/password", "sandbox-password")
        daemon.signal(SIGHUP)
        try await road.settle()
        try await road.expectEqualEnds()
        #expect(try road.count(\.parked, of: "portal") == 0)
        try await eventually("status says that all is well") {
            try await road.run("status").status == 0
        }
        #expect(try await daemon.terminate().status == 0)
        road.expectDiscretion(daemon.errors)
        #expect(!daemon.errors.contains("a wrong one"))
    }
}

@Suite("The applicants of dossiers", .inTurns) struct ApplicantTests {
    @Test("are asked for once each, and the answer is written back and told")
    func once() async throws {
        let road = try await Road(dossiers: 40)
        try await road.startPortal()
        let daemon = try await road.startDaemon()
        try await road.settle()
        let counters = try #require(try await road.portal?.counters())
        let persons = try #require(counters["verify_persons"]?.text)
        #expect(keys(counters["verify_asks"]) == ["1"], "nobody is asked for twice")
        #expect(counters["verify_asks"]?["1"]?.text == persons)
        let told = try #require(try await road.json("status")["store"]?["verification"])
        #expect(told["persons"]?.text == persons && told["asked"]?.text == persons)
        let covered = try #require(Int(told["dossiersCovered"]?.text ?? ""))
        #expect(covered > (Int(persons) ?? 0), "people have several dossiers")

        let written = try road.texts(
            "SELECT verification FROM dossier WHERE verification IS NOT NULL")
        #expect(written.count == covered)
        let kinds = Set(written.map { $0.split(separator: ":").first.map(String.init) ?? "" })
        #expect(kinds.isSubset(of: ["matched", "mismatched", "notFound"]) && kinds.count == 3)
        #expect(
            try road.texts(
                "SELECT id FROM dossier WHERE (verification IS NULL) <> (verified_at IS NULL)"
            ).isEmpty)
        for word in ["matched", "mismatched", "notFound"] {
            let code = try #require(
                try road.texts(
                    "SELECT code FROM dossier WHERE verification LIKE '\(word)%' ORDER BY id"
                ).first)
            let person = try #require(
                try await road.json("explain", code).at(["rows", "0", "person"]))
            #expect(person["verification"]?.text == word)
            #expect(person["asked"]?.text == "1")
        }

        // A further dossier of a person who is known asks nobody.
        try road.change(
            """
            INSERT INTO dossier SELECT 900 + id, code || '9', procedure_code, unit_code,
                receipt_number, channel, owner_name, owner_kind, owner_account, identity_number,
                birth_date, email, fax, phone, other_information, summary, status, submitted_at,
                accepted_at, due_at, finished_at, returned_at, refused_at, return_information,
                return_method, note, submission_place, vneid, online_payment, databases, deleted,
                strftime('%Y-%m-%d %H:%M:%f', 'now', '+7 hours'), NULL, NULL, NULL
            FROM dossier WHERE verification = 'matched' ORDER BY id LIMIT 1
            """)
        try await eventually("the known answer is written to it as well") {
            try road.texts("SELECT verification FROM dossier WHERE id > 900") == ["matched"]
        }
        #expect(try await road.portal?.counter("verify_requests") == Int(persons))
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("are waited for when the configuration says so")
    func waitedFor() async throws {
        let road = try await Road()
        try await road.startPortal("outage=503", "faults_apply_to=population")
        try road.configure {
            // A machine that is busy must not use up the patience with the database before it is looked at.
            $0.replacing("    portal: {", with: "    portal: { waitForVerification: true,")
                .replacing("delivery: {", with: "delivery: { verificationPatience: 1000,")
        }
        let daemon = try await road.startDaemon()
        try await eventually("the questions wait") {
            try road.count(\.behind, of: "portal") >= 46
        }
        // Whoever is nobody to be asked for is not waited for.
        let alone = try await road.portal?.counter("created") ?? 0
        #expect(alone <= 1)
        let code = try #require(
            try road.texts(
                "SELECT code FROM dossier WHERE owner_kind = 1 AND length(identity_number) = 12 LIMIT 1"
            ).first)
        let story = try await road.run("explain", code)
        #expect(story.output.contains("waits for the verification until"))
        try await road.portal?.set(#"{"outage":"none"}"#)
        try await road.settle(within: 40)
        #expect(try await road.portal?.counter("created") == 24)
        try await road.expectEqualEnds()
        #expect(try await daemon.terminate().status == 0)
    }
}
