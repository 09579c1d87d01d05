import Curl
import Foundation
import Testing
import Wire

@testable import Sandbox

@Suite("The sandbox's controls", .timeLimit(.minutes(1)))
struct PortalControlTests {
    @Test("list every switch and change them while it runs, all or none")
    func faults() throws {
        let harness = try PortalHarness()
        let listed = try harness.ask("faults")
        for name in Switch.allCases { #expect(listed[name.rawValue] != nil, "\(name)") }
        func put(_ body: String) throws -> RawAnswer? {
            try harness.client.send("PUT", "/sandbox/faults", [:], body)
        }
        let changed = try #require(try put(#"{"throttle":0.5,"S11":"dedupe","delay_ms":"70"}"#))
        #expect(changed.json?["throttle"]?.text == "0.5")
        #expect(changed.json?["steps"]?.text == "dedupe")
        #expect(changed.json?["delay_ms"]?.text == "70")
        for bad in [#"{"throttle":0,"thottle":1}"#, #"{"throttle":2}"#, #"{"outage":"x"}"#, "[]"] {
            #expect(try put(bad)?.status == 400)
        }
        #expect(try harness.ask("faults")["throttle"]?.text == "0.5")
    }

    @Test("name the nearest switch when there is none of that name")
    func nearest() {
        var switches = Switches()
        #expect(switches.set("thottle", "1")?.contains("throttle") == true)
    }

    @Test("stream what is held, record and steps as they came, by code")
    func holdings() throws {
        let harness = try PortalHarness()
        let numbers = (0..<200).map { 1000 + ($0 * 37) % 200 }
        for number in numbers {
            _ = try harness.create(PortalRecords.dossier(code: "H21.129-260105-\(number)"))
        }
        _ = try harness.progress(PortalRecords.step(["MaHoSo": "\"H21.129-260105-1100\""]))
        let all = try #require(try harness.client.get("/sandbox/holdings"))
        #expect(all.headers["content-type"] == "application/x-ndjson")
        let codes = all.lines.compactMap { $0["code"]?.text }
        #expect(codes == numbers.sorted().map { "H21.129-260105-\($0)" })
        let page = try #require(
            try harness.client.get("/sandbox/holdings?after=H21.129-260105-1100&limit=3"))
        #expect(page.lines.compactMap { $0["code"]?.text } == Array(codes[101..<104]))
        let one = try #require(
            try harness.client.get("/sandbox/holdings?code=H21.129-260105-1100")
        ).lines
        #expect(one.count == 1)
        let sent = try JSONValue(
            parsing: Array(PortalRecords.dossier(code: "H21.129-260105-1100").utf8))
        #expect(one.first?["header"] == sent)
        let step = try JSONValue(
            parsing: Array(PortalRecords.step(["MaHoSo": "\"H21.129-260105-1100\""]).utf8))
        #expect(one.first?["progress"] == .array([step]))
        #expect(try harness.client.get("/sandbox/holdings?code=none")?.body.isEmpty == true)
    }

    @Test("keep a text with quotes, escapes and emoji as it came")
    func faithful() throws {
        let harness = try PortalHarness()
        let note = #""Ghi \"chú\" \\ \u0041 😀 \ud83d\ude00 / \/""#
        _ = try harness.create(PortalRecords.dossier(["GhiChu": note]))
        let line = try #require(try harness.client.get("/sandbox/holdings")?.lines.first)
        #expect(line.at(["header", "GhiChu"])?.text == #"Ghi "chú" \ A 😀 😀 / /"#)
    }

    @Test("count requests, acknowledgements and refusals")
    func counters() throws {
        let harness = try PortalHarness()
        _ = try harness.create(PortalRecords.dossier())
        _ = try harness.progress(PortalRecords.step())
        _ = try harness.create(PortalRecords.dossier(["KenhThucHien": "\"9\""]))
        let counters = try harness.ask("counters")
        let expected = [
            "requests": 4, "acked": 2, "refused": 1, "dossiers": 1, "steps": 1, "violations": 1,
            "sessions": 1, "logins": 1,
        ]
        for (name, count) in expected { #expect(counters[name]?.text == "\(count)", "\(name)") }
        #expect(counters.at(["by_service", "DongBoHoSoMC"])?.text == "2")
    }

    @Test("report attachments that cannot be fetched, and fetch from loopback only (S16)")
    func attachments() throws {
        var fetching = TransferSettings()
        fetching.allowPlainHTTP = true
        let transport = try TransferLoop(fetching, ring: {})
        let harness = try PortalHarness(["attachments": "pull"], transport: transport)
        defer {
            harness.server.stop()
            transport.close()
        }
        let base = "\(harness.server.baseURL)/sandbox/files"
        let documents = ["\(base)/1", "\(base)/1", "\(base)/missing", "https://x.example/1"]
            .map { PortalRecords.document(url: $0) }.joined(separator: ",")
        _ = try harness.create(PortalRecords.dossier(["TaiLieuNop": "[\(documents)]"]))
        var report = try harness.ask("attachments")
        for _ in 0..<2000
        where report["unreachable"]?.text == "0" || report["reachable"]?.text == "0" {
            report = try harness.ask("attachments")
            usleep(1000)
        }
        #expect(report["reachable"]?.text == "1")
        #expect(report["unreachable"]?.text == "1")
        #expect(report["not_loopback"]?.text == "1")
        #expect(report.at(["unreachable_files", "0", "status"])?.text == "404")
        #expect(report.at(["unreachable_files", "0", "code"])?.text == PortalHarness.code)
    }

    @Test(
        "take only addresses of this machine for its own",
        arguments: [
            ("http://127.0.0.1/a", true), ("http://127.9.9.9:80/a", true),
            ("https://localhost/a", true),
            ("http://[::1]:8080/a", true), ("http://localhost.example/a", false),
            ("http://127.0.0.1.example/a", false), ("http://127.0.0.1@x.example/", false),
            ("http://x.example/127.0.0.1", false), ("http://0.0.0.0/", false),
            ("ftp://127.0.0.1/", false),
            ("http://127.1/", false),
        ])
    func loopback(_ url: String, _ isLoopback: Bool) {
        #expect(AttachmentQueue.isLoopback(url) == isLoopback)
    }

    @Test("keep at most so many violations, and count them all")
    func bound() {
        var log = ViolationLog()
        for number in 0..<(ViolationLog.kept + 10) {
            log.add(
                Violation(
                    rule: .type, code: "\(number)", field: "", service: "",
                    at: Timestamp(milliseconds: 0)))
        }
        #expect(log.total == ViolationLog.kept + 10)
        #expect(log.latest.count <= ViolationLog.kept)
        #expect(log.latest.last?.code == "\(ViolationLog.kept + 9)")
    }

    @Test("refuse a request that is too large")
    func tooLarge() throws {
        var http = HTTPServerSettings()
        http.bodyLimit = 1000
        let harness = try PortalHarness(http: http)
        #expect(try harness.create(PortalRecords.dossier())?.status == 413)
    }
}
