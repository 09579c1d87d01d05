import Dossiers
import Foundation
import Operating
import Testing
import Wire

@testable import Outbox

@Suite("The operators' desk") struct DeskTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func park(
        _ code: String, _ key: Int64, _ cause: ParkCause, existence: Existence? = nil
    ) throws {
        try fixture.record(dossier(code, key: key, state: "A \(code)", steps: [(key, "x")]))
        try fixture.settle(
            try fixture.claimOne(), .parked(cause), outcome: .rejected, existence: existence)
    }

    @Test("retries what a filter means, by cause, dossier, destination and number")
    func filters() throws {
        try park("H1", 1, .rejected)
        try park("H2", 2, .needsMapping)
        try park("H3", 3, .needsMapping)
        let desk = try fixture.desk()
        let all = try desk.count(DeliveryFilter())
        #expect(all.deliveries == 3 && all.byCause.map(\.cause) == [.needsMapping, .rejected])
        #expect(all.byCause.map(\.count) == [2, 1])
        #expect(try desk.count(DeliveryFilter(code: DossierCode("H2"))).deliveries == 1)
        #expect(
            try desk.count(DeliveryFilter(destination: StoreFixture.population)).deliveries == 0)
        let id = try #require(try fixture.reader().parked(DeliveryFilter()).first?.delivery)
        #expect(try desk.count(DeliveryFilter(ids: [DeliveryID(id)])).deliveries == 1)
        #expect(try fixture.claim().isEmpty, "counting changes nothing")

        let filter = DeliveryFilter(destination: StoreFixture.portal, cause: .needsMapping)
        #expect(try desk.retry(filter, now: fixture.now).deliveries == 2)
        let retried = try fixture.claim()
        #expect(Set(retried.map(\.code.rawValue)) == ["H2", "H3"])
        #expect(retried.allSatisfy { $0.attempts == 0 && !$0.isUncertain })
        let lines = try fixture.lines().filter { $0.settled == .retriedByOperator }
        #expect(lines.count == 2 && lines.allSatisfy { $0.note == "lan" })
    }

    @Test("probes first when it retries what may have arrived", arguments: ParkCause.allCases)
    func doubt(cause: ParkCause) throws {
        try park("H1", 1, cause)
        _ = try fixture.desk().retry(DeliveryFilter(), now: fixture.now)
        #expect(
            try fixture.claimOne().isUncertain
                == [.undecidable, .keyConflict, .outOfOrder].contains(cause))
    }

    @Test(
        "asks before it retries refused steps, unless somebody takes the risk",
        arguments: [true, false])
    func steps(mayDouble: Bool) throws {
        try fixture.record(dossier("H1", state: "A", steps: [(1, "x")]))
        try fixture.acknowledge(try fixture.claimOne())
        try fixture.settle(try fixture.claimOne(), .parked(.rejected), outcome: .rejected)
        let desk = try fixture.desk()
        #expect(
            try desk.retry(DeliveryFilter(), mayDouble: mayDouble, now: fixture.now).deliveries == 1
        )
        #expect(try fixture.claimOne().isUncertain == !mayDouble)
        // Steps are not rendered anew: what was recorded of them stays.
        #expect(try fixture.store.openRequests().isEmpty)
    }

    @Test("has a refused header read again: what is sealed would be refused again")
    func readAgain() throws {
        try park("H1", 1, .needsMapping)
        try park("H2", 2, .rejected)
        try park("H3", 3, .exhausted)
        _ = try fixture.desk().retry(DeliveryFilter(), now: fixture.now)
        let request = try #require(try fixture.store.openRequests().first)
        #expect(try fixture.store.openRequests().count == 1)
        #expect(request.filter.codes == ["H1", "H2"] && request.filter.isOnlyDifferent)
        #expect(request.filter.destinations == [StoreFixture.portal])
        // The same content under the tables of before adds nothing; another one goes in its place.
        #expect(
            try fixture.record(dossier("H1", key: 1, state: "A H1", steps: [(1, "x")])).unchanged
                == 1)
        try fixture.record(dossier("H1", key: 1, state: "B H1", steps: [(1, "x")]))
        #expect(Set(try fixture.claim().map(\.text)) == ["B H1", "A H2", "A H3"])
    }

    @Test("means what was recorded before a moment")
    func before() throws {
        try park("H1", 1, .rejected)
        let moment = fixture.now.adding(milliseconds: 1)
        fixture.now = fixture.now.adding(milliseconds: 1000)
        try park("H2", 2, .rejected)
        var filter = DeliveryFilter(destination: StoreFixture.portal)
        filter.before = moment
        #expect(try fixture.reader().parked(filter).map(\.code) == ["H1"])
        #expect(try fixture.desk().count(filter).deliveries == 1)
    }

    @Test("discards with a reason, lets the lane go on, and does not bring it back")
    func discard() throws {
        try park("H1", 1, .rejected, existence: .present)
        let before = fixture.store.depth
        let result = try fixture.desk().discard(
            DeliveryFilter(code: DossierCode("H1")), reason: "hồ sơ thử", now: fixture.now)
        #expect(result.deliveries == 1)
        #expect(try fixture.claim().map(\.text) == ["x"])
        #expect(fixture.store.depth == before - 1)
        let line = try #require(try fixture.lines().first { $0.settled == .discardedByOperator })
        #expect(line.note == "lan: hồ sơ thử" && line.code == "H1")
        #expect(try fixture.record(dossier("H1", state: "A H1", steps: [(1, "x")])).unchanged == 1)
    }

    @Test("keeps the progress behind a discarded header until there is another header")
    func headless() throws {
        try park("H1", 1, .rejected)
        _ = try fixture.desk().discard(
            DeliveryFilter(code: DossierCode("H1")), reason: "hồ sơ thử", now: fixture.now)
        #expect(try fixture.claim().isEmpty)
        let parked = try fixture.reader().parked(DeliveryFilter())
        #expect(parked.map(\.cause) == [.headerMissing] && parked.map(\.operation) == [.history])
        try fixture.record(dossier("H1", state: "B H1", steps: [(1, "x")]))
        #expect(try fixture.claim().map(\.text) == ["B H1"])
        #expect(try fixture.reader().parked(DeliveryFilter()).isEmpty)
    }

    @Test("touches nothing that waits or is under way")
    func onlyParked() throws {
        try fixture.record(dossier("H1", state: "A"), dossier("H2", key: 2, state: "B"))
        _ = try fixture.claim(1)
        let desk = try fixture.desk()
        #expect(try desk.retry(DeliveryFilter(), now: fixture.now) == DeskResult())
        #expect(
            try desk.discard(DeliveryFilter(), reason: "", now: fixture.now) == DeskResult())
        #expect(fixture.store.depth == 2)
    }

    @Test("works through more than one portion")
    func many() throws {
        let count = 1200
        let dossiers = (1...count).map { dossier("H\($0)", key: Int64($0), state: "A") }
        _ = try fixture.store.transaction {
            try fixture.store.record(CaptureBatch(dossiers: dossiers), now: fixture.now)
        }
        let claimed = try fixture.claim(count)
        let receipt = Receipt(kind: .sent)
        try fixture.store.transaction {
            try fixture.store.settle(
                claimed.map {
                    SettledDelivery(
                        id: $0.id, settlement: .parked(.rejected), outcome: .rejected,
                        receipt: receipt)
                }, now: fixture.now)
        }
        #expect(try fixture.desk().retry(DeliveryFilter(), now: fixture.now).deliveries == 1200)
        #expect(try fixture.claim(count).count == count)
        #expect(try fixture.reader().verifyLedger().brokenAt == nil)
    }

    @Test("leaves requests that outlive a crash, with their progress")
    func requests() throws {
        var filter = ResyncFilter()
        filter.codes = ["H1", "H\"2"]
        filter.since = Timestamp(milliseconds: 1_700_000_000_000)
        filter.units = ["H21.1"]
        filter.destinations = [StoreFixture.portal]
        filter.isOnlyDifferent = true
        let desk = try fixture.desk()
        let id = try desk.request(filter, now: fixture.now)
        var open = try fixture.store.openRequests()
        #expect(open.map(\.id) == [id] && open[0].filter == filter)
        #expect(open[0].requestedBy == "lan" && open[0].cursor == nil)

        var counts = RequestCounts()
        counts.read = 10
        counts.held = 2
        try fixture.store.transaction {
            try fixture.store.progress(
                of: id, cursor: "17", counts: counts, isDone: false, now: fixture.now)
        }
        try fixture.crash()
        open = try fixture.store.openRequests()
        #expect(open[0].cursor == "17" && open[0].counts == counts)

        #expect(try desk.move(id, to: .paused, now: fixture.now))
        #expect(try fixture.store.openRequests().isEmpty)
        #expect(try desk.move(id, to: .open, now: fixture.now))
        try fixture.store.transaction {
            try fixture.store.progress(
                of: id, cursor: "99", counts: counts, isDone: true, now: fixture.now)
        }
        #expect(try !desk.move(id, to: .cancelled, now: fixture.now), "it has ended")
        #expect(try fixture.reader().requests().map(\.state) == [.done])
        #expect(
            try fixture.lines().map(\.settled)
                == [.requested, .requestPaused, .requestResumed, .requestDone])
    }

    @Test("keeps a cancelled request cancelled while its walk still reports")
    func cancelled() throws {
        let id = try fixture.store.transaction {
            try fixture.store.request(ResyncFilter(), by: "daemon", now: fixture.now)
        }
        #expect(try fixture.desk().move(id, to: .cancelled, now: fixture.now))
        try fixture.store.transaction {
            try fixture.store.progress(
                of: id, cursor: "5", counts: RequestCounts(), isDone: true, now: fixture.now)
        }
        #expect(try fixture.reader().requests().map(\.state) == [.cancelled])
    }

    @Test("says what is queued, as values and as JSON")
    func status() throws {
        try park("H1", 1, .rejected)
        try fixture.record(
            dossier("H2", key: 2, state: "B"), dossier("H3", key: 3, state: "C"), backlog: true)
        try fixture.record(held("H4", key: 4, Hold(.statusUnmapped, field: "status")))
        _ = try fixture.claim(1)
        let status = try fixture.status()
        #expect(status.dossiers == 4 && status.heldDossiers == 1 && status.daemon == getpid())
        let portal = try #require(status.destinations.first)
        #expect(portal.lanes == 3 && portal.due == 2 && portal.backlog == 2 && portal.inFlight == 1)
        #expect(portal.behind == 1 && portal.parked == 1 && portal.attempts == 1)
        #expect(portal.waiting == fixture.store.depth && portal.oldestDueAt != nil)
        #expect(portal.waitingLongest?.code == "H2" && portal.nextDueAt == nil)
        #expect(try fixture.store.status(now: fixture.now).destinations == status.destinations)

        var writer = JSONWriter()
        status.write(into: &writer)
        let json = try JSONValue(parsing: writer.finish())
        #expect(json.at(["destinations", "0", "parkedByCause", "rejected"])?.text == "1")
        #expect(json["heldDossiers"]?.text == "1")
        var story = JSONWriter()
        try fixture.story("H1").write(into: &story)
        let told = try JSONValue(parsing: story.finish())
        #expect(told.at(["lanes", "0", "deliveries", "0", "cause"])?.text == "rejected")
        #expect(told.at(["lanes", "0", "ledger", "0", "outcome"])?.text == "rejected")
    }

    @Test("finds codes that begin like a misspelt one")
    func likeness() throws {
        for (key, code) in ["000.H21-1", "000.H21-2", "000.H22-1"].enumerated() {
            try fixture.record(dossier(code, key: Int64(key + 1), state: "A"))
        }
        #expect(try fixture.reader().codes(like: "000.H21") == ["000.H21-1", "000.H21-2"])
        #expect(try fixture.reader().dossier(DossierCode("000.H21")) == nil)
    }
}

