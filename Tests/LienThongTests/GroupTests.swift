import Glibc
import Outbox
import TestSupport
import Testing
import Wire

@Suite("A destination with an order of statuses", .inTurns) struct GroupTests {
    /// A dossier of a group procedure in the one-stop database, its code and its key.
    private struct Group {
        var key: Int
        var code: String
        var linked: String { "LT-000-\(key)" }
    }

    /// Makes the first few dossiers group dossiers, with the steps given as (word, minute, result).
    private func make(_ road: Road, _ stories: [[(String, Int)]]) throws -> [Group] {
        let codes = try road.texts(
            """
            SELECT d.code FROM dossier d JOIN procedure p ON p.code = d.procedure_code
            ORDER BY d.id LIMIT \(stories.count)
            """)
        var groups: [Group] = []
        for (code, story) in zip(codes, stories) {
            let key = Int(try road.texts("SELECT id FROM dossier WHERE code = '\(code)'")[0]) ?? 0
            let group = Group(key: key, code: code)
            try road.change(
                """
                DELETE FROM step WHERE dossier_id = \(key);
                UPDATE dossier SET procedure_code = 'LT-KS', linked_code = '\(group.linked)'
                WHERE id = \(key);
                """)
            for (word, minute) in story { try step(road, group, word, minute) }
            groups.append(group)
        }
        return groups
    }

    private func step(_ road: Road, _ group: Group, _ word: String, _ minute: Int) throws {
        let at = "2026-01-05 \(8 + minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60):00"
            .replacing(" 8:", with: " 08:").replacing(" 9:", with: " 09:")
        let result = word == "releasing" ? "'{\"soDangKy\":\"1\"}'" : "NULL"
        try road.change(
            """
            INSERT INTO step (dossier_id, officer, content, status, performed_at, modified_at,
                result_data)
            VALUES (\(group.key), 'Cán bộ', 'Bước \(minute)', '\(word)', '\(at)',
                strftime('%Y-%m-%d %H:%M:%f', 'now', '+7 hours'), \(result));
            UPDATE dossier SET modified_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '+7 hours')
            WHERE id = \(group.key);
            """)
    }

    private func configure(_ road: Road) throws {
        try road.configure {
            $0.replacing(
                "destinations: {",
                with: """
                    destinations: {
                        groups: {
                          contract: "dvclt-group", url: "\(road.portalURL)", allowPlainHTTP: true,
                          procedures: ["2.000986"],
                          secrets: { username: "user", password: "password" },
                          delivery: \(Road.delivery),
                        },
                    """)
        }
        try road.change(
            """
            INSERT INTO procedure SELECT 'LT-KS', '2.000986', 'Liên thông khai sinh', field_code,
                field_name FROM procedure WHERE national_code IS NOT NULL LIMIT 1
            """)
    }

    private func held(_ road: Road, _ group: Group) async throws -> String {
        let listing = try await road.portal?.groups()
        let found = listing?["dossiers"]?.items?.first { $0["soHoSoLT"]?.text == group.linked }
        return found?["statuses"]?.text ?? ""
    }

    private static let whole = [
        ("receiving", 0), ("new", 10), ("processing", 20), ("releasing", 30), ("done", 40),
    ]

    @Test("gets 1, 3, 7, 4, 5 and nothing before its turn, over lost answers and a killing")
    func inOrder() async throws {
        let road = try await Road()
        try await road.startPortal(
            "drop_after=0.15", "group_not_updated=0.15", "group_error=0.1", "server_error=0.05",
            "faults_apply_to=groups")
        try configure(road)
        var stories = Array(repeating: GroupTests.whole, count: 6)
        // Step 4 is recorded before 7 exists.
        stories[1].remove(at: 2)
        // The officers of two desks, and a supplement.
        stories[2].insert(("processing", 25), at: 3)
        stories[3].insert(("waiting", 15), at: 2)
        // Refused.
        stories[4] = [("receiving", 0), ("denied", 5)]
        let groups = try make(road, stories)

        let first = try await road.startDaemon()
        try await eventually("some statuses are told") {
            try await held(road, groups[0]).count >= 3
        }
        first.stop(SIGKILL)
        let daemon = try await road.startDaemon()
        try await road.settle(within: 60)
        #expect(try await held(road, groups[0]) == "1,3,7,4,5")
        #expect(try await held(road, groups[1]) == "1,3")
        #expect(try await held(road, groups[2]) == "1,3,7,4,5")
        #expect(try await held(road, groups[3]) == "1,3,2,7,4,5")
        #expect(try await held(road, groups[4]) == "1,6")
        #expect(try await held(road, groups[5]) == "1,3,7,4,5")

        // An operator sees which status is missing.
        let story = try await road.run("explain", groups[1].code)
        #expect(story.output.contains("LT-2031"))
        #expect(story.output.contains("status 4 cannot go before status 7"))
        #expect(try await road.run("status").output.contains("LT-2031 missing 4 ← 7: 1"))

        // 7 arrives late, at a business time before 4's: the rest follows by itself.
        try step(road, groups[1], "processing", 20)
        try await eventually("the rest follows", within: 30) {
            try await held(road, groups[1]) == "1,3,7,4,5"
        }
        try await road.settle(within: 30)
        #expect(try road.count(\.parked, of: "groups") == 0)
        // The portal's catalogue does not know the group procedure; that is the only thing amiss.
        let broken = try #require(try await road.portal?.violations())
        for rule in ["status-out-of-order", "result-missing", "member-empty", "type", "date"] {
            #expect(broken[rule] == nil, "\(rule)")
        }
        // Nobody else's dossier went there, and the portal got its own.
        #expect(try await road.portal?.groups()["dossiers"]?.items?.count == 6)
        #expect(try road.count(\.acknowledged, of: "portal") > 24)
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("shows a dossier that it does not know to a person instead of calling it done")
    func unknown() async throws {
        let road = try await Road()
        try await road.startPortal("group_knows=none")
        try configure(road)
        let groups = try make(road, [GroupTests.whole])
        let daemon = try await road.startDaemon()
        try await road.settle(within: 40)
        #expect(try road.count(\.parked, of: "groups") == 1)
        try await road.portal?.set(#"{"group_knows":"all"}"#)
        _ = try await road.run("queue", "retry", "--destination", "groups")
        try await eventually("the retried dossier arrives whole") {
            try await held(road, groups[0]) == "1,3,7,4,5"
        }
        #expect(try await daemon.terminate().status == 0)
    }

    @Test("is refused without the procedures that concern it")
    func procedures() async throws {
        let road = try await Road(dossiers: 5)
        try configure(road)
        let good = try await road.run("check", "--offline")
        #expect(good.status == 0, "\(good.output)\(good.errors)")
        try road.configure {
            $0.replacing(
                "destinations: {",
                with: """
                    destinations: { groups: { contract: "dvclt-group", url: "https://d.example",
                        secrets: { username: "user", password: "password" } },
                    """)
        }
        let check = try await road.run("check", "--offline")
        #expect(check.status == 78)
        #expect((check.output + check.errors).contains("destinations.groups.procedures"))
    }
}
