import Testing
import Wire

@testable import Sandbox

@Suite("The portal's idempotency keys", .timeLimit(.minutes(1)))
struct PortalKeyTests {
    @Test("replay the answer of the same call, without acting again")
    func replay() throws {
        let harness = try PortalHarness()
        let first = try #require(try harness.create(PortalRecords.dossier(), key: "a"))
        // The session and the flag are not content.
        harness.session = try harness.openSession()
        let again = try #require(try harness.update(PortalRecords.dossier(), key: "a"))
        #expect(again.body == first.body)
        #expect(again.status == 200)
        #expect(try harness.count("replayed") == 1)
        #expect(try harness.count("updated") == 0)
        #expect(harness.rules.isEmpty)
    }

    @Test("make a step safe to send again")
    func steps() throws {
        let harness = try PortalHarness()
        _ = try harness.create(PortalRecords.dossier())
        for _ in 0..<2 {
            #expect(try harness.progress(PortalRecords.step(), key: "s")?.code == "0")
        }
        #expect(try harness.count("steps") == 1)
    }

    @Test("refuse other content with 422 and record it")
    func conflict() throws {
        let harness = try PortalHarness()
        _ = try harness.create(PortalRecords.dossier(), key: "a")
        let other = PortalRecords.dossier(["TrangThaiHoSo": "\"4\""])
        #expect(try harness.update(other, key: "a")?.status == 422)
        #expect(harness.rules == ["key-reused"])
        #expect(try harness.count("updated") == 0)
    }

    @Test("answer 409 while the first call is under way")
    func inProgress() throws {
        let harness = try PortalHarness(["delay": "1", "delay_ms": "40"])
        let body = harness.envelope("DongBoHoSoMC", [PortalRecords.dossier()], updating: "False")
        #expect(try harness.call(body, key: "a")?.code == "0")
        // The test's clock has stood still, so for the portal the answer is still on its way.
        try harness.set(["delay": "0"])
        #expect(try harness.call(body, key: "a")?.status == 409)
        harness.time.pass(milliseconds: 40)
        #expect(try harness.call(body, key: "a")?.code == "0")
        #expect(try harness.count("replayed") == 1)
    }

    @Test("are not used up by a refusal")
    func refusal() throws {
        let harness = try PortalHarness()
        let bad = PortalRecords.dossier(["KenhThucHien": "\"9\""])
        #expect(try harness.create(bad, key: "a")?.code == "-1")
        #expect(try harness.create(PortalRecords.dossier(), key: "a")?.code == "0")
    }

    @Test("are forgotten after their time, when told so")
    func expiry() throws {
        let harness = try PortalHarness(["keys": "expiring", "key_seconds": "10"])
        _ = try harness.create(PortalRecords.dossier(), key: "a")
        harness.time.pass(milliseconds: 9_999)
        #expect(try harness.create(PortalRecords.dossier(), key: "a")?.code == "0")
        harness.time.pass(milliseconds: 1)
        #expect(try harness.create(PortalRecords.dossier(), key: "a")?.code == "3")
    }

    @Test("mean nothing, when told so")
    func ignored() throws {
        let harness = try PortalHarness(["keys": "ignored"])
        _ = try harness.create(PortalRecords.dossier(), key: "a")
        #expect(try harness.create(PortalRecords.dossier(), key: "a")?.code == "3")
    }

    @Test("must be a quoted string", arguments: ["abc", "\"\"", "\"a\"b\"", "\"\u{7F}\""])
    func shape(_ header: String) throws {
        let harness = try PortalHarness()
        let body = harness.envelope("DongBoHoSoMC", [PortalRecords.dossier()], updating: "False")
        #expect(try harness.call(body, headers: ["Idempotency-Key": header])?.code == "-1")
        #expect(harness.rules == ["key-shape"])
    }

    @Test("the oldest gives way when there are too many")
    func bound() {
        var keys = KeyRegister(limit: 3)
        for key in UInt64(1)...4 {
            keys.store(key, body: 0, answer: [UInt8(key)], now: 0, busyUntil: 0)
        }
        #expect(keys.count == 3)
        #expect(keys.find(1, body: 0, now: 0, lifetime: nil) == .fresh)
        #expect(keys.find(4, body: 0, now: 0, lifetime: nil) == .known(answer: [4]))
    }
}