@Suite("Readers beside the writer") struct ReaderTests {
    @Test("see whole transactions only, and never make the writer wait")
    func concurrently() throws {
        let fixture = try StoreFixture()
        let directory = fixture.directory
        let now = fixture.now
        // Each transaction adds three dossiers: no reader may ever count anything else.
        let done = Flag()
        let reading = Thread {
            do {
                let reader = try StoreReader(directory: directory)
                while !done.isSet {
                    let count = try reader.status(now: now).dossiers
                    if count % 3 != 0 { done.fail("saw \(count) dossiers") }
                }
            } catch {
                done.fail("\(error)")
            }
            done.end()
        }
        reading.start()
        for round in 0..<60 {
            let dossiers = (0..<3).map {
                dossier("H\(round)-\($0)", key: Int64(round * 3 + $0 + 1), state: "A")
            }
            _ = try fixture.store.transaction {
                try fixture.store.record(CaptureBatch(dossiers: dossiers), now: now)
            }
        }
        done.set()
        done.wait()
        #expect(done.failure == nil)
        #expect(try fixture.status().dossiers == 180)
    }

    @Test("look into a store whose daemon has stopped")
    func stopped() throws {
        let fixture = try StoreFixture()
        try fixture.record(dossier("H1", state: "A"))
        fixture.close()
        let status = try fixture.status()
        #expect(status.dossiers == 1 && status.daemon == nil && status.bytes > 0)
    }
}

/// What two threads of a test tell each other.
private final class Flag: @unchecked Sendable {
    // Guarded by `condition`.
    private let condition = NSCondition()
    private var stopped = false
    private var ended = false
    private var message: String?

    var isSet: Bool { condition.withLock { stopped } }
    var failure: String? { condition.withLock { message } }
    func set() { condition.withLock { stopped = true } }

    func fail(_ text: String) {
        condition.withLock {
            message = text
            stopped = true
        }
    }

    func end() {
        condition.withLock {
            ended = true
            condition.broadcast()
        }
    }

    func wait() {
        condition.withLock { while !ended { condition.wait() } }
    }
}
