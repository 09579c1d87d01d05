import Dossiers
import Operating
import SQLite
import Testing
import Wire

@testable import Outbox

/// A store in a directory of its own, and short words for what tests do with it.
final class StoreFixture {
    static let portal = DestinationID("portal")
    static let population = DestinationID("population")
    static let key = [UInt8](repeating: 7, count: 32)

    let scratch = Scratch()
    var directory: String { "\(scratch.path)/state" }
    private var opened: Store?
    var now = Timestamp(milliseconds: 1_790_000_000_000)

    /// Destinations that a new store trusts to hold nothing.
    let trusted: Set<DestinationID>
    let witness: String?

    init(trusted: Set<DestinationID> = [StoreFixture.portal], hasWitness: Bool = false) throws {
        self.trusted = trusted
        witness = hasWitness ? "\(scratch.path)/witness.json" : nil
        opened = try open()
    }

    var store: Store {
        guard let opened else { fatalError("the store is closed") }
        return opened
    }

    func open() throws(Trouble) -> Store {
        let store = try Store.open(
            directory: directory, key: StoreFixture.key, now: now, witness: witness)
        store.trustsFirstContact = trusted
        return store
    }

    func close() { opened = nil }

    /// Ends this process's hold without settling, as a crash does, and opens the store anew.
    func crash() throws {
        opened = nil
        opened = try open()
    }

    func reader() throws -> StoreReader { try StoreReader(directory: directory) }
    func desk() throws -> OperatorDesk { try OperatorDesk(directory: directory, actor: "lan") }

    @discardableResult
    func record(
        _ dossiers: CapturedDossier..., backlog: Bool = false, forced: Bool = false,
        cursors: [CursorMove] = []
    ) throws -> RecordSummary {
        now = now.adding(milliseconds: 1)
        let batch = CaptureBatch(
            cursors: cursors, dossiers: dossiers, isBacklog: backlog, isForced: forced)
        return try store.transaction { try store.record(batch, now: now) }
    }

    func claim(
        _ limit: Int = 10, from destination: DestinationID = StoreFixture.portal,
        bytes: Int = .max, freshShare: Double = 0.8
    ) throws -> [Delivery] {
        try store.transaction {
            try store.claim(
                destination, limit: limit, bytes: bytes, freshShare: freshShare, now: now)
        }
    }

    /// Claims the one delivery that is due.
    func claimOne(from destination: DestinationID = StoreFixture.portal) throws -> Delivery {
        let claimed = try claim(from: destination)
        try #require(claimed.count == 1)
        return claimed[0]
    }

    func settle(
        _ delivery: Delivery, _ settlement: Settlement, outcome: Outcome = .acknowledged,
        existence: Existence? = nil, verification: Verification? = nil, holding: Holding? = nil,
        contradiction: Contradiction? = nil
    ) throws {
        now = now.adding(milliseconds: 1)
        let receipt = Receipt(
            kind: .sent, requestDigest: delivery.bodyDigest,
            responseDigest: SHA256.digest([1, 2, 3]), httpStatus: 200, answerCode: "0",
            elapsedMicroseconds: 1234)
        var settled = SettledDelivery(
            id: delivery.id, settlement: settlement, outcome: outcome, existence: existence,
            receipt: receipt, verification: verification)
        settled.holding = holding
        settled.contradiction = contradiction
        try store.transaction { try store.settle([settled], now: now) }
    }

    func acknowledge(_ delivery: Delivery, verification: Verification? = nil) throws {
        try settle(delivery, .acknowledged, verification: verification)
    }

    /// Claims and acknowledges until nothing is due; what was sent, in order.
    func drain(_ destination: DestinationID = StoreFixture.portal) throws -> [Delivery] {
        var sent: [Delivery] = []
        while case let claimed = try claim(from: destination), !claimed.isEmpty {
            for delivery in claimed { try acknowledge(delivery) }
            sent += claimed
        }
        return sent
    }

    func lines() throws -> [LedgerLine] { try reader().ledger() }
    func status() throws -> StatusReport { try reader().status(now: now) }

    func portal() throws -> LaneReport {
        try #require(try status().destinations.first { $0.destination == "portal" })
    }

    func story(_ code: String) throws -> DossierStory {
        try #require(try reader().dossier(DossierCode(code)))
    }

    func lane(_ code: String) throws -> LaneStory {
        try #require(try story(code).lanes.first)
    }
}

/// A dossier with a header text and steps `id: text`, for the portal.
func dossier(
    _ code: String, key: Int64 = 1, state: String, steps: [(Int64, String)] = [],
    perDelivery: Int = 10, waits: Bool = false, person: String? = nil, remarks: [Remark] = []
) -> CapturedDossier {
    let lane = LaneContent(
        destination: StoreFixture.portal, state: payload(state),
        steps: steps.map { StepPayload(id: SourceKey($0.0), payload: payload($0.1)) },
        stepsPerDelivery: perDelivery, waitsForVerification: waits)
    return CapturedDossier(
        code: DossierCode(code), sourceKey: SourceKey(key), content: .deliverable([lane]),
        remarks: remarks, question: person.map { question($0) })
}

func held(_ code: String, key: Int64 = 1, _ hold: Hold) -> CapturedDossier {
    CapturedDossier(code: DossierCode(code), sourceKey: SourceKey(key), content: .held(hold))
}

func question(_ identity: String) -> PersonQuestion {
    PersonQuestion(
        destination: StoreFixture.population, identity: Array(identity.utf8),
        payload: payload("ask \(identity)"), validityMilliseconds: 86_400_000)
}

func payload(_ text: String) -> Payload {
    Payload(bytes: Array(text.utf8), digest: SHA256.digest(Array(text.utf8)))
}

extension Delivery {
    var text: String { String(decoding: body, as: UTF8.self) }
}
