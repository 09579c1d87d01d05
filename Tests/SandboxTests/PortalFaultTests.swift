import Foundation
import Testing
import Wire

@testable import Sandbox

@Suite("The portal's faults", .timeLimit(.minutes(1)))
struct PortalFaultTests {
    @Test(
        "spell error_code as they are told (S3)",
        arguments: [
            ("natural", JSONValue.string("0"), JSONValue.string("-1")),
            ("int", .number("0"), .number("-1")),
            ("string", .string("0"), .string("-1")),
            ("zeros", .string("00"), .string("-1")),
        ])
    func spelling(_ spelling: String, _ success: JSONValue, _ failure: JSONValue) throws {
        let harness = try PortalHarness(["code_spelling": spelling])
        #expect(try harness.create(PortalRecords.dossier())?.json?["error_code"] == success)
        let bad = PortalRecords.dossier(["KenhThucHien": "\"9\""])
        #expect(try harness.update(bad)?.json?["error_code"] == failure)
    }

    @Test("mix the spellings of one answer over many calls (S3)")
    func mixed() throws {
        let harness = try PortalHarness(["code_spelling": "mixed"])
        _ = try harness.create(PortalRecords.dossier())
        var seen: Set<String> = []
        for _ in 0..<40 {
            switch try harness.probe()?.json?["error_code"] {
            case .number(let text): seen.insert("int \(text)")
            case .string(let text): seen.insert("text \(text)")
            default: break
            }
        }
        #expect(seen == ["int 0", "text 0", "text 00"])
    }

    @Test("choose the code of an existing dossier (S4) and the words of a missing one (S5)")
    func words() throws {
        let harness = try PortalHarness(["exists_code": "-3", "missing_text": "unsynchronised"])
        #expect(try harness.update(PortalRecords.dossier())?.message == "Hồ sơ chưa được đồng bộ")
        try harness.set(["missing_text": "bare"])
        #expect(try harness.update(PortalRecords.dossier())?.message == "Lỗi xử lý dữ liệu")
        _ = try harness.create(PortalRecords.dossier())
        #expect(try harness.create(PortalRecords.dossier())?.code == "-3")
    }

    @Test("succeed without the phrase (S7)")
    func silentSuccess() throws {
        let harness = try PortalHarness(["silent_success": "1"])
        let answer = try #require(try harness.create(PortalRecords.dossier()))
        #expect(answer.code == "0")
        #expect(!answer.message.contains("thành công"))
    }

    @Test("act, then drop the connection (S8a); or drop it before acting (S8c)")
    func drops() throws {
        let harness = try PortalHarness(["drop_after": "1"])
        #expect(try harness.create(PortalRecords.dossier()) == nil)
        #expect(harness.server.portal.dossierCount == 1)
        try harness.set(["drop_after": "0", "drop_before": "1"])
        let other = PortalRecords.dossier(code: "H21.129-260105-0002")
        #expect(try harness.create(other) == nil)
        #expect(harness.server.portal.dossierCount == 1)
        try harness.set(["drop_before": "0"])
        #expect(try harness.create(other)?.code == "0")
    }

    @Test("answer late, having acted at once (S8b)")
    func delay() throws {
        let harness = try PortalHarness(["delay": "1", "delay_ms": "60"])
        let start = WallClock.system.now().steady
        #expect(try harness.create(PortalRecords.dossier())?.code == "0")
        #expect(WallClock.system.now().steady - start >= 59)
    }

    @Test("hand over the answer in pieces, or half of it, or noise (S12)")
    func spoilt() throws {
        let harness = try PortalHarness(["slow": "1", "slow_ms": "32"])
        let slow = try #require(try harness.create(PortalRecords.dossier()))
        #expect(slow.code == "0")
        try harness.set(["slow": "0", "truncate": "1"])
        let half = try #require(try harness.probe())
        #expect(!half.isWhole)
        #expect(half.body.count * 2 <= (Int(half.headers["content-length"] ?? "") ?? 0) + 1)
        try harness.set(["truncate": "0", "garbage": "1"])
        let noise = try #require(try harness.probe())
        #expect(noise.status == 200)
        #expect(noise.json == nil)
    }

    @Test("send a small answer that unpacks to 64 MiB")
    func bomb() throws {
        let harness = try PortalHarness(["gzip_bomb": "1"])
        let answer = try #require(try harness.probe())
        #expect(answer.headers["content-encoding"] == "gzip")
        #expect(answer.body.count < 500_000)
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("bomb-\(harness.server.port).gz")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(answer.body).write(to: file)
        let counted = try Shell.run("gzip -dc '\(file.path)' | wc -c")
        #expect(counted.status == 0)
        #expect(counted.output.trimmingCharacters(in: .whitespacesAndNewlines) == "67108864")
    }

