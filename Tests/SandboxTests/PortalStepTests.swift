import Testing
import Wire

@testable import Sandbox

@Suite("The portal's rules for progress", .timeLimit(.minutes(1)))
struct PortalStepTests {
    static let broken: [PortalRuleTests.Case] = [
        .init("NguoiXuLy", "\"\(String(repeating: "a", count: 51))\"", "too-long"),
        .init("NguoiXuLy", "\"\"", "member-empty"),
        .init("NoiDungXuLy", "null", "type"),
        .init("NoiDungXuLy", nil, "member-missing"),
        .init("ThoiDiemXuLy", "\"\"", "member-empty"),
        .init("ThoiDiemXuLy", "\"20261301081500\"", "date"),
        .init("TrangThai", "\"0\"", "code-list"),
        .init("TrangThai", "4", "type"),
        .init("BuocXuLy", "\"1\"", "member-unknown"),
    ]

    @Test("refuse and record what breaks them", arguments: broken)
    func refuses(_ broken: PortalRuleTests.Case) throws {
        let harness = try PortalHarness()
        _ = try harness.create(PortalRecords.dossier())
        let answer = try #require(
            try harness.progress(PortalRecords.step([broken.member: broken.value])))
        #expect(answer.code == "-1")
        #expect(harness.rules == [broken.rule])
    }

    @Test("refuse a step before its header (S6)")
    func progressFirst() throws {
        let harness = try PortalHarness()
        let answer = try #require(try harness.progress(PortalRecords.step()))
        #expect(answer.code == "-1")
        #expect(harness.rules == ["progress-before-header"])
    }

    @Test("take ten rows a call and not eleven")
    func tooMany() throws {
        let harness = try PortalHarness()
        _ = try harness.create(PortalRecords.dossier())
        let rows = (10...20).map { PortalRecords.step(["ThoiDiemXuLy": "\"202601050815\($0)\""]) }
        let eleven = harness.envelope("CapNhatTienDoHoSoMC", rows)
        #expect(try harness.call(eleven)?.code == "-1")
        #expect(harness.rules == ["too-many-items"])
        let ten = harness.envelope("CapNhatTienDoHoSoMC", Array(rows.dropLast()))
        #expect(try harness.call(ten)?.code == "0")
        #expect(try harness.count("steps") == 10)
    }

    @Test("append a step that comes twice, and call it a violation")
    func duplicates() throws {
        let harness = try PortalHarness()
        _ = try harness.create(PortalRecords.dossier())
        for _ in 0..<2 { #expect(try harness.progress(PortalRecords.step())?.code == "0") }
        #expect(harness.rules == ["duplicate-step"])
        #expect(try held(harness).steps == 2)
        #expect(try held(harness).duplicates == 1)
    }

    @Test("append it without a word, or drop it, when told so (S11)")
    func otherDuplicates() throws {
        for (mode, steps) in [("accept", 2), ("dedupe", 1)] {
            let harness = try PortalHarness(["steps": mode])
            _ = try harness.create(PortalRecords.dossier())
            for _ in 0..<2 { #expect(try harness.progress(PortalRecords.step())?.code == "0") }
            #expect(harness.rules.isEmpty)
            #expect(try held(harness).steps == steps)
        }
    }

    @Test("want steps in order of time, within a call and between calls")
    func order() throws {
        let early = PortalRecords.step(["ThoiDiemXuLy": "\"20260105080000\""])
        let late = PortalRecords.step(["ThoiDiemXuLy": "\"20260105090000\""])
        for (mode, between, within) in [("strict", 1, 1), ("call", 0, 1), ("off", 0, 0)] {
            let apart = try PortalHarness(["step_order": mode])
            _ = try apart.create(PortalRecords.dossier())
            _ = try apart.progress(late)
            #expect(try apart.progress(early)?.code == "0")
            #expect(apart.rules.count == between)
            let together = try PortalHarness(["step_order": mode])
            _ = try together.create(PortalRecords.dossier())
            _ = try together.progress(late, early)
            #expect(together.rules.count { $0 == "step-out-of-order" } == within)
        }
    }

    private func held(_ harness: PortalHarness) throws -> (steps: Int, duplicates: Int) {
        let line = try #require(try harness.client.get("/sandbox/holdings")?.lines.first)
        return (
            line["progress"]?.items?.count ?? -1, Int(line["duplicates"]?.text ?? "") ?? -1
        )
    }
}
