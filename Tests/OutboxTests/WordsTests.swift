import Dossiers
import SQLite
import Testing
import Wire

@testable import Outbox

@Suite("What a destination said") struct WordsTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func reader(key: [UInt8]? = StoreFixture.key) throws -> StoreReader {
        try StoreReader(directory: fixture.directory, key: key)
    }

    private func settle(_ delivery: Delivery, _ settlement: Settlement, _ words: String?) throws {
        fixture.now = fixture.now.adding(milliseconds: 1)
        var settled = SettledDelivery(
            id: delivery.id, settlement: settlement, outcome: .rejected,
            receipt: Receipt(kind: .sent, httpStatus: 200, answerCode: "-1"))
        settled.words = words.flatMap { Words($0) }
        try fixture.store.transaction {
            try fixture.store.settle([settled], now: fixture.now)
        }
    }

    private func kept() throws -> Int64 {
        try Database(path: "\(fixture.directory)/state.sqlite", mode: .readOnly)
            .integer("SELECT count(*) FROM words") ?? -1
    }

    @Test("is kept with a delivery that is parked, and read with the key")
    func parked() throws {
        try fixture.record(dossier("H1", state: "A"))
        try settle(try fixture.claimOne(), .parked(.rejected), "Số định danh 000000000001 sai")
        let words = Words("Số định danh 000000000001 sai")
        #expect(try reader().parked(DeliveryFilter()).map(\.saying) == words.map { [.open($0)] })
        let story = try #require(try reader().dossier(DossierCode("H1")))
        #expect(story.lanes[0].deliveries[0].saying == words.map { .open($0) })
        // Without a key it is known that there are some.
        #expect(try fixture.reader().parked(DeliveryFilter()).map(\.saying) == [.sealed])
        // Nothing of it lies open on the disk.
        for suffix in ["", "-wal"] {
            let bytes = try #require(readAll("\(fixture.directory)/state.sqlite\(suffix)"))
            #expect(!contains(bytes, Array("000000000001".utf8)))
        }
    }

    @Test("stays while nothing newer is said, and goes with its delivery")
    func goes() throws {
        for (number, code) in ["H1", "H2", "H3", "H4"].enumerated() {
            try fixture.record(dossier(code, key: Int64(number + 1), state: "A"))
        }
        let claimed = try fixture.claim()
        try #require(claimed.count == 4)
        for delivery in claimed { try settle(delivery, .parked(.rejected), "một") }
        try settle(claimed[0], .uncertain(at: fixture.now), nil)
        try settle(claimed[1], .uncertain(at: fixture.now), "hai")
        #expect(try kept() == 4)
        let said = try reader().dossier(claimed[0].code)?.lanes[0].deliveries[0].saying
        #expect(said == Words("một").map { .open($0) })
        let newer = try reader().dossier(claimed[1].code)?.lanes[0].deliveries[0].saying
        #expect(newer == Words("hai").map { .open($0) })
        // Acknowledged, discarded, superseded.
        try settle(claimed[0], .acknowledged, "ba")
        #expect(try kept() == 3)
        var filter = DeliveryFilter()
        filter.code = claimed[2].code
        _ = try fixture.desk().discard(filter, reason: "thử", now: fixture.now)
        #expect(try kept() == 2)
        try fixture.record(dossier(claimed[3].code.rawValue, key: 4, state: "B"))
        #expect(try kept() == 1)
    }
}