    @Test("throttle with both forms of Retry-After (S12)")
    func throttle() throws {
        let harness = try PortalHarness(
            ["throttle": "1", "retry_after_form": "mixed", "retry_after_seconds": "7"])
        var statuses: Set<Int> = []
        var waits: Set<Int64> = []
        var forms: Set<Bool> = []
        for _ in 0..<40 {
            let answer = try #require(try harness.probe())
            statuses.insert(answer.status)
            let header = try #require(answer.headers["retry-after"])
            forms.insert(header.hasSuffix("GMT"))
            let wait = RetryAfter.milliseconds(header, now: harness.time.now.wall)
            waits.insert(try #require(wait))
        }
        #expect(statuses == [429, 503])
        #expect(forms == [true, false])
        #expect(waits == [7_000])
        #expect(harness.server.portal.dossierCount == 0)
    }

    @Test("allow so many requests a second (S12)")
    func rateLimit() throws {
        let harness = try PortalHarness(["rate_limit": "5"])
        let first = try (0..<8).map { _ in try harness.probe()?.status }
        #expect(first == [200, 200, 200, 200, 200, 429, 429, 429])
        harness.time.pass(milliseconds: 400)
        #expect(try (0..<3).map { _ in try harness.probe()?.status } == [200, 200, 429])
    }

    @Test("fail in bursts, and with an HTML page (S12)")
    func bursts() throws {
        let harness = try PortalHarness(["server_error": "1", "burst_length": "3"])
        #expect(try #require(try harness.probe()).status >= 500)
        try harness.set(["server_error": "0"])
        #expect(try (0..<3).map { _ in try harness.probe()?.status } == [503, 503, 200])
        try harness.set(["html": "1"])
        let page = try #require(try harness.probe())
        #expect([200, 502].contains(page.status))
        #expect(page.headers["content-type"] == "text/html")
        #expect(page.text.contains("<html>"))
    }

    @Test("go out altogether, for a while or until told otherwise (S12)")
    func outage() throws {
        let harness = try PortalHarness(["outage_seconds": "30", "outage": "503"])
        #expect(try harness.probe()?.status == 503)
        harness.time.pass(milliseconds: 30_000)
        #expect(try harness.probe()?.code == "0")
        try harness.set(["outage_seconds": "0", "outage": "drop"])
        #expect(try harness.probe() == nil)
        harness.time.pass(milliseconds: 86_400_000)
        #expect(try harness.probe() == nil)
        // The controls stay in reach, except while connections are refused.
        #expect(try harness.client.get("/sandbox/health")?.status == 200)
        try harness.set(["outage": "refuse"])
        let late = try RawClient(port: harness.server.port)
        #expect(try late.get("/sandbox/health") == nil)
        try harness.set(["outage": "none"])
        #expect(try late.get("/sandbox/health")?.status == 200)
    }

    @Test("lose the route, or procedures for good (S13, S14)")
    func losses() throws {
        let harness = try PortalHarness(["routing": "1"])
        #expect(try harness.create(PortalRecords.dossier())?.status == 404)
        try harness.set(["routing": "0", "unknown_procedure": "1"])
        let answer = try #require(try harness.create(PortalRecords.dossier()))
        #expect(answer.code == "-1")
        #expect(answer.message.contains("MaTTHC"))
        // The portal's fault, so nobody broke a rule.
        #expect(harness.rules.isEmpty)
    }

    @Test("fail to look up a dossier that is there (S22), or tell that and no more")
    func probes() throws {
        let harness = try PortalHarness()
        #expect(try harness.probe()?.json?["result"]?.items?.isEmpty == true)
        _ = try harness.create(PortalRecords.dossier())
        _ = try harness.progress(PortalRecords.step())
        let shown = try #require(try harness.probe()?.json?.at(["result", "0"]))
        #expect(shown["ChuHoSo"]?.text == "CÔNG DÂN THỬ")
        #expect(shown.at(["TienDo", "0", "NoiDungXuLy"])?.text == "Chuyển xử lý")
        #expect(shown.at(["TienDo", "0", "MaHoSo"])?.text == PortalHarness.code)
        try harness.set(["probe_shows": "existence"])
        let bare = try #require(try harness.probe()?.json?.at(["result", "0"]))
        #expect(bare == .object([("MaHoSo", .string(PortalHarness.code))]))
        try harness.set(["probe_error": "1"])
        let failed = try #require(try harness.probe())
        #expect(failed.code == "-1")
        #expect(failed.json?["result"] == nil)
    }

    @Test("can leave the portal alone and trouble the population database only")
    func scope() throws {
        let harness = try PortalHarness(["server_error": "1", "faults_apply_to": "population"])
        #expect(try harness.probe()?.status == 200)
    }

    @Test("never touch the controls")
    func controls() throws {
        let harness = try PortalHarness(["drop_before": "1", "server_error": "1"])
        #expect(try harness.client.get("/sandbox/counters")?.status == 200)
    }
}
